/** What a run needs, looked up: kernel, emulator, agent. Each that lacks is said with its mend. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { findQemu, type Qemu } from './emulator/find-qemu.js';
import { MACHINE_TYPES } from './emulator/machine-types.js';
import { agentSources, buildAgent } from './guest/agent.js';
import { ext4Parts } from './guest/ext4-image.js';
import { kernelFromImage } from './kernels/kernel-image.js';
import { cachedKernels, isVersion } from './kernels/debian.js';
import type { LabKernel } from './kernels/lab-kernel.js';
import { isSamePlatform, type Platform } from './kernels/platforms.js';
import { LabProblem } from './lab-problem.js';
import { RaceRoom } from './races/race-machines.js';
import { LabSession } from './session.js';

export interface KernelWish {
    /** `7.3` or `7.3.4`, or its whole name (`7.3.4+deb13-arm64-16k`): one of the cache. */
    readonly version?: string;
    readonly image?: string;
    readonly modules?: string;
}

export function chooseKernel(cache: string, { version, image, modules }: KernelWish): LabKernel {
    if (image !== undefined) {
        return kernelFromImage(image, modules);
    }
    const cached = cachedKernels(cache);
    const chosen = cached.find((kernel) => isWished(kernel, version));
    if (chosen === undefined) {
        const there = cached.map((kernel) => kernel.release).join(', ');
        throw new LabProblem(version === undefined ? 'There is no kernel to boot.' : `There is no kernel ${version} in the cache${there === '' ? '' : `; there are ${there}`}.`, `Run hwp lab setup${version === undefined ? '' : ` ${version}`}, or give a kernel of your own with --kernel-image.`);
    }
    return chosen;
}

function isWished({ version, release }: LabKernel, wanted: string | undefined): boolean {
    return wanted === undefined || isVersion(version, wanted) || release === wanted;
}

/** The newest kernel of the cache for scenarios on another machine than the chosen one is for; undefined where there is none, or one's own was chosen. */
export function kernelFor(cache: string, { version, image }: KernelWish, platform: Platform): LabKernel | undefined {
    return image !== undefined ? undefined : cachedKernels(cache).find((kernel) => isSamePlatform(kernel, platform) && isWished(kernel, version));
}

/** Cases by the machine that they are on, in the order in which they come. */
export function byPlatforms<Case extends { readonly variant: { readonly program: Platform } }>(cases: readonly Case[]): readonly { readonly platform: Platform; readonly cases: readonly Case[] }[] {
    const groups: { platform: Platform; cases: Case[] }[] = [];
    for (const each of cases) {
        const { program } = each.variant;
        const group = groups.find(({ platform }) => isSamePlatform(platform, program));
        if (group === undefined) groups.push({ platform: { arch: program.arch, pageShift: program.pageShift }, cases: [each] });
        else group.cases.push(each);
    }
    return groups;
}

/** Machines that are not booted yet: of ordinary scenarios, and of races. */
export interface OpenLab {
    readonly session: LabSession;
    /** As many as were asked for, with the first one. */
    readonly sessions: readonly LabSession[];
    readonly races: RaceRoom;
    readonly qemu: Qemu;
}

/** @param machines for ordinary scenarios, at most */
export function openLab(cache: string, kernel: LabKernel, from: string, progress: (text: string) => void, machines = 1): OpenLab {
    const type = MACHINE_TYPES[kernel.arch];
    const qemu = findQemu(cache, type);
    const agent = buildAgent(agentSources(from), path.join(cache, 'agent'), type);
    const scratch = path.join(cache, 'machines');
    mkdirSync(scratch, { recursive: true });
    const options = { kernel, qemu, agent, ext4: ext4Parts(scratch), cache, progress };
    const session = new LabSession(options);
    return { session, sessions: [session, ...Array.from({ length: machines - 1 }, () => new LabSession(options))], races: new RaceRoom(options), qemu };
}
