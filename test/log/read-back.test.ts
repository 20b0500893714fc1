import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../server/src/log/events/event.js';
import { messageEvent } from '../../server/src/log/events/reader.js';
import { readMessage, unhintedWordings } from '../../server/src/log/events/wordings.js';
import { isTriggerLine } from '../../server/src/log/formats/triggers.js';
import { triageText } from '../../server/src/log/triage.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { KERNELS, type KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { EARLIER_WORDINGS, READ_ONLY_MESSAGES, type LogMessageId } from '../../server/src/vocabulary/message-wordings.js';
import { MESSAGE_TEMPLATES, type MessageId, type MessageTemplate } from '../../server/src/vocabulary/message-templates.js';
import { renderMessage } from '../../server/src/vocabulary/messages.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { choices } from '../properties/choices.js';
import { ENTRIES, reaches } from '../properties/entries.js';
import { onKernel } from '../properties/on-kernel.js';
import { randomProgram } from '../properties/random-program.js';

/** Values that a placeholder may have, awkward ones among them. */
const SAMPLES: Readonly<Record<string, readonly (string | number | bigint)[]>> = {
    pfn: [0x2, 0x40272dn, 0xfffffffffffffn], phys: [0x40272d5080n], pfnBare: [0x2, 0x7dfb8n], address: [0x7f6b4e37b000n], mcg: [5], status: [0xbd80000000100134n], esr: [0x96000410], cperAddress: [0x40272d5080n],
    task: ['db:4711', 'a b:c:1', 'kworker/0:1:12', ':7'], comm: ['db', 'a: b'], string: ['dirty LRU page', 'already poisoned page'], result: ['Recovered', 'Ignored'],
    users: [1, 511], count: [0, 3, -1], rc: [-5, 2], cpu: [0, 120], bank: [1, 31], cpus: ['1-3,7'], pid: [4711], expected: [1], kind: ['page', 'hugepage'], flags: ['0x17ffffc0000000(node=0|zone=2)'], event: ['{1}', ''], reason: ['recoverable'], text: ['Fatal machine check'],
    stage: ['hdr alloc'], parameters: ['memmap=4K$0x1000'], first: [0x40000000, 0n], last: [0x48000000, 0xfffffffffffffn], errorType: [0x02, 0x1e, 0],
};

function fillings(text: string): Record<string, string | number | bigint>[] {
    const names = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
    const most = Math.max(1, ...names.map((name) => SAMPLES[name]?.length ?? 1));
    return Array.from({ length: most }, (_, index) => Object.fromEntries(names.map((name) => [name, SAMPLES[name]![index % SAMPLES[name]!.length]!])));
}

/** Lines of what firmware hands over about an ARM processor: they are told only as the record that they are part of. */
const RECORD_LINES = [
    'cperArmSection', 'cperArmMidr', 'cperArmMpidr', 'cperArmRunning', 'cperArmPsci', 'cperArmInfo', 'cperArmErrors', 'cperArmErrorType', 'cperArmErrorInfo', 'cperArmAddress',
] as const satisfies readonly MessageId[];

/** Read by others than the table: records, crashes, facts. */
const NOT_MESSAGES: ReadonlySet<MessageId> = new Set<MessageId>([
    'cperSource', 'cperCorrected', 'cperSeverity', 'cperErrorType', 'cperSection', 'cperVendorSection', 'cperAddress', 'cperMask', 'cperMemoryErrorType', ...RECORD_LINES,
    'mceHeader', 'mceHeaderPolled', 'mceReason', 'mceDecodedAmd', 'panic', 'oopsPageFault',
    'armInternalError', 'callbacksSuppressed', 'commandLine', 'lmceUnlocked', 'kernelOffset', 'irqBegin', 'irqEnd',
]);

describe('one table, two directions', () => {
    const ids = (Object.keys(MESSAGE_TEMPLATES) as MessageId[]).filter((id) => !NOT_MESSAGES.has(id));

    test.each(ids)('%s is read back on every kernel, with its values', (id) => {
        for (const { version } of KERNELS) {
            const template: MessageTemplate = MESSAGE_TEMPLATES[id];
            for (const values of [template.text, template.old?.text ?? ''].flatMap(fillings)) {
                const line = renderMessage(id, version, values);
                if (/\{\w+\}/.test(line.replace(/^\{\d+\}/, ''))) continue;
                const read = readMessage(line);
                // Several messages may share one wording; what is read prints the same line.
                expect(read, line).toBeDefined();
                expect(readMessage(line)).toEqual(read);
                expect(rendered(read!.id, version, read!.values), line).toContain(line);
                expect(isTriggerLine(line), line).toBe(true);
            }
        }
    });

    test('earlier wordings are read, and none is hidden by another', () => {
        const tables = [...Object.entries(EARLIER_WORDINGS), ...Object.entries(READ_ONLY_MESSAGES).map(([id, { texts }]) => [id, texts] as const)];
        for (const [id, texts] of tables) {
            for (const text of texts) {
                for (const values of fillings(text)) {
                    const line = text.replace(/\{(\w+)\}/g, (_, name: string) => printed(name, values[name]!));
                    expect(readMessage(line)?.id, line).toBe(id);
                    expect(isTriggerLine(line), line).toBe(true);
                }
            }
        }
        expect(unhintedWordings()).toEqual([]);
    });

    test.each(RECORD_LINES)('%s is a line of a record', (id) => {
        for (const values of fillings(MESSAGE_TEMPLATES[id].text)) {
            for (const { version } of KERNELS) {
                const line = renderMessage(id, version, { ...values, event: '{7}' });
                expect(kindsOf([renderMessage('cperSource', version, { event: '{7}', count: 0 }), line]), line).toEqual([[1, 'record'], [2, 'record']]);
            }
        }
    });

    test.each(['Corrected error, no action required.', 'Deferred error, no action required.', 'Uncorrected, software restartable error.', 'Uncorrected, software containable error.', 'System Fatal error.'])('%s begins a record of AMD\'s decoder', (reason) => {
        for (const { version } of KERNELS) expect(kindsOf([renderMessage('mceDecodedAmd', version, { reason })])).toEqual([[1, 'machine-check']]);
    });
});

function printed(name: string, value: string | number | bigint): string {
    if (typeof value === 'string') return value;
    if (name === 'pfn' || name === 'phys') return `0x${value.toString(16)}`;
    return name === 'pfnBare' || name === 'address' ? value.toString(16) : value.toString();
}

/** The line in every wording that the message has. */
function rendered(id: LogMessageId, version: KernelVersion, values: Readonly<Record<string, string>>): string[] {
    if (id in READ_ONLY_MESSAGES) return READ_ONLY_MESSAGES[id as keyof typeof READ_ONLY_MESSAGES].texts.map((text) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name]!));
    return KERNELS.map((kernel) => renderMessage(id as MessageId, kernel.version, values)).concat(renderMessage(id as MessageId, version, values));
}

/** By line, the kind of the event that it is read as. */
function kindsOf(lines: readonly string[]): [number, string][] {
    const kinds: [number, string][] = [];
    triageText(lines.map((line) => `[    1.000000] ${line}`).join('\n'), { onEvent: ({ kind, lines: read }: LogEvent) => read.forEach(({ line }) => kinds.push([line, kind])) });
    return kinds.sort(([first], [second]) => first - second);
}

/** Lines that belong to a larger thing without saying anything themselves. */
const BRACKETS = /^ <\/?IRQ>$/;

function unread(trace: Trace): string[] {
    const lines = trace.steps.flatMap(({ events }) => events.flatMap((event) => (event.t === 'log' ? [event.text] : [])));
    const read = new Set<number>();
    triageText(lines.map((line) => `[    1.000000] ${line}`).join('\n'), { onEvent: (event: LogEvent) => event.lines.forEach(({ line }) => read.add(line)) });
    return lines.filter((line, index) => !read.has(index + 1) && !BRACKETS.test(line));
}

const PROGRAMS = 2;

describe('every line that the simulator prints is read back', () => {
    test.each(Object.entries(PAGE_STATES))('%s', (_, state) => {
        const entries = ENTRIES.filter((entry) => reaches(entry, state));
        fc.assert(fc.property(choices, fc.constantFrom(...entries), fc.constantFrom(...KERNELS), (chosen, entry, { version }) => {
            const trace = simulate(onKernel(randomProgram({ state, entry, choices: chosen }).program, version));
            expect(unread(trace)).toEqual([]);
            // A line of memory_failure() is the result that the trace records.
            const results = trace.steps.flatMap(({ events }) => events.flatMap((event) => (event.t === 'log' ? messageEvent({ number: 1, text: event.text, speaker: 'kernel' }) ?? [] : []))).filter(({ id }) => id === 'action');
            const recorded = trace.steps.flatMap(({ events }) => events.flatMap((event) => (event.t === 'result' ? [event] : [])));
            for (const { pfn, type, result } of results) expect(recorded.some((each) => BigInt(each.pfn) === pfn && each.type === type && each.result === result), `${pfn} ${type} ${result}`).toBe(true);
        }), { seed: 20260630, numRuns: PROGRAMS * entries.length });
    });
});
