/** What runs need, looked up and fetched. */
import path from 'node:path';
import { fetchKernel, fetchQemu, cachedKernels, isVersion, offeredKernels } from './kernels/debian.js';
import { findQemu, QEMU_FOLDER, type Qemu } from './emulator/find-qemu.js';
import { agentSources, buildAgent } from './guest/agent.js';
import type { LabKernel } from './kernels/lab-kernel.js';
import { LabProblem } from './lab-problem.js';

export interface SetUpListener {
    /** Something is there: the emulator, the agent, the kernel. */
    readonly found: (what: 'emulator' | 'agent' | 'kernel', text: string) => void;
    /** Something takes long. */
    readonly fetching: (text: string) => void;
}

/**
 * @param version `7.3` or `7.3.4`; the newest that the suites have unless given
 * @param from the folder of what runs
 * @throws LabProblem where something lacks that cannot be fetched
 */
export function setUpLab(cache: string, version: string | undefined, from: string, { found, fetching }: SetUpListener): LabKernel {
    const qemu = emulator(cache, fetching);
    found('emulator', `${qemu.command} ${qemu.version}, ${qemu.accelerator}`);
    found('agent', buildAgent(agentSources(from), path.join(cache, 'agent')));
    const kernel = cachedKernels(cache).find((each) => version !== undefined && each.version === version) ?? fetchedKernel(cache, version, fetching);
    found('kernel', `${kernel.release} (${kernel.version}), ${kernel.modules.length} modules`);
    return kernel;
}

function emulator(cache: string, fetching: (text: string) => void): Qemu {
    try {
        return findQemu(cache);
    } catch (error) {
        if (!(error instanceof LabProblem)) {
            throw error;
        }
        fetching('unpacking QEMU into the cache');
        fetchQemu(cache, path.join(cache, QEMU_FOLDER));
        return findQemu(cache);
    }
}

function fetchedKernel(cache: string, version: string | undefined, fetching: (text: string) => void): LabKernel {
    const offered = offeredKernels(cache);
    const wanted = offered.find((each) => version === undefined || isVersion(each.version, version));
    if (wanted === undefined) {
        throw new LabProblem(`The suites have no kernel ${version ?? ''}; they have ${[...new Set(offered.map((each) => each.version))].join(', ') || 'none'}.`, 'Choose one of them, or give a kernel of your own with --kernel-image.');
    }
    const there = cachedKernels(cache).find(({ release }) => release === wanted.release);
    if (there !== undefined) {
        return there;
    }
    fetching(`fetching Linux ${wanted.version} (${wanted.packages.join(', ')})`);
    return fetchKernel(cache, wanted);
}
