/** Random scenarios over everything that can be made on the guest: kinds of memory, policies, entry points, what tasks do later. */
import type { Draft, DraftProcess } from './draft.js';
import { PC_GUEST, type Guest } from '../kernels/platforms.js';
import { FILTERS, INJECTIONS, LATER, type DrawnMapping, type DrawStep, type Scene } from './drawn-steps.js';
import { drawMemory, REGIONS, type DrawnMemory } from './memory-kinds.js';
import { Random, weighted } from './random.js';

const POLICIES = ['prctl PR_MCE_KILL_EARLY', 'prctl PR_MCE_KILL_LATE'];
const DISPOSITIONS = ['handler longjmp', 'handler longjmp', 'handler longjmp', 'handler longjmp', 'default', 'ignored', 'handler remapping', 'handler exiting 3', 'blocked'];
const STEPS = { least: 2, most: 6 };
const SEVERITIES = ['AO', 'AO', 'AR', 'AR', 'AR', 'UE', 'UCNA', 'CE'];

const INJECTION = weighted(INJECTIONS);
const AFTERWARDS = weighted(LATER);

/** Memory that processes map, with the name of its file. */
interface Used { readonly memory: DrawnMemory; readonly file: string | null }

/** @param guest the machine that it is for */
export function draft(seed: number, index: number, guest: Guest = PC_GUEST): Draft {
    const random = Random.of(seed, index);
    const first = used(random, 'data', guest);
    const second = random.chance(25) ? used(random, 'more', guest) : null;
    const mappings: DrawnMapping[] = [];
    const processes: DraftProcess[] = [process(random, 'a', [{ ...first, name: 'm' }, ...second === null ? [] : [{ ...second, name: 'n' }]], mappings)];
    if (random.chance(first.memory.again.length > 0 ? 50 : 15)) {
        processes.push(other(random, first, mappings));
    }
    const machine = machineOf(random, [first, ...second === null ? [] : [second]]);
    const hasMachineChecks = random.chance(3) && guest.hasMachineChecks;
    const regions = random.chance(10) ? ['spot'] : [];
    const touched = mappings.filter((mapping) => mapping.isTouched);
    const frames = touched.length > 0 && random.chance(25) ? ['bad'] : [];
    const scene: Scene = {
        random, mappings, regions, frames,
        tasks: processes.flatMap(({ name, lines }) => [name.split(' ', 1)[0]!, ...lines.some((line) => line.startsWith('thread')) ? [`${name.split(' ', 1)[0]!}.worker`] : []]),
        files: [first, ...second === null ? [] : [second]].flatMap(({ file, memory }) => file === null ? [] : [{ name: file, pages: memory.pages }]),
        hugePages: guest.thpBytes / guest.pageBytes, opened: [], swaps: machine.some((line) => line.startsWith('swap')), made: 0,
    };
    const steps = drawSteps(scene, hasMachineChecks);
    return {
        title: `random ${seed}-${index}`,
        machine: [
            ...archLines(guest),
            ...machine,
            ...regions.map((name) => `region ${name} = ${random.of(REGIONS)}`),
            ...hasMachineChecks ? ['ecc simulated'] : [],
        ],
        processes,
        frames: [...frames.map((name) => pageLine(name, random.of(touched), random)), ...hasMachineChecks ? ['cpu 1 runs a in user mode'] : []],
        steps,
    };
}

function archLines({ arch, pageShift, pageBytes }: Guest): readonly string[] {
    return arch === PC_GUEST.arch ? [] : [`arch ${arch}${pageShift === PC_GUEST.pageShift ? '' : ` page size ${pageBytes / 2 ** 10} KiB`}`];
}

function drawSteps(scene: Scene, hasMachineChecks: boolean): readonly string[] {
    const { random } = scene;
    const wanted = STEPS.least + random.below(STEPS.most - STEPS.least + 1);
    const steps: string[] = [];
    const add = (draw: DrawStep): void => {
        const step = draw(scene);
        if (step !== null) {
            steps.push(step);
        }
    };
    if (hasMachineChecks) {
        steps.push(`machine-check ${random.of(SEVERITIES)} at a.m[0] cpu 1`);
    } else if (random.chance(65)) {
        // Something has to go wrong first, mostly.
        add(random.of(INJECTION));
    }
    for (let tries = 0; steps.length < wanted && tries < 4 * STEPS.most; tries += 1) {
        add(random.of(random.chance(35) ? INJECTION : AFTERWARDS));
    }
    return steps;
}

function pageLine(name: string, { process: owner, name: mapping, pages }: DrawnMapping, random: Random): string {
    return `page ${name} = ${owner}.${mapping}[${random.below(Math.min(3, pages))}]`;
}

function isTouched(map: string): boolean {
    return !/untouched|swapped|uffd-poison/.test(map);
}

function used(random: Random, name: string, guest: Guest): Used {
    const memory = drawMemory(random, guest);
    return { memory, file: memory.file === null ? null : name };
}

/** Lines of the whole machine; what two kinds of memory both ask for is asked for once. */
function machineOf(random: Random, all: readonly Used[]): readonly string[] {
    const asked = all.flatMap(({ memory }) => memory.machine).filter((line, index, lines) => lines.findIndex((each) => each.split(' ', 1)[0] === line.split(' ', 1)[0]) === index);
    return [
        ...asked,
        ...random.chance(12) ? ['sysctl vm.memory_failure_early_kill = 1'] : [],
        ...random.chance(2) ? ['sysctl vm.enable_soft_offline = 0'] : [],
        ...random.chance(1) ? ['sysctl vm.memory_failure_recovery = 0'] : [],
        ...random.chance(2) ? ['sysctl vm.panic_on_unrecoverable_memory_failure = 1'] : [],
        ...random.chance(3) ? ['filter corrupt-filter-enable = 1', ...random.chance(70) ? [`filter ${random.of(FILTERS)}`] : []] : [],
        ...all.flatMap(({ memory, file }) => file === null ? [] : [`file ${file} = ${memory.file!}`]),
    ];
}

function process(random: Random, name: string, uses: readonly (Used & { readonly name: string })[], mappings: DrawnMapping[]): DraftProcess {
    mappings.push(...uses.map(({ memory, file, name: mapping }) => ({ process: name, name: mapping, pages: memory.pages, file, isTouched: isTouched(memory.map) })));
    return {
        name: random.chance(4) ? `${name} without CAP_SYS_ADMIN` : name,
        lines: [
            ...ownLines(random),
            ...uses.map(({ memory, file, name: mapping }) => `map ${mapping} = ${memory.map.replace('FILE', file ?? '')}`),
            ...random.chance(12) ? [`thread worker${random.of(['', ' { prctl PR_MCE_KILL_EARLY }', ' { prctl PR_MCE_KILL_LATE }', ' { sigbus blocked }'])}`] : [],
            ...random.chance(3) ? [`pin ${uses[0]!.name}[0] by ${random.of(['io_uring', 'vmsplice'])}`] : [],
        ],
    };
}

function ownLines(random: Random): readonly string[] {
    return [`sigbus ${random.of(DISPOSITIONS)}`, ...random.chance(45) ? [random.of(POLICIES)] : []];
}

/** A second process: of the same file, of its own memory, or a child from the start. */
function other(random: Random, { memory, file }: Used, mappings: DrawnMapping[]): DraftProcess {
    if (memory.again.length === 0 && random.chance(50)) {
        mappings.push({ process: 'b', name: 'm', pages: memory.pages, file, isTouched: isTouched(memory.map) });
        return { name: 'b forked from a', lines: ownLines(random) };
    }
    const again = memory.again.length > 0 ? random.of(memory.again) : memory.map.replace(/ at address .*/, '');
    return process(random, 'b', [{ memory: { ...memory, map: again }, file, name: 'm' }], mappings);
}
