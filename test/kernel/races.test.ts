// Every window of memory_failure(): what follows when somebody acts there.
import { describe, expect, test } from 'vitest';
import { Kernel } from '../../server/src/kernel/kernel.js';
import { memoryFailure } from '../../server/src/kernel/memory-failure/memory-failure.js';
import { MF_SW_SIMULATED } from '../../server/src/kernel/memory-failure/mf-flags.js';
import { Profile } from '../../server/src/kernel/profile.js';
import { QUIET } from '../../server/src/kernel/schedule.js';
import { AnonVma, Folio } from '../../server/src/machine/mm-types.js';
import { buildMachine } from '../../server/src/simulator/build-machine.js';
import type { Competitor, MachineSpec, Place, Step } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import { unpackEvents } from '../../server/src/simulator/events/packed-events.js';
import { TraceRecorder } from '../../server/src/simulator/trace-recorder.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import type { RaceWindowId } from '../../server/src/vocabulary/race-windows.js';
import { at, machine, mapping, process, program, step } from '../simulator/programs.js';
import { competitor, outcomeText, outcomes, raceOf, racedProgram, region, wayText } from '../simulator/races.js';
import { GIGANTIC_PAGE, HUGE_PAGE, earlyProcess } from './page-states/page-state.js';

const FREE = { name: 'buf', source: 0, kind: 'free', pageCount: 1, content: '' };
const PANIC = { 'vm.panic_on_unrecoverable_memory_failure': 1 };

/** A step that injects into a place, on a machine with a name for the frame. */
function corrupt(place: Place): Step {
    return step('corrupt-pfn', { target: place });
}

/** What the step can come to, with the windows of each. */
function possible(spec: Partial<MachineSpec>, target: Place, races: readonly Competitor[], kernel: KernelVersion = '7.3', proposals: readonly string[] = []): Record<string, string[]> {
    return outcomes(racedProgram(machine(spec), corrupt(target), races, kernel, proposals));
}

function lines(trace: StepTrace): string[] {
    return trace.events.flatMap((event) => event.t === 'log' ? [event.text.replace(/0x[0-9a-f]+/g, 'PFN')] : []);
}

/** The log of the first outcome with that text. */
function logOf(spec: Partial<MachineSpec>, target: Place, races: readonly Competitor[], outcome: string): string[] {
    const found = raceOf(simulate(racedProgram(machine(spec), corrupt(target), races))).outcomes.find((each) => outcomeText(each) === outcome);
    return found === undefined ? ['no such outcome'] : lines(found.step);
}

/** memory_failure() on a free frame, with somebody who does anything at all at its windows. */
function handled(act: (kernel: Kernel, window: RaceWindowId, pfn: number, visit: number) => void, version: KernelVersion = '7.3'): { result: string; log: string[]; windows: string[] } {
    const spec = program(machine({ regions: [FREE] }), []);
    const profile = new Profile(version, [], 'x86-64');
    const built = buildMachine(spec, profile);
    const recorder = new TraceRecorder(built);
    const kernel = new Kernel(built, profile, recorder);
    recorder.muted = false;
    const windows: string[] = [];
    kernel.schedule = { ...QUIET, choose: (window, pfn) => {
        windows.push(window);
        act(kernel, window, pfn, windows.filter((each) => each === window).length);
    } };
    memoryFailure(kernel, built.regions.get('buf')!.pfn, MF_SW_SIMULATED, null);
    const events = unpackEvents(recorder.events.take());
    return {
        result: events.flatMap((event) => event.t === 'result' ? [`${event.type} ${event.result}`] : []).join(),
        log: events.flatMap((event) => event.t === 'log' ? [event.text.replace(/0x[0-9a-f]+/g, 'PFN')] : []), windows,
    };
}

describe('W1: marked, not yet tested for being the kernel\'s own', () => {
    test.each(['slab', 'page-table', 'large-kmalloc'])('an allocation as %s is seen by the test of 7.3, and by the grab before', (kind) => {
        const races = [competitor('allocate', { target: region('buf'), kind })];
        expect(possible({ regions: [FREE], sysctls: PANIC }, region('buf'), races)['KERNEL Ignored panic']).toContain('W1');
        expect(Object.keys(possible({ regions: [FREE] }, region('buf'), races, '7.2'))).not.toContain('KERNEL Ignored');
        expect(possible({ regions: [FREE] }, region('buf'), races, '7.2')['GET_HWPOISON Ignored']).toContain('W1');
    });

    test('a slab page that is freed is no longer the kernel\'s own, and not given back to the allocator', () => {
        const slab = { ...FREE, name: 'dentry', kind: 'slab' };
        expect(possible({ regions: [slab], sysctls: PANIC }, region('dentry'), [competitor('free', { target: region('dentry') })])).toEqual({
            'KERNEL Ignored panic': ['quiet'], 'GET_HWPOISON Ignored': ['W1'],
        });
    });
});

describe('W2, W2b, W2c: the grab', () => {
    const app = process('app', [mapping('heap', { pageCount: 1, touched: 'untouched' })]);
    const races = [competitor('write', { target: at('app', 'heap', 0) }, 'app', region('buf'))];

    test('W2: a page taken while the count is read again is in use, or never handlable', () => {
        const found = possible({ regions: [FREE], processes: [app] }, region('buf'), races);
        expect(found['DIRTY_LRU Recovered']).toContain('W2 W2');
        expect(found['GET_HWPOISON Ignored']).toContain('W2');
    });

    test('W2: taken and free again in turns, -EBUSY after three more tries, and not a word about an unhandlable page', () => {
        const { result, log, windows } = handled((kernel, window, pfn) => {
            // Every time the grab has found it free, somebody has a reference when the count is read again, and none at the next try.
            if (window !== 'W2') return;
            const folio = new Folio(pfn, 0, 'flickering', 'buddy', 0, 0);
            let looks = 0;
            Object.defineProperty(folio, 'references', { get: () => (looks += 1) === 1 ? 1 : 0 });
            kernel.machine.memory.place(folio);
        });
        expect(windows).toEqual(['W1', 'W2', 'W2', 'W2', 'W2']);
        expect(result).toBe('MF_MSG_GET_HWPOISON MF_IGNORED');
        expect(log.filter((line) => line.includes('unhandlable'))).toEqual([]);
    });

    test('W2b: the count stays zero outside the buddy allocator: -EIO after three more tries', () => {
        const { result, log, windows } = handled((kernel, window, pfn) => {
            if (window !== 'W2') return;
            const folio = new Folio(pfn, 0, 'being freed', 'none', 0, 0);
            folio.set('lru');
            kernel.machine.memory.place(folio);
        });
        expect(result).toBe('MF_MSG_GET_HWPOISON MF_IGNORED');
        expect(windows.filter((window) => window === 'W2b')).toHaveLength(4);
        expect(log).toContain('Memory failure: PFN: unhandlable page.');
    });

    test('W2c: an isolated page is never handlable, unless it is put back in time', () => {
        const found = possible({ processes: [earlyProcess('db', [mapping('m')])] }, at('db', 'm', 1), [competitor('isolate', { target: at('db', 'm', 1) })]);
        expect(found['GET_HWPOISON Ignored']).toEqual(['W1']);
        expect(found['DIRTY_LRU Recovered AO db']).toContain('W1 W1');
    });

    test.each([[1, 'CLEAN_LRU'], [3, 'CLEAN_LRU'], [4, 'GET_HWPOISON']])('W2c: on the LRU after try %i', (tries, type) => {
        const { result, windows } = handled((kernel, window, pfn, visit) => {
            if (window === 'W1') kernel.machine.memory.place(new Folio(pfn, 0, 'anon', 'none', 0, 1)).owner = new AnonVma();
            if (window === 'W2c' && visit === tries) kernel.machine.memory.folio(pfn).set('lru');
        });
        expect(windows.filter((window) => window === 'W2c')).toHaveLength(tries);
        expect(result).toContain(type);
    });

    test('W2c: batches are drained between the tries: a page that waits on one becomes handlable', () => {
        expect(possible({ processes: [earlyProcess('db', [mapping('m')])] }, at('db', 'm', 1), [competitor('lru-add', { target: at('db', 'm', 1) })])).toEqual({
            'DIRTY_LRU Recovered AO db': expect.arrayContaining(['quiet', 'W1', 'W5']) as string[], 'UNKNOWN Ignored': ['W7', 'W6'], 'CLEAN_LRU Recovered': ['W6'],
        });
    });
});

describe('W3 and W4: a free page taken by a process', () => {
    const app = process('app', [mapping('heap', { pageCount: 1, touched: 'untouched' })]);
    const races = [competitor('write', { target: at('app', 'heap', 0) }, 'app', region('buf'))];
    const spec = { regions: [FREE], processes: [app], sysctls: PANIC };

    test('W3: the fourth version of the panic series panics, 7.3 does not', () => {
        expect(possible(spec, region('buf'), races, '7.0', ['panic-unrecoverable-v4'])['KERNEL_HIGH_ORDER Ignored panic']).toContain('W3');
        expect(possible(spec, region('buf'), races)['KERNEL_HIGH_ORDER Ignored']).toContain('W3');
    });

    test('W4: once, everything starts again with the page in use; twice, Failed', () => {
        const found = possible(spec, region('buf'), races);
        expect(found['BUDDY Failed']).toEqual(['W4 W4 W4 W4']);
        expect(found['DIRTY_LRU Recovered']).toContain('W4 W4');
        expect(found['GET_HWPOISON Ignored']).toContain('W4');
        const failed = raceOf(simulate(racedProgram(machine(spec), corrupt(region('buf')), races))).outcomes.find((each) => outcomeText(each) === 'BUDDY Failed')!;
        expect(failed.ways[0]!.map(({ what }) => what)).toEqual(['the allocator hands the page out', 'write puts the page to use and on an LRU batch', 'the page is given back', 'the allocator hands the page out']);
        expect(failed.step.events.filter((event) => event.t === 'decision' && event.id === 'memory_failure.starts-again')).toHaveLength(1);
    });

    test.each(['DEBUG_VM', 'init_on_alloc', 'init_on_free', 'page_poison', 'debug_pagealloc'])('%s: pages are checked, and a marked one is dropped: in no list, and nobody has it', (option) => {
        const found = possible({ ...spec, config: { [option]: 'y' } }, region('buf'), races);
        expect(Object.keys(found).sort()).toEqual(['BUDDY Recovered', 'CLEAN_LRU Recovered', 'DIRTY_LRU Recovered', 'GET_HWPOISON Ignored', 'KERNEL_HIGH_ORDER Ignored']);
        expect(found['BUDDY Recovered']).toEqual(['quiet']);
        expect(found['KERNEL_HIGH_ORDER Ignored']).toEqual(['W3']);
        expect(found['GET_HWPOISON Ignored']).toEqual(expect.arrayContaining(['W1', 'W2', 'W4']));
        expect(found['DIRTY_LRU Recovered']!.every((way) => way.startsWith('W1'))).toBe(true);
    });

    test('nobody takes it: recovered, and nothing else', () => {
        expect(possible(spec, region('buf'), [competitor('isolate', { target: region('buf') })])).toEqual({ 'BUDDY Recovered': ['quiet'] });
    });
});

describe('W5: a reference on a huge page before it is split', () => {
    const spec = { processes: [earlyProcess('db', [mapping('m', { pageCount: 512, folioBytes: HUGE_PAGE })])] };
    const target = at('db', 'm', 5);

    test.each([['get', competitor('get', { target })], ['pin', competitor('pin', { target, by: 'longterm' }, 'db')]])('%s: not split, and everybody is told', (_name, race) => {
        expect(possible(spec, target, [race])['UNSPLIT_THP Failed AO db']).toEqual(expect.arrayContaining(['W1', 'W5']));
        expect(possible(spec, target, [race], '6.6')['UNSPLIT_THP Ignored']).toEqual(expect.arrayContaining(['W1', 'W5']));
    });
});

describe('W6: isolated after the reference was taken', () => {
    const spec = { processes: [earlyProcess('db', [mapping('m')])], sysctls: PANIC };
    const races = [competitor('isolate', { target: at('db', 'm', 1) })];

    test('saved flags without PG_lru: unknown, and 6.6 calls it Failed', () => {
        expect(possible(spec, at('db', 'm', 1), races)['UNKNOWN Ignored']).toEqual(['W5', 'W7', 'W6']);
        expect(possible(spec, at('db', 'm', 1), races, '6.6')['UNKNOWN Failed']).toEqual(['W5', 'W7', 'W6']);
        expect(possible(spec, at('db', 'm', 1), races, '7.0', ['panic-unrecoverable-v4'])['UNKNOWN Ignored panic']).toEqual(['W5', 'W7', 'W6']);
    });

    test('saved flags with PG_lru, or put back in time: a row of the LRU without unmapping', () => {
        const program = racedProgram(machine(spec), corrupt(at('db', 'm', 1)), races);
        const clean = raceOf(simulate(program)).outcomes.find((each) => outcomeText(each) === 'CLEAN_LRU Recovered')!;
        expect(clean.ways.map(wayText)).toContain('W6');
        expect(clean.step.events.some((event) => event.t === 'decision' && event.id === 'hwpoison_user_mappings.unmapped')).toBe(false);
    });

    test('reclaim puts the page back when the handler holds a reference, and takes it away before', () => {
        const swaps = [{ name: 'swap', source: 0, backing: 'device' as const, bytes: 2 ** 26 }];
        const found = possible({ ...spec, swaps }, at('db', 'm', 1), [competitor('reclaim', { target: at('db', 'm', 1) })]);
        expect(Object.keys(found).sort()).toEqual(['CLEAN_LRU Recovered', 'DIRTY_LRU Recovered AO db', 'GET_HWPOISON Ignored', 'UNKNOWN Ignored']);
    });
});

describe('W7: truncated before the folio is locked', () => {
    const file = { name: 'f', source: 0, type: 'ext4', bytes: 4 * 4096, cached: 'dirty' as const, folioBytes: 4096, content: '', locked: false, held: false };
    const target: Place = { kind: 'file', file: 'f', page: 1, pageCount: 1, byteOffset: 0 };
    const races = [competitor('ftruncate', { file: 'f', length: 0 }, 'root')];

    test('no mapping any more, and still on the LRU', () => {
        const found = possible({ files: [file] }, target, races);
        expect(found['TRUNCATED_LRU Ignored']).toEqual(['W5', 'W7']);
        // Freed before the grab: the marked page is kept out of the allocator.
        expect(found['GET_HWPOISON Ignored']).toEqual(['W1']);
    });

    test('truncation sleeps on the folio lock that the handler holds, with a reference that makes it fail', () => {
        const race = raceOf(simulate(racedProgram(machine({ files: [file] }), corrupt(target), races)));
        expect(race.outcomes.flatMap((outcome) => outcome.ways.flat().some(({ window }) => window === 'W6' || window === 'W8') ? [outcomeText(outcome)] : [])).toEqual([expect.stringMatching(/LRU Failed/)]);
    });

    // Seen on 7.3.4: before it sleeps, it has unmapped the pages.
    test('it unmaps the page before it sleeps: who was not collected by then hears nothing', () => {
        const dirty = { ...file, cached: 'dirty' as const };
        const db = earlyProcess('db', [mapping('m', { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true, touched: 'written' })]);
        const found = possible({ files: [dirty], processes: [db] }, target, races);
        expect(found['DIRTY_LRU Recovered AO db']).toContain('quiet');
        expect(found['DIRTY_LRU Failed']).toEqual(expect.arrayContaining(['W6']));
        expect(found['DIRTY_LRU Failed AO db']).toEqual(['W8']);
    });
});

describe('W8: dirtied without the folio lock', () => {
    const file = { name: 'f', source: 0, type: 'ext4', bytes: 4 * 4096, cached: 'clean' as const, folioBytes: 4096, content: '', locked: false, held: false };
    const db = earlyProcess('db', [mapping('m', { from: { kind: 'file', file: 'f', pageOffset: 0 }, shared: true, touched: 'read' })]);
    const races = [competitor('mark-dirty', { target: at('db', 'm', 1) })];

    test('the row follows the bit; the process is told only when it was seen before the kill decision', () => {
        const found = possible({ files: [file], processes: [db] }, at('db', 'm', 1), races);
        expect(found['CLEAN_LRU Recovered']).toContain('quiet');
        expect(found['DIRTY_LRU Recovered AO db']).toEqual(expect.arrayContaining(['W1', 'W8']));
        expect(found['DIRTY_LRU Recovered']).toEqual(['W8']);
    });
});

describe('W9: a short reference when references are counted', () => {
    const file = { name: 'f', source: 0, type: 'ext4', bytes: 4 * 4096, cached: 'clean' as const, folioBytes: 4096, content: '', locked: false, held: false };
    const target: Place = { kind: 'file', file: 'f', page: 1, pageCount: 1, byteOffset: 0 };

    test('Failed, with the number of users; put in time it does no harm', () => {
        const races = [competitor('get', { target })];
        const found = possible({ files: [file] }, target, races);
        expect(Object.keys(found)).toEqual(['CLEAN_LRU Recovered', 'CLEAN_LRU Failed']);
        expect(found['CLEAN_LRU Failed']).toEqual(expect.arrayContaining(['W1', 'W8']));
        expect(logOf({ files: [file] }, target, races, 'CLEAN_LRU Failed')).toContain('Memory failure: PFN: clean LRU page still referenced by 1 users');
    });
});

describe('W10: hugetlb', () => {
    const spare = { ...FREE, name: 'spare', kind: 'hugetlb-free' };
    const app = process('app', [mapping('huge', { pageCount: 512, touched: 'untouched', hugetlbShift: 21, folioBytes: HUGE_PAGE })]);
    const pool = (pageCount: number, reserved = 0): Partial<MachineSpec> => ({ hugetlbPools: [{ source: 0, shift: 21, pageCount, reserved, overcommit: 0 }], regions: [spare], processes: [app] });
    const write = competitor('write', { target: at('app', 'huge', 0) }, 'app', region('spare'));

    test('neither free nor migratable, twice: ignored; once: in use or free', () => {
        const found = possible(pool(2), region('spare'), [write]);
        expect(found['GET_HWPOISON Ignored']).toEqual(expect.arrayContaining(['W10']));
        expect(found['HUGE Recovered']).toEqual(expect.arrayContaining(['W10 W10']));
        expect(found['FREE_HUGE Recovered']).toEqual(expect.arrayContaining(['quiet']));
    });

    test('free, but the pool has nothing to spare any more: failed', () => {
        // Nothing is promised to a child: its copy takes the one that was to spare.
        const parent = process('app', [mapping('huge', { pageCount: 512, hugetlbShift: 21, folioBytes: HUGE_PAGE })]);
        const copy = competitor('write', { target: at('app', 'huge', 0) }, 'child');
        const found = possible({ ...pool(3, 1), processes: [parent, process('child', [], { forkedFrom: 'app' })] }, region('spare', 0), [copy]);
        expect(found['FREE_HUGE Recovered']).toContain('quiet');
        expect(found['FREE_HUGE Failed']).toContain('W10');
    });

    test('dissolved before: the normal path; dissolved after it was found: the mark has moved to a page that can be taken off', () => {
        const found = possible(pool(2), region('spare'), [competitor('dissolve', { target: region('spare') })]);
        expect(found).toEqual({ 'FREE_HUGE Recovered': ['quiet', 'W10'], 'BUDDY Recovered': ['W10'] });
    });

    test('a page of 1 GiB that is demoted is one of 2 MiB', () => {
        const gigantic = { ramBytes: 2 ** 33, hugetlbPools: [{ source: 0, shift: 30, pageCount: 1, reserved: 0, overcommit: 0 }], regions: [spare] };
        const trace = simulate(racedProgram(machine(gigantic), corrupt(region('spare')), [competitor('demote', { target: region('spare') })]));
        const [quiet, demoted] = raceOf(trace).outcomes[0]!.ways;
        expect([quiet, demoted?.map(({ what }) => what)]).toEqual([[], ['demote']]);
        const after = simulate(program(machine(gigantic), [step('demote', { target: region('spare') }, 'kernel'), corrupt(region('spare')), step('hugepages')]));
        expect(after.steps.map(({ outcome }) => outcome.text ?? outcome.errno)).toEqual(['0', '0', 'total=511 free=511']);
        expect(GIGANTIC_PAGE / HUGE_PAGE).toBe(512);
    });
});

describe('W11: munlocked', () => {
    const spec = { processes: [earlyProcess('db', [mapping('m', { mlocked: true })])] };
    const races = [competitor('munlock', { target: at('db', 'm', 1) }, 'db')];

    test('the mlocked rows appear only while the page is off the LRU and still mlocked', () => {
        const found = possible(spec, at('db', 'm', 1), races);
        expect(found['DIRTY_LRU Recovered AO db']).toContain('quiet');
        expect(found['CLEAN_MLOCKED_LRU Recovered']).toEqual(['W5', 'W7', 'W6', 'W11']);
        expect(Object.keys(possible(spec, at('db', 'm', 1), [competitor('get', { target: at('db', 'm', 1) })])).some((outcome) => outcome.includes('MLOCKED'))).toBe(false);
    });
});

describe('bounds', () => {
    test('what several ways have in common is explored once: a million interleavings come to an end', () => {
        const target = at('db', 'm', 1);
        const race = raceOf(simulate(racedProgram(machine({ processes: [earlyProcess('db', [mapping('m')])] }), corrupt(target), ['isolate', 'get', 'lru-add', 'mark-dirty'].map((op) => competitor(op, { target })))));
        expect([race.limit, race.interleavings]).toEqual([null, 1_195_046]);
        expect(race.outcomes.reduce((sum, { interleavings }) => sum + interleavings, 0)).toBe(race.interleavings);
    });

    test('four that want one free page come to an end, with every outcome that two of them have', () => {
        const tasks = ['a', 'b', 'c'];
        const spec = machine({ regions: [FREE], processes: tasks.map((name) => process(name, [mapping('heap', { touched: 'untouched' })])) });
        const writes = tasks.map((name) => competitor('write', { target: at(name, 'heap', 0) }, name, region('buf')));
        const slab = competitor('allocate', { target: region('buf'), kind: 'slab' });
        const [two, four] = [[writes[0]!, slab], [...writes, slab]].map((races) => raceOf(simulate(racedProgram(spec, corrupt(region('buf')), races))));
        expect(four!.limit).toBeNull();
        expect(new Set(four!.outcomes.map(outcomeText))).toEqual(new Set(two!.outcomes.map(outcomeText)));
    });

    test('a competitor that can do nothing is named', () => {
        const race = raceOf(simulate(racedProgram(machine({ regions: [FREE] }), corrupt(region('buf')), [competitor('isolate', { target: region('buf') }), competitor('allocate', { target: region('buf'), kind: 'slab' })])));
        expect(race.competitors.map(({ op, idle }) => [op, idle])).toEqual([['isolate', true], ['allocate', false]]);
    });

    test('a step that has not come to memory_failure() opens no window', () => {
        const race = raceOf(simulate(racedProgram(machine({ regions: [FREE] }), step('wait', { duration: 1 }), [competitor('allocate', { target: region('buf'), kind: 'slab' })])));
        expect([race.windows, race.outcomes.length, race.interleavings]).toEqual([[], 1, 1]);
    });
});
