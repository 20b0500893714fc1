import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inputSchema, TOOLS } from '../../server/src/api/tools.js';

const { contributes } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
    readonly contributes: { readonly languageModelTools: readonly { readonly name: string; readonly displayName: string; readonly modelDescription: string; readonly inputSchema: object }[] };
};

test('the editor offers the tools of `hwp mcp`, with the same words and inputs', () => {
    expect(contributes.languageModelTools.map(({ name, displayName, modelDescription, inputSchema: schema }) => ({ name, displayName, modelDescription, schema })))
        .toEqual(Object.entries(TOOLS).map(([name, tool]) => ({ name: `hwp_${name}`, displayName: tool.title, modelDescription: tool.doc, schema: inputSchema(tool) })));
});
