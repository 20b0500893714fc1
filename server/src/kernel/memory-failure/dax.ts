import { candidateMappings, lookup } from '../../machine/page-tables.js';
import type { Thread } from '../../machine/mm-types.js';
import type { Pfn } from '../../machine/units.js';
import { actionResult } from './action-result.js';
import type { Errno, Kernel } from '../kernel.js';
import { collectProcs, killProcs, type KillEntry } from './kill-procs.js';
import { MF_ACTION_REQUIRED, MF_MUST_KILL } from './mf-flags.js';
import { unmapFileRange } from '../mm/page-cache.js';
import { FILESYSTEMS, type FilesystemType } from '../../vocabulary/filesystems.js';
import { testSetPageHwpoison } from './poison.js';
import { hwpoisonFilter } from './hwpoison-filter.js';

/**
 * A page of persistent memory or of another device with struct pages. Follows memory_failure_dev_pagemap() and
 * mf_generic_kill_procs(), or mf_dax_kill_procs() where the file system claims the failure for the file that owns the block.
 */
export function memoryFailureDevPagemap(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): Errno {
    const { machine } = kernel;
    const folio = machine.memory.folio(pfn);
    if (folio.kind === 'device-private' || folio.kind === 'pgmap-metadata') {
        kernel.decide(folio.kind === 'device-private' ? 'memory_failure_dev_pagemap.device-private' : 'memory_failure_dev_pagemap.metadata', pfn);
        actionResult(kernel, pfn, 'MF_MSG_DAX', 'MF_FAILED');
        return 'ENXIO';
    }
    const file = folio.owner;
    if (file === null || file.kind !== 'file') {
        kernel.decide('memory_failure_dev_pagemap.no-entry', pfn, 'dax_lock_folio() finds no mapping');
        actionResult(kernel, pfn, 'MF_MSG_DAX', 'MF_FAILED');
        return 'EBUSY';
    }
    const claimed = FILESYSTEMS[file.type as FilesystemType]?.claimsDaxFailures === true;
    if (claimed) kernel.decide('xfs_dax_notify_failure', pfn, file.name);
    else if (hwpoisonFilter(kernel, pfn)) {
        kernel.decide('memory_failure.filtered', pfn);
        if (kernel.profile.has('filteredDaxIsReported')) actionResult(kernel, pfn, 'MF_MSG_DAX', 'MF_FAILED');
        return 'EOPNOTSUPP';
    }
    // A unit of a device is one compound page: its head is marked, and its address is what the tasks are told. A file system that claims the failure names the page.
    const unit = 2 ** file.daxOrder;
    const first = Math.floor(folio.indexOf(pfn) / unit) * unit;
    const head = claimed ? pfn : pfn - (folio.indexOf(pfn) - first);
    testSetPageHwpoison(kernel, head);
    kernel.decide(claimed ? 'mf_dax_kill_procs.marked' : 'mf_generic_kill_procs.marked', head);
    const killFlags = flags | MF_ACTION_REQUIRED | MF_MUST_KILL;
    const mapped = candidateMappings(machine.memory.folio(head), head).filter(({ vma, page }) => lookup(machine, vma, page) !== null);
    const entries: KillEntry[] = [];
    for (const entry of collectProcs(kernel, machine.memory.folio(head), head, true, current, machine.pageShift)) {
        const page = Math.floor((entry.address ?? 0) / 2 ** machine.pageShift);
        const at = mapped.find((each) => each.vma.mm === entry.thread.process.mm && each.page === page);
        if (at === undefined) continue;
        const found = lookup(machine, at.vma, at.page)!;
        entries.push({ ...entry, addressLsbBits: machine.pageShift + Math.max(file.daxOrder, found.level === 'huge' ? Math.log2(found.pages) : 0) });
    }
    for (const { vma, page } of mapped) {
        kernel.entryChanged(vma, page, head, 'none');
    }
    // The largest mapping size that was found is unmapped: a whole unit of a devdax device.
    for (const vma of file.vmas) unmapFileRange(kernel, vma, first, unit, null);
    kernel.decide(claimed ? 'mf_dax_kill_procs' : 'mf_generic_kill_procs', pfn, `${entries.length} mappings`);
    killProcs(kernel, entries, pfn, killFlags, current, false);
    return actionResult(kernel, pfn, 'MF_MSG_DAX', 'MF_RECOVERED');
}
