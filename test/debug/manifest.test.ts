// What launch.json may say, against the tables.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';

interface Manifest {
    readonly contributes: {
        readonly debuggers: readonly {
            readonly type: string;
            readonly configurationAttributes: { readonly launch: { readonly properties: { readonly kernel: { readonly examples: readonly string[] }; readonly sysctls: { readonly properties: Readonly<Record<string, object>> } } } };
            readonly configurationSnippets: readonly { readonly body: Readonly<Record<string, unknown>> }[];
        }[];
        readonly commands: readonly { readonly command: string }[];
    };
    readonly activationEvents: readonly string[];
}

const { contributes, activationEvents } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as Manifest;
const debug = contributes.debuggers[0]!;

test('kernels and sysctls are those of the tables', () => {
    const { kernel, sysctls } = debug.configurationAttributes.launch.properties;
    expect(kernel.examples).toEqual(KERNELS.map(({ version }) => version));
    expect(sysctls.properties).toEqual(Object.fromEntries(Object.entries(SYSCTLS).map(([name, { min, max }]) => [name, { type: 'integer', minimum: min, maximum: max }])));
});

test('snippets use attributes that there are, and the debugger starts the extension', () => {
    const known = new Set(['type', 'request', 'name', ...Object.keys(debug.configurationAttributes.launch.properties)]);
    for (const { body } of debug.configurationSnippets) expect(Object.keys(body).filter((name) => !known.has(name))).toEqual([]);
    expect(activationEvents).toContain(`onDebugResolve:${debug.type}`);
    expect(contributes.commands.map(({ command }) => command)).toContain('hwp.debugScenario');
});
