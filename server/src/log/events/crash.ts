/** Oopses, BUGs, lockups and panics with their call traces and registers; lines of two CPUs are told apart by their callers. */
import type { LogLine } from '../formats/line.js';
import type { CrashEvent, CrashKind } from './event.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

/** A crash that is longer is cut: the rest is other crashes' or modules' business. */
const MAX_LINES = 400;
/** Lines of others between two of its own. */
const MAX_GAP = 120;
const MAX_OPEN = 16;
const MAX_TRACE = 64;

interface Title { readonly crash: CrashKind; readonly pattern: RegExp; }

const TITLES: readonly Title[] = [
    { crash: 'panic', pattern: /^(?:\*{3} |---\[ )?Kernel panic(?: - not syncing)?(?:: |$)/ },
    { crash: 'external-abort', pattern: /^Unhandled fault: (?:synchronous|imprecise|external|asynchronous).*(?:abort|error)/ },
    { crash: 'external-abort', pattern: /^Unhandled fault: (?:synchronous parity|.* parity or ECC)/ },
    { crash: 'external-abort', pattern: /^Internal error: (?:synchronous external abort|: 96000[02468]10|level \d synchronous external abort|synchronous parity)/i },
    { crash: 'serror', pattern: /^(?:SError Interrupt on CPU\d+|CPU\d+: SError detected|Bad mode in Error handler detected|Internal error: (?:Oops - )?SError|Unhandled exception .*SError)/ },
    { crash: 'page-fault', pattern: /^BUG: (?:unable to handle (?:kernel|page fault)|kernel NULL pointer dereference)/ },
    { crash: 'page-fault', pattern: /^(?:Unable to handle kernel|Unhandled fault:)/ },
    { crash: 'general-protection', pattern: /^(?:Oops: )?general protection fault/ },
    { crash: 'bad-page', pattern: /^BUG: Bad (?:page|rss-counter|pagetable)/ },
    { crash: 'lockup', pattern: /^(?:watchdog: )?BUG: soft lockup|^(?:NMI )?watchdog: (?:BUG: soft|Watchdog detected hard)/i },
    { crash: 'stall', pattern: /^(?:rcu: )?INFO: rcu\w* (?:self-)?detected|^rcu: INFO: / },
    { crash: 'hung-task', pattern: /^INFO: task .* blocked for more than/ },
    { crash: 'sanitizer', pattern: /^BUG: (?:KASAN|KMSAN|KCSAN|KFENCE)|^UBSAN: / },
    { crash: 'bug', pattern: /^(?:kernel BUG at |BUG: |------------\[ cut here|usercopy: Kernel memory|list_(?:add|del) corruption)/ },
    { crash: 'warning', pattern: /^WARNING: (?:CPU|possible|at|suspicious|lock|bad)/ },
    // The title was cut away: what was executing is still there.
    { crash: 'warning', pattern: /^CPU: ?\d+ (?:UID: \d+ )?PID: ?\d+ Comm: / },
    { crash: 'oops', pattern: /^(?:Oops[: -]|Internal error: |invalid opcode: |divide error: |double fault: |PANIC: double|stack segment: |traps: PANIC|Modules linked in:$)/ },
];

/** What a title begins with. */
const TITLE_HINT = /^(?:\*{3} |---|Kernel |kernel |Unhandled |Internal |SError |Bad mode|BUG|Unable |Oops|general |watchdog|NMI |rcu|INFO|UBSAN|usercopy|list_|WARNING|invalid |divide |double |PANIC|stack |traps|Modules linked in:$|CPU\d*:)/i;
/** What dump_page() prints before the BUG that it is printed for. */
const DUMPED = /^(?:page|head): ?.*\bpfn:0x([0-9a-f]{1,16})/;
const MAX_DUMP = 16;
const KEEPS_NO_TITLE = /^------------\[ cut here/;
const END = /^---\[ end (?:trace|Kernel panic)/;
const X86_REGISTER = /\b(R[A-D]X|RSI|RDI|RBP|RSP|R\d\d|ORIG_RAX|CR[2348]|DR[0-7]): ?([0-9a-f]{16})\b/g;
const ARM_REGISTER = /\b(x\d{1,2}|sp|pc|lr) ?: ?([0-9a-f]{16})\b/g;
const RIP = /^(?:RIP: 0010:(?:\[<[0-9a-f]+>\] *)?(?:\[<[0-9a-f]+>\] *)?|pc : |PC is at |epc : |NIP \[[0-9a-f]+\] )([\w.$]{1,128})(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)?(?: ?\[(\w+)\])?/;
const FRAME = /^ *(?:\[<[0-9a-f]+>\] *)?(\? )?([A-Za-z_][\w.$]{0,127})\+0x[0-9a-f]+\/0x[0-9a-f]+(?: ?\[([\w-]+)\])?(?: \([A-Z]\))?\s*$/;
const CPU_LINE = /^CPU: ?(\d{1,5}) (?:UID: \d+ )?PID: ?(\d{1,10}) Comm: (.{1,32}?) (?:Kdump|Tainted|Not tainted|G )/;
const OLD_TASK = /^(?:Pid: (\d{1,10}), comm: (\S+)|Process (\S+) \(pid: (\d{1,10}))/;
const AT = /(?:\bat|address:?|for address:?|in range \[)\s*(?:virtual address )?(?:0x)?([0-9a-f]{8,16})\b/;
const ESR = /(?:\(|: |ESR = )(?:0x)?([0-9a-f]{8}|[0-9a-f]{16})(?:\)| \[#|$)/;
const PFN = /\bpfn:(?:0x)?([0-9a-f]{1,16})\b/g;

export class CrashReader {
    readonly #sink: EventSink;
    readonly #open = new Map<string, { readonly event: CrashEvent; last: number }>();
    #latest = '';
    #dumped: { readonly pfn: bigint; readonly number: number } | undefined;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    get open(): boolean {
        return this.#open.size > 0;
    }

    line(line: LogLine): boolean {
        for (const [key, { last }] of this.#open) {
            if (line.number - last > MAX_GAP) this.#close(key);
        }
        const key = line.caller ?? '';
        const found = this.#open.get(key);
        const title = line.text.startsWith('CPU:') && (found ?? this.#open.get(this.#latest)) !== undefined ? undefined : !TITLE_HINT.test(line.text) ? undefined : TITLES.find(({ pattern }) => pattern.test(line.text));
        if (title !== undefined) {
            if (found !== undefined && this.#same(found.event, title.crash, line)) {
                found.last = line.number;
                this.#add(found.event, line, title.crash);
                return true;
            }
            if (found !== undefined) this.#close(key);
            this.#begin(key, line, title.crash);
            return true;
        }
        const dumped = line.text.includes('pfn:0x') ? DUMPED.exec(line.text) : null;
        if (dumped !== null) this.#dumped = { pfn: BigInt(`0x${dumped[1]!}`), number: line.number };
        const open = found ?? (line.caller === undefined ? this.#open.get(this.#latest) : undefined);
        if (open === undefined) return false;
        if (line.number - open.last > MAX_GAP || open.event.read >= MAX_LINES || open.event.ended) {
            this.#close(found === undefined ? this.#latest : key);
            return false;
        }
        return this.#read(open, line);
    }

    flush(): void {
        for (const { event } of this.#open.values()) this.#sink(event);
        this.#open.clear();
    }

    /** A second title of the same crash: its own panic, or the words before and after the register dump. */
    #same(event: CrashEvent, crash: CrashKind, { number, text }: LogLine): boolean {
        if (event.ended && crash !== 'panic') return false;
        if (number - event.lines.at(-1)!.line > MAX_GAP) return false;
        if (crash === 'panic') return event.panicText === undefined && event.crash !== 'warning';
        // `Unhandled fault: ...` and `BUG: unable to handle ...` come before `Internal error:` and `Oops:`; a cut line before a BUG.
        if (crash === 'oops' || crash === event.crash) return event.trace.length === 0 && event.registers.size === 0;
        if (KEEPS_NO_TITLE.test(event.title)) return true;
        return event.trace.length === 0 && (text.startsWith('Internal error') || text.startsWith('KASAN'));
    }

    #begin(key: string, line: LogLine, crash: CrashKind): void {
        if (this.#open.size >= MAX_OPEN) this.#close([...this.#open.keys()][0]!);
        const event: CrashEvent = { ...baseOf(line), kind: 'crash', crash, title: line.text.slice(0, 300), trace: [], registers: new Map(), modules: new Set(), pfns: [], ended: false, read: 0 };
        this.#open.set(key, { event, last: line.number });
        this.#latest = key;
        if (this.#dumped !== undefined && line.number - this.#dumped.number <= MAX_DUMP && (crash === 'bug' || crash === 'oops')) event.pfns.push(this.#dumped.pfn);
        this.#titleDetails(event, line.text);
        this.#task(event, line.text);
    }

    /** A later title says better what the crash is. */
    #add(event: CrashEvent, line: LogLine, crash: CrashKind): void {
        const writable = event as { -readonly [Key in keyof CrashEvent]: CrashEvent[Key] };
        if (KEEPS_NO_TITLE.test(event.title)) {
            writable.title = line.text.slice(0, 300);
            writable.crash = crash;
        }
        if (crash === 'external-abort' && event.crash === 'page-fault') writable.crash = crash;
        event.lines.push(quoteOf(line));
        this.#titleDetails(event, line.text);
    }

    #titleDetails(event: CrashEvent, text: string): void {
        const at = AT.exec(text);
        if (at !== null) event.faultAddress ??= BigInt(`0x${at[1]!}`);
        if (/abort|SError|Internal error/.test(text)) {
            const esr = ESR.exec(text);
            if (esr !== null) event.esr ??= BigInt(`0x${esr[1]!}`);
        }
        const panic = /Kernel panic(?: - not syncing)?: ?(.*)$/.exec(text);
        if (panic !== null) event.panicText = panic[1]!.slice(0, 300);
        this.#pfns(event, text);
    }

    #task(event: CrashEvent, text: string): boolean {
        const cpu = CPU_LINE.exec(text);
        if (cpu === null) return false;
        event.cpu = Number(cpu[1]);
        event.pid = Number(cpu[2]);
        event.comm = cpu[3]!;
        return true;
    }

    #pfns(event: CrashEvent, text: string): void {
        if (!text.includes('pfn:')) return;
        PFN.lastIndex = 0;
        for (let match = PFN.exec(text); match !== null; match = PFN.exec(text)) {
            if (event.pfns.length < 16) event.pfns.push(BigInt(`0x${match[1]!}`));
        }
    }

    #read(open: { readonly event: CrashEvent; last: number }, line: LogLine): boolean {
        const { event } = open;
        const { text } = line;
        event.read += 1;
        let keep = false;
        if (END.test(text)) {
            event.ended = true;
        }
        const rip = RIP.exec(text);
        if (rip !== null && !event.trace.includes(rip[1]!)) {
            event.trace.unshift(rip[1]!);
            if (rip[2] !== undefined) event.modules.add(rip[2]);
            keep = true;
        }
        const frame = FRAME.exec(text);
        if (frame !== null && frame[1] === undefined && event.trace.length < MAX_TRACE) {
            if (event.trace.at(-1) !== frame[2]) event.trace.push(frame[2]!);
            if (frame[3] !== undefined) event.modules.add(frame[3]);
            keep = event.trace.length <= 16;
        }
        const registers = text.startsWith('x') || text.startsWith('pc :') || text.startsWith('sp :') ? ARM_REGISTER : X86_REGISTER;
        if (text.includes(': ')) {
            registers.lastIndex = 0;
            for (let match = registers.exec(text); match !== null; match = registers.exec(text)) {
                if (!event.registers.has(match[1]!) && event.registers.size < 64) {
                    event.registers.set(match[1]!, BigInt(`0x${match[2]!}`));
                    keep = true;
                }
                if (match[1] === 'CR2') event.faultAddress ??= BigInt(`0x${match[2]!}`);
            }
        }
        if (event.pid === undefined && this.#task(event, text)) keep = true;
        const task = event.pid === undefined ? OLD_TASK.exec(text) : null;
        if (task !== null) {
            event.pid = Number(task[1] ?? task[4]);
            event.comm = (task[2] ?? task[3])!;
            keep = true;
        }
        const far = /^\s*(?:FAR_EL1|FAR|ESR)[ =:]+(?:0x)?([0-9a-f]{8,16})/.exec(text);
        if (far !== null) {
            if (text.trimStart().startsWith('ESR')) event.esr ??= BigInt(`0x${far[1]!}`);
            else event.faultAddress ??= BigInt(`0x${far[1]!}`);
            keep = true;
        }
        if (/\bpfn:/.test(text)) {
            this.#pfns(event, text);
            keep = true;
        }
        if (keep) {
            open.last = line.number;
            if (event.lines.length < 60) event.lines.push(quoteOf(line));
        }
        if (event.ended) {
            // A panic may follow the end of an oops: it is the same crash. Kept open until something else comes.
            open.last = line.number;
            event.ended = !/end Kernel panic/.test(text) ? false : true;
        }
        return keep;
    }

    #close(key: string): void {
        const open = this.#open.get(key);
        this.#open.delete(key);
        if (open !== undefined) this.#sink(open.event);
    }
}
