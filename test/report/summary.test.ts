import { expect, test } from 'vitest';
import { summarize } from '../../server/src/report/step/summary.js';
import type { StepTrace, TraceEvent } from '../../server/src/simulator/trace.js';
import { IGNORED, OOPS, PANIC, RECOVERED, sigbus, stepTrace } from './hand-made.js';

const caught = sigbus({ code: 'BUS_MCEERR_AR', forced: true });

const numbered = (count: number): string[] => Array.from({ length: count }, (_each, index) => `p${index}`);

const ROWS: readonly (readonly [string, StepTrace])[] = [
    ['DIRTY_LRU Recovered · AO→db.main', stepTrace([RECOVERED, sigbus()])],
    ['DIRTY_LRU Recovered · AO→db.main, web.main', stepTrace([RECOVERED, sigbus({ task: 'db.main' }), sigbus({ task: 'web' })])],
    ['DIRTY_LRU Recovered · AR→db.main · AO→web.main', stepTrace([RECOVERED, caught, sigbus({ task: 'web' })])],
    ['2× DIRTY_LRU Recovered · AO→db.main', stepTrace([RECOVERED, RECOVERED, sigbus()])],
    ['DIRTY_LRU Recovered · AO→db.main ×2', stepTrace([RECOVERED, sigbus(), sigbus()])],
    ['DIRTY_LRU Recovered · AO→db.main (ignored), web.main (pending)', stepTrace([RECOVERED, sigbus({ fate: 'ignored' }), sigbus({ task: 'web', fate: 'pending' })])],
    ['KERNEL Ignored · EBUSY', stepTrace([IGNORED], { outcome: { errno: 'EBUSY' } })],
    ['KERNEL Ignored · panic', stepTrace([IGNORED, PANIC], { outcome: { errno: '' } })],
    ['oops · panic', stepTrace([OOPS, PANIC])],
    ['SIGBUS AR lsb 12', stepTrace([caught], { op: 'read', actor: 'db', outcome: { errno: '', signal: caught } })],
    ['SIGBUS AR lsb 12 · db killed', stepTrace([caught, { t: 'exit', process: 'db', signal: 'SIGBUS' }], { op: 'read', actor: 'db', outcome: { errno: '', signal: caught } })],
    ['SIGSEGV SEGV_MAPERR', stepTrace([], { actor: 'db', outcome: { errno: '', signal: sigbus({ signal: 'SIGSEGV', code: 'SEGV_MAPERR', addressLsbBits: null }) } })],
    ['SIGKILL→db.main', stepTrace([sigbus({ signal: 'SIGKILL', code: 'SI_KERNEL' })])],
    ["'C'", stepTrace([], { op: 'read', actor: 'db', outcome: { errno: '', value: 'C' } })],
    [String.raw`'\0'`, stepTrace([], { op: 'read', actor: 'db', outcome: { errno: '', value: '\0' } })],
    ['= 64', stepTrace([], { outcome: { errno: '0', returned: 64 } })],
    ['EIO', stepTrace([], { outcome: { errno: 'EIO' } })],
    ['no page', stepTrace([], { outcome: { errno: '0', pfn: null } })],
    ['CLEAN_LRU Recovered · file log[1] lost', stepTrace([{ t: 'result', pfn: 1, type: 'MF_MSG_CLEAN_LRU', result: 'MF_RECOVERED' }, { t: 'data', fate: 'lost', what: 'file log[1]' }])],
    ['DIRTY_LRU Recovered · AO→p0.main, p1.main, p2.main, p3.main, p4.main', stepTrace([RECOVERED, ...numbered(5).map((task) => sigbus({ task }))])],
    ['DIRTY_LRU Recovered · AO→p0.main, p1.main, p2.main, p3.main, 26 more · p0 killed · p1 killed · p2 killed · p3 killed · 26 more killed · panic', stepTrace([
        RECOVERED, ...numbered(30).flatMap((task): TraceEvent[] => [sigbus({ task }), { t: 'exit', process: task, signal: 'SIGBUS' }]), PANIC])],
    ['log[0] lost · log[1] lost · log[2] lost · log[3] lost · 508 more lost · b stale', stepTrace([...Array.from({ length: 512 }, (_page, index): TraceEvent => ({ t: 'data', fate: 'lost', what: `log[${index}]` })), { t: 'data', fate: 'stale', what: 'b' }])],
    ['not reached', stepTrace([], { skipped: true, outcome: { errno: '' } })],
    ['', stepTrace([])],
];

test.each(ROWS)('%s', (summary, step) => {
    expect(summarize(step)).toBe(summary);
});
