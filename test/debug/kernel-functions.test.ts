// How the kernel came to a decision, held against the calls that the model makes.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { TraceRecorder } from '../../server/src/simulator/trace-recorder.js';
import { decisions, type DecisionId } from '../../server/src/vocabulary/decisions.js';
import { knownFunctions, functionsOf, nextCall, outlineOf, type Call } from '../../server/src/vocabulary/kernel-functions.js';

const root = path.resolve(import.meta.dirname, '../..');
const camel = (name: string): string => name.replaceAll(/_+([a-z0-9])/g, (_all, letter: string, at: number) => at === 0 ? letter : letter.toUpperCase());

/** Functions of the kernel that the model has under the same name. */
const MODELLED = new Set([...knownFunctions()].map(camel));

const calls = new WeakMap<object, readonly string[]>();

/** Writes down who called whom when a decision was taken: the model's functions have the kernel's names. */
function watchCalls(): () => void {
    const { decision } = TraceRecorder.prototype;
    Error.stackTraceLimit = 100;
    TraceRecorder.prototype.decision = function watched(this: TraceRecorder, ...args: Parameters<typeof decision>): void {
        const from = this.events.length;
        decision.apply(this, args);
        const names = new Error().stack!.split('\n').slice(2).map((line) => /at (?:\w+\.)?#?(\w+)/.exec(line.trim())?.[1] ?? '');
        if (this.events.length > from) calls.set(this.events.unpackLast(from), names.slice(0, names.indexOf('perform')).filter((name) => MODELLED.has(name) && !OPERATIONS.has(name)).reverse());
    };
    return () => {
        TraceRecorder.prototype.decision = decision;
        Error.stackTraceLimit = 10;
    };
}

/** Words of the language that the model has functions for, under names that kernel functions have as well. */
const OPERATIONS = new Set(['read', 'write', 'madvise', 'prctl', 'fallocate']);

/** Of these it is said only that they were called by what spoke last. */
const ANYWHERE = new Set(['__free_pages', 'free_pages_prepare', 'folio_put', 'update_and_free_hugetlb_folio', 'dequeue_hugetlb_folio']);

/** What no decision tells apart: copies of the kernel meet memory as accesses of tasks do, huge pages have marks and filters of their own. Few, each of one kind. */
const UNTOLD = new Set(['__wp_page_copy_user.poisoned', 'action_result', 'die', 'machine_check_poll.left', 'make_task_dead.hangs', 'make_task_dead', 'memory.poison-consumed', 'memory_failure.already-poisoned', 'memory_failure.filtered']);

function pathOf(call: Call): string[] {
    return [...call.caller === null ? [] : pathOf(call.caller), call.function];
}

test('what brought the kernel to a decision is what the model called', async () => {
    const files = ['examples', 'test/conformance/scenarios', 'test/resources/traces'].flatMap((folder) =>
        readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp')).map((name) => path.join(root, folder, name)));
    const stop = watchCalls();
    const wrong = new Map<string, number>();
    let right = 0;
    try {
        for (const file of files) {
            const { scenarios } = await new TextAnalyzer((uri) => readFileSync(new URL(uri), 'utf8')).analyze(`file://${file}`, readFileSync(file, 'utf8'));
            for (const { program, trace } of scenarios.flatMap(({ variants }) => variants.slice(0, 3))) {
                for (const step of trace?.steps ?? []) {
                    if (step.race !== undefined || step.guest !== undefined) continue;
                    let last: Call | null = null;
                    const hint = functionsOf({ op: step.op, advice: program.steps[step.index]?.args['advice'], decisions: step.events.flatMap((event) => event.t === 'decision' ? [event.id] : []) });
                    for (const event of step.events) {
                        const called = event.t === 'decision' ? calls.get(event) : undefined;
                        if (event.t !== 'decision' || called === undefined) continue;
                        last = nextCall(decisions()[event.id].function, last, step.op, trace!.arch, hint);
                        const found = pathOf(last).map(camel);
                        // Each has names for parts that the other does without: what both name must stand in the same order.
                        const common = called.filter((name) => found.includes(name));
                        const missing = called.filter((name) => !found.includes(name) && name !== camel(event.id));
                        if (ANYWHERE.has(decisions()[event.id].function) || missing.length === 0 && found.filter((name) => common.includes(name)).join() === [...new Set(common)].join()) right += 1;
                        else wrong.set(`${event.id}: found ${found.join(' > ')}, called ${called.join(' > ')}`, (wrong.get(`${event.id}: found ${found.join(' > ')}, called ${called.join(' > ')}`) ?? 0) + 1);
                    }
                }
            }
        }
    } finally {
        stop();
    }
    const isUntold = (words: string): boolean => UNTOLD.has(words.split(':', 1)[0]!);
    const untold = [...wrong].filter(([words]) => isUntold(words));
    expect(Object.fromEntries([...wrong].filter(([words]) => !isUntold(words)))).toEqual({});
    expect(untold.reduce((sum, [, count]) => sum + count, 0)).toBeLessThan(right / 200);
});

test('every decision stands in the outline of its function, and in that alone', () => {
    const functions = new Set(Object.values(decisions()).map((row) => row.function).filter((name) => name !== ''));
    const listed = [...functions].flatMap((name) => outlineOf(name).map(({ id, when }) => ({ id, when })));

    expect(listed.map(({ id }) => id).sort()).toEqual((Object.keys(decisions()) as DecisionId[]).filter((id) => decisions()[id].function !== '').sort());
    for (const { when } of listed) expect(when).toMatch(/^\S.*[^.]$/);
    for (const name of functions) for (const { id } of outlineOf(name)) expect(decisions()[id].function).toBe(name);
});
