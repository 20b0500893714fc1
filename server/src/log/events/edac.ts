/** Lines of the EDAC core (edac_mc_printk in drivers/edac/edac_mc.c) in the wordings of 2.6.16 to now. */
import type { LogLine } from '../formats/line.js';
import type { EdacEvent, LogEvent, Part, Severity } from './event.js';
import { baseOf } from './base.js';

/** Since 3.5: `EDAC MC0: 20 CE memory read error on LABEL (channel:2 slot:0 page:0x.. offset:0x.. grain:32 syndrome:0x0 - ...)`. */
const MODERN = /^EDAC (MC\d{1,3}): (\d{1,9}) (CE|UE|DE|INFO|FATAL)\b ?(.*?) on (.*?) ?\((.*?)\)?$/;
/** Until 3.4: `EDAC MC0: CE page 0x.., offset 0x.., grain 8, syndrome 0x.., row 1, channel 0, label "": i3000 CE`. */
const OLD = /^EDAC (MC\d{1,3}): (CE|UE)(?:-? ?no info(?:rmation available)?)?[ -]+(?:page (0x[0-9a-f]{1,16}), offset (0x[0-9a-f]{1,16}), grain \d+,? ?)?(?:syndrome 0x[0-9a-f]+, )?(row \d+)?,? ?(?:channel[-ab]*=? ?(\d+))?(?:.*?\b(?:labels? )?"([^"]*)")?(?:.*?: (.*))?$/;
/** Sandy Bridge's driver of 2.6.32 (distributions) to 3.4 wrote the address at the end of its line. */
const OLD_ADDRESS = /\baddr = (0x[0-9a-f]{1,16})/;
const AMD_ADDRESS = /^EDAC (?:amd64|k8) (MC\d{1,3}): (CE|UE) ERROR_ADDRESS= ?(0x[0-9a-f]{1,16})/;
/** What a line that only says the address is about. */
export const ERROR_ADDRESS = 'ERROR_ADDRESS';
/** Devices other than memory (caches, buses). */
const DEVICE = /^EDAC (DEVICE\d{1,3}|[A-Z][A-Z0-9_-]*\d*): (?:[\w .:-]+ instance: .*|(?:.*?)(CE|UE)(?:: | ).*(?:count|instance|block|Bank|bank).*)$/;

const SEVERITIES: Readonly<Record<string, Severity>> = { CE: 'corrected', UE: 'recoverable', DE: 'deferred', INFO: 'informational', FATAL: 'fatal' };

function fieldOf(detail: string, name: string): string | undefined {
    return new RegExp(`\\b${name}: ?([0-9a-zA-Z]+)`).exec(detail)?.[1];
}

function hexField(detail: string, name: string): bigint | undefined {
    const match = new RegExp(`\\b${name}:(0x[0-9a-f]{1,16})`).exec(detail);
    return match === null ? undefined : BigInt(match[1]!);
}

export function readEdac(line: LogLine): LogEvent | undefined {
    if (!line.text.startsWith('EDAC ')) return undefined;
    const modern = MODERN.exec(line.text);
    if (modern !== null) return modernEvent(line, modern);
    const address = AMD_ADDRESS.exec(line.text);
    if (address !== null) {
        return edac(line, { controller: address[1]!, severity: SEVERITIES[address[2]!]!, what: ERROR_ADDRESS, part: { name: address[1]! }, page: BigInt(address[3]!) >> 12n, offset: BigInt(address[3]!) & 0xfffn });
    }
    const old = OLD.exec(line.text);
    if (old !== null) {
        const [, controller, severity, said, offset, row, channel, label, what] = old;
        const named = label === undefined || label === '' || label === '-' ? undefined : label;
        const name = [row, channel === undefined ? undefined : `channel ${channel}`].filter((each) => each !== undefined).join(', ');
        const address = said === undefined ? OLD_ADDRESS.exec(what ?? '')?.[1] : undefined;
        return edac(line, {
            controller: controller!, severity: SEVERITIES[severity!]!, what: what ?? '', part: { name: named ?? (name === '' ? controller! : `${controller!} ${name}`) },
            // Controllers that know no address say page 0, offset 0.
            ...(said === undefined || (BigInt(said) === 0n && BigInt(offset!) === 0n) ? {} : { page: BigInt(said), offset: BigInt(offset!) }),
            ...(address === undefined ? {} : { page: BigInt(address) >> 12n, offset: BigInt(address) & 0xfffn }),
        });
    }
    const device = DEVICE.exec(line.text);
    if (device !== null && / CE| UE|CE:|UE:/.test(line.text)) {
        return edac(line, { controller: device[1]!, severity: /\bUE\b/.test(line.text) ? 'recoverable' : 'corrected', what: line.text.slice(5, 200), part: { name: device[1]! } });
    }
    return undefined;
}

/** `node:0 card:0 module:1 rank:1`: what names a DIMM without naming a cell in it. */
export function placeOf(location: string): string | undefined {
    return /\b(?:node|card|channel|csrow|memory):.*?(?= bank| device| row| page| grain| col|$)/.exec(location)?.[0];
}

function modernEvent(line: LogLine, [, controller, count, severity, what, label, detail]: RegExpExecArray): EdacEvent {
    const page = hexField(detail!, 'page');
    const offset = hexField(detail!, 'offset');
    const row = fieldOf(detail!, 'row');
    const bank = fieldOf(detail!, 'bank') ?? fieldOf(detail!, 'bank_address') ?? fieldOf(detail!, 'ba');
    const column = fieldOf(detail!, 'column') ?? fieldOf(detail!, 'col');
    const named = /^(?:unknown label|unknown memory|any memory|)$/.test(label!.trim()) ? undefined : label!.trim();
    const place = placeOf(detail!);
    const part: Part = {
        name: named ?? place ?? controller!,
        ...(bank === undefined ? {} : { bank }), ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }),
    };
    // Page 0 with offset 0 is what drivers without an address give.
    const known = page !== undefined && !(page === 0n && (offset ?? 0n) === 0n);
    return edac(line, {
        controller: controller!, severity: SEVERITIES[severity!]!, count: Number(count), what: what!.trim(), part, overflow: /\bOVERFLOW\b/.test(detail!), firmware: /APEI location/.test(detail!),
        ...(known ? { page, ...(offset === undefined ? {} : { offset }) } : {}),
    });
}

type Given = Pick<EdacEvent, 'controller' | 'severity' | 'what' | 'part'> & Partial<Pick<EdacEvent, 'count' | 'page' | 'offset' | 'overflow' | 'firmware'>>;

function edac(line: LogLine, given: Given): EdacEvent {
    return { ...baseOf(line), kind: 'edac', count: 1, overflow: false, firmware: false, ...given };
}
