/**
 * What the model makes of an incident: candidates for the page and the way in are written as scenarios, run on the kernel of the log, and the first whose log holds the
 * incident's lines is the reproduction. Nothing is taken from the lines but what they say; where no candidate fits, the nearest one and what differs are given.
 */
import type { Overrides } from '../../analysis/overrides.js';
import type { FileReport } from '../../report/judgement/scenario-report.js';
import type { Trace } from '../../simulator/trace.js';
import { resolveKernel, KERNELS } from '../../vocabulary/kernels.js';
import { messageEvent } from '../events/reader.js';
import type { MessageEvent } from '../events/event.js';
import type { BootSummary, Handling, Incident, Outcome, WhatIf } from '../judgement/incident.js';
import { PAGES_BY_TYPE, PAGES_WITHOUT_ACTION, type PageGuess } from './page-guesses.js';

/** Reads and runs a text; the caller has the language. */
export type Analyze = (text: string, overrides?: Overrides) => Promise<FileReport>;

interface Candidate { readonly frame: Handling; readonly page: PageGuess; readonly entry: Entry; readonly kernel: string; readonly panicSysctl: boolean; readonly early: boolean; }

interface Entry { readonly what: string; readonly step: (target: string) => readonly string[]; readonly running?: boolean; }

const ENTRIES = {
    madvise: { what: 'madvise()', step: (target) => [`app: madvise ${target} MADV_HWPOISON`] },
    softMadvise: { what: 'madvise(MADV_SOFT_OFFLINE)', step: (target) => [`app: madvise ${target} MADV_SOFT_OFFLINE`] },
    corruptPfn: { what: 'hwpoison-inject', step: (target) => [`corrupt-pfn ${target}`] },
    hardOffline: { what: 'memory_failure() without more', step: (target) => [`hard_offline_page ${target}`] },
    softOffline: { what: 'soft offline', step: (target) => [`soft_offline_page ${target}`] },
    cec: { what: 'the corrected errors collector', step: (target) => [`cec-threshold ${target}`] },
    consumed: { what: 'the task met it', step: (target) => [`machine-check AR at ${target} cpu 0`], running: true },
    found: { what: 'hardware found it', step: (target) => [`machine-check UE at ${target}`] },
} as const satisfies Record<string, Entry>;

/** The page was taken back afterwards. */
const UNPOISONED = 'unOk';
const HANDLED: ReadonlySet<string> = new Set(['action', 'unhandlable', 'sigbus', 'ghesSigbus', 'sigkill', 'stillRef', 'alreadyOld', 'keepSwap', 'cleanDrop', 'unmapFail', 'outside', 'punch', 'release', 'invalidate', 'unknownState', 'panicUnrecoverable', 'panicNoRecovery', 'soMigrate', 'soIsolate', 'soInval', 'soAlready', 'soSplit', UNPOISONED]);
/** Frames of an incident that are reproduced. */
const MAX_FRAMES = 4;
/** Later reports of a frame that are reproduced. */
const MAX_AGAIN = 4;
const ALREADY = /already (?:hardware )?poisoned|ALREADY_POISONED/;
/** Base pages of 4 KiB in a huge page of 2 MiB: which of them is bad, is in the number of the frame. */
const HUGE_PAGES = 512n;
const KERNELS_NEWEST_FIRST = [...KERNELS].reverse().map(({ version }) => version as string);

function messagesOf({ lines }: Handling): MessageEvent[] {
    return lines.flatMap(({ line, text }) => messageEvent({ number: line, text, speaker: 'kernel' }) ?? []).filter(({ id }) => HANDLED.has(id));
}

export async function whatIf(incident: Incident, boot: BootSummary, analyze: Analyze): Promise<WhatIf | null> {
    // The model has no such machine.
    if (boot.arch === 'powerpc') return null;
    const frames = incident.handling.filter((frame) => messagesOf(frame).length > 0).slice(0, MAX_FRAMES);
    if (frames.length === 0) return null;
    const [kernels, kernelBasis] = kernelsOf(boot.release);
    const best: Tried[] = [];
    for (const frame of frames) {
        const tried = await bestFor(frame, incident, boot, kernels, analyze);
        if (tried !== undefined) best.push(tried);
    }
    if (best.length === 0) return null;
    const scenario = best.map(({ text }) => text).join('\n');
    return {
        kernel: best[0]!.candidate.kernel, kernelBasis, agrees: best.flatMap(({ agrees }) => agrees), differs: best.flatMap(({ differs }) => differs), predicted: best.flatMap(({ predicted }) => predicted),
        others: await othersOf(best[0]!, analyze), scenario: best.some(({ agrees }) => agrees.length > 0) ? scenario : null, passes: best.every(({ passes, differs }) => passes && differs.length === 0),
    };
}

/** The kernels to try, and how they are known. */
function kernelsOf(release: string | null): readonly [readonly string[], string] {
    const version = release === null ? null : /^\d+\.\d+(?:\.\d+)?/.exec(release)?.[0] ?? null;
    if (version === null) return [KERNELS_NEWEST_FIRST, 'the log does not name its kernel: the newest that prints the same'];
    const resolved = resolveKernel(version);
    if ('error' in resolved) return [['6.1'], `Linux ${version} is older than any that is described: 6.1 is the nearest`];
    // The log's own version, then with what was proposed for it: -next and distributions carry patches.
    return [[version, ...(version.startsWith('7.') ? [`${version} with panic-unrecoverable-v4`] : [])], `the log names it: ${release!}`];
}

interface Tried { readonly candidate: Candidate; readonly text: string; readonly bare: string; readonly agrees: readonly string[]; readonly differs: readonly string[]; readonly predicted: readonly string[]; readonly passes: boolean; }

async function bestFor(frame: Handling, incident: Incident, boot: BootSummary, kernels: readonly string[], analyze: Analyze): Promise<Tried | undefined> {
    let best: Tried | undefined;
    for (const candidate of candidatesFor(frame, incident, boot, kernels)) {
        const tried = await attempt(candidate, incident, boot, analyze);
        if (tried === undefined) continue;
        if (best === undefined || tried.differs.length < best.differs.length) best = tried;
        if (best.differs.length === 0) break;
    }
    if (best === undefined) return undefined;
    return checked(best, incident, boot, analyze);
}

function* candidatesFor(frame: Handling, incident: Incident, boot: BootSummary, kernels: readonly string[]): Generator<Candidate> {
    const messages = messagesOf(frame);
    const type = messages.find(({ id, type: each }) => id === 'action' && each !== undefined && each !== 'MF_MSG_ALREADY_POISONED')?.type ?? messages.find(({ id }) => id === 'action')?.type;
    const pages = (type === undefined ? undefined : PAGES_BY_TYPE[type]) ?? PAGES_WITHOUT_ACTION;
    // Frames before the one that it panicked for were let pass: the sysctl was off then, or did not ask for it.
    const panicSysctl = messages.some(({ id }) => id === 'panicUnrecoverable') || incident.followed.some(({ crash, evidence }) => crash.title.includes('unrecoverable page') && evidence.every(({ pfn }) => pfn === null || pfn === frame.pfn));
    for (const kernel of kernels) {
        for (const page of pages) {
            for (const entry of entriesFor(frame, incident, boot, page)) {
                for (const early of messages.some(({ id }) => id === 'sigbus') ? [true, false] : [false]) yield { frame, page, entry, kernel, panicSysctl, early };
            }
        }
    }
}

function entriesFor({ lines }: Handling, { verdict, lines: decisive }: Incident, boot: BootSummary, page: PageGuess): readonly Entry[] {
    const said = [...lines, ...decisive].map(({ text }) => text);
    const says = (word: string): boolean => said.some((text) => text.includes(word));
    const mapped = page.process !== undefined;
    const soft = lines.some(({ text }) => /[Ss]oft[ _-]offlin/.test(text)) || says('Soft-offlining');
    if (soft) return [...(says('at process virtual address') && mapped ? [ENTRIES.softMadvise] : []), ...(says('Soft-offlining') ? [ENTRIES.cec] : []), ENTRIES.softOffline];
    const injected = verdict !== 'injected' ? [] : says('at process virtual address') || says('Injecting memory failure for') ? (mapped ? [ENTRIES.madvise] : []) : [ENTRIES.corruptPfn];
    const hardware = boot.arch === 'arm64' ? [ENTRIES.found] : mapped && says('user-access') ? [ENTRIES.consumed, ENTRIES.found] : [ENTRIES.found];
    return [...injected, ...(verdict === 'injected' ? [] : hardware), ENTRIES.hardOffline, ENTRIES.corruptPfn];
}

/** Words of the language for a name of a task. */
function quoted(comm: string): string {
    return JSON.stringify(comm.replace(/["\\\n]/g, '_').slice(0, 15));
}

function scenarioText({ frame, page, entry, kernel, panicSysctl, early }: Candidate, incident: Incident, boot: BootSummary, { fill, again, expectations, title, later = [] }: { readonly fill: bigint; readonly again: boolean; readonly expectations: readonly string[]; readonly title: string; readonly later?: readonly string[] }): string {
    const pfn = BigInt(frame.pfn);
    const shift = BigInt(boot.pageShift ?? 12);
    const end = (((pfn + 1n) << shift) | ((1n << 30n) - 1n)) + 1n;
    const victim = messagesOf(frame).find(({ task }) => task !== undefined)?.task ?? incident.victims[0];
    const blockPhys = ((pfn << shift) >> 26n) << 26n;
    const place = (line: string): string => line.replace('{pfn}', frame.pfn).replace('{blockPhys}', `0x${blockPhys.toString(16)}`).replace('{blockPage}', String(pfn - (blockPhys >> shift))).replace('{hugePage}', String(shift === 12n ? pfn % HUGE_PAGES : 0n));
    const needsProcess = page.process !== undefined || entry.running === true;
    const target = place(page.target);
    const steps = entry.step(target);
    const out = [`scenario ${JSON.stringify(title)} {`, `    kernel ${kernel}`];
    if (boot.arch === 'arm64') out.push(`    arch arm64 page size ${2 ** (Number(shift) - 10)} KiB`);
    out.push(`    memory ${Number((page.machine?.some((line) => line.startsWith('pmem')) === true ? 1n << 30n : end + (1n << 30n)) >> 30n)} GiB`);
    if (page.at === 'allocated' && fill > 0n) out.push(`    hole at pfn 0x100 size ${fill - 0x100n > 0n ? `${(fill - 0x100n) << shift} B` : '1 page'}      // so that the page lies in the frame of the log`);
    if (panicSysctl && !kernel.includes('with')) out.push('    sysctl vm.panic_on_unrecoverable_memory_failure = 1');
    if (panicSysctl && kernel.includes('with')) out.push('    sysctl vm.panic_on_unrecoverable_memory_failure = 1');
    out.push(...(page.machine ?? []).map((line) => `    ${place(line)}`));
    if (needsProcess) {
        out.push(`    process app${victim === undefined || victim.pid <= 1 ? '' : ` pid ${victim.pid}`}${victim === undefined ? '' : ` comm ${quoted(victim.comm)}`} {`);
        if (early) out.push('        prctl PR_MCE_KILL_EARLY');
        out.push('        sigbus handler longjmp', ...(page.process ?? []).map((line) => `        ${place(line)}`), '    }');
    }
    if (entry.running === true) out.push('    cpu 0 runs app in user mode');
    out.push('');
    // The page was bad before: what poisoned it left no line here.
    if (again) out.push(`    hard_offline_page ${target}`);
    const reports = again ? 0 : laterReports(frame);
    const ofLater = (line: string): boolean => reports > 0 && ALREADY.test(line);
    out.push(...steps.map((line) => `    ${line}`), ...expectations.filter((line) => !line.includes('npoison') && !ofLater(line)).map((line) => `        ${line}`));
    for (let report = 1; report <= reports; report += 1) out.push(`    hard_offline_page pfn ${frame.pfn}`, ...expectations.filter(ofLater).map((line) => `        ${line}`));
    if (messagesOf(frame).some(({ id }) => id === UNPOISONED)) out.push(`    unpoison-pfn ${target}`, ...expectations.filter((line) => line.includes('npoison')).map((line) => `        ${line}`));
    out.push(...later.map((line) => `    ${line}`), '}', '');
    return out.join('\n');
}

/** How often the frame was reported after it had been dealt with. */
function laterReports(frame: Handling): number {
    const messages = messagesOf(frame);
    const isLater = ({ id, type }: MessageEvent): boolean => id === 'alreadyOld' || type === 'MF_MSG_ALREADY_POISONED';
    return messages.some((event) => event.id === 'action' && !isLater(event)) ? Math.min(messages.filter(isLater).length, MAX_AGAIN) : 0;
}

/** Runs the candidate; where the page is allocated, twice: the first run tells where it came to lie. */
async function attempt(candidate: Candidate, incident: Incident, boot: BootSummary, analyze: Analyze): Promise<Tried | undefined> {
    const wanted = messagesOf(candidate.frame);
    const again = wanted.some(({ id, type }) => id === 'alreadyOld' || type === 'MF_MSG_ALREADY_POISONED') && !wanted.some(({ id, type }) => id === 'action' && type !== 'MF_MSG_ALREADY_POISONED');
    let fill = candidate.page.at === 'allocated' ? BigInt(candidate.frame.pfn) : 0n;
    let text = '';
    let events: MessageEvent[] = [];
    for (let round = 0; round < 3; round += 1) {
        text = scenarioText(candidate, incident, boot, { fill, again, expectations: [], title: 'candidate' });
        const trace = (await analyze(text)).scenarios[0]?.trace;
        if (trace == null) return undefined;
        events = eventsOf(trace);
        const found = events.find(({ pfn }) => pfn !== undefined)?.pfn;
        if (candidate.page.at !== 'allocated' || found === undefined || found === BigInt(candidate.frame.pfn)) break;
        fill += BigInt(candidate.frame.pfn) - found;
        if (fill <= 0n) return undefined;
    }
    const agrees: string[] = [];
    const differs: string[] = [];
    for (const each of wanted) (events.some((event) => sameEvent(event, each)) ? agrees : differs).push(each.lines[0]!.text);
    // Kernels without the sysctl are asked without it.
    return { candidate, text, bare: text.replace(/^ *sysctl vm\.panic_on_unrecoverable_memory_failure.*\n/m, '').replace(/ with panic-unrecoverable-v\d/, ''), agrees, differs, predicted: events.map(({ lines }) => lines[0]!.text), passes: false };
}

/** The scenario with what the log says as expectations; whether it passes. */
async function checked(tried: Tried, incident: Incident, boot: BootSummary, analyze: Analyze): Promise<Tried> {
    const wanted = messagesOf(tried.candidate.frame);
    const types = wanted.filter(({ id, type, result }) => id === 'action' && type !== undefined && result !== undefined && tried.agrees.length > 0);
    const actions = [...new Set(types.map(({ type, result }) => `expect ${type!} ${result!}`))];
    const lines = tried.agrees.map((line) => matching(tried.predicted, line)).map((line) => `expect dmesg ${JSON.stringify(line)}`);
    const panic = tried.candidate.panicSysctl ? ['expect panic "unrecoverable page"'] : [];
    const title = `frame ${tried.candidate.frame.pfn}: ${tried.candidate.page.what}, ${tried.candidate.entry.what}`;
    const hole = /hole at pfn 0x100 size (\d+) B/.exec(tried.text);
    const fill = hole === null ? (tried.text.includes('hole at') ? 0x101n : 0n) : (BigInt(hole[1]!) >> BigInt(boot.pageShift ?? 12)) + 0x100n;
    const again = tried.text.split('\n').filter((line) => line.includes('hard_offline_page') && !line.includes('hard_offline_page pfn')).length > (tried.candidate.entry === ENTRIES.hardOffline ? 1 : 0);
    for (const later of [crashSteps(tried.candidate, incident), []]) {
        for (const expectations of [[...actions, ...panic, ...new Set(lines)], [...panic, ...new Set(lines)]]) {
            const text = scenarioText(tried.candidate, incident, boot, { fill, again, expectations, title, later });
            const report = await analyze(text);
            if (report.scenarios.length > 0 && report.scenarios.every(({ status }) => status === 'passed')) return { ...tried, text, passes: true };
        }
    }
    return tried;
}

/** The crash that was tied to the frame: the kernel reads the page, as long afterwards as in the log. */
function crashSteps({ page, frame }: Candidate, { followed }: Incident): readonly string[] {
    const tied = followed.find(({ crash, evidence }) => (crash.kind === 'external-abort' || crash.kind === 'page-fault') && evidence.some(({ pfn, kind }) => pfn === frame.pfn && kind !== 'handler-in-trace'));
    if (tied?.crash.function == null || !/^\w+$/.test(tied.crash.function)) return [];
    const seconds = Math.round((tied.afterUs ?? 0) / 1_000_000);
    const target = page.target.startsWith('bad[{') ? 'bad[0]' : page.target;
    return [...(seconds > 0 ? [`wait ${seconds}s`] : []), `kernel: read ${target} in ${JSON.stringify(tied.crash.function)}`, ...(tied.crash.kind === 'external-abort' ? ['    expect dmesg "synchronous external abort"'] : [])];
}

/** The model's own wording of a line that agrees. */
function matching(predicted: readonly string[], line: string): string {
    const wanted = messageEvent({ number: 1, text: line, speaker: 'kernel' });
    return predicted.find((each) => {
        const event = messageEvent({ number: 1, text: each, speaker: 'kernel' });
        return event !== undefined && wanted !== undefined && sameEvent(event, wanted);
    }) ?? line;
}

function eventsOf(trace: Trace): MessageEvent[] {
    return trace.steps.flatMap(({ events }) => events.flatMap((event) => (event.t === 'log' ? messageEvent({ number: 1, text: event.text, speaker: 'kernel' }) ?? [] : [])));
}

/** The same thing is said, in whatever wording. */
function sameEvent(a: MessageEvent, b: MessageEvent): boolean {
    return a.id === b.id && a.pfn === b.pfn && a.type === b.type && a.result === b.result && a.task?.pid === b.task?.pid && (a.task?.comm ?? '').slice(0, 15) === (b.task?.comm ?? '').slice(0, 15)
        && (a.values['users'] ?? a.values['rc'] ?? '') === (b.values['users'] ?? b.values['rc'] ?? '');
}

/** What others would have done with the same page. */
async function othersOf({ bare, candidate }: Tried, analyze: Analyze): Promise<Outcome[]> {
    const resolved = resolveKernel(candidate.kernel.split(' ')[0]!);
    const own = 'version' in resolved ? resolved.version : undefined;
    const asked: (readonly [string, Overrides])[] = [
        ...KERNELS.filter(({ version }) => version !== own).map(({ version }) => [`Linux ${version}`, { kernel: { written: version, version, proposals: [] } }] as const),
        ['vm.panic_on_unrecoverable_memory_failure=1 on Linux 7.3', { kernel: { written: '7.3', version: '7.3', proposals: [] }, sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 } }],
        ['vm.memory_failure_early_kill=1', { sysctls: { 'vm.memory_failure_early_kill': 1 } }],
    ];
    const outcomes: Outcome[] = [];
    for (const [of, overrides] of asked) {
        const scenario = (await analyze(bare, overrides)).scenarios[0];
        const trace = scenario?.trace ?? null;
        if (trace === null) {
            outcomes.push({ of, results: [], signals: [], panic: null, unmodelled: scenario?.issues.find(({ severity }) => severity === 'error')?.message ?? 'it cannot be run there' });
            continue;
        }
        const events = trace.steps.flatMap((step) => step.events);
        outcomes.push({
            of, results: events.flatMap((event) => (event.t === 'result' ? [`${event.type} ${event.result}`] : [])), signals: events.flatMap((event) => (event.t === 'signal' ? [`${event.signal} ${event.code} to ${event.task}`] : [])),
            panic: events.flatMap((event) => (event.t === 'log' && event.text.startsWith('Kernel panic') ? [event.text] : []))[0] ?? null, unmodelled: trace.notModelled[0]?.what ?? null,
        });
    }
    return outcomes;
}
