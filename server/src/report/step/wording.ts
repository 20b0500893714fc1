/** How values of a program and a trace are written for people: numbers, places, signals, results. */
import { CARRIERS, type CarrierForm } from '../../vocabulary/carriers.js';
import { MF_RESULTS, type MfResult } from '../../vocabulary/mf-types.js';
import { SIGNAL_CODES, type SignalCode } from '../../vocabulary/signals.js';
import { kernelWords } from '../../simulator/kernel-words.js';
import type { Place } from '../../simulator/program.js';
import type { BootEvent, ResultEvent, SignalEvent } from '../../simulator/trace.js';

/** `0x40272d`: the way the kernel prints a pfn or an address. */
export function hex(value: number): string {
    return `0x${value.toString(16)}`;
}

/** `7.3 boots`, `kho carries 1 frame`. */
export function bootWords({ kernel, carrier, carried }: BootEvent): string[] {
    return [`${kernelWords(kernel)} boots`, carrier === 'nothing' && carried === 0 ? 'nothing carried' : `${carrier} ${CARRIED[CARRIERS[carrier].form]} ${countWords(carried, 'frame')}`];
}

const CARRIED: Readonly<Record<CarrierForm, string>> = { replay: 'carries', 'not-ram': 'leaves out', reserved: 'reserves', repaired: 'repaired', nothing: 'carries' };

/** `DIRTY_LRU`: an MF type without the prefix that all of them share. */
export function shortType(type: string): string {
    return type.replace(/^MF_MSG_/, '');
}

/** `Recovered`: a result as the kernel log prints it. */
export function shortResult(result: MfResult): string {
    return MF_RESULTS[result].string;
}

/** `AO` and `AR` for the two codes of memory errors, any other code as it is. */
export function shortCode(code: SignalCode): string {
    return SIGNAL_CODES[code].short ?? code;
}

/** `MF_MSG_DIRTY_LRU MF_RECOVERED`, as an expectation writes it. */
export function resultWords(result: Pick<ResultEvent, 'type' | 'result'>): string {
    return `${result.type} ${result.result}`;
}

/** `SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12`, as an expectation writes it, and what became of the signal. */
export function signalWords(signal: SignalEvent, pageShift: number): string {
    const where = addressWords(signal, pageShift);
    const words = [signal.signal, signal.code, 'to', signal.task];
    if (where !== '') {
        words.push('at', where);
    }
    if (signal.addressLsbBits !== null) {
        words.push('lsb', String(signal.addressLsbBits));
    }
    return words.join(' ') + FATES[signal.fate];
}

const FATES: Readonly<Record<SignalEvent['fate'], string>> = {
    handled: '',
    killed: ' (kills it)',
    ignored: ' (ignored)',
    pending: ' (pending)',
    coalesced: ' (dropped: one is pending)',
};

/** `heap[2]`, `heap[2] + 0x10`, or the bare address; '' for a signal without one. */
export function addressWords(signal: Pick<SignalEvent, 'address' | 'mapping' | 'offset'>, pageShift: number): string {
    if (signal.mapping !== undefined && signal.offset !== undefined) {
        return pageWords(signal.mapping, signal.offset, pageShift);
    }
    return signal.address === null ? '' : hex(signal.address);
}

function pageWords(name: string, offset: number, pageShift: number): string {
    const pageBytes = 2 ** pageShift;
    const page = Math.floor(offset / pageBytes);
    const rest = offset - page * pageBytes;
    return `${name}[${page}]${rest === 0 ? '' : ` + ${hex(rest)}`}`;
}

/** A place as the text would write it. */
export function placeWords(place: Place): string {
    switch (place.kind) {
        case 'mapping': return pagesWords(place.mapping, place);
        case 'region': return pagesWords(place.region, place);
        case 'file': return pagesWords(place.file, place);
        case 'frame': return place.frame + byteWords(place.byteOffset);
        case 'guest': return `${place.guest}.${placeWords(place.place)}`;
        case 'pfn': return `pfn ${hex(place.pfn)}`;
        case 'phys': return `phys ${hex(place.address)}`;
        case 'raw': return `address ${place.address}`;
    }
}

function pagesWords(name: string, range: { readonly page: number; readonly pageCount: number; readonly byteOffset: number }): string {
    const last = range.page + range.pageCount - 1;
    return `${name}[${range.pageCount > 1 ? `${range.page}..${last}` : range.page}]${byteWords(range.byteOffset)}`;
}

function byteWords(byteOffset: number): string {
    return byteOffset === 0 ? '' : ` + ${hex(byteOffset)}`;
}

/** `'C'`; control characters as escapes. */
export function valueWords(value: string): string {
    return `'${[...value].map((char) => (char < ' ' ? (char === '\0' ? '\\0' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`) : char)).join('')}'`;
}

export { bytesWords } from '../../vocabulary/units.js';

/** `1.4 GiB`: a size in the largest unit that leaves at least one, with one decimal where it is not whole. */
export function memoryWords(bytes: number): string {
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
    const unit = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
    const value = bytes / 1024 ** unit;
    return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `1 step`, `2 steps`. */
export function countWords(count: number, noun: string, plural = `${noun}s`): string {
    return `${count} ${count === 1 ? noun : plural}`;
}
