/** A fault to put into the model by hand: the text `from` stands once in the file and becomes `to`. */
export interface Fault {
    readonly what: string;
    /** Under server/src. */
    readonly file: string;
    readonly from: string;
    readonly to: string;
}

/** Mistakes that a hand could make: each is small, compiles, and says something else about the kernel. */
export const FAULTS: readonly Fault[] = [
    { what: 'wrong flag: madvise() is action optional', file: 'kernel/mm/madvise.ts', from: "if (kernel.profile.has('madviseIsActionRequired')) flags |= MF_ACTION_REQUIRED;", to: '' },
    { what: 'wrong flag: no must-kill without a restart IP', file: 'kernel/ras/machine-check.ts', from: "hasMcg(mce, 'RIPV') ? 0 : MF_MUST_KILL", to: "hasMcg(mce, 'RIPV') ? 0 : 0" },
    { what: 'skipped signal: nobody is told of an unsplit THP', file: 'kernel/memory-failure/memory-failure.ts', from: 'killProcs(kernel, entries, pfn, flags, current, false);', to: '' },
    { what: 'skipped signal: only the first of the collected tasks', file: 'kernel/memory-failure/kill-procs.ts', from: 'for (const [at, entry] of entries.entries()) {', to: 'for (const [at, entry] of entries.slice(0, 1).entries()) {' },
    { what: 'signal too many: clean pages kill', file: 'kernel/memory-failure/user-mappings.ts', from: "mustKill ||= folio.has('dirty') || !unmapped;", to: "mustKill ||= folio.has('dirty') || !unmapped || folio.owner?.kind === 'anon';" },
    { what: 'lost counter: node total', file: 'kernel/memory-failure/action-result.ts', from: '    node.total += 1;\n', to: '' },
    { what: 'lost counter: soft-offlined pages', file: 'kernel/offline/soft-offline.ts', from: '    numPoisonedPagesInc(kernel, pfn);\n', to: '' },
    { what: 'counter too many: addresses without struct page', file: 'kernel/memory-failure/action-result.ts', from: "'MF_MSG_ALREADY_POISONED', 'MF_MSG_PFN_MAP'", to: "'MF_MSG_ALREADY_POISONED'" },
    { what: 'wrong lsb: hugetlb as a base page', file: 'kernel/memory-failure/user-mappings.ts', from: 'folio.hugetlb?.pool.shift ?? machine.pageShift', to: 'machine.pageShift' },
    { what: 'wrong lsb: unsplit THP as a base page', file: 'kernel/memory-failure/memory-failure.ts', from: 'kernel.machine.pageShift + folio.order', to: 'kernel.machine.pageShift' },
    { what: 'wrong errno: unsplit THP gives EBUSY', file: 'kernel/memory-failure/memory-failure.ts', from: "    return 'EHWPOISON';\n}", to: "    return 'EBUSY';\n}" },
    { what: 'wrong errno: already poisoned, not mapped by the task', file: 'kernel/memory-failure/kill-accessing-process.ts', from: "? 'EFAULT' : '0';", to: "? 'EFAULT' : 'EHWPOISON';" },
    { what: 'missing unmap: only the first mapping', file: 'kernel/memory-failure/user-mappings.ts', from: "        if (!mapsFrame(machine, vma, page, pfn)) continue;\n        const found = lookup(machine, vma, page)!;", to: "        if (!mapsFrame(machine, vma, page, pfn) || vma !== candidateMappings(folio, pfn)[0]!.vma) continue;\n        const found = lookup(machine, vma, page)!;" },
    { what: 'wrong entry: a dropped clean page leaves hwpoison entries', file: 'kernel/memory-failure/user-mappings.ts', from: "    return 'nothing';\n", to: '    return leave;\n' },
    { what: 'lost dirty bit: unmapping does not pass it on', file: 'kernel/memory-failure/user-mappings.ts', from: '        if (found.entry.dirty) setDirty(kernel, folio);\n', to: '' },
    { what: 'forgotten log line: keeping poisoned page in swap cache', file: 'kernel/memory-failure/user-mappings.ts', from: "        kernel.printPfn('keepSwap', pfn);\n", to: '' },
    { what: 'flag table: plain LRU before unevictable', file: 'kernel/memory-failure/error-states.ts', from: "    { set: ['unevictable', 'dirty'],", to: "    { set: ['lru', 'dirty'], type: 'MF_MSG_DIRTY_LRU', action: mePagecacheDirty },\n    { set: ['unevictable', 'dirty']," },
    { what: 'policy inverted: late threads are told early', file: 'kernel/memory-failure/kill-procs.ts', from: 'thread.mceProcess ? thread.mceEarly : byDefault', to: 'thread.mceProcess ? !thread.mceEarly : byDefault' },
    { what: 'policy: the search ends at a late thread', file: 'kernel/memory-failure/kill-procs.ts', from: 'if (!thread.exited && (thread.mceProcess ? thread.mceEarly : byDefault)) return thread;', to: 'if (thread.exited) continue;\n        if (thread.mceProcess) return thread.mceEarly ? thread : null;\n        if (byDefault) return thread;' },
    { what: 'policy: fork() forgets it', file: 'kernel/mm/mm-calls.ts', from: '    thread.mceEarly = parent.mceEarly;\n', to: '' },
    { what: 'delivery: a forced signal that was blocked is handled', file: 'kernel/signal/signals.ts', from: "        thread.sigbusBlocked = false;\n        process.sigbus = 'default';\n", to: '        thread.sigbusBlocked = false;\n' },
    { what: 'reference leaked: filtered page', file: 'kernel/memory-failure/memory-failure.ts', from: '    testClearPageHwpoison(kernel, pfn);\n    folioPut(kernel, folio);', to: '    testClearPageHwpoison(kernel, pfn);' },
    { what: 'reference leaked: already poisoned page of the caller', file: 'kernel/memory-failure/memory-failure.ts', from: '    if ((flags & MF_COUNT_INCREASED) !== 0) folioPut(kernel, kernel.machine.memory.folio(pfn));\n', to: '' },
    { what: 'reference leaked: pins outlive their process', file: 'kernel/mm/pins.ts', from: '    folioPut(kernel, folio);\n', to: '' },
    { what: 'unpoison count: a huge page counts once', file: 'kernel/offline/unpoison.ts', from: 'for (const page of pages) {', to: 'for (const page of pages.slice(0, 1)) {' },
    { what: 'unpoison allowed after a hardware failure', file: 'kernel/offline/unpoison.ts', from: 'if (machine.hwMemoryFailure) {', to: "if (machine.hwMemoryFailure && folio.kind === 'never') {" },
    { what: 'severity row: scrubbing errors at one code only', file: 'vocabulary/mce-registers.ts', from: 'SCRUB: { mask: 0xeff0,', to: 'SCRUB: { mask: 0xefff,' },
    { what: 'severity row: overflow does not matter', file: 'vocabulary/mce.ts', from: "message: 'Action required with lost events', status: { set: ['OVER', 'UC', 'S', 'AR'] }", to: "message: 'Action required with lost events', status: { set: ['OVER', 'UC', 'S', 'AR', 'PCC'] }" },
    { what: 'panic: the sysctl is not asked', file: 'kernel/memory-failure/action-result.ts', from: " && kernel.machine.sysctl('vm.panic_on_unrecoverable_memory_failure') === 1", to: '' },
    { what: 'filter: pages without a mapping pass the device filter', file: 'kernel/memory-failure/hwpoison-filter.ts', from: "if (folio.owner?.kind !== 'file') return true;", to: "if (folio.owner?.kind !== 'file') return false;" },
    { what: 'write-back error: not recorded', file: 'kernel/memory-failure/error-states.ts', from: '        file.setError();\n', to: '' },
    { what: 'write-back error: told again and again', file: 'machine/mm-types.ts', from: '        this.mark = this.file.errorSequence;\n', to: '' },
    { what: 'madvise() steps by base pages', file: 'kernel/mm/madvise.ts', from: 'const step = folio.pageCount;', to: 'const step = 1;' },
    { what: 'huge page given up although all are promised', file: 'kernel/hugetlb/hugetlb-pool.ts', from: 'pool.free.length - pool.reserved - pool.promised <= 0', to: 'pool.free.length <= 0' },
    { what: 'race: the grab\'s answer is not looked at again', file: 'kernel/memory-failure/memory-failure.ts', from: "    kernel.choose('W3', pfn);\n    if (memory.folio(pfn).pageType !== 'buddy') {", to: "    kernel.choose('W3', pfn);\n    if (memory.folio(pfn).pageType === 'slab') {" },
    { what: 'race: everything starts again as often as it is lost', file: 'kernel/memory-failure/memory-failure.ts', from: 'for (let retry = true; ; retry = false) {', to: 'for (const retry = true; ;) {' },
    { what: 'race: the mark stays when everything starts again', file: 'kernel/memory-failure/memory-failure.ts', from: "    testClearPageHwpoison(kernel, pfn);\n    kernel.decide('memory_failure.starts-again', pfn);", to: "    kernel.decide('memory_failure.starts-again', pfn);" },
    { what: 'race: retries are counted one by one', file: 'kernel/memory-failure/get-hwpoison-page.ts', from: 'const retry = attempt < MAX_RETRIES;', to: 'const retry = attempt < MAX_RETRIES + 1;' },
    { what: 'race: the saved flags are those of the classification', file: 'kernel/memory-failure/memory-failure.ts', from: "kernel.choose('W6', pfn);\n        return identifyPageState(kernel, folio, pfn, savedFlags);", to: "kernel.choose('W6', pfn);\n        return identifyPageState(kernel, folio, pfn, folio.flags);" },
    { what: 'race: marked pages are handed out although pages are checked', file: 'kernel/mm/page-alloc.ts', from: "=== 'y');", to: "=== 'never');" },
    { what: 'race: truncation does not wait for the folio lock', file: 'simulator/races/courses.ts', from: "OPERATION_BY_ID.get(op)?.needs === 'folio lock'", to: "OPERATION_BY_ID.get(op)?.needs === undefined" },
];
