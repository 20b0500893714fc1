/**
 * What stands before a message, by who wrote it there. Rows are tried at the start of what is left of the line until none
 * fits any more, so that no format has to be named and any of them may be inside another (syslog around dmesg, wall around
 * syslog). Sources: printk (print_prefix(), print_ext_header), util-linux dmesg, systemd's journalctl, RFC 3164, RFC 5424.
 */
import { monthOf, wallTime } from './wall-time.js';

/** What the prefixes of a line said. */
export interface Said {
    bootUs?: number;
    wallMs?: number;
    caller?: string;
    host?: string;
    speaker?: string;
    level?: number;
}

interface Prefix {
    readonly what: string;
    /** First characters that the row can begin with; rows are skipped without running their pattern. */
    readonly begins: RegExp;
    readonly pattern: RegExp;
    /** False where the text only looks like the prefix. */
    readonly read: (match: RegExpExecArray, said: Said) => boolean | undefined;
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
const FACILITIES = 'kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]|res\\d+';
const ISO = '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: ?(?:Z|UTC|[+-]\\d\\d:?\\d\\d))?';
const HOST = '[A-Za-z0-9_][\\w.:-]*';

function setPriority(said: Said, value: string): boolean {
    const priority = Number(value);
    if (priority > 191) return false;
    said.level = priority & 7;
    return true;
}

function setIdent(said: Said, ident: string): void {
    said.speaker ??= ident;
}

const ROWS: readonly Prefix[] = [
    {
        what: 'dmesg, printk: seconds since boot', begins: /\[/,
        // The caller came with CONFIG_PRINTK_CALLER (5.1); util-linux puts a space before it, the console none. `@3` is the CPU on some vendors' kernels.
        pattern: /^\[ *(\d{1,12})\.(\d{3,9})(?:@(\d+))?\](?: ?\[ *([TC]\d{1,10})\])?(?: |$)/,
        read: (match, said) => {
            said.bootUs = Number(match[1]) * 1_000_000 + Number(match[2]!.slice(0, 6).padEnd(6, '0'));
            if (match[4] !== undefined) said.caller = match[4];
            if (match[3] !== undefined) said.caller = `C${match[3]}`;
            return undefined;
        },
    },
    {
        what: 'dmesg -T', begins: /\[/,
        pattern: /^\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{1,6})\](?: ?\[ *([TC]\d{1,10})\])?(?: |$)/,
        read: (match, said) => {
            if (monthOf(match[1]!) === undefined) return false;
            said.wallMs = wallTime({ year: Number(match[4]), month: match[1]!, day: Number(match[2]), time: match[3]! });
            if (match[5] !== undefined) said.caller = match[5];
            return undefined;
        },
    },
    {
        what: 'dmesg -d: the time since the line before, too', begins: /\[/, pattern: /^\[ *(\d{1,12})\.(\d{3,9}) *< *\d{1,9}\.\d{3,9}>\] ?/,
        read: (match, said) => { said.bootUs = Number(match[1]) * 1_000_000 + Number(match[2]!.slice(0, 6).padEnd(6, '0')); return undefined; },
    },
    // Both say no time of their own: the minute stands before lines that only say how long after it.
    { what: 'dmesg -H: the minute', begins: /\[/, pattern: /^\[(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {0,2}\d{1,2} \d\d:\d\d\] ?/, read: () => undefined },
    { what: 'dmesg -H and --time-format delta: the time since the line before', begins: /\[/, pattern: /^\[ *(?:\+|< *)\d{1,9}\.\d{3,9}>?\] ?/, read: () => undefined },
    { what: 'PREEMPT_RT of 5.0 to 5.9: the CPU', begins: /\d/, pattern: /^(\d{3}): /, read: (match, said) => { if (said.bootUs === undefined) return false; said.caller ??= `C${Number(match[1])}`; return undefined; } },
    { what: 'journalctl -o verbose', begins: /M/, pattern: /^MESSAGE=/, read: () => undefined },
    { what: 'the caller alone', begins: /\[/, pattern: /^\[ *([TC]\d{1,10})\] /, read: (match, said) => { said.caller = match[1]!; return undefined; } },
    {
        what: 'a console server: a wall clock in brackets', begins: /\[/, pattern: new RegExp(`^\\[(${ISO})\\](?:: ?| |$)`),
        read: (match, said) => { said.wallMs = wallTime(match[1]!); return undefined; },
    },
    {
        what: 'RFC 5424', begins: /</, pattern: new RegExp(`^<(\\d{1,3})>\\d{1,2} (${ISO}|-) (\\S+) (\\S+) (\\S+) (\\S+) (?:-|(?:\\[(?:[^\\]"\\\\]|\\\\.|"(?:[^"\\\\]|\\\\.)*")*\\])+) ?(?:\\ufeff|BOM)?`),
        read: (match, said) => {
            if (!setPriority(said, match[1]!)) return false;
            if (match[2] !== '-') said.wallMs = wallTime(match[2]!);
            if (match[3] !== '-') said.host = match[3]!;
            if (match[4] !== '-') setIdent(said, match[4]!);
            return undefined;
        },
    },
    { what: 'dmesg -r, RFC 3164: the priority', begins: /</, pattern: /^<(\d{1,3})>/, read: (match, said) => setPriority(said, match[1]!) ? undefined : false },
    {
        what: 'dmesg -x', begins: /[kumdaslncfr]/, pattern: new RegExp(`^(?:${FACILITIES}) *:(${LEVELS.join('|')}) *: ?`),
        read: (match, said) => { said.level = LEVELS.indexOf(match[1]!); return undefined; },
    },
    {
        what: '/dev/kmsg, netconsole with extended headers (with the release before them where it is switched on)', begins: /\d/,
        pattern: /^(?:\d+\.\d+[\w.+~-]*,)?(\d{1,4}),\d{1,20},(\d{1,18}),[-c+][^;]{0,400};/,
        read: (match, said) => {
            said.level = Number(match[1]) & 7;
            said.bootUs = Number(match[2]);
            const caller = /caller=([TC]\d+)/.exec(match[0]);
            if (caller !== null) said.caller = caller[1]!;
            return undefined;
        },
    },
    {
        what: 'dmesg --time-format iso, journalctl short-iso, syslog', begins: /\d/, pattern: new RegExp(`^(${ISO})(?: |$)`),
        read: (match, said) => { said.wallMs = wallTime(match[1]!); return undefined; },
    },
    {
        what: 'journalctl short-full', begins: /[MTWFS]/, pattern: /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) [A-Z]{2,5}(?: |$)/,
        read: (match, said) => { said.wallMs = wallTime(match[1]!); return undefined; },
    },
    {
        what: 'RFC 3164, journalctl short and short-precise', begins: /[JFMASOND]/, pattern: /^([A-Z][a-z]{2}) +(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: +|$)/,
        read: (match, said) => {
            if (monthOf(match[1]!) === undefined) return false;
            said.wallMs = wallTime({ year: match[3] === undefined ? 1970 : Number(match[3]), month: match[1]!, day: Number(match[2]), time: match[4]! });
            return undefined;
        },
    },
    {
        what: 'journalctl short-unix', begins: /1/, pattern: new RegExp(`^(1\\d{9})\\.(\\d{6}) (?=${HOST} )`),
        read: (match, said) => { said.wallMs = Number(match[1]) * 1000 + Number(match[2]!.slice(0, 3)); return undefined; },
    },
    { what: 'Android\'s logcat', begins: /[01]/, pattern: /^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?: {1,6}\d{1,6}){2} [VDIWEF] (?:\S* *: ?)?/, read: () => undefined },
    { what: 'Xen\'s console: the hypervisor itself', begins: /\(/, pattern: /^\(XEN\) (?:\[[^\]]{1,40}\] )?/, read: () => undefined },
    { what: 'wall', begins: / /, pattern: /^ (kernel): ?/, read: (match, said) => { said.speaker ??= match[1]!; return undefined; } },
];

/** `host kernel: `, `kernel: `, `host mcelog[2226]: ` */
const IDENT = new RegExp(`^(?:(${HOST}) +)?([A-Za-z][\\w./@-]{0,63})(?:\\[(\\d{1,10})\\])?: ?`);
/** Whose name alone, without a time or a host before it, is taken for that of a speaker. */
const SPEAKERS: ReadonlySet<string> = new Set(['kernel', 'mcelog', 'rasdaemon', 'systemd', 'abrt-dump-oops', 'kdump', 'dracut', 'sshd', 'vmkernel', 'xen', 'edac-util', 'smartd']);

/** At most so many prefixes stand before a message. */
const MOST = 8;

/** A line that somebody copied: indented, or quoted in a mail. */
const COPIED = /^[ \t]*(?:>[ \t]*)*/;

/** Reads the prefixes of a line into `said`; what is left is the message. */
export function stripPrefixes(text: string, said: Said): string {
    let rest = said.speaker === undefined ? text.replace(COPIED, '') : text;
    for (let count = 0; count < MOST; count += 1) {
        const next = strip(rest, said);
        if (next === undefined) break;
        rest = next;
    }
    return rest;
}

function strip(text: string, said: Said): string | undefined {
    const first = text.charAt(0);
    for (const { begins, pattern, read } of ROWS) {
        if (!begins.test(first)) continue;
        const match = pattern.exec(text);
        if (match !== null && read(match, said) !== false) return text.slice(match[0].length);
    }
    return said.speaker === undefined ? stripIdent(text, said) : undefined;
}

function stripIdent(text: string, said: Said): string | undefined {
    const match = IDENT.exec(text);
    if (match === null) return undefined;
    const [all, host, ident, pid] = match;
    // Kernel messages begin like that too (`Memory failure: `): a name that is not known needs a host, a wall clock and a pid.
    if (!SPEAKERS.has(ident!) && (host === undefined || pid === undefined || said.wallMs === undefined || said.bootUs !== undefined)) return undefined;
    said.speaker = ident!;
    if (host !== undefined) said.host = host;
    return text.slice(all.length);
}
