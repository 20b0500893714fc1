// What public reports and questions to real kernels showed, and other members of each kind by the kernel's source: one scenario each.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

const FOLDER = path.resolve(import.meta.dirname, 'scenarios');

describe.each(readdirSync(FOLDER))('%s', (name) => {
    test('every scenario says where its values are from, and passes', async () => {
        const text = readFileSync(path.join(FOLDER, name), 'utf8');
        expect(text.match(/^scenario/gm)?.length).toBe(text.match(/\*\/\nscenario/g)?.length);
        const report = await new TextAnalyzer(() => undefined).analyze(`file:///${name}`, text);
        const issues = [...report.issues, ...report.scenarios.flatMap((scenario) => scenario.issues)];
        expect(issues.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
        expect(report.scenarios.filter(({ status }) => status !== 'passed').map(({ title, status }) => `${title}: ${status}`)).toEqual([]);
    });
});
