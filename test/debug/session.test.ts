// A session over a run: motions, breakpoints, the call stack, the state, expressions.
import { beforeAll, describe, expect, test } from 'vitest';
import type { DebugSession } from '../../server/src/debug/session.js';
import type { DebugBreakpoint } from '../../server/src/debug/messages.js';
import { decisionAtLine } from '../../server/src/debug/outline.js';
import { tooLong } from '../../server/src/simulator/recording/record-states.js';
import { session, URI, walk, where } from './sessions.js';

const TEXT = `scenario "early kill" {
    kernel 7.3
    process db {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map heap = anon 16 KiB written
    }
    page bad = heap[2]

    corrupt-pfn bad
    db: read heap[2]
    db: read heap[1]
    corrupt-pfn bad
    expect survives db
}
`;

let debugged: DebugSession;
beforeAll(async () => {
    debugged = await session(TEXT);
});

function hits(breakpoint: Omit<DebugBreakpoint, 'id'>, direction: 'continue' | 'reverse' = 'continue'): { readonly where: string; readonly text: string; readonly reason: string }[] {
    debugged.setBreakpoints([{ ...breakpoint, id: 1 } as DebugBreakpoint]);
    const found = [];
    for (let position = direction === 'continue' ? 0 : debugged.timeline.positions.end; ;) {
        const stop = debugged.move(position, direction, 1);
        if (stop.breakpoints.length === 0) return found;
        found.push({ where: debugged.stack(stop.position, 1)[0]!.name, text: stop.text, reason: stop.reason });
        ({ position } = stop);
    }
}

/** The position at which a decision is taken for the first time. */
function at(id: string): number {
    debugged.setBreakpoints([{ id: 1, kind: 'function', name: id }]);
    return debugged.move(0, 'continue', 1).position;
}

const value = (expression: string, position: number): unknown => {
    const found = debugged.evaluate(position, 1, expression);
    return 'error' in found ? found : found.value;
};

describe('motions', () => {
    test('over steps, into decisions, out of functions', () => {
        expect(walk(debugged, 0, ['in', 'in', 'in', 'out', 'out', 'next', 'next', 'next'])).toEqual([
            'memory_failure() memory_failure.marked', 'get_any_page() get_any_page.in-use', 'add_to_kill() add_to_kill', 'hwpoison_user_mappings() hwpoison_user_mappings.unmapped',
            'db: read heap[2]', 'db: read heap[1]', 'corrupt-pfn bad', 'the end of the scenario',
        ]);
    });

    test('over calls: what a function calls is passed by', () => {
        expect(walk(debugged, at('memory_failure.marked'), ['next', 'next'])).toEqual(['db: read heap[2]', 'db: read heap[1]']);
        expect(walk(debugged, at('hwpoison_user_mappings.unmapped'), ['next', 'next'])).toEqual(['identify_page_state() identify_page_state', 'db: read heap[2]']);
    });

    test('back is the way that one came', () => {
        const { end } = debugged.timeline.positions;
        expect(walk(debugged, end, ['back', 'back', 'back', 'back', 'back'])).toEqual(['corrupt-pfn bad', 'db: read heap[1]', 'db: read heap[2]', 'corrupt-pfn bad', 'corrupt-pfn bad']);
        expect(walk(debugged, at('hwpoison_user_mappings.unmapped'), ['back', 'in', 'in'])).toEqual(['get_any_page() get_any_page.in-use', 'add_to_kill() add_to_kill', 'hwpoison_user_mappings() hwpoison_user_mappings.unmapped']);
    });

    test('without breakpoints a run ends at the end, and backwards at the beginning', () => {
        debugged.setBreakpoints([]);
        const end = debugged.move(0, 'continue', 1);
        expect([end.reason, debugged.stack(end.position, 1)[0]!.place?.line]).toEqual(['end', 14]);
        expect(debugged.move(end.position, 'reverse', 1)).toMatchObject({ position: 0, reason: 'entry' });
        expect(end.output.map(({ text }) => text)).toContain('[    0.000000] Memory failure: 0x4003: recovery action for dirty LRU page: Recovered');
    });

    test('steps can be gone to by their line', () => {
        expect(debugged.stepsAt(URI, 11).map(({ label }) => label)).toEqual(['3: db: read heap[1]']);
        expect(where(debugged, debugged.goTo(debugged.stepsAt(URI, 11)[0]!.position).position)).toBe('db: read heap[1]');
    });
});

describe('breakpoints', () => {
    test('on a line: the step that stands there, or the next one', () => {
        expect(hits({ kind: 'line', uri: URI, line: 10 } as never).map((hit) => hit.where)).toEqual(['db: read heap[2]']);
        expect(debugged.setBreakpoints([{ id: 7, kind: 'line', uri: URI, line: 3 }])).toEqual([{ id: 7, verified: true, line: 9 }]);
        expect(debugged.setBreakpoints([{ id: 7, kind: 'line', uri: URI, line: 40 }])).toMatchObject([{ verified: false }]);
    });

    test('on a function and on a decision, also backwards', () => {
        expect(hits({ kind: 'function', name: 'get_hwpoison_page()' } as never).map((hit) => hit.text)).toEqual(['get_any_page.in-use']);
        expect(hits({ kind: 'function', name: 'memory_failure' } as never, 'reverse').map((hit) => hit.text)).toEqual(['memory_failure.already-poisoned', 'memory_failure.marked']);
        expect(hits({ kind: 'function', name: 'do_sigbus.hwpoison' } as never)).toEqual([{ where: 'do_sigbus()', text: 'do_sigbus.hwpoison', reason: 'function breakpoint' }]);
        expect(debugged.setBreakpoints([{ id: 1, kind: 'function', name: 'get_hwposion_page' }])[0]).toMatchObject({ verified: false, message: expect.stringContaining('did you mean `get_hwpoison_page`?') as string });
    });

    test('with conditions, counts and log points', () => {
        expect(hits({ kind: 'function', name: 'action_result', condition: 'node 0 total > 0 and poisoned bad' } as never)).toHaveLength(2);
        expect(hits({ kind: 'function', name: 'action_result', condition: 'note = "MF_MSG_ALREADY_POISONED MF_FAILED"' } as never)).toHaveLength(1);
        expect(hits({ kind: 'function', name: 'action_result', hitCondition: '2' } as never)).toHaveLength(1);
        expect(hits({ kind: 'function', name: 'action_result', hitCondition: '>= 1' } as never)).toHaveLength(2);
        debugged.setBreakpoints([{ id: 1, kind: 'function', name: 'get_any_page', logMessage: 'refcount {bad.refcount}, {nonsense}' }]);
        expect(debugged.move(0, 'continue', 1)).toMatchObject({ reason: 'end', output: expect.arrayContaining([expect.objectContaining({ kind: 'point', text: expect.stringMatching(/^refcount 2, \{`nonsense` is no place/) as string })]) as never[] });
        expect(debugged.setBreakpoints([{ id: 1, kind: 'function', name: 'action_result', condition: '(bad' }])[0]).toMatchObject({ verified: false });
        expect(debugged.setBreakpoints([{ id: 1, kind: 'function', name: 'action_result', hitCondition: 'often' }])[0]).toMatchObject({ verified: false });
    });

    test('on signals, and on what changes', () => {
        expect(hits({ kind: 'filter', filter: 'sigbus' } as never).map(({ text }) => text)).toEqual(['SIGBUS BUS_MCEERR_AO to db', 'SIGBUS BUS_MCEERR_AR to db']);
        expect(hits({ kind: 'filter', filter: 'page' } as never).map(({ text }) => text)).toEqual(['bad: PG_hwpoison no → yes']);
        expect(hits({ kind: 'filter', filter: 'panic' } as never)).toEqual([]);
        const { dataId } = debugged.evaluate(0, 1, 'node 0 recovered') as { dataId: string };
        expect(hits({ kind: 'data', dataId } as never).map(({ text, reason }) => [text, reason])).toEqual([[expect.stringContaining('recovered 0 → 1'), 'data breakpoint']]);
        const frame = debugged.evaluate(0, 1, 'bad') as { dataId: string };
        expect(hits({ kind: 'data', dataId: frame.dataId } as never).map(({ text }) => text).slice(0, 2)).toEqual(['bad: PG_hwpoison no → yes', 'bad: refcount 1 → 2']);
    });
});

describe('where one is', () => {
    test('the calls that led there, and the step below them', () => {
        expect(where(debugged, at('get_any_page.in-use'))).toBe('get_any_page() < get_hwpoison_page() < memory_failure() < hwpoison_inject() < corrupt-pfn bad');
        expect(where(debugged, at('kill_proc.action-optional'))).toBe('kill_proc() < kill_procs() < hwpoison_user_mappings() < memory_failure() < hwpoison_inject() < corrupt-pfn bad');
        expect(where(debugged, at('do_sigbus.hwpoison'))).toBe('do_sigbus() < do_user_addr_fault() < exc_page_fault() < db: read heap[2]');
    });

    test('a function shows its decisions in order, the taken one marked, the others with what would have taken them', () => {
        const position = at('get_any_page.in-use');
        const { text, line } = debugged.outline(position, 1, 'get_any_page');
        const lines = text.split('\n');

        expect(lines[line]).toBe('▶ A reference was taken: the page is in use. (pfn 0x4003, anon, refcount 2) [get_any_page.in-use]');
        expect(lines.filter((each) => each.includes('not taken; it is when:'))).toHaveLength(6);
        expect(decisionAtLine('get_any_page', line + 1)).toEqual({ id: 'get_any_page.in-use', line });
        expect(hits({ kind: 'outline', function: 'get_any_page', line } as never).map((hit) => hit.text)).toEqual(['get_any_page.in-use']);
        expect(debugged.outline(position, 1, 'memory_failure').text.split('\n').filter((each) => each.startsWith('▶'))).toEqual(['▶ PG_hwpoison is set. (pfn 0x4003) [memory_failure.marked]']);
    });
});

describe('the state', () => {
    test('frames, processes, counters, with what the last step changed', () => {
        const [marked, grabbed] = [at('memory_failure.marked'), at('get_any_page.in-use')];
        expect(debugged.scopes(grabbed, marked, 1).map(({ title }) => title)).toEqual(['Changed by the last step', 'Frames', 'Processes', 'Counters', 'Machine']);
        expect(debugged.variables(grabbed, marked, 'changed').map(({ name, value }) => [name, value])).toEqual([['bad refcount', '1 → 2']]);
        const [frame] = debugged.variables(grabbed, marked, '["frames"]');
        expect(frame).toMatchObject({ name: 'bad (0x4003)', value: 'poisoned, anon, refcount 2, db:heap[2] (changed)', evaluateName: 'bad', changed: true });
        expect(debugged.variables(grabbed, marked, frame!.path).find(({ name }) => name === 'refcount')).toMatchObject({ value: '2 (was 1)', evaluateName: 'bad.refcount', changed: true });
        expect(debugged.variables(grabbed, marked, '["processes","db","threads"]')).toMatchObject([{ name: 'main', value: 'policy early' }]);
        expect(debugged.variables(grabbed, marked, '["processes","db","mappings","heap"]').find(({ name }) => name === '[2]')).toMatchObject({ value: 'present 0x4003 dirty writable', evaluateName: 'db:heap[2]' });
        // Going back shows what that takes back.
        expect(debugged.variables(marked, grabbed, 'changed').map(({ name, value }) => [name, value])).toEqual([['bad refcount', '2 → 1']]);
    });

    test('the language\'s own places', () => {
        const end = debugged.timeline.positions.end;
        expect(value('heap[2]', 0)).toMatch(/^present 0x4003 dirty writable · not poisoned, anon, refcount 1, db:heap\[2\]$/);
        expect(value('db.heap[2]', end)).toMatch(/^hwpoison 0x4003 · poisoned/);
        expect(['bad.refcount', 'node 0 recovered', 'HardwareCorrupted', 'db', 'db.main.policy', 'panic', 'vm.memory_failure_recovery', 'pfn 0x4003', 'poisoned heap[2]', 'killed db', 'survives db', 'operation', 'step'].map((each) => value(each, end))).toEqual([
            '1', '1', '4 KiB', 'runs, pid 100', 'early', 'no', '1', expect.stringMatching(/^poisoned/), 'yes', 'no', 'yes', 'end', '5',
        ]);
        expect([value('HardwareCorrupted >= 4 KiB', end), value('not panic and (node 0 total = 1 or killed db)', end), value('bad.kind = anon', end)]).toEqual(['yes', 'yes', 'yes']);
        expect(value('nowhere[3]', end)).toEqual({ error: expect.stringContaining('`nowhere[3]`') as string });
        for (const nonsense of ['', '(', '= 3', 'bad =', `${'('.repeat(500)}bad`, 'bad.refcount.refcount', '__proto__', 'constructor', '"', '{}']) expect(value(nonsense, end)).toEqual({ error: expect.any(String) as string });
    });
});

test('a race is stepped the way that was chosen, and the competitor stands in the stack', async () => {
    const text = 'scenario "race" {\n    kernel 7.3\n    region buf = free 1 page\n    process app { map heap = anon 1 page untouched }\n    corrupt-pfn buf\n        race app: write heap[0] from buf\n    wait 1 s\n}\n';
    const raced = await session(text, [1, 0]);
    raced.setBreakpoints([{ id: 1, kind: 'function', name: 'meanwhile.acts' }]);
    const stop = raced.move(0, 'continue', 1);

    expect(raced.stack(stop.position, 1).map(({ name, place }) => [name, place?.line])).toEqual([['another task, meanwhile', 5], ['memory_failure()', undefined], ['hwpoison_inject()', undefined], ['corrupt-pfn buf', 4]]);
    // What comes after the race belongs to nobody interfering.
    expect(raced.timeline.trace.steps).toHaveLength(1);
});

test('host and guest are two threads', async () => {
    const text = `scenario "guest" {
    kernel 7.3
    process qemu {
        sigbus handler longjmp
        map ram = anon 64 MiB written
        guest vm backed by ram {
            kernel 7.3
            process app { map heap = anon 16 KiB written }
        }
    }
    corrupt-pfn vm.heap[1]
    in vm app: read heap[1]
}
`;
    const guest = await session(text);
    expect(guest.timeline.sides).toEqual(['', 'vm']);
    const moved = guest.move(0, 'next', 2);
    expect(moved.thread).toBe(2);
    expect(guest.scopes(moved.position, 0, 2).map(({ title }) => title)).toContain('Processes');
    expect(guest.variables(moved.position, 0, '["guests","vm","processes"]').map(({ name }) => name)).toEqual(['app']);
    expect(guest.evaluate(moved.position, 1, 'vm.heap[1]')).toHaveProperty('value');
});

test('a scenario that panics at its first step', async () => {
    const text = 'scenario "panic" {\n    kernel 7.3\n    sysctl vm.memory_failure_recovery = 0\n    region buf = free 1 page\n    corrupt-pfn buf\n    corrupt-pfn buf\n}\n';
    const panics = await session(text);
    panics.setBreakpoints([{ id: 3, kind: 'filter', filter: 'panic' }]);
    const stop = panics.move(0, 'continue', 1);
    expect(stop).toMatchObject({ reason: 'exception', breakpoints: [3], text: 'panic: Memory failure on page 4001' });
    expect(where(panics, stop.position)).toBe('memory_failure() < hwpoison_inject() < corrupt-pfn buf');
    expect(panics.evaluate(stop.position, 1, 'panic')).toMatchObject({ value: 'Memory failure on page 4001' });
});

describe('long runs', () => {
    const page = 'scenario "pages" {\n    kernel 7.3\n    process db { map heap = anon 8 MiB written }\n';

    test('a step that is about many pages: what a decision changes is known where it is taken', async () => {
        const long = await session(`${page}    db: madvise heap MADV_HWPOISON\n}\n`);
        expect(long.timeline.states.limits.join(' ')).toMatch(/^The run is long: .* 1792 more frames/);
        long.setBreakpoints([{ id: 1, kind: 'function', name: 'hwpoison_user_mappings.unmapped', hitCondition: '1000' }]);
        const { position } = long.move(0, 'continue', 1);
        const pfn = long.timeline.decisionAt(position)!.pfn!;
        expect(long.variables(position, position - 1, 'changed').map(({ name }) => name)).toEqual(expect.arrayContaining([`0x${pfn.toString(16)} mapcount`]));
        // From there on by each motion, and back again.
        expect(walk(long, position, ['next', 'back', 'in', 'out', 'back']).length).toBe(5);
        expect(long.variables(position, position, '["frames"]')).toHaveLength(200);
        expect(long.variables(position, 0, 'changed').at(-1)).toMatchObject({ name: expect.stringMatching(/^\d+ more$/) as string });
    });

    test('steps of many pages: each is looked at when it is named', async () => {
        const long = await session(`${page}${Array.from({ length: 1500 }, (_each, index) => `    corrupt-pfn heap[${index}]\n`).join('')}}\n`);
        long.setBreakpoints([{ id: 1, kind: 'function', name: 'hwpoison_user_mappings.unmapped', hitCondition: '1400' }]);
        const { position } = long.move(0, 'continue', 1);
        const pfn = long.timeline.decisionAt(position)!.pfn!;
        const found = long.evaluate(position, 1, `pfn 0x${pfn.toString(16)}`);
        expect(found).toMatchObject({ value: expect.stringMatching(/^poisoned, /) as string });
        expect(long.evaluate(position, 1, `poisoned pfn 0x${pfn.toString(16)}`)).toMatchObject({ value: 'yes' });
    });

    test('one that is too long is refused, and says how long it may be', () => {
        const [step] = debugged.timeline.trace.steps;
        const trace = { ...debugged.timeline.trace, steps: Array.from({ length: 1000 }, () => ({ ...step!, events: Array.from({ length: 1001 }, () => step!.events[0]!) })) };
        expect(tooLong(trace)).toBe('The run has 1,001,000 events in 1,000 steps; up to 1,000,000 can be stepped through. Debug a scenario with fewer of its steps.');
        expect(tooLong(debugged.timeline.trace)).toBeNull();
    });
});

test('pins are counted one by one, though a long-term pin of a page is many references', async () => {
    const pinned = await session('scenario "pins" {\n    kernel 7.3\n    process db { map heap = anon 4 pages written; pin heap[1] by longterm }\n    page held = heap[1]\n    corrupt-pfn held\n}\n');
    const values = ['held.pins', 'held.refcount'].map((each) => pinned.evaluate(0, 1, each)).map((each) => 'value' in each ? each.value : each);
    expect(values).toEqual(['1, 1 of them for long', '1025']);
});
