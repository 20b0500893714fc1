/**
 * How the next kernel can come to know which frames are bad: the word after `carry`.
 * The model, the checker, completion, hovers and docs/kexec.md read this table.
 */
import type { MainlineRelease } from './kernels.js';

/** How the next kernel starts. */
export type BootKind = 'kexec' | 'reboot' | 'power-cycle';

/** What the next kernel is given. */
export type CarrierForm =
    /** PFNs that it replays through memory_failure() once it runs. */
    | 'replay'
    /** Frames that are no RAM in its memory map. */
    | 'not-ram'
    /** Frames that are RAM, and PG_reserved before the page allocator starts. */
    | 'reserved'
    /** The memory device serves the address from a spare: nothing is left to know. */
    | 'repaired'
    | 'nothing';

export interface Carrier {
    readonly form: CarrierForm;
    /** Over which boots it lasts; the first one is where it is at home. */
    readonly survives: readonly BootKind[];
    readonly arches: readonly ('x86-64' | 'arm64')[];
    /** The next kernel must be at least that; absent: any. */
    readonly since?: MainlineRelease;
    /** Both kernels need the kho-hwpoison proposal. */
    readonly needsProposal?: true;
    /** Poison that software made up is carried too. */
    readonly simulated: boolean;
    /** Each range takes room on the kernel's command line, which is that long (COMMAND_LINE_SIZE, bytes). */
    readonly commandLine?: number;
    /** `released`: exists; `proposal`: from a series that is not merged; `supposed`: nobody has written it, this is what it would do; `platform`: outside the kernel. */
    readonly status: 'released' | 'proposal' | 'supposed' | 'platform';
    readonly scope: string;
    readonly weakness: string;
    readonly source: string;
    readonly doc: string;
}

const ROWS = {
    kho: {
        form: 'replay', survives: ['kexec'], arches: ['x86-64', 'arm64'], needsProposal: true, simulated: true, status: 'proposal',
        scope: 'one list entry for each event', weakness: 'needs the proposal and kexec handover in both kernels; the frame is free memory until the replay runs', source: 'linux-mm, RFC of 2026-06-24: hand the list of poisoned pages over kexec',
        doc: 'The list of the kho-hwpoison proposal: the next kernel calls memory_failure(pfn, 0) for each entry.',
    },
    'firmware-map': {
        form: 'not-ram', survives: ['kexec', 'reboot'], arches: ['x86-64'], simulated: true, status: 'supposed',
        scope: 'whole frames', weakness: 'no counterpart on arm64; the map grows by one entry for each range', source: 'e820 and EFI have a type UNUSABLE; nothing edits the map for poisoned pages today',
        doc: 'The frames are of type UNUSABLE in the memory map (e820, EFI) that the next kernel is given: on a kexec the loader edits it, on a reboot firmware does. They are never RAM of it.',
    },
    memmap: {
        form: 'not-ram', survives: ['kexec', 'reboot', 'power-cycle'], arches: ['x86-64'], simulated: true, commandLine: 2048, status: 'released',
        scope: 'ranges', weakness: 'must be composed for every boot; the command line has room for a few dozen ranges', source: 'memmap=nn$ss of x86, Documentation/admin-guide/kernel-parameters.txt; composing it is left to the administrator',
        doc: '`memmap=SIZE$ADDRESS` on the next kernel\'s command line: the ranges are reserved, no RAM of it. After a reboot or a power cycle only if it stands in the boot loader\'s configuration.',
    },
    reserve_mem: {
        form: 'reserved', survives: ['kexec'], arches: ['x86-64', 'arm64'], since: '6.12', simulated: true, commandLine: 2048, status: 'supposed',
        scope: 'ranges', weakness: 'released kernels take a size, an alignment and a name: no address can be asked for; the command line is short', source: 'reserve_mem=nn:align:name exists since 6.11; a form with an address is supposed here',
        doc: 'Reservations on the next kernel\'s command line, made before its page allocator starts: the frames are PG_reserved. Supposes a form of `reserve_mem=` that names an address; the released one finds room where it likes.',
    },
    'setup-data': {
        form: 'replay', survives: ['kexec'], arches: ['x86-64', 'arm64'], simulated: true, status: 'supposed',
        scope: 'one list entry for each frame', weakness: 'one format for each architecture; does again what KHO does', source: 'setup_data of the x86 boot protocol, or a kexec segment; nobody has written it',
        doc: 'A private list in setup_data or a kexec segment, made by the loader from the frames that are marked when the old kernel ends. The next kernel replays it as it would the list of the proposal.',
    },
    'firmware-retirement': {
        form: 'repaired', survives: ['reboot', 'kexec', 'power-cycle'], arches: ['x86-64', 'arm64'], simulated: false, status: 'platform',
        scope: 'device rows or lines', weakness: 'outside the kernel\'s control and late; knows nothing of poison that software made up', source: 'post package repair, CXL poison list, page offlining by the BMC',
        doc: 'The platform has retired the cells behind the frame (post package repair, a spare row): the address is served by healthy memory again. Only for errors that hardware has seen.',
    },
    nothing: {
        form: 'nothing', survives: ['kexec', 'reboot', 'power-cycle'], arches: ['x86-64', 'arm64'], simulated: false, status: 'released',
        scope: 'none', weakness: 'the bad frame is handed out again', source: 'what released kernels do',
        doc: 'The next kernel knows nothing: every frame is ordinary memory to it, the bad ones too.',
    },
} as const satisfies Record<string, Carrier>;

export type CarrierName = keyof typeof ROWS;

export const CARRIERS: Readonly<Record<CarrierName, Carrier>> = ROWS;

/** What can be carried over that boot. */
export function carriersOver(boot: BootKind): readonly CarrierName[] {
    return (Object.keys(CARRIERS) as CarrierName[]).filter((name) => CARRIERS[name].survives.includes(boot));
}
