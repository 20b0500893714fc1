/**
 * Whether an address at a crash points into a frame through the kernel's linear map.
 *
 * arm64 (memory.h since 5.4): linear map from PAGE_OFFSET = -(1 << VA_BITS) up to its half; physical = address - PAGE_OFFSET + memstart. Up to 5.3 the linear map
 * was the upper half: PAGE_OFFSET = -(1 << (VA_BITS - 1)). memstart is a multiple of ARM64_MEMSTART_ALIGN (1 GiB, 512 MiB with 64 KiB pages), so that the bits
 * below decide even where the start of RAM is not known or was randomised. x86-64: page_offset_base, 0xffff888000000000 with 4 levels (0xffff880000000000 before
 * 4.20), 0xff11000000000000 with 5; randomised in steps of 1 GiB.
 */
import type { CrashEvent } from '../events/event.js';
import type { MachineFacts } from './machine.js';

export interface AddressMatch {
    readonly pfn: bigint;
    /** `x8`, `RDI`, `fault address`. */
    readonly where: string;
    readonly address: bigint;
    readonly phys: bigint;
    /** What was taken for the start of the map. */
    readonly base: string;
    /** All bits of the frame number decide, not only those below the unknown base. */
    readonly exact: boolean;
    /** Bits of the frame number that agree. */
    readonly bits: number;
    /** How likely at least one such match is by chance, over the addresses and frames that were compared. */
    readonly chance: number;
}

interface Map { readonly name: string; readonly start: bigint; readonly end: bigint; /** Physical address at `start`; undefined: open. */ readonly phys?: bigint; readonly alignBits: number; }

const X86_DEFAULT: readonly Map[] = [
    { name: 'page_offset_base 0xffff888000000000', start: 0xffff_8880_0000_0000n, end: 0xffff_c880_0000_0000n, phys: 0n, alignBits: 30 },
    { name: 'PAGE_OFFSET 0xffff880000000000', start: 0xffff_8800_0000_0000n, end: 0xffff_c800_0000_0000n, phys: 0n, alignBits: 30 },
    { name: 'page_offset_base 0xff11000000000000', start: 0xff11_0000_0000_0000n, end: 0xff91_0000_0000_0000n, phys: 0n, alignBits: 30 },
    { name: 'a randomised page_offset_base', start: 0xffff_8880_0000_0000n, end: 0xffff_f000_0000_0000n, alignBits: 30 },
    { name: 'a randomised page_offset_base (5 levels)', start: 0xff11_0000_0000_0000n, end: 0xffd4_0000_0000_0000n, alignBits: 30 },
];

function armMaps({ pageShift, ramStart }: MachineFacts): readonly Map[] {
    const alignBits = pageShift === 16 ? 29 : 30;
    const starts = ramStart === undefined ? [] : [(ramStart >> BigInt(alignBits)) << BigInt(alignBits)];
    return [48, 52, 47, 42, 39].flatMap((bits) => {
        const start = (1n << 64n) - (1n << BigInt(bits));
        const end = start + (1n << BigInt(bits - 1));
        const old = { start: end, end: end + (1n << BigInt(bits - 1)) };
        const name = `PAGE_OFFSET 0x${start.toString(16)}`;
        const now: Map[] = [...starts.map((phys) => ({ name: `${name}, RAM from 0x${phys.toString(16)}`, start, end, phys, alignBits })), { name, start, end, alignBits }];
        return bits === 52 || bits === 47 ? now : [...now, { name: `PAGE_OFFSET 0x${old.start.toString(16)}`, ...old, alignBits }];
    });
}

/** RAM of a machine lies below; a start of RAM that would put it higher is no start of RAM. */
const MAX_PHYSICAL = 1n << 48n;
/**
 * A match that is more likely than this by chance is none. A crash that says itself that it consumed an error needs less: something bad was read.
 */
export const MAX_CHANCE = { consumed: 0.05, other: 0.001 } as const;
/** What an uncorrected error takes with it: a cache line. */
const LINE_BITS = 6;

/** A frame, and the byte in it that was reported as bad. */
export interface BadFrame { readonly pfn: bigint; readonly phys?: bigint; }

/** Registers that point to code, stacks or nowhere are compared as well: the low bits decide. */
export function addressesOf(crash: CrashEvent): readonly { readonly where: string; readonly address: bigint }[] {
    const found = [...crash.registers].map(([where, address]) => ({ where, address }));
    if (crash.faultAddress !== undefined) found.unshift({ where: 'fault address', address: crash.faultAddress });
    const seen = new Set<bigint>();
    // Small numbers and errors are no pointers; one value in two registers is one observation.
    return found.filter(({ address, where }) => address >= 0xff00_0000_0000_0000n && address < 0xffff_ffff_8000_0000n && where !== 'sp' && where !== 'RSP' && !seen.has(address) && seen.add(address));
}

/** The best match of the crash's addresses with one of the frames; undefined where none is better than chance. */
export function matchFrames(crash: CrashEvent, bad: readonly BadFrame[], machine: MachineFacts, consumed: boolean): AddressMatch | undefined {
    const addresses = addressesOf(crash);
    if (addresses.length === 0 || bad.length === 0) return undefined;
    const frames = bad.map(({ pfn }) => pfn);
    const known = new Set(frames);
    const bytes = new Map(bad.map(({ pfn, phys }) => [pfn, phys]));
    // POWER's map, from 0xc000000000000000, holds no address that is looked at.
    if (machine.arch === 'powerpc') return undefined;
    const shift = machine.pageShift ?? (machine.arch === 'arm64' ? undefined : 12);
    if (shift === undefined) return undefined;
    const maps = machine.arch === 'arm64' ? armMaps(machine) : X86_DEFAULT;
    const byLow = new Map<string, bigint[]>();
    let best: AddressMatch | undefined;
    for (const map of maps) {
        const lowBits = BigInt(map.alignBits - shift);
        const mask = (1n << lowBits) - 1n;
        if (map.phys === undefined && !byLow.has(String(lowBits))) {
            for (const pfn of frames) {
                const key = `${lowBits} ${pfn & mask}`;
                byLow.set(key, [...byLow.get(key) ?? [], pfn]);
            }
            byLow.set(String(lowBits), []);
        }
        for (const { where, address } of addresses) {
            if (address < map.start || address >= map.end) continue;
            const offset = address - map.start;
            if (map.phys !== undefined) {
                const phys = offset + map.phys;
                const pfn = phys >> BigInt(shift);
                if (!known.has(pfn)) continue;
                best = better(best, { pfn, where, address, phys, base: map.name, exact: true, bits: 40 - shift, chance: chanceOf(addresses.length, frames.length, 40 - shift) });
                continue;
            }
            for (const pfn of byLow.get(`${lowBits} ${(offset >> BigInt(shift)) & mask}`) ?? []) {
                const phys = (pfn << BigInt(shift)) | (address & ((1n << BigInt(shift)) - 1n));
                const base = phys - offset;
                // What is left for the base: not negative on arm64 (start of RAM), any on x86 where the map itself moves.
                if (machine.arch === 'arm64' && (base < 0n || base >= MAX_PHYSICAL)) continue;
                if (machine.arch !== 'arm64' && phys > offset) continue;
                const name = machine.arch === 'arm64' ? `${map.name}, RAM from 0x${base.toString(16)}` : `page_offset_base 0x${(address - phys).toString(16)}`;
                // The reported byte, where there is one, lies in the same cache line: as many bits more.
                const byte = bytes.get(pfn);
                const bits = Number(lowBits) + (byte !== undefined && byte >> BigInt(LINE_BITS) === phys >> BigInt(LINE_BITS) ? shift - LINE_BITS : 0);
                best = better(best, { pfn, where, address, phys, base: name, exact: false, bits, chance: chanceOf(addresses.length, frames.length, bits) });
            }
        }
    }
    return best !== undefined && best.chance <= (consumed ? MAX_CHANCE.consumed : MAX_CHANCE.other) ? best : undefined;
}

function better(best: AddressMatch | undefined, other: AddressMatch): AddressMatch {
    return best === undefined || (other.exact && !best.exact) || (other.exact === best.exact && other.chance < best.chance) ? other : best;
}

/** Of `addresses` values and `frames` frames, one agrees in `bits` bits. */
function chanceOf(addresses: number, frames: number, bits: number): number {
    return 1 - (1 - frames / 2 ** bits) ** addresses;
}
