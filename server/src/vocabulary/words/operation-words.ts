/** What the steps do, and what their parameters are. */
export interface OperationWords {
    readonly doc: string;
    /** By their names. */
    readonly parameters: Readonly<Record<string, string>>;
}

export const OPERATION_WORDS: Readonly<Record<string, OperationWords>> = {
    'corrupt-pfn': {
        doc: 'Write a PFN to the debugfs file hwpoison/corrupt-pfn: memory_failure(pfn, MF_SW_SIMULATED).',
        parameters: {
            target: 'The frame; a virtual page stands for the frame mapped there now.',
            raw: 'Text to write instead of a number, for malformed input.',
        },
    },
    'unpoison-pfn': {
        doc: 'Write a PFN to the debugfs file hwpoison/unpoison-pfn: unpoison_memory(pfn).',
        parameters: {
            target: 'The frame.',
            raw: 'Text to write instead of a number.',
        },
    },
    hard_offline_page: {
        doc: 'Write a physical address to /sys/devices/system/memory/hard_offline_page: memory_failure(pfn, MF_SW_SIMULATED).',
        parameters: {
            target: 'The frame, or a byte address in it.',
            raw: 'Text to write instead of a number.',
        },
    },
    soft_offline_page: {
        doc: 'Write a physical address to /sys/devices/system/memory/soft_offline_page: soft_offline_page(pfn, 0).',
        parameters: {
            target: 'The frame, or a byte address in it.',
            raw: 'Text to write instead of a number.',
        },
    },
    'open-inject-file': {
        doc: 'open() a file of /sys/kernel/debug/hwpoison for reading.',
        parameters: {
            file: 'Which file.',
        },
    },
    'read-inject-file': {
        doc: 'read() a file of /sys/kernel/debug/hwpoison; the files are write-only.',
        parameters: {
            file: 'Which file.',
        },
    },
    madvise: {
        doc: 'madvise(addr, length, advice) by the acting task.',
        parameters: {
            target: 'First page, range of pages, or a raw address.',
            length: 'Length in bytes when it is not that of the named pages; `length 0` is allowed.',
            advice: 'The advice.',
        },
    },
    process_madvise: {
        doc: 'process_madvise() on the named process.',
        parameters: {
            target: 'Page or range.',
            advice: 'The advice.',
            process: 'Target process; default: the caller.',
        },
    },
    'machine-check': {
        doc: 'A machine check of that meaning hits the address.',
        parameters: {
            severity: 'Corrected; uncorrected: found in the background (AO; UE is the same), noticed in passing (UCNA), consumed by a CPU (AR); fatal: the processor or firmware gives up. The machine makes the registers, or the record of firmware, of it.',
            target: 'The byte address that is bad.',
            cpu: 'CPU that takes it; default: the one that runs a task, else 0.',
            broadcast: 'The exception goes to all CPUs, to one with MCG_STATUS.LMCES, or to one that does not say so; default: what the vendor\'s generation does.',
            restart: 'Restart or error IP not valid.',
            fetch: 'Data load or instruction fetch; default load.',
            threshold: 'Firmware first, corrected errors: firmware says that its threshold is exceeded.',
            firmware: 'arm64, action required: firmware has no record for the abort.',
        },
    },
    'machine-check-registers': {
        doc: 'A machine check given by its registers.',
        parameters: {
            bank: 'Bank number; default 9.',
            status: 'MCi_STATUS.',
            mcgStatus: 'MCG_STATUS; default 5: MCIP and RIPV.',
            target: 'MCi_ADDR.',
            address: 'MCi_ADDR by its number.',
            misc: 'MCi_MISC; default 0x8c: a physical address, known to a page.',
            ipid: 'MCA_IPID (AMD): the kind of bank; a unified memory controller is 0x9600000000.',
            cpu: 'CPU that takes it.',
            broadcast: 'To all CPUs, to one, or found by polling; default: what the registers mean. Without UC there is no exception, and without MCIP only where the text says so.',
        },
    },
    ghes: {
        doc: 'Firmware hands over a record (a generic error status block): asynchronous, or behind the next external abort.',
        parameters: {
            severity: 'Severity of the record.',
            target: 'The address that the section names; none: it is not valid.',
            section: 'Severity of its section; default: that of the record.',
            processor: 'An ARM processor error section with an error of that type, instead of a memory error.',
            vendor: 'A section of neither memory nor a processor, by its GUID: an interconnect, an interrupt controller, an IOMMU.',
            threshold: 'Firmware says that its threshold of corrected errors is exceeded.',
            mask: 'physical_address_mask; 0: not valid. Default: a page of 4 KiB.',
            type: 'Kind of memory error, by its number; default 3 (multi-bit ECC), corrected: 2.',
            sections: 'How many such sections the record has; default 1.',
            source: 'Number of the error source.',
            behind: 'arm64: the record lies ready, and the next abort in user mode takes it.',
        },
    },
    latent: {
        doc: 'Memory goes bad and nobody knows yet: whoever meets it first learns of it. Written `latent error at PLACE`.',
        parameters: {
            what: 'What is latent.',
            target: 'The place that is bad.',
            firmware: 'arm64: firmware does not know of it either; an abort there finds no record.',
        },
    },
    scrub: {
        doc: 'The scrubber of the memory controller reads the place: it reports what is bad there.',
        parameters: {
            target: 'The place.',
        },
    },
    dma: {
        doc: 'A device reads the place: the memory controller notices what is bad there.',
        parameters: {
            target: 'The place.',
        },
    },
    'cec-threshold': {
        doc: 'The corrected errors collector reaches its threshold for the frame: queued soft offline.',
        parameters: {
            target: 'The frame.',
        },
    },
    read: {
        doc: 'Load from the page (a task), or the kernel reads the page; of a range, one page after the other, until a signal comes.',
        parameters: {
            target: 'The page or range.',
            in: 'Kernel function that reads.',
            from: 'The kernel reads in an interrupt: an oops there is always a panic.',
        },
    },
    write: {
        doc: 'Store to the page; of a range, to one page after the other, until a signal comes.',
        parameters: {
            target: 'The page or range.',
            content: 'One character a page, which fills it; the last one repeats; default "Z".',
            in: 'Kernel function that writes.',
        },
    },
    exec: {
        doc: 'Instruction fetch from the page, or from one page of the range after the other.',
        parameters: {
            target: 'The page or range.',
        },
    },
    'write-from': {
        doc: 'write() of a user buffer: the kernel reads the page.',
        parameters: {
            target: 'The buffer.',
            length: 'Bytes; default 64.',
            to: 'Where to.',
            direct: 'O_DIRECT: the pages are pinned, all or none of them.',
        },
    },
    'read-into': {
        doc: 'read() into a user buffer: the kernel writes the page.',
        parameters: {
            target: 'The buffer.',
            length: 'Bytes; default 64.',
            from: 'Where from.',
            direct: 'O_DIRECT: the pages are pinned, all or none of them.',
        },
    },
    process_vm_readv: {
        doc: 'process_vm_readv() from memory of any process: the bytes before the first page that cannot be had.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    process_vm_writev: {
        doc: 'process_vm_writev() to memory of any process.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    'read-proc-mem': {
        doc: 'pread() of /proc/PID/mem, the caller\'s own or that of another process.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    'write-proc-mem': {
        doc: 'pwrite() of /proc/PID/mem.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    ptrace: {
        doc: 'ptrace() on a word in the page of another process, which is traced.',
        parameters: {
            request: 'Read or write.',
            target: 'The page.',
        },
    },
    vmsplice: {
        doc: 'vmsplice() of the page into a pipe: an extra reference on success.',
        parameters: {
            target: 'The page.',
        },
    },
    'read-pipe': {
        doc: 'read() 4096 bytes from the pipe that holds the page (after vmsplice, or a pipe-buffer region).',
        parameters: {
            target: 'The page held by the pipe.',
        },
    },
    futex: {
        doc: 'futex() on a word in the page.',
        parameters: {
            target: 'The page.',
            operation: 'Shared wake or private wait.',
        },
    },
    openat: {
        doc: 'open() with the path string in the page.',
        parameters: {
            target: 'The page.',
        },
    },
    clock_gettime: {
        doc: 'clock_gettime() with the result written to the page.',
        parameters: {
            target: 'The page.',
        },
    },
    mincore: {
        doc: 'mincore() over the range.',
        parameters: {
            target: 'The range.',
        },
    },
    move_pages: {
        doc: 'move_pages() query of the page.',
        parameters: {
            target: 'The page.',
        },
    },
    mlock: {
        doc: 'mlock().',
        parameters: {
            target: 'The range.',
        },
    },
    mlockall: { doc: 'mlockall(MCL_CURRENT).', parameters: {} },
    munlock: {
        doc: 'munlock().',
        parameters: {
            target: 'The range.',
        },
    },
    mprotect: {
        doc: 'mprotect().',
        parameters: {
            target: 'The range.',
            protection: 'PROT_WRITE means read and write.',
        },
    },
    mremap: {
        doc: 'mremap(MREMAP_MAYMOVE | MREMAP_FIXED): the range moves with its entries; the pages go by the names of the new place.',
        parameters: {
            target: 'The pages to move.',
            to: 'Where the first one goes.',
            flag: 'The old range stays mapped, and is empty.',
        },
    },
    munmap: {
        doc: 'munmap().',
        parameters: {
            target: 'Page, range or whole mapping.',
        },
    },
    pin: {
        doc: 'Take a reference on the pages that lasts.',
        parameters: {
            target: 'The range.',
            by: 'Who holds it: io_uring fixed buffer, a pipe, another long-term user.',
        },
    },
    unpin: {
        doc: 'Drop the references taken by `pin` or vmsplice.',
        parameters: {
            target: 'The range.',
        },
    },
    fork: { doc: 'fork(): a child that shares every page copy-on-write.', parameters: {} },
    pthread_create: { doc: 'pthread_create(): a thread that inherits policy, signal mask and name of its creator.', parameters: {} },
    clone: {
        doc: 'clone(CLONE_VM): a process of its own in the same address space.',
        parameters: {
            flags: 'What is shared.',
        },
    },
    vfork: { doc: 'vfork(): a child in the same address space; the caller waits until it ends or runs another program.', parameters: {} },
    exit: { doc: 'The process exits; `db.worker: exit` ends that thread alone.', parameters: {} },
    pthread_exit: { doc: 'The calling thread ends, the main one too; the others go on.', parameters: {} },
    kill: {
        doc: 'kill(): stops a process, or lets it go on; what it was sent meanwhile is delivered then.',
        parameters: {
            process: 'The process.',
            signal: 'The signal.',
        },
    },
    sigtimedwait: {
        doc: 'sigtimedwait() without waiting: takes a pending SIGBUS with its siginfo, where it is blocked; EAGAIN where none is pending.',
        parameters: {
            signal: 'The signal.',
        },
    },
    'read-signalfd': {
        doc: 'read() of a signalfd: as sigtimedwait.',
        parameters: {
            signal: 'The signal.',
        },
    },
    'uffdio-poison': {
        doc: 'ioctl(UFFDIO_POISON): pages where nothing is mapped act as if they were poisoned.',
        parameters: {
            target: 'The range.',
        },
    },
    execve: { doc: 'execve(): a new address space, the same kill policy.', parameters: {} },
    prctl: {
        doc: 'prctl(): kill policy of the calling thread.',
        parameters: {
            option: 'Which call.',
            arg2: 'arg2, by name or number.',
            arg3: 'arg3, by name or number.',
            arg4: 'arg4; must be 0.',
            arg5: 'arg5; must be 0.',
        },
    },
    capset: {
        doc: 'Give up or regain CAP_SYS_ADMIN.',
        parameters: {
            change: 'Which way.',
            capability: 'The capability.',
        },
    },
    sigaction: {
        doc: 'Change what SIGBUS does.',
        parameters: {
            signal: 'The signal.',
            disposition: 'The new disposition.',
        },
    },
    sigprocmask: {
        doc: 'Block or unblock SIGBUS in the calling thread.',
        parameters: {
            how: 'Which way.',
            signal: 'The signal.',
        },
    },
    sigpending: {
        doc: 'Is SIGBUS pending for the calling thread?',
        parameters: {
            signal: 'The signal.',
        },
    },
    pagemap: {
        doc: 'Which frame does the page have in /proc/self/pagemap?',
        parameters: {
            target: 'The page.',
        },
    },
    mmap: { doc: 'mmap(), written as `map` in a declaration: `db: mmap again = log shared`. As there, the pages are touched right away, unless it says `untouched`.', parameters: {} },
    open: {
        doc: 'open() a file: a new open file description.',
        parameters: {
            file: 'The file.',
        },
    },
    creat: {
        doc: 'Create a file in a file system.',
        parameters: {
            filesystem: 'The file system.',
        },
    },
    close: {
        doc: 'close() a descriptor. A file that is unlinked, or never had a name, goes with its last one.',
        parameters: {
            description: 'A file that the process has open, or a name introduced by `open ... as`.',
        },
    },
    pread: {
        doc: 'pread() of the file into a healthy buffer: from the page, or `+ offset` in it.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    pwrite: {
        doc: 'pwrite() of the file from a healthy buffer: at the page, or `+ offset` in it.',
        parameters: {
            target: 'File page, range or byte.',
            content: 'What is written. One character (default "n") stands for a buffer full of it, as long as the pages named; a longer text is written as it is.',
            length: 'Bytes of that character.',
        },
    },
    splice: {
        doc: 'splice() of the file into a pipe, which holds the pages of the page cache until it is read.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    sendfile: {
        doc: 'sendfile() of the file.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    copy_file_range: {
        doc: 'copy_file_range() from the file into a healthy one.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    lseek: {
        doc: 'lseek() for data or a hole from there on.',
        parameters: {
            target: 'File page or byte.',
            whence: 'What is looked for.',
        },
    },
    fsync: {
        doc: 'fsync() through an open file description.',
        parameters: {
            description: 'A file (the description its first user opened) or a name introduced by `open ... as`.',
        },
    },
    syncfs: {
        doc: 'syncfs() through an open file description: tells it once of an error of any file of the file system.',
        parameters: {
            description: 'A file, or a name introduced by `open ... as`.',
        },
    },
    msync: {
        doc: 'msync(MS_SYNC).',
        parameters: {
            target: 'Mapping or range.',
        },
    },
    fallocate: {
        doc: 'fallocate(): punches a hole (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE), or allocates (mode 0).',
        parameters: {
            target: 'File page or range.',
            mode: 'The mode.',
        },
    },
    ftruncate: {
        doc: 'ftruncate().',
        parameters: {
            file: 'The file.',
            length: 'New size.',
        },
    },
    unlink: {
        doc: 'Remove the file; its pages go when nobody has it open.',
        parameters: {
            file: 'The file.',
        },
    },
    allocate: {
        doc: 'The allocator hands the frame out for that use.',
        parameters: {
            target: 'The frame.',
            kind: 'Page kind; default driver.',
        },
    },
    free: {
        doc: 'The owner frees the pages.',
        parameters: {
            target: 'The pages.',
        },
    },
    reclaim: {
        doc: 'Reclaim visits the page, or every page of the range.',
        parameters: {
            target: 'The page or range.',
        },
    },
    writeback: {
        doc: 'Write the dirty page back, or every page of the range.',
        parameters: {
            target: 'The page or range.',
        },
    },
    isolate: {
        doc: 'Take the page off the LRU, with a reference, as reclaim, migration and compaction do: folio_isolate_lru().',
        parameters: {
            target: 'The page.',
        },
    },
    putback: {
        doc: 'Put an isolated page back on the LRU: folio_putback_lru().',
        parameters: {
            target: 'The page.',
        },
    },
    'lru-add': {
        doc: 'Put the page on a per-CPU batch of pages that wait for the LRU: folio_add_lru().',
        parameters: {
            target: 'The page.',
        },
    },
    'lru-drain': {
        doc: 'Drain the LRU batches: lru_add_drain_all().',
        parameters: {
            target: 'The page that waits on one.',
        },
    },
    'pcp-refill': {
        doc: 'Somebody needs another page, and the list of its CPU is refilled: a batch of free pages leaves the buddy lists, the page among them. rmqueue_bulk().',
        parameters: {
            target: 'The free page.',
        },
    },
    'mark-dirty': {
        doc: 'Set PG_dirty without the folio lock, as the zapping of a dirty page-table entry or the release of a DMA pin does: folio_mark_dirty().',
        parameters: {
            target: 'The page.',
        },
    },
    get: {
        doc: 'Take a reference on the page that nothing in the scenario accounts for, as GUP, reclaim or a batch drain does for a moment: folio_get().',
        parameters: {
            target: 'The page.',
        },
    },
    put: {
        doc: 'Drop a reference taken with `get`: folio_put().',
        parameters: {
            target: 'The page.',
        },
    },
    'start-writeback': {
        doc: 'Begin to write the dirty page back: folio_start_writeback().',
        parameters: {
            target: 'The page.',
        },
    },
    'end-writeback': {
        doc: 'The page has reached the disk: folio_end_writeback().',
        parameters: {
            target: 'The page.',
        },
    },
    split: {
        doc: 'Split a large folio into base pages, as memory pressure or a partial unmap does: split_huge_page().',
        parameters: {
            target: 'Any page of it.',
        },
    },
    collapse: {
        doc: 'khugepaged copies 2 MiB of base pages into a huge page and frees them: collapse_huge_page().',
        parameters: {
            target: 'Any page of the range.',
        },
    },
    dissolve: {
        doc: 'The hugetlb pool gives up a free huge page, as a smaller nr_hugepages asks for.',
        parameters: {
            target: 'Any page of it.',
        },
    },
    demote: {
        doc: 'A free huge page of 1 GiB becomes free huge pages of 2 MiB, as a write to /sys/kernel/mm/hugepages/*/demote asks for.',
        parameters: {
            target: 'Any page of it.',
        },
    },
    'swap-in': {
        doc: 'Read the page, or every page of the range, back from swap into the swap cache.',
        parameters: {
            target: 'The page or range.',
        },
    },
    merge: {
        doc: 'KSM merges two pages with the same contents.',
        parameters: {
            target: 'First page.',
            with: 'Second page.',
        },
    },
    drop_caches: { doc: 'Write to /proc/sys/vm/drop_caches: clean pages of files that nobody maps leave the page cache.', parameters: {} },
    swapoff: {
        doc: 'swapoff().',
        parameters: {
            swap: 'The swap area.',
        },
    },
    'offline-block': {
        doc: 'Set the memory block of the frame offline.',
        parameters: {
            target: 'Any frame of it.',
        },
    },
    'online-block': {
        doc: 'Set the memory block of the frame online again.',
        parameters: {
            target: 'Any frame of it.',
        },
    },
    kpageflags: {
        doc: 'Read /proc/kpageflags of the frame.',
        parameters: {
            target: 'The frame.',
        },
    },
    hugepages: {
        doc: 'Read nr_hugepages and free_hugepages of the default size.',
        parameters: {
            which: 'One of them; default both.',
        },
    },
    sysctl: {
        doc: 'Write a sysctl. Written `sysctl NAME = VALUE`.',
        parameters: {
            name: 'Its name.',
            value: 'The value.',
        },
    },
    filter: {
        doc: 'Write a corrupt-filter file of hwpoison-inject. Written `filter NAME = VALUE`.',
        parameters: {
            name: 'Its name.',
            value: 'The value.',
        },
    },
    run: { doc: 'From now on the CPU runs that task. Written `cpu N runs TASK in user mode`.', parameters: {} },
    phase: {
        doc: 'Label the steps that follow; output and outline show it.',
        parameters: {
            label: 'The label (a word or a string).',
        },
    },
    wait: {
        doc: 'Let time pass.',
        parameters: {
            duration: 'How long.',
        },
    },
    kexec: { doc: 'Boot the next kernel over this one.', parameters: {} },
    reboot: { doc: 'Warm reboot through firmware.', parameters: {} },
    'power-cycle': { doc: 'Power off and on.', parameters: {} },
};
