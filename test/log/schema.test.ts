import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { rowsOf, sorted, triageJson, unreadRow } from '../../server/src/log/output/results.js';
import { summaryOf } from '../../server/src/log/output/summary.js';
import { triageText } from '../../server/src/log/triage.js';
import { GIVEN_LOGS } from './given.js';
import { OWN_KINDS } from './own-kinds.js';
import { REPORTED_KINDS } from './reported-kinds.js';

/** Every object closed: a field that the schema does not describe is an error. */
function closed(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(closed);
    if (typeof schema !== 'object' || schema === null) return schema;
    const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
    return 'properties' in inner && inner['type'] === 'object' ? { ...inner, additionalProperties: false } : inner;
}

const schema = closed(JSON.parse(readFileSync(new URL('../../docs/schema/hwp-triage.v1.json', import.meta.url), 'utf8'))) as { definitions: object };
const ajv = new Ajv({ allErrors: false, allowUnionTypes: true });
ajv.addSchema(schema, 'triage');

function breaches(definition: string, value: unknown): unknown {
    const validate = ajv.getSchema(`triage#/definitions/${definition}`)!;
    validate(JSON.parse(JSON.stringify(value)));
    return validate.errors;
}

describe('the schema of triage', () => {
    const crash = triageText('[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n');
    const results = sorted({ logs: [...Object.entries({ ...OWN_KINDS, ...REPORTED_KINDS }).map(([name, { log }]) => ({ path: name, note: null, ...triageText(log.join('\n')) })), ...GIVEN_LOGS.map(({ name, text }) => ({ path: name, note: null, ...triageText(text) })), { path: 'crash', note: 'x', ...crash }], unread: [{ path: 'x', error: 'y' }] });

    test('describes the document, its rows and the summary', () => {
        expect(crash.crashes).toHaveLength(1);
        expect(breaches('document', triageJson(results))).toBeNull();
        for (const row of [...results.logs.flatMap(rowsOf), ...results.unread.map(unreadRow)]) expect(breaches('row', row)).toBeNull();
        expect(breaches('summary', summaryOf(results))).toBeNull();
    });

    test('and nothing else', () => {
        expect(breaches('document', { schema: 'hwp-triage/1', logs: [], unread: [], more: 1 })).not.toBeNull();
        expect(breaches('summary', {})).not.toBeNull();
    });
});
