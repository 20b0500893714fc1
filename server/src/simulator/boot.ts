/** The steps after which another kernel runs, read into plans. */
import { type BootPlan, keepsList } from '../kernel/kexec/kexec.js';
import type { Kernel } from '../kernel/kernel.js';
import { Profile } from '../kernel/profile.js';
import type { BootUseName } from '../vocabulary/boot-uses.js';
import type { BootKind, CarrierName } from '../vocabulary/carriers.js';
import { resolveKernel } from '../vocabulary/kernels.js';
import { isAvailable } from '../vocabulary/availability.js';
import { SYSCTLS, type SysctlName } from '../vocabulary/sysctls.js';
import { kernelWords } from './kernel-words.js';
import type { PlaceResolver } from './places.js';
import type { ArgumentValue, KernelChoice, PlacedUse, Program, Step } from './program.js';

export const BOOTS: ReadonlySet<string> = new Set<BootKind>(['kexec', 'reboot', 'power-cycle']);

/** The machine runs again after a panic only by these. */
export const AFTER_PANIC: ReadonlySet<string> = new Set<BootKind>(['reboot', 'power-cycle']);

/** The kernel that a boot step starts: a kexec without one starts the kernel that runs, firmware the one that is installed. */
export function bootedKernel(step: Step, running: KernelChoice, installed: KernelChoice): KernelChoice {
    if (step.op !== 'kexec') return installed;
    const written = step.args['kernel'];
    if (typeof written !== 'string') return running;
    const resolved = resolveKernel(written);
    const proposals = step.args['proposals'];
    return 'error' in resolved ? running : { written, version: resolved.version, proposals: Array.isArray(proposals) ? proposals as readonly string[] : [] };
}


/** Entries that memory is to be had for in a list that is kept from that step on: what the boot that ends it says. */
export function listLimit(program: Program, from: number): number {
    const ending = program.steps.slice(from).find(({ op }) => BOOTS.has(op));
    return numberOf(ending?.args['list']) ?? Infinity;
}

/** The plan of a boot step. Its places are resolved while the old kernel still runs. */
export function bootPlan(program: Program, step: Step, index: number, old: Kernel, running: KernelChoice, next: KernelChoice, places: PlaceResolver): BootPlan {
    const boot = step.op as BootKind;
    const profile = new Profile(next.written, next.proposals, program.arch);
    const { machine: spec } = program;
    const ramPages = Math.floor(spec.ramBytes / 2 ** program.pageShift);
    const bytes = numberOf(step.args['memory']);
    const same = boot === 'kexec' ? old.machine.memory.layout.pageCount : ramPages;
    const carried = step.args['carry'];
    const handsOver = boot === 'kexec' && keepsList(profile, old.machine) && old.machine.poisonList !== null;
    const claimedCount = numberOf(step.args['count']);
    const claimedVersion = numberOf(step.args['version']);
    return {
        boot, profile, named: { before: kernelWords(running), after: kernelWords(next) },
        pageCount: bytes === undefined ? same : Math.min(ramPages, Math.floor(bytes / 2 ** program.pageShift)),
        holes: spec.holes, devices: old.machine.memory.layout.devices, nodes: spec.nodes,
        carrier: {
            name: typeof carried === 'string' ? carried as CarrierName : handsOver ? 'kho' : 'nothing', limit: numberOf(step.args['list']) ?? Infinity,
            ...(claimedCount === undefined ? {} : { claimedCount }), ...(claimedVersion === undefined ? {} : { claimedVersion }),
        },
        reading: step.args['reading'] === 'validate' ? 'validate' : 'trust',
        placed: placedUses(step.args['where']).map(({ place, use }) => ({ pfns: places.pfns(place), use: use as BootUseName })),
        early: placedUses(step.args['errors']).flatMap(({ place }) => places.pfns(place)),
        sysctls: new Map(Object.entries(spec.sysctls).filter(([name]) => isAvailable(SYSCTLS[name as SysctlName] ?? {}, next))),
        listLimit: listLimit(program, index + 1),
    };
}

function numberOf(value: ArgumentValue | undefined): number | undefined {
    return typeof value === 'number' ? value : undefined;
}

function placedUses(value: ArgumentValue | undefined): readonly PlacedUse[] {
    return Array.isArray(value) ? (value as readonly (PlacedUse | string)[]).filter((each): each is PlacedUse => typeof each === 'object') : [];
}
