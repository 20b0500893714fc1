import { readFileSync } from 'node:fs';
import Ajv from 'ajv';

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/schema/hwp-run.v1.json', import.meta.url), 'utf8')) as unknown;
const validate = new Ajv({ allErrors: true }).compile(closed(SCHEMA) as object);

/** What an output has that docs/schema/hwp-run.v1.json does not describe, or lacks; null when they agree. */
export function breachesOfRunSchema(output: unknown): unknown {
    validate(output);
    return validate.errors;
}

/** The schema with every object closed, so that a field that it does not describe is an error. */
function closed(schema: unknown): unknown {
    if (Array.isArray(schema)) {
        return schema.map(closed);
    }
    if (typeof schema !== 'object' || schema === null) {
        return schema;
    }
    const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
    return 'properties' in inner && inner.type === 'object' ? { ...inner, additionalProperties: false } : inner;
}
