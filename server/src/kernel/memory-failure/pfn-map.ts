import type { Thread } from '../../machine/mm-types.js';
import type { Pfn } from '../../machine/units.js';
import { actionResult } from './action-result.js';
import type { Errno, Kernel } from '../kernel.js';
import { killProcs, type KillEntry } from './kill-procs.js';
import { MF_ACTION_REQUIRED, MF_MUST_KILL } from './mf-flags.js';

/** Memory without struct page. Nothing is marked, counted or unmapped. Follows memory_failure_pfn() (since 7.0). */
export function memoryFailurePfn(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    const { machine } = kernel;
    const extent = machine.memory.extentAt(pfn);
    if (extent?.kind !== 'pfnmap') {
        kernel.decide('memory_failure_pfn.unregistered', pfn);
        return actionResult(kernel, pfn, 'MF_MSG_PFN_MAP', 'MF_IGNORED');
    }
    const entries: KillEntry[] = [];
    for (const process of machine.processes) {
        if (!process.alive) continue;
        for (const vma of process.mm.vmas) {
            const base = vma.special?.pfn ?? null;
            if (base === null || pfn < base || pfn >= base + vma.pageCount) continue;
            const thread = current?.process === process ? current : process.threads.find((each) => (each.mceProcess ? each.mceEarly : machine.sysctl('vm.memory_failure_early_kill') === 1));
            if (thread !== undefined) entries.push({ thread, address: (vma.start + (pfn - base)) * 2 ** machine.pageShift, addressLsbBits: machine.pageShift });
        }
    }
    kernel.decide('memory_failure_pfn.registered', pfn, `${entries.length} mappings`);
    killProcs(kernel, entries, pfn, flags | MF_ACTION_REQUIRED | MF_MUST_KILL, current, false);
    return actionResult(kernel, pfn, 'MF_MSG_PFN_MAP', 'MF_RECOVERED');
}
