import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { explanationMarkdown } from '../../server/src/report/explanation/markdown.js';
import { summarize } from '../../server/src/report/step/summary.js';
import { shareWords } from '../../server/src/report/sweeps/fates.js';

const MACHINE = `scenario "s" {
    memory 64 MiB
    node 0 at phys 0 size 32 MiB
    node 1 at phys 32 MiB size 32 MiB
    sysctl vm.panic_on_unrecoverable_memory_failure = 1
    region dentries = slab 30 pages
    region modules = vmalloc 10 pages
    process db { prctl PR_MCE_KILL_EARLY; sigbus handler longjmp; map heap = anon 60 pages written }
    page first = heap[0]
`;

async function run(steps: string) {
    const report = await new TextAnalyzer().analyze('file:///sweep.hwp', `${MACHINE}${steps}\n}`);
    return report.scenarios[0]!;
}

describe('sweeps', () => {
    test.each([
        ['dentries', 'panic', 'passed', '100 %'], ['dentries', 'panic at most 99 %', 'failed', '100 %: dentries 100 %'], ['modules', 'panic at most 0 %', 'passed', '0 %'],
        ['db', 'MF_RECOVERED SIGBUS BUS_MCEERR_AO to db', 'passed', '100 %'], ['db', 'no signal', 'failed', '0 %; not in db.heap 100 %'],
        ['db', 'survives db at least 100 %', 'passed', '100 %'], ['db', 'one of { MF_MSG_DIRTY_LRU }', 'passed', '100 %'], ['db', 'never { panic }', 'passed', '100 %'],
    ])('over %s: %s %s', async (over, claim, status, actual) => {
        const { verdicts, issues } = await run(`    sweep every page of ${over}: machine-check UE\n        expect ${claim.replace('{ ', '{\n').replace(' }', '\n}')}`);
        expect(issues.filter(({ severity }) => severity === 'error' && !status.startsWith('failed'))).toEqual([]);
        expect(verdicts.map((verdict) => [verdict.status, verdict.actual])).toContainEqual([status, actual]);
    });

    test('shares of all pages, by node too, and what the hint and the hover say', async () => {
        const { trace, status } = await run('    sweep every page of s: machine-check UE'.replace('of s', 'of node 0'));
        const step = trace!.steps[0]!;
        expect(step.sweep).toMatchObject({ over: 'node 0', pageCount: 8192, limit: null });
        expect(step.events).toEqual([]);
        expect(summarize(step)).toMatch(/^\d+(\.\d+)? % Recovered · /);
        expect(explanationMarkdown(trace!, 0)).toContain('| dentries |');
        expect(status).toBe('passed');
    });

    test('each page is met on the machine that the steps before it leave, and the machine goes on untouched', async () => {
        const { trace } = await run('    corrupt-pfn heap[3]\n    sweep every page of db: corrupt-pfn\n    db: read heap[4]\n        expect value "E"');
        expect(trace!.steps[1]!.sweep!.pageCount).toBe(59);
        expect(trace!.steps[2]!.outcome.value).toBe('E');
        expect(trace!.end.counters.poisonedPages).toBe(1);
    });

    test.each([[0, 10, '0 %'], [10, 10, '100 %'], [1, 3, '33.3 %'], [1, 268_435_456, '0.00000037 %'], [268_435_455, 268_435_456, '99.99999963 %'], [1, 0, '–']])('%i of %i pages are %s', (pages, of, words) => {
        expect(shareWords(pages, of)).toBe(words);
    });
});
