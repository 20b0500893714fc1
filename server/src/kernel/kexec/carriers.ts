import type { Range } from '../../machine/memory-layout.js';
import type { PhysicalMemory } from '../../machine/physical-memory.js';
import { hex, type Pfn } from '../../machine/units.js';
import { CARRIERS, type BootKind, type Carrier, type CarrierName } from '../../vocabulary/carriers.js';
import type { Kernel } from '../kernel.js';
import { FIRST_ENTRIES } from '../../machine/poison-list.js';
import { LIST_VERSION, khoHandOver, type HandedList } from './kho-hwpoison.js';

/** What was asked of a carrier. */
export interface CarrierChoice {
    readonly name: CarrierName;
    /** Most entries or ranges that it can hold; Infinity: no bound but its own. */
    readonly limit: number;
    /** What the descriptor of a list claims, where that is not the truth. */
    readonly claimedCount?: number;
    readonly claimedVersion?: number;
}

/** What reaches the next kernel. */
export interface Carried {
    readonly replay: HandedList | null;
    /** Frames kept from the next kernel, with the carrier that does it. */
    readonly setAside: ReadonlyMap<Pfn, CarrierName>;
    readonly repaired: ReadonlySet<Pfn>;
    /** Frames or list entries that were carried. */
    readonly count: number;
    /** What stands on the command line for it; '' for nothing. */
    readonly commandLine: string;
}

/** Frames that carry PG_hwpoison, raw pages of huge pages among them, ascending. */
export function markedFrames(memory: PhysicalMemory): readonly Pfn[] {
    const marked = new Set(memory.poisoned.keys());
    for (const folio of memory.touchedFolios()) for (const pfn of folio.hugetlb?.rawPoison ?? []) marked.add(pfn);
    return [...marked].sort((a, b) => a - b);
}

/** Neighbours as ranges. */
export function rangesOf(pfns: readonly Pfn[]): readonly Range[] {
    const ranges: { pfn: Pfn; pageCount: number }[] = [];
    for (const pfn of pfns) {
        const last = ranges.at(-1);
        if (last !== undefined && last.pfn + last.pageCount === pfn) last.pageCount += 1;
        else ranges.push({ pfn, pageCount: 1 });
    }
    return ranges;
}

/** What the carrier takes from a kernel that ends to the next one. */
export function carry(old: Kernel, choice: CarrierChoice, boot: BootKind): Carried {
    const row: Carrier = CARRIERS[choice.name];
    const { memory } = old.machine;
    // A map of firmware is handed on by every kexec, whoever asks.
    const inherited = new Map([...memory.setAside].filter(([, by]) => by === 'firmware-map' && boot === 'kexec'));
    const nothing: Carried = { replay: null, setAside: inherited, repaired: new Set(), count: inherited.size, commandLine: '' };
    switch (row.form) {
        case 'nothing': return nothing;
        case 'replay': {
            const list = choice.name === 'kho' ? khoHandOver(old) : loaderList(old, choice.limit);
            const replay = list === null ? null : { ...list, count: choice.claimedCount ?? list.count, version: choice.claimedVersion ?? list.version };
            return { ...nothing, replay, count: inherited.size + (replay?.pfns.length ?? 0) };
        }
        case 'not-ram':
        case 'reserved': return setAside(old, choice, nothing);
        case 'repaired': {
            const repaired = new Set(memory.bad.keys());
            return { ...nothing, repaired, count: inherited.size + repaired.size };
        }
    }
}

/** A list that the loader makes of the frames that are marked now. */
function loaderList(old: Kernel, limit: number): HandedList | null {
    const pfns = markedFrames(old.machine.memory).slice(0, limit);
    return pfns.length === 0 ? null : { pfns, capacity: Math.max(FIRST_ENTRIES, pfns.length), count: pfns.length, version: LIST_VERSION };
}

/** Ranges of what is marked and of what this kernel was kept from itself, as far as there is room. */
function setAside(old: Kernel, { name, limit }: CarrierChoice, nothing: Carried): Carried {
    const { memory } = old.machine;
    const frames = [...new Set([...markedFrames(memory), ...memory.setAside.keys()])].sort((a, b) => a - b);
    const ranges = rangesOf(frames);
    const room: number = (CARRIERS[name] as Carrier).commandLine ?? Infinity;
    let commandLine = '';
    let taken = 0;
    for (const range of ranges.slice(0, limit)) {
        const longer = `${commandLine}${commandLine === '' ? '' : ' '}${parameterOf(name, range, old.machine.pageShift)}`;
        // The terminating zero is part of the line.
        if (longer.length + 1 > room) break;
        commandLine = longer;
        taken += 1;
    }
    const away = new Map(nothing.setAside);
    for (const range of ranges.slice(0, taken)) for (let pfn = range.pfn; pfn < range.pfn + range.pageCount; pfn += 1) away.set(pfn, name);
    if (taken < ranges.length) old.decide('kexec_file_load.no-room', ranges[taken]!.pfn, `${taken} of ${ranges.length} ranges`);
    return { ...nothing, setAside: away, count: away.size, commandLine: room === Infinity ? '' : commandLine };
}

/** `memmap=4K$0x40272d000`. */
function parameterOf(name: CarrierName, { pfn, pageCount }: Range, pageShift: number): string {
    const size = `${pageCount * 2 ** (pageShift - 10)}K`;
    const address = hex(pfn * 2 ** pageShift);
    return name === 'memmap' ? `memmap=${size}$${address}` : `reserve_mem=${size}@${address}`;
}
