import { describe, expect, test } from 'vitest';
import { applyOverrides, parseKernel, parseSysctl } from '../../server/src/analysis/overrides.js';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { RunCache } from '../../server/src/analysis/run-cache.js';
import type { ScenarioRun } from '../../server/src/analysis/scenario-run.js';
import type { Program } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { TraceEvent } from '../../server/src/simulator/trace.js';
import { machineOf, PANIC, programOf, stepTrace, traceOf } from '../report/hand-made.js';

const PANIC_SYSCTL = 'vm.panic_on_unrecoverable_memory_failure';

describe('overrides', () => {
    test.each([
        ['7.3', { value: { written: '7.3', version: '7.3', proposals: [] } }],
        ['6.16', { value: { written: '6.16', version: '6.12', proposals: [] } }],
        ['5.4', { error: 'Linux 5.4 is too old: nobody has recorded or read a kernel before 6.1' }],
        ['new', { error: '"new" is no kernel version: write two or three numbers, like 6.12 or 6.12.107' }],
    ])('--kernel %s', (written, parsed) => {
        expect(parseKernel(written)).toEqual(parsed);
    });

    test.each([
        ['vm.memory_failure_early_kill=1', { value: { name: 'vm.memory_failure_early_kill', value: 1 } }],
        ['vm.memory_failure_early_kil = 1', { error: 'There is no sysctl "vm.memory_failure_early_kil" here: did you mean vm.memory_failure_early_kill?' }],
        ['vm.memory_failure_early_kill=2', { error: 'vm.memory_failure_early_kill takes 0 or 1, not 2' }],
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

describe('a kernel from outside', () => {
    const TEXT = `scenario "s" {
    kernel 6.6
    sysctl vm.enable_soft_offline = 0
    region r = vmalloc 1 page
    corrupt-pfn r
        expect MF_MSG_GET_HWPOISON MF_IGNORED when kernel >= 6.12
}
scenario "t" {
    region r = vmalloc 1 page
    corrupt-pfn r
        expect errno EBUSY
}
`;
    async function analyzed(written: string): Promise<{ readonly statuses: readonly string[]; readonly issues: readonly string[] }> {
        const kernel = parseKernel(written);
        if ('error' in kernel) throw new Error(kernel.error);
        const { scenarios } = await new TextAnalyzer().analyze('file:///s.hwp', TEXT, { overrides: { kernel: kernel.value } });
        return {
            statuses: scenarios.map(({ status, trace }) => `${status} ${trace?.kernel.version ?? ''}`),
            issues: scenarios.flatMap(({ issues }) => issues).filter(({ code }) => code !== 'page/ignored').map(({ code, range }) => `${range.startLine + 1}:${range.startColumn + 1} ${code}`),
        };
    }

    test('what the text asks of it is checked against it, and its basis is said where the text chooses one', async () => {
        expect(await analyzed('7.3')).toEqual({ statuses: ['passed 7.3', 'passed 7.3'], issues: [] });
        expect(await analyzed('6.1')).toEqual({ statuses: ['invalid ', 'passed 6.1'], issues: ['3:5 sysctl/not-on-kernel'] });
        expect(await analyzed('7.0')).toEqual({ statuses: ['passed 7.0', 'passed 7.0'], issues: [] });
        expect((await analyzed('6.6')).issues).toEqual(['2:5 kernel/derived', '3:5 sysctl/not-on-kernel']);
        expect(await analyzed('6.16')).toEqual({ statuses: ['passed 6.12', 'passed 6.12'], issues: ['2:5 kernel/not-described'] });
    });

    test('one kernel after the other, with the same analyzer', async () => {
        const analyzer = new TextAnalyzer();
        const statusOn = async (written: '6.1' | '7.3'): Promise<readonly string[]> => (await analyzer.analyze('file:///s.hwp', TEXT, { overrides: { kernel: { written, version: written, proposals: [] } } })).scenarios.map(({ status }) => status);
        expect([await statusOn('7.3'), await statusOn('6.1'), await statusOn('7.3')]).toEqual([['passed', 'passed'], ['invalid', 'passed'], ['passed', 'passed']]);
    });
});

describe('the cache of runs', () => {
    const run: ScenarioRun = { trace: traceOf([]), verdicts: [], status: 'passed', findings: [] };
    test('does not care where in the text a scenario stands', () => {
        const cache = new RunCache();
        const program = programOf([]);
        const outcome = cache.set(program, run);
        const moved = program.sources.map((range) => ({ ...range, startLine: range.startLine + 7 }));
        expect(cache.get({ ...program, sources: moved })).toBe(outcome);
        expect(cache.get({ ...program, sources: moved, machine: { ...program.machine } })).toBe(outcome);
        expect(cache.get({ ...program, machine: machineOf({ ramBytes: 2 ** 20 }) })).toBeUndefined();
    });
    test('forgets the oldest first, and keeps what is used', () => {
        const cache = new RunCache();
        const program = (index: number): Program => programOf([], { title: String(index), machine: machineOf({}) });
        for (let index = 0; index < 60; index++) {
            cache.set(program(index), run);
        }
        cache.get(program(0));
        cache.set(program(60), run);
        expect(cache.get(program(0))).toBeDefined();
        expect(cache.get(program(1))).toBeUndefined();
    });
    test('makes a trace again that it has given up', () => {
        const cache = new RunCache(1);
        const programs = [1, 2].map((gib) => programOf([], { machine: machineOf({ ramBytes: gib * 2 ** 30 }) }));
        const outcomes = programs.map((program) => cache.set(program, { ...run, trace: simulate(program) }));
        const [first, second] = programs.map((program, index) => cache.traceOf(outcomes[index]!, program));
        expect([first, second]).toEqual(programs.map((program) => simulate(program)));
        expect(cache.traceOf(outcomes[1]!, programs[1]!)).toBe(second);
        expect(cache.traceOf(outcomes[0]!, programs[0]!)).not.toBe(first);
    });
    test('keeps a trace that takes long to make', () => {
        const cache = new RunCache(0);
        const program = programOf([]);
        const long = traceOf([{ ...stepTrace([]), events: new Array<TraceEvent>(5000).fill(PANIC) }]);
        expect(cache.traceOf(cache.set(program, { ...run, trace: long }), program)).toBe(long);
    });
    test.each([0, 1])('asks no step for its events when a trace is looked at again, in a cache of %i short ones', (most) => {
        const cache = new RunCache(most);
        const program = programOf([]);
        let asked = 0;
        const step = { ...stepTrace([]), get events() { asked += 1; return new Array<TraceEvent>(most === 0 ? 5000 : 5).fill(PANIC); } };
        // A copy of the step would have no getter.
        const outcome = cache.set(program, { ...run, trace: { ...traceOf([]), steps: [step] } });
        const once = asked;
        expect(once).toBe(1);
        for (let look = 0; look < 10; look += 1) cache.traceOf(outcome, program);
        expect(asked).toBe(once);
    });
});
