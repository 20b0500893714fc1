import { describe, expect, test } from 'vitest';
import { applyOverrides, parseKernel, parseSysctl } from '../../server/src/analysis/overrides.js';
import { keyOf, RunCache } from '../../server/src/analysis/run-cache.js';
import type { ScenarioRun } from '../../server/src/analysis/scenario-run.js';
import { machineOf, programOf, traceOf } from '../report/hand-made.js';

const PANIC_SYSCTL = 'vm.panic_on_unrecoverable_memory_failure';

describe('overrides', () => {
    test.each([
        ['7.3', { value: { written: '7.3', version: '7.3', proposals: [] } }],
        ['6.16', { value: { written: '6.16', version: '6.12', proposals: [] } }],
        ['5.4', { error: 'kernel 5.4 is not described: the oldest is 6.1' }],
        ['new', { error: '"new" is no kernel version: write two or three numbers, like 6.12 or 6.12.107' }],
    ])('--kernel %s', (written, parsed) => {
        expect(parseKernel(written)).toEqual(parsed);
    });

    test.each([
        ['vm.memory_failure_early_kill=1', { value: { name: 'vm.memory_failure_early_kill', value: 1 } }],
        ['vm.memory_failure_early_kil = 1', { error: 'there is no sysctl "vm.memory_failure_early_kil" here: did you mean vm.memory_failure_early_kill?' }],
        ['vm.memory_failure_early_kill=2', { error: 'vm.memory_failure_early_kill takes 0 to 1, not 2' }],
        ['vm.memory_failure_early_kill', { error: '"vm.memory_failure_early_kill" is no assignment: write NAME=VALUE with a whole number, like vm.memory_failure_early_kill=1' }],
    ])('--sysctl %s', (assignment, parsed) => {
        expect(parseSysctl(assignment)).toEqual(parsed);
    });

    test('replace what the scenario says, proposals included', () => {
        const program = programOf([], {
            kernel: { written: '7.0', version: '7.0', proposals: ['panic-unrecoverable-v4'] },
            machine: machineOf({ sysctls: { [PANIC_SYSCTL]: 1, 'kernel.panic_on_oops': 1 } }),
        });
        const kernel = { written: '7.3', version: '7.3', proposals: [] } as const;
        expect(applyOverrides(program, { kernel, sysctls: { [PANIC_SYSCTL]: 0 } })).toMatchObject({
            value: { kernel, machine: { sysctls: { [PANIC_SYSCTL]: 0, 'kernel.panic_on_oops': 1 } } },
        });
        expect(applyOverrides(program, { sysctls: { [PANIC_SYSCTL]: 0 } })).toHaveProperty('value');
    });

    test('a kernel without the sysctl cannot have it set', () => {
        const program = programOf([], { kernel: { written: '6.12', version: '6.12', proposals: [] } });
        expect(applyOverrides(program, { sysctls: { [PANIC_SYSCTL]: 1 } })).toEqual({ error: `Kernel 6.12 has no sysctl ${PANIC_SYSCTL}: it cannot be set from outside either.` });
    });
});

describe('the cache of runs', () => {
    const run: ScenarioRun = { trace: traceOf([]), verdicts: [], status: 'passed' };
    test('does not care where in the text a scenario stands', () => {
        const program = programOf([]);
        const moved = { ...program, sources: program.sources.map((range) => ({ ...range, startLine: range.startLine + 7 })) };
        expect(keyOf(moved)).toBe(keyOf(program));
        expect(keyOf({ ...program, title: 'another' })).not.toBe(keyOf(program));
    });
    test('forgets the oldest first, and keeps what is used', () => {
        const cache = new RunCache();
        for (let index = 0; index < 2000; index++) {
            cache.set(`key ${index}`, run);
        }
        cache.get('key 0');
        cache.set('one more', run);
        expect(cache.get('key 0')).toBe(run);
        expect(cache.get('key 1')).toBeUndefined();
    });
});
