// arm64: records of firmware and external aborts, from the words that the set-up program was given.
import { namedSetup, type MemorySetup } from './memory-setups.mts';
import type { Scene } from './scene.mts';

/** What the record is about. */
const ABOUT: Readonly<Record<string, string>> = {
    own: 'anon', other: 'anon', ownthp: 'thp', ownhuge: 'hugetlb-anon', ownclean: 'ext4-clean', ownfile: 'ext4-clean', owncleanfile: 'ext4-clean', owndirtyfile: 'ext4-dirty', owndirty: 'ext4-dirty', ownmemfd: 'memfd',
};

/** `own early sev=0`, `load slab default sev=0`, `write none default`. */
const ARGUMENT = /^(?:\w+ )*?(early|late|default)\b/;

export function isFirmwareArgument(argument: string): boolean {
    return ARGUMENT.test(argument) && (/\bsev=\d/.test(argument) || /\bnone\b/.test(argument));
}

export function firmwareSetup(argument: string): MemorySetup | undefined {
    const word = argument.split(' ').find((each) => Object.hasOwn(ABOUT, each));
    return word === undefined ? undefined : namedSetup(ABOUT[word]!);
}

const SEVERITIES = ['recoverable', 'fatal', 'corrected', 'informational'];
const PROCESSOR_ERRORS: Readonly<Record<string, string>> = { 0: 'none', 2: 'cache', 4: 'tlb', 8: 'bus', 16: 'micro-architectural' };
const THRESHOLD_EXCEEDED = 8;
/** CPER_MEM_VALID_PA. */
const ADDRESS_VALID = 2;

/** The step of a record: `sev=2 type=2 secflags=8`. */
export function recordStep(scene: Scene, fields: string, again: boolean, behindAbort: boolean): string {
    const value = (name: string): string | undefined => new RegExp(`\\b${name}=(\\S+)`).exec(fields)?.[1];
    const number = (name: string): number | undefined => value(name) === undefined ? undefined : Number(value(name));
    const processor = value('section') === 'arm';
    const target = scene.aim ?? scene.target;
    const valid = number('valid');
    const hasAddress = valid === undefined || (valid & ADDRESS_VALID) !== 0;
    if (SEVERITIES[number('sev') ?? 0] === 'fatal') {
        // The set-up program booted with panic=-1, which one line of such a panic tells.
        scene.settings.add('sysctl kernel.panic = -1');
    }
    return [
        'ghes', SEVERITIES[number('sev') ?? 0]!,
        ...hasAddress ? ['at', again && target?.raw !== true ? scene.frame() : scene.frame(0, true)] : [],
        ...value('secsev') === undefined ? [] : ['section', SEVERITIES[number('secsev')!]!],
        ...processor ? ['processor', PROCESSOR_ERRORS[number('type') ?? 2] ?? 'none'] : ['type', value('type') ?? '3'],
        ...((number('secflags') ?? 0) & THRESHOLD_EXCEEDED) === 0 ? [] : ['threshold'],
        ...value('mask') === undefined ? [] : ['mask', value('mask')!],
        ...value('sections') === undefined ? [] : ['sections', value('sections')!],
        ...behindAbort ? ['behind', 'abort'] : [],
    ].join(' ');
}

/** What the task does at the address where nothing answers, by the set-up program's word. */
const ACCESSES: Readonly<Record<string, string>> = {
    load: 'read hole[0]', loadoff: 'read hole[0] + 0x128', store: 'write hole[0]',
    write: 'write-from hole[0] to pipe', writefile: 'write-from hole[0] to tmpfs', read: 'read-into hole[0] from pipe', readfile: 'read-into hole[0] from tmpfs',
    futex: 'futex hole[0] FUTEX_WAIT', open: 'openat hole[0]', clock: 'clock_gettime hole[0]',
};

/** The access that raises the abort. */
export function accessStep(argument: string): string {
    return `victim: ${ACCESSES[argument.split(' ')[0]!] ?? 'read hole[0]'}`;
}

/** Four pages of a device address space where no device answers, and firmware knows of nothing there. */
export function unansweredHole(scene: Scene): void {
    scene.declare('region gap = mmio 4 pages at phys 0xb000000');
    scene.process('victim').lines.push('map hole = gap shared read');
    scene.preparation.push('latent error at gap[0] unclaimed');
}
