// The types of the npm package, made from the published schemas of its JSON.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundles.mts';

interface Schema {
    readonly $ref?: string;
    readonly description?: string;
    readonly type?: string | readonly string[];
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly anyOf?: readonly Schema[];
    readonly items?: Schema;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
    readonly definitions?: Readonly<Record<string, Schema>>;
}

const PLAIN: Readonly<Record<string, string>> = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

/** What stands beside the schemas. */
const HEAD = `/** Types of the package hwp. Fields may be added to what it gives: ignore those that you do not know. */

export interface Settings {
    /** What the text is called in results; imports are taken from its folder. 'scenario.hwp' unless given. */
    readonly path?: string;
    /** Every scenario on this kernel, such as '6.12'. */
    readonly kernel?: string;
    /** Sysctls at the start of every scenario, by name. */
    readonly sysctls?: Readonly<Record<string, number>>;
    /** The texts of files that may be imported, by path, relative as \`path\` is. Nothing else can be imported: no file is read. */
    readonly imports?: Readonly<Record<string, string>>;
}

/** Something that was passed in cannot be used; the message says what, why, and what to do. */
export declare class InputError extends Error {
    readonly name: 'InputError';
}

/** Reads scenarios without running them: what \`hwp check --format json\` prints. Rejects with an InputError when a setting cannot be used; no text makes it fail. */
export declare function analyze(text: string, settings?: Settings): Promise<CheckOutput>;

/** Runs scenarios: what \`hwp run --format json\` prints. Rejects with an InputError when a setting cannot be used; no text makes it fail. */
export declare function simulate(text: string, settings?: Settings): Promise<RunOutput>;

/** Triage of a kernel log: what \`hwp triage --format json\` prints. */
export declare function readLog(text: string, settings?: Pick<Settings, 'path'>): Promise<TriageDocument>;

/** What is wrong with texts that were read and not run. */
export interface CheckOutput {
    readonly schema: 'hwp-check/1';
    readonly files: readonly { readonly path: string; readonly issues: readonly RunIssue[]; readonly scenarios: readonly { readonly title: string; readonly place: RunPlace }[] }[];
    readonly unread: readonly { readonly path: string; readonly error: string }[];
}
`;

/** The text of the declaration file. */
export function apiTypes(): string {
    return [HEAD, ...declarations('hwp-run.v1.json', 'Run'), ...declarations('hwp-triage.v1.json', 'Triage')].join('\n');
}

function declarations(file: string, prefix: string): string[] {
    const schema = JSON.parse(readFileSync(path.join(root, 'docs/schema', file), 'utf8')) as Schema;
    const named = [[`${prefix}Output`, schema] as const, ...Object.entries(schema.definitions ?? {}).map(([name, each]) => [typeName(prefix, name), each] as const)];
    return named.map(([name, each]) => `${documentation(each, '')}export type ${name} = ${typeOf(each, prefix, '')};\n`);
}

function typeName(prefix: string, name: string): string {
    return prefix + name.replaceAll(/(?:^|[^A-Za-z0-9])([a-z0-9])/gi, (_whole, letter: string) => letter.toUpperCase());
}

function typeOf(schema: Schema, prefix: string, indent: string): string {
    if (schema.$ref !== undefined) {
        return typeName(prefix, schema.$ref.split('/').at(-1)!);
    }
    if (schema.const !== undefined || schema.enum !== undefined) {
        return (schema.enum ?? [schema.const]).map((value) => JSON.stringify(value)).join(' | ');
    }
    if (schema.anyOf !== undefined) {
        return schema.anyOf.map((each) => typeOf(each, prefix, indent)).join(' | ');
    }
    const types = typeof schema.type === 'string' ? [schema.type] : schema.type ?? [];
    return types.length === 0 ? 'unknown' : types.map((type) => type === 'array' ? `readonly (${schema.items === undefined ? 'unknown' : typeOf(schema.items, prefix, indent)})[]`
        : type === 'object' ? objectOf(schema, prefix, indent) : PLAIN[type] ?? 'unknown').join(' | ');
}

function objectOf({ properties, required = [] }: Schema, prefix: string, indent: string): string {
    const inner = `${indent}    `;
    return properties === undefined ? 'Readonly<Record<string, unknown>>' : `{\n${Object.entries(properties).map(([name, each]) =>
        `${documentation(each, inner)}${inner}readonly ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(each, prefix, inner)};\n`).join('')}${indent}}`;
}

function documentation({ description }: Schema, indent: string): string {
    return description === undefined ? '' : `${indent}/** ${description.replaceAll('*/', '* /')} */\n`;
}
