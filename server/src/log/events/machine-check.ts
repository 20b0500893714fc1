/** Machine check records as print_mce() of arch/x86/kernel/cpu/mce prints them, and as the EDAC drivers repeat them. */
import { isMemoryController } from '../../vocabulary/mce-registers.js';
import type { LogLine } from '../formats/line.js';
import type { MachineCheckEvent, Severity } from './event.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

/** Lines that may come between two lines of a record. */
const MAX_GAP = 40;
/** So many lines further the rest of a record is expected. */
const UNNAMED_LINES = 8;

/** `mce: [Hardware Error]: `, `[Hardware Error]: `, `HARDWARE ERROR`; `EDAC sbridge MC0: ` before the repeated lines. */
const PREFIX = /^(?:EDAC (?:[\w-]+ )?(MC\d+): |(?:mce|MCE|\[Hardware Error\])?:? ?\[Hardware Error\]: |mce: |MCE: |)(.*)$/;
// EDAC's drivers for Skylake and later write 0x before their numbers; the machine check code does not.
/** 2.6 padded the first number to sixteen places. */
const HEADER = /^CPU ?(\d{1,5}): Machine Check(?: Exception| Event)?: {1,16}(?:0x)?([0-9a-f]{1,16}) Bank (\d{1,3}): (?:0x)?([0-9a-f]{1,16})/;
/** mce_log of 2.6.3x: `CPU 0: Machine Check Exception: 4 Bank 5: be...` and, without a bank, an exception that found none. */
const NO_BANK = /^CPU ?(\d{1,5}): Machine Check Exception: {1,16}([0-9a-f]{1,16})$/;
/** 2.4 and early 2.6: a line a bank, after the exception. */
const OLD_BANK = /^Bank (\d{1,3}): ([0-9a-f]{16})(?:\[[0-9a-f]+\])?(?: at ([0-9a-f]{8,16}))?$/;
const RIP = /^RIP(?: !INEXACT!)? ?([0-9a-f]{1,4}):<([0-9a-f]{1,16})>(?: \{([^}+]*))?/;
const NUMBERS = /\b(TSC|ADDR|MISC|SYND|IPID|PPIN|SYND[12]|FRU) (?:0x)?([0-9a-f]{1,16})\b/g;
/** Up to 3.x on the line of the addresses. */
const PROCESSOR = /(?:^| )PROCESSOR (\d{1,2}):(?:0x)?([0-9a-f]{1,8}) TIME (\d{1,20}) SOCKET (\d{1,10}) APIC (?:0x)?([0-9a-f]{1,8})(?: microcode ([0-9a-f]{1,8}))?/;
const REASON = /^(?:Machine check|Machine Check): (.+)$/;
const LOGGED = /^Machine check events logged$/;
/** X86_VENDOR_INTEL, X86_VENDOR_AMD, X86_VENDOR_HYGON, X86_VENDOR_ZHAOXIN. */
const VENDORS: Readonly<Record<string, 'intel' | 'amd'>> = { 0: 'intel', 2: 'amd', 9: 'amd' };

export const bit = (value: bigint, index: number): boolean => ((value >> BigInt(index)) & 1n) === 1n;

/** MCACOD of the memory controller (`000F 0000 1MMM CCCC`), of a memory hierarchy error at the generic level, or a load or fetch that met poison. */
export function memoryCode(status: bigint | undefined): boolean {
    if (status === undefined) return false;
    const code = status & 0xefffn;
    return (code & 0xff80n) === 0x0080n || (code & 0xfff0n) === 0x00c0n || code === 0x0134n || code === 0x0150n || code === 0x017an;
}

export function ofMemoryController({ ipid }: MachineCheckEvent): boolean {
    return ipid !== undefined && isMemoryController(ipid);
}

/** Does the bank say that the error is one of memory: by its code, or by whose bank it is? */
export function ofMemory(event: MachineCheckEvent): boolean {
    return memoryCode(event.status) || ofMemoryController(event);
}

/** How bad a bank says that it is: UC, PCC, and on AMD Deferred (bit 44, which counts corrected errors on Intel). */
export function severityOfStatus(status: bigint, vendor: MachineCheckEvent['vendor']): Severity {
    if (!bit(status, 63)) return 'unknown';
    if (!bit(status, 61)) return vendor === 'amd' && bit(status, 44) ? 'deferred' : 'corrected';
    return bit(status, 57) ? 'fatal' : 'recoverable';
}

export class MachineCheckReader {
    readonly #sink: EventSink;
    #current: MachineCheckEvent | undefined;
    #last = 0;
    #passed = 0;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    /** Old kernels begin only the first line of a record with words of its own. */
    get wantsMore(): boolean {
        return this.#current !== undefined && this.#passed < UNNAMED_LINES;
    }

    line(line: LogLine): boolean {
        if (this.#current !== undefined && line.number - this.#last > MAX_GAP) this.flush();
        this.#passed += 1;
        if (this.#current === undefined && !/[Mm]achine [Cc]heck|\bTSC |\bADDR |PROCESSOR |HANDLING MCE|MISC /.test(line.text)) return false;
        const match = PREFIX.exec(line.text);
        if (match === null) return false;
        const [, edac, body = ''] = match;
        return this.#read(line, body.trim(), edac);
    }

    flush(): void {
        const event = this.#current;
        this.#current = undefined;
        if (event !== undefined) this.#sink(event);
    }

    #read(line: LogLine, body: string, edac: string | undefined): boolean {
        if (/^HANDLING MCE MEMORY ERROR/.test(body)) {
            this.flush();
            return true;
        }
        const header = HEADER.exec(body) ?? NO_BANK.exec(body);
        if (header !== null) {
            this.#begin(line, header, edac);
            return true;
        }
        const reason = REASON.exec(body);
        if (reason !== null && !LOGGED.test(body) && !/^(?:Machine check: )?(?:poll|injector)/.test(body)) {
            this.#sink({ ...baseOf(line), kind: 'machine-check-reason', reason: reason[1]! });
            return true;
        }
        const current = this.#current;
        if (current === undefined) return false;
        const bank = OLD_BANK.exec(body);
        if (bank !== null) {
            if (current.bank !== undefined) return false;
            current.bank = Number(bank[1]);
            current.status = BigInt(`0x${bank[2]!}`);
            current.severity = severityOfStatus(current.status, undefined);
            if (bank[3] !== undefined) current.addr = BigInt(`0x${bank[3]}`);
            return this.#keep(line);
        }
        const rip = RIP.exec(body);
        if (rip !== null) {
            current.ip = rip[2]!;
            current.inKernel = (Number.parseInt(rip[1]!, 16) & 3) === 0;
            if (rip[3] !== undefined) current.ipFunction = rip[3];
            return this.#keep(line);
        }
        const processor = PROCESSOR.exec(body);
        if (processor !== null) {
            current.vendor = VENDORS[processor[1]!] ?? 'other';
            if (current.status !== undefined) current.severity = severityOfStatus(current.status, current.vendor);
            current.cpuid = processor[2]!;
            current.time = Number(processor[3]);
            current.socket = Number(processor[4]);
            if (processor[6] !== undefined) current.microcode = processor[6];
        }
        NUMBERS.lastIndex = 0;
        let found = processor !== null;
        for (let number = NUMBERS.exec(body); number !== null; number = NUMBERS.exec(body)) {
            found = true;
            const value = BigInt(`0x${number[2]!}`);
            if (number[1] === 'ADDR') current.addr = value;
            else if (number[1] === 'MISC') current.misc = value;
            else if (number[1] === 'IPID') current.ipid = value;
        }
        return found ? this.#keep(line) : false;
    }

    #keep(line: LogLine): boolean {
        this.#last = line.number;
        this.#passed = 0;
        if (this.#current!.lines.length < 12) this.#current!.lines.push(quoteOf(line));
        return true;
    }

    #begin(line: LogLine, [text, cpu, mcg, bank, status]: RegExpExecArray, edac: string | undefined): void {
        this.flush();
        const exception = text.includes('Exception');
        const value = status === undefined ? undefined : BigInt(`0x${status}`);
        this.#last = line.number;
        this.#passed = 0;
        this.#current = {
            ...baseOf(line), kind: 'machine-check', from: edac !== undefined ? 'edac' : exception ? 'exception' : 'poll', cpu: Number(cpu), decoded: [],
            ...(bank === undefined ? {} : { bank: Number(bank) }), mcgStatus: BigInt(`0x${mcg!}`), ...(value === undefined ? {} : { status: value }),
            severity: value === undefined ? 'unknown' : severityOfStatus(value, undefined), ...(edac === undefined ? {} : { controller: edac }),
        };
    }
}
