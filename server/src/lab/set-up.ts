/** What runs need, looked up and fetched. */
import path from 'node:path';
import { fetchKernel, fetchQemu, cachedKernels, isVersion, offeredKernels } from './kernels/debian.js';
import { findQemu, type Qemu } from './emulator/find-qemu.js';
import { MACHINE_TYPES, type MachineType } from './emulator/machine-types.js';
import { agentSources, buildAgent } from './guest/agent.js';
import type { LabKernel } from './kernels/lab-kernel.js';
import { isSamePlatform, platformWords, type Platform } from './kernels/platforms.js';
import { LabProblem } from './lab-problem.js';

export interface SetUpListener {
    /** Something is there: the emulator, the agent, the kernel. */
    readonly found: (what: 'emulator' | 'agent' | 'kernel', text: string) => void;
    /** Something takes long. */
    readonly fetching: (text: string) => void;
}

/**
 * @param version `7.3` or `7.3.4`; the newest that the suites have unless given
 * @param platform what the kernel is built for
 * @param from the folder of what runs
 * @throws LabProblem where something lacks that cannot be fetched
 */
export function setUpLab(cache: string, version: string | undefined, platform: Platform, from: string, { found, fetching }: SetUpListener): LabKernel {
    const type = MACHINE_TYPES[platform.arch];
    const qemu = emulator(cache, type, fetching);
    found('emulator', `${qemu.command} ${qemu.version}, ${qemu.accelerator}`);
    found('agent', buildAgent(agentSources(from), path.join(cache, 'agent'), type));
    const kernel = cachedKernels(cache).find((each) => each.version === version && isSamePlatform(each, platform)) ?? fetchedKernel(cache, version, platform, fetching);
    found('kernel', `${kernel.release} (${kernel.version}), ${kernel.modules.length} modules`);
    return kernel;
}

function emulator(cache: string, type: MachineType, fetching: (text: string) => void): Qemu {
    try {
        return findQemu(cache, type);
    } catch (error) {
        if (!(error instanceof LabProblem)) {
            throw error;
        }
        fetching(`unpacking QEMU (${type.emulator.packageName}) into the cache`);
        fetchQemu(cache, type);
        return findQemu(cache, type);
    }
}

function fetchedKernel(cache: string, version: string | undefined, platform: Platform, fetching: (text: string) => void): LabKernel {
    const offered = offeredKernels(cache, platform);
    const wanted = offered.find((each) => version === undefined || isVersion(each.version, version));
    if (wanted === undefined) {
        throw new LabProblem(`The suites have no kernel ${version ?? ''} for ${platformWords(platform)}; they have ${[...new Set(offered.map((each) => each.version))].join(', ') || 'none'}.`, 'Choose one of them, or give a kernel of your own with --kernel-image.');
    }
    const there = cachedKernels(cache).find(({ release }) => release === wanted.release);
    if (there !== undefined) {
        return there;
    }
    fetching(`fetching Linux ${wanted.version} (${wanted.packages.join(', ')})`);
    return fetchKernel(cache, wanted);
}
