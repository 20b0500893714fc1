import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

const FILE = path.join(import.meta.dirname, 'random-runs.hwp');
const { issues, scenarios } = await new TextAnalyzer().analyze('file:///random-runs.hwp', readFileSync(FILE, 'utf8'), { overrides: { sysctls: {} } });

describe('what random runs have shown of Linux 7.3.4 is predicted', () => {
    test('the file is read', () => {
        expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(scenarios.length).toBeGreaterThan(15);
    });

    test.each(scenarios.map((scenario) => [scenario.title, scenario] as const))('%s', (_title, scenario) => {
        expect(scenario.issues.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
        expect(scenario.variants.map(({ trace }) => trace!.notModelled)).toEqual([[]]);
    });
});
