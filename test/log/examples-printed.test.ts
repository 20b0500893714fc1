/** Every example scenario, printed: its log in each format that people send, cut and mixed as real logs are, says the same. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { LogEvent } from '../../server/src/log/events/event.js';
import { isoTime } from '../../server/src/log/formats/wall-time.js';
import { triageText } from '../../server/src/log/triage.js';
import { dmesgLines } from '../../server/src/report/output/dmesg.js';

const FOLDER = path.resolve(import.meta.dirname, '../../examples');
const EXAMPLES = readdirSync(FOLDER).filter((name) => name.endsWith('.hwp')).sort();

/** A line of a kernel and when it was said. */
interface Said { readonly us: number; readonly text: string; }
interface Printed { readonly of: string; readonly lines: readonly Said[]; }

function saidIn(line: string): Said {
    const [, seconds, micros, text] = /^\[ *(\d+)\.(\d{6})\] (.*)$/s.exec(line)!;
    return { us: Number(seconds) * 1_000_000 + Number(micros), text: text! };
}

/** The logs of a file: of each scenario its machine's, and those of its guests. */
async function printed(file: string): Promise<Printed[]> {
    const { scenarios } = await new TextAnalyzer().analyze(`test:${file}`, readFileSync(path.join(FOLDER, file), 'utf8'));
    return scenarios.flatMap(({ title, trace }) => {
        const logs = new Map<string, Said[]>();
        for (const line of trace === null ? [] : dmesgLines(trace)) {
            const [, guest = '', own] = /^(?:([\w-]+): )?(\[.*)$/s.exec(line)!;
            logs.set(guest, [...logs.get(guest) ?? [], saidIn(own!)]);
        }
        return [...logs].filter(([, lines]) => lines.length > 0).map(([guest, lines]) => ({ of: `${title}${guest === '' ? '' : `, ${guest}`}`, lines }));
    });
}

const BOOTED_MS = Date.UTC(2026, 6, 13, 21, 20, 0);
const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const wallOf = (us: number): Date => new Date(BOOTED_MS + us / 1000);
const clock = (date: Date): string => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
const stamp = (us: number): string => `[${String(Math.floor(us / 1_000_000)).padStart(5)}.${String(us % 1_000_000).padStart(6, '0')}]`;
const short = (us: number): string => `${MONTHS[wallOf(us).getUTCMonth()]} ${String(wallOf(us).getUTCDate()).padStart(2)} ${clock(wallOf(us))}`;
const plain = ({ us, text }: Said): string => `${stamp(us)} ${text}`;

const OTHERS = ['NOTICE:  BL31: v2.9(release)', 'qemu-system-x86_64: warning: TCG doesn\'t support requested feature', '[  OK  ] Started Daily Cleanup of Temporary Directories.', 'node1 login: root', '\u0000\u0000\u0000', ''];
const PART = 9;

/** How each tool writes a whole log. */
const FORMATS: Readonly<Record<string, (lines: readonly Said[]) => readonly string[]>> = {
    'dmesg -T': (lines) => lines.map(({ us, text }) => `[${DAYS[wallOf(us).getUTCDay()]} ${MONTHS[wallOf(us).getUTCMonth()]} ${String(wallOf(us).getUTCDate()).padStart(2)} ${clock(wallOf(us))} 2026] ${text}`),
    'dmesg --time-format iso': (lines) => lines.map(({ us, text }) => `${isoTime(wallOf(us).getTime()).slice(0, 19)},${String(us % 1_000_000).padStart(6, '0')}+00:00 ${text}`),
    'dmesg -x': (lines) => lines.map((line) => `kern  :err   : ${plain(line)}`),
    'dmesg -r': (lines) => lines.map((line) => `<3>${plain(line)}`),
    'dmesg -d': (lines) => lines.map(({ us, text }) => `[${stamp(us).slice(1, -1)} <    0.000012>] ${text}`),
    'dmesg -H': (lines) => lines.map(({ text }, index) => index % 5 === 0 ? `[Jul13 21:2${index % 10}] ${text}` : `[  +0.000${String(index % 1000).padStart(3, '0')}] ${text}`),
    'dmesg with callers': (lines) => lines.map(({ us, text }) => `${stamp(us)} [ T4711] ${text}`),
    'a console with callers': (lines) => lines.map(({ us, text }) => `${stamp(us)}[   C12] ${text}`),
    'journalctl short': (lines) => lines.map(({ us, text }) => `${short(us)} node1 kernel: ${text}`),
    'journalctl short-iso': (lines) => lines.map(({ us, text }) => `${isoTime(wallOf(us).getTime()).slice(0, 19)}+0000 node1 kernel: ${text}`),
    'journalctl short-precise': (lines) => lines.map(({ us, text }) => `${short(us)}.${String(us % 1_000_000).padStart(6, '0')} node1 kernel: ${text}`),
    'journalctl -o json': (lines) => lines.map(({ us, text }) => JSON.stringify({ _HOSTNAME: 'node1', MESSAGE: text, PRIORITY: '3', _TRANSPORT: 'kernel', _BOOT_ID: 'aa', __REALTIME_TIMESTAMP: String(wallOf(us).getTime() * 1000), _SOURCE_MONOTONIC_TIMESTAMP: String(us) })),
    'journalctl -o export': (lines) => lines.flatMap(({ us, text }, index) => [`__CURSOR=s=${index}`, `__REALTIME_TIMESTAMP=${wallOf(us).getTime() * 1000}`, '_TRANSPORT=kernel', '_BOOT_ID=aa', `_SOURCE_MONOTONIC_TIMESTAMP=${us}`, '_HOSTNAME=node1', `MESSAGE=${text}`, '']),
    'RFC 3164': (lines) => lines.map((line) => `<3>${short(line.us)} node1 kernel: ${plain(line)}`),
    'RFC 5424': (lines) => lines.map((line) => `<3>1 ${isoTime(wallOf(line.us).getTime())} node1 kernel - - - ${plain(line)}`),
    'a serial console, with other speakers': (lines) => lines.flatMap((line, index) => [`\u001b[0;1;31m${plain(line)}\u001b[0m\r`, ...index % 4 === 1 ? [`${OTHERS[index % OTHERS.length]!}\r`] : []]),
    'a console server': (lines) => lines.map((line) => `[${isoTime(wallOf(line.us).getTime()).slice(0, 19).replace('T', ' ')}] ${plain(line)}`),
    'vmcore-dmesg': (lines) => lines.map(plain),
    'parts of pstore': (lines) => {
        const parts = Array.from({ length: Math.ceil(lines.length / PART) }, (_, part) => lines.slice(part * PART, (part + 1) * PART));
        return parts.map((part, index) => [`Panic#1 Part${parts.length - index}`, ...part.map((line) => `<3>${plain(line)}`)]).reverse().flat();
    },
    'netconsole': (lines) => lines.map(plain),
    'netconsole with extended headers': (lines) => lines.map(({ us, text }, index) => `6.12.9,3,${1000 + index},${us},-,caller=T4711;${text}`),
    '/dev/kmsg': (lines) => lines.map(({ us, text }, index) => `3,${1000 + index},${us},-;${text}`),
    'wall': (lines) => lines.flatMap((line) => ['', `Message from syslogd@node1 at ${short(line.us)} ...`, ` kernel:${plain(line)}`]),
    'lines that end as on Windows': (lines) => lines.map((line) => `${plain(line)}\r`),
};

const LEFT_OUT = new Set(['lines', 'bootUs', 'wallMs', 'host', 'speaker', 'caller', 'read', 'ended']);

/** What was read and what was made of it, without lines and times. */
function outcome(lines: readonly string[]): unknown {
    const events: unknown[] = [];
    const { verdict, incidents, crashes } = triageText(lines.join('\n'), { onEvent: (event: LogEvent) => {
        if (event.kind !== 'fact') events.push(JSON.stringify(Object.fromEntries(Object.entries(event).filter(([name]) => !LEFT_OUT.has(name))), (_, value: unknown) => typeof value === 'bigint' ? value.toString(16) : value instanceof Map || value instanceof Set ? [...value].map(String) : value));
    } });
    return {
        verdict, events: events.sort(), crashes: crashes.map(({ signature }) => signature).sort(),
        incidents: incidents.map(({ verdict: of, certainty, frames, errors, parts, actions, victims, followed, inUse, signature }) => ({
            of, certainty, frames, errors, parts, inUse, signature, actions: actions.map(({ pfn, type, result }) => [pfn, type, result]), victims: victims.map(({ comm, pid, what }) => [comm, pid, what]).sort(),
            followed: followed.map(({ crash, evidence }) => [crash.kind, crash.title, evidence.map(({ kind, pfn }) => [kind, pfn])]),
        })).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1),
    };
}

let logs: Printed[] = [];

beforeAll(async () => {
    for (const file of EXAMPLES) logs.push(...(await printed(file)).map((log) => ({ ...log, of: `${file}: ${log.of}` })));
    logs = logs.filter(({ lines }) => lines.some(({ text }) => /emory failure|Hardware Error|mce: /.test(text)));
});

test('the examples print logs, and incidents are found in nearly all of them', () => {
    expect(logs.length).toBeGreaterThan(20);
    const without = logs.filter(({ lines }) => triageText(lines.map(plain).join('\n')).incidents.length === 0).map(({ of }) => of);
    expect(without).toEqual([]);
});

describe.each(Object.entries(FORMATS))('%s', (_, write) => {
    test('the same events and verdicts', () => {
        for (const { of, lines } of logs) expect(outcome(write(lines)), of).toEqual(outcome(lines.map(plain)));
    });

    test('cut at both ends, and with lines lost', () => {
        fc.assert(fc.property(fc.nat(logs.length - 1), fc.nat(12), fc.nat(12), fc.array(fc.nat(200), { maxLength: 3 }), (which, begin, end, lost) => {
            const all = logs[which]!.lines;
            const lines = all.slice(Math.min(begin, all.length - 1), Math.max(begin + 1, all.length - end)).filter((__, index) => !lost.includes(index));
            expect(outcome(write(lines))).toEqual(outcome(lines.map(plain)));
        }), { seed: 5, numRuns: 25 });
    });
});

const ORDINARY = ['usb 1-1: new high-speed USB device number 7', 'EXT4-fs (sda1): mounted filesystem', 'audit: type=1400 audit(1.2:3): apparmor="STATUS"', 'perf: interrupt took too long (2503 > 2500)'];

describe('mixed', () => {
    test('with ordinary lines between any two', () => {
        fc.assert(fc.property(fc.nat(logs.length - 1), fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), (which, gaps) => {
            const { lines, of } = logs[which]!;
            const mixed = lines.flatMap((line, index) => [...Array.from({ length: gaps[index % gaps.length]! }, (_, each): Said => ({ us: line.us, text: ORDINARY[(index + each) % ORDINARY.length]! })), line]);
            expect(outcome(mixed.map(plain)), of).toEqual(outcome(lines.map(plain)));
        }), { seed: 6, numRuns: 60 });
    });

    test('with another machine\'s log in the same file, by the host that syslog names', () => {
        for (const { lines, of } of logs.slice(0, 8)) {
            const later = lines.map(({ us, text }) => ({ us: us + 60_000_000, text }));
            const twice = [...lines.map((line) => `${short(line.us)} node1 kernel: ${plain(line)}`), '-- Boot 0123456789abcdef0123456789abcdef --', ...later.map((line) => `${short(line.us)} node1 kernel: ${plain(line)}`)];
            const once = triageText(lines.map(plain).join('\n'));
            expect(triageText(twice.join('\n')).incidents.map(({ verdict, frames }) => [verdict, frames]), of).toEqual([...once.incidents, ...once.incidents].map(({ verdict, frames }) => [verdict, frames]));
        }
    });

    test('a line that journald folded into a count', () => {
        for (const { lines, of } of logs) {
            const folded = lines.flatMap((line) => [`${short(line.us)} node1 kernel: ${line.text}`, ...line.text.startsWith('Memory failure') ? [`${short(line.us)} node1 kernel: message repeated 1 times: [ ${line.text}]`] : []]);
            expect(triageText(folded.join('\n')).incidents.map(({ verdict, frames }) => [verdict, frames]), of).toEqual(triageText(lines.map((line) => `${short(line.us)} node1 kernel: ${line.text}`).join('\n')).incidents.map(({ verdict, frames }) => [verdict, frames]));
        }
    });

    test('lines of two CPUs that interleave: each has its record and its crash', () => {
        const record = (number: number, pfn: string): string[] => ['Hardware error from APEI Generic Hardware Error Source: 1', 'event severity: recoverable', '  section_type: memory error', `  physical_address: 0x0000000${pfn}080`].map((line) => `{${number}}[Hardware Error]: ${line}`).concat([`Memory failure: 0x${pfn}: recovery action for free buddy page: Recovered`]);
        const [one, other] = [record(1, '12345'), record(2, '54321')];
        fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), (order) => {
            const queues = [[...one], [...other]];
            const mixed: string[] = [];
            for (const first of order) {
                const queue = queues[first ? 0 : 1]!.length > 0 ? queues[first ? 0 : 1]! : queues[first ? 1 : 0]!;
                if (queue.length > 0) mixed.push(`[  100.000000][   C${queue === queues[0] ? 1 : 2}] ${queue.shift()!}`);
            }
            mixed.push(...queues.flat().map((text) => `[  100.000000] ${text}`));
            expect(triageText(mixed.join('\n')).incidents.map(({ verdict, frames }) => [verdict, frames]).sort()).toEqual([['hardware', ['0x12345']], ['hardware', ['0x54321']]]);
        }), { seed: 7, numRuns: 100 });
    });
});
