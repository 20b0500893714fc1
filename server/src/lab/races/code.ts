/** What of x86-64 code the windows are found by: calls of a function, and the instruction that takes a folio lock. */

/** A function of the kernel with its code. */
export interface KernelFunction {
    /** With what the compiler has added to it: `soft_offline_page.part.0`. */
    readonly symbol: string;
    readonly address: bigint;
    readonly code: Buffer;
}

/** An instruction: where it begins, and where the next one does. */
export interface Instruction { readonly address: bigint; readonly next: bigint }

const CALL = 0xe8;
const CALL_BYTES = 5;

/** `call rel32` of that address: the five bytes come together nowhere else but by a chance of 2^-32. */
export function callsOf(caller: KernelFunction, callee: bigint): readonly Instruction[] {
    const { address, code } = caller;
    const found: Instruction[] = [];
    for (let at = code.indexOf(CALL); at >= 0 && at + CALL_BYTES <= code.length; at = code.indexOf(CALL, at + 1)) {
        const next = address + BigInt(at + CALL_BYTES);
        if (next + BigInt(code.readInt32LE(at + 1)) === callee) {
            found.push({ address: address + BigInt(at), next });
        }
    }
    return found;
}

const LOCK = 0xf0;
/** The bit of `lock bts` that is PG_locked; another one of the same function is PG_hwpoison. */
const PG_LOCKED = 0;

/** folio_trylock(): `lock bts $0, (folio)`. */
export function locksIn(of: KernelFunction): readonly Instruction[] {
    return setsBits(of).filter(({ bit }) => bit === PG_LOCKED);
}

/** The number of PG_hwpoison: the other bit that the handler sets in the flags of a page. Undefined where the compiler does it otherwise. */
export function poisonBit(of: KernelFunction): number | undefined {
    return setsBits(of).find(({ bit }) => bit !== PG_LOCKED)?.bit;
}

/** `lock bts $bit, memory` with 64 bits: F0 REX.W 0F BA /5 ib. */
function setsBits({ address, code }: KernelFunction): readonly (Instruction & { readonly bit: number })[] {
    const found: (Instruction & { readonly bit: number })[] = [];
    for (let at = code.indexOf(LOCK); at >= 0 && at + 10 < code.length; at = code.indexOf(LOCK, at + 1)) {
        const modrm = code[at + 4]!;
        if ((code[at + 1]! & 0xf8) !== 0x48 || code[at + 2] !== 0x0f || code[at + 3] !== 0xba || (modrm >> 3 & 7) !== 5) {
            continue;
        }
        const mod = modrm >> 6;
        const length = 6 + ((modrm & 7) === 4 ? 1 : 0) + (mod === 1 ? 1 : mod === 2 ? 4 : 0);
        found.push({ address: address + BigInt(at), next: address + BigInt(at + length), bit: code[at + length - 1]! });
    }
    return found;
}
