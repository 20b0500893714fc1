// Where the handler can be held is found in its code: calls of functions, and the instruction that takes a folio lock.
import { expect, test } from 'vitest';
import { callsOf, locksIn, poisonBit, type KernelFunction } from '../../server/src/lab/races/code.js';
import { baseName, findPoints } from '../../server/src/lab/races/points.js';

const NOP = 0x90;

function call(from: bigint, to: bigint): number[] {
    const bytes = Buffer.alloc(5);
    bytes[0] = 0xe8;
    bytes.writeInt32LE(Number(to - from - 5n), 1);
    return [...bytes];
}

/** A function of pieces of code: bytes, or what makes them of the address where they begin. */
function made(symbol: string, address: bigint, pieces: readonly (readonly number[] | ((at: bigint) => readonly number[]))[]): KernelFunction {
    const code: number[] = [];
    for (const piece of pieces) {
        code.push(...typeof piece === 'function' ? piece(address + BigInt(code.length)) : piece);
    }
    return { symbol, address, code: Buffer.from([...code, ...Array<number>(16).fill(NOP)]) };
}

const callTo = (to: bigint) => (at: bigint): number[] => call(at, to);

test('calls are found by where they go, forwards and back, and bytes that look like one are none', () => {
    const caller = made('memory_failure', 0xffffffff81796900n, [[NOP], callTo(0xffffffff817954f0n), [0xe8, 1, 2, 3, 4], callTo(0xffffffff817954f0n), callTo(0xffffffff81800000n)]);
    expect(callsOf(caller, 0xffffffff817954f0n)).toEqual([
        { address: 0xffffffff81796901n, next: 0xffffffff81796906n }, { address: 0xffffffff8179690bn, next: 0xffffffff81796910n },
    ]);
    expect(callsOf(caller, 0xffffffff81800000n)).toHaveLength(1);
    expect(callsOf(caller, 0xffffffff81800001n)).toEqual([]);
});

test('the folio lock is told from the mark, whatever register holds the folio', () => {
    const handler = made('memory_failure', 0x1000n, [
        [0xf0, 0x49, 0x0f, 0xba, 0x2c, 0x24, 0x15], // lock btsq $0x15,(%r12)
        [0xf0, 0x49, 0x0f, 0xba, 0x2e, 0x00], // lock btsq $0x0,(%r14)
        [0xf0, 0xff, 0x4d, 0x34], // lock decl 0x34(%rbp)
        [0xf0, 0x49, 0x0f, 0xba, 0x6d, 0x00, 0x00], // lock btsq $0x0,0x0(%r13)
        [0xf0, 0x48, 0x0f, 0xba, 0x73, 0x08, 0x00], // lock btrq: it clears
    ]);
    expect(locksIn(handler)).toMatchObject([{ address: 0x1007n, next: 0x100dn }, { address: 0x1011n, next: 0x1018n }]);
    expect(poisonBit(handler)).toBe(0x15);
    expect(poisonBit(made('memory_failure', 0x1000n, [[NOP]]))).toBeUndefined();
});

test('points lie before or after the calls that mark them; without the call there is no point', () => {
    const names = { get_hwpoison_page: 0x3000n, is_free_buddy_page: 0x4000n, zone_pcp_disable: 0x5000n } as const;
    const functions = [
        made('memory_failure', 0x1000n, [callTo(names.get_hwpoison_page), [NOP], callTo(names.is_free_buddy_page)]),
        made('get_hwpoison_page', names.get_hwpoison_page, [[NOP], callTo(names.zone_pcp_disable), callTo(names.is_free_buddy_page)]),
        made('is_free_buddy_page.part.0', names.is_free_buddy_page, []),
        made('zone_pcp_disable', names.zone_pcp_disable, []),
    ];
    const found = new Map(findPoints(functions).map(({ point, addresses }) => [point.id, addresses]));
    expect(found.get('marked')).toEqual([0x1000n]);
    expect(found.get('grabbed')).toEqual([0x1005n]);
    expect(found.get('free')).toEqual([0x1006n]);
    expect(found.get('drained')).toEqual([0x3006n]);
    // Watched for from `drained` on.
    expect(found.get('count.zero')).toEqual([]);
    expect(found.has('take')).toBe(false);
    expect(found.has('take.again')).toBe(false);
    expect(baseName('soft_offline_page.part.0')).toBe('soft_offline_page');
});
