// From the calls that inject, unpoison or soft-offline to steps.
import type { RecordedCall } from './record.mts';
import type { Scene } from './scene.mts';

/** Offsets from there on are addresses of the kernel. */
const KERNEL_HALF = 2n ** 63n;
/** Lengths from there on wrap around. */
const WRAPS = 2n ** 48n;
const KERNEL_ADDRESS = '0xffff888000001000';

/** The step of a call. `state` remembers the first frame that was hit. */
export function stepOfCall(scene: Scene, call: RecordedCall, state: CallState): string {
    for (const { says, make } of ROWS) {
        const match = says.exec(call.what);
        if (match !== null) {
            return make(scene, call.role, match, state);
        }
    }
    throw new Error(`no row for the call "${call.what}"`);
}

export class CallState {
    /** Pfn of the page that the first call hit. */
    firstPfn: bigint | undefined;

    /** Distance in pages from the page that the first call hit. */
    distance(pfn: bigint): number {
        this.firstPfn ??= pfn;
        return Number(pfn - this.firstPfn);
    }
}

type Make = (scene: Scene, role: string, match: RegExpExecArray, state: CallState) => string;

const by = (role: string, scene: Scene): string => role === 'main' ? '' : `${scene.actor(role)}: `;

function onFrame(verb: string, pfnOf: (number: bigint, pageBytes: bigint) => bigint): Make {
    return (scene, role, [, number = '0'], state) => {
        const first = state.firstPfn === undefined;
        const distance = state.distance(pfnOf(BigInt(number), scene.pageBytes));
        return `${by(role, scene)}${verb} ${scene.frame(distance, first)}`;
    };
}

const same = (number: bigint): bigint => number;
const pfnOfAddress = (number: bigint, pageBytes: bigint): bigint => number / pageBytes;

const ROWS: readonly { readonly says: RegExp; readonly make: Make }[] = [
    { says: /^write\(corrupt-pfn, (0x[0-9a-f]+)\)$/, make: onFrame('corrupt-pfn', same) },
    { says: /^write\(unpoison-pfn, (0x[0-9a-f]+)\)$/, make: onFrame('unpoison-pfn', same) },
    { says: /^write\(hard_offline_page, (0x[0-9a-f]+)\)$/, make: onFrame('hard_offline_page', pfnOfAddress) },
    { says: /^write\(soft_offline_page, (0x[0-9a-f]+)\)$/, make: onFrame('soft_offline_page', pfnOfAddress) },
    { says: /^write\(([a-z_-]+), ?("[^"]*")\)$/, make: (scene, role, [, file, text]) => `${by(role, scene)}${file} ${text}` },
    { says: /^open\(([a-z-]+), O_RDONLY\)$/, make: (scene, role, [, file]) => `${by(role, scene)}open-inject-file ${file}` },
    { says: /^read\(([a-z-]+)\)$/, make: (scene, role, [, file]) => `${by(role, scene)}read-inject-file ${file}` },
    {
        says: /^madvise\(\+(0x[0-9a-f]+), (0x[0-9a-f]+), (MADV_\w+)\)$/,
        make: (scene, role, [, offset = '0', length = '0', advice]) => `${scene.actor(role)}: madvise ${range(scene.target?.name ?? '', BigInt(offset), BigInt(length), scene.pageBytes)} ${advice}`,
    },
];

/** Pages, where the range is made of whole ones; else the address and the length. */
function range(mapping: string, offset: bigint, length: bigint, pageBytes: bigint): string {
    const bytes = length === 0n ? '0' : length >= WRAPS ? `0x${length.toString(16)} B` : length % 1024n === 0n ? `${length / 1024n} KiB` : `${length} B`;
    if (offset >= KERNEL_HALF) {
        return `address ${KERNEL_ADDRESS} length ${bytes}`;
    }
    if (offset % pageBytes !== 0n) {
        return `${mapping} + 0x${offset.toString(16)} length ${bytes}`;
    }
    const first = offset / pageBytes;
    const pages = length / pageBytes;
    if (length % pageBytes !== 0n || pages === 0n || pages > 2n ** 32n) {
        return `${mapping}[${first}] length ${bytes}`;
    }
    return pages === 1n ? `${mapping}[${first}]` : `${mapping}[${first}..${first + pages - 1n}]`;
}

/** What is done to the page where no call was recorded, since the machine or the caller did not come back. */
export function stepWithoutCall(scene: Scene, inject: string, log: readonly string[]): string | undefined {
    const target = scene.target;
    const advice = /MADV_\w+/.exec(inject)?.[0] ?? (scene.injection?.startsWith('MADV_') === true ? scene.injection : undefined)
        ?? (log.some((line) => line.includes('at process virtual address')) ? 'MADV_HWPOISON' : undefined);
    if (advice !== undefined && target?.owner !== undefined) {
        return `${scene.actor(target.owner)}: madvise ${scene.page(target.page)} ${advice}`;
    }
    const verb = /soft_offline_page/.test(inject) ? 'soft_offline_page' : /hard_offline_page/.test(inject) ? 'hard_offline_page'
        : /corrupt-pfn/.test(inject) || scene.injection === 'corrupt-pfn' ? 'corrupt-pfn' : undefined;
    return verb === undefined ? undefined : `${verb} ${scene.frame(0, true)}`;
}
