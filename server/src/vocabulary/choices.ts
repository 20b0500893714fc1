/** Words that stand where a construct or a claim lets one choose, by what they stand in. */

type Words = Readonly<Record<string, string>>;

const THREAD_MODES: Words = {
    in: 'Where the CPU is: `in user mode`, `in kernel mode`, `in kernel recoverable`, `in copy-from-user`, `in interrupt`.',
    user: '`user mode`: the CPU executes the task\'s own code. A machine check there can be recovered from.',
    mode: '`user mode`, `kernel mode`: where the CPU is.',
    kernel: '`kernel mode`: in the kernel, where nothing mends a machine check; `kernel recoverable`: in code with a fix-up for it.',
    recoverable: '`kernel recoverable`: kernel code with a fix-up for machine checks.',
    'copy-from-user': 'The kernel copies from user memory for a system call: poison there makes the copy fall short.',
    interrupt: 'In an interrupt: an oops there is always a panic.',
    runs: 'Which task the CPU runs: `cpu 1 runs db.main in user mode`.',
};

const POLICIES: Words = {
    PR_MCE_KILL_EARLY: 'The thread is signalled as soon as memory_failure() has unmapped the page (SIGBUS BUS_MCEERR_AO).',
    PR_MCE_KILL_LATE: 'The thread is signalled when it touches the page.',
    PR_MCE_KILL_DEFAULT: 'What vm.memory_failure_early_kill says: late, as long as nobody has set it.',
};

const HOLDERS: Words = {
    by: 'Who holds the pin.',
    io_uring: 'A fixed buffer of io_uring: a long-term pin.',
    vmsplice: 'A pipe that holds a reference on the page.',
    longterm: 'Another long-term pin, such as RDMA.',
};

const SWITCH: Words = { y: 'The option is on.', n: 'The option is off.' };

/** Values of declarations, by the word that begins them. */
export const CHOICES: Readonly<Record<string, Words>> = {
    arch: { 'x86-64': 'The x86 architecture with 64 bits; base pages of 4 KiB.', arm64: 'The arm architecture with 64 bits; base pages of 4, 16 or 64 KiB.' },
    vendor: { intel: 'x86 CPUs made by Intel.', amd: 'x86 CPUs made by AMD.' },
    thp: {
        always: 'Transparent huge pages wherever they fit.', madvise: 'Transparent huge pages only where MADV_HUGEPAGE asks for them.', never: 'No transparent huge pages.',
    },
    ecc: {
        poison: 'Memory poisons the data of an uncorrected error, and whoever loads them is stopped.',
        deliver: 'The error is reported and the wrong data are delivered all the same.',
        simulated: 'Uncorrected errors are made up by software; the memory is healthy.',
    },
    firmware: {
        first: 'Firmware takes the errors that memory reports, and hands records of them to the kernel (GHES).', native: 'The kernel takes errors itself, by machine checks.',
    },
    config: SWITCH,
    swap: { device: 'The swap area is a block device.', file: 'The swap area is a file.', zram: 'The swap area is compressed memory.' },
    map: {
        anon: 'Private anonymous memory.', 'shared-anon': 'mmap(MAP_SHARED | MAP_ANONYMOUS): shared with the processes that are forked from this one.',
        hugetlb: 'Huge pages of a pool; the first size is that of a huge page.',
    },
    prctl: POLICIES,
    sigbus: {
        default: 'SIGBUS kills the process.', ignored: 'SIGBUS is ignored; one that is forced kills all the same.', blocked: 'SIGBUS is blocked in the thread; one that is forced kills.',
        handler: 'The process has a handler for SIGBUS; the next word says how it ends.', longjmp: 'The handler leaves the faulting access behind.', remapping: 'The handler maps an empty page over what si_addr and si_addr_lsb name (mmap with MAP_FIXED) and returns: the access is made again and meets zeros.', exiting: 'The handler ends the process; a number is its exit status, 1 unless given.',
        returning: 'The handler returns, and the access faults again.',
    },
    pin: HOLDERS,
    cpu: THREAD_MODES,
};

/** Parts of claims behind their first word. */
export const CLAIM_PARTS: Words = {
    to: 'Who gets the signal: a process or one of its threads.',
    at: 'The address that a signal carries (si_addr): a page, or a byte in it.',
    lsb: 'si_addr_lsb: the size of the damage as the log2 of its bytes; 12 for a base page of 4 KiB, 21 for a huge page.',
    times: 'How many such signals the step sends.',
    signal: '`no signal`: nobody, or not the task that is named, is signalled by the step.',
    panic: 'The machine panics.', oops: 'The kernel oopses.', dmesg: 'A log line of the step.',
    lost: 'The contents are gone, and nobody has been told.', stale: 'An older copy has taken the place of the contents.', intact: 'The contents are what they were.',
    total: 'Node statistics: all memory failures of the node.', ignored: 'Node statistics: memory failures with the result Ignored.',
    failed: 'Node statistics: memory failures with the result Failed.', delayed: 'Node statistics: memory failures with the result Delayed.',
    recovered: 'Node statistics: memory failures with the result Recovered.',
    of: '`one of { ... }`: only these outcomes are possible.',
    poisoned: 'The frame carries PG_hwpoison.',
};

/** Words of a share of a sweep: `at least 80 %`. */
export const SHARE_WORDS: Words = {
    at: 'A share of the pages of the sweep: `at least 80 %`, `at most 0.5 %`.',
    least: 'A share of a sweep: that much of its pages, or more.',
    most: 'A share of a sweep: that much of its pages, or less.',
};

/** Who acts, other than the tasks of the scenario. */
export const ACTORS: Words = {
    kernel: 'The kernel itself acts: it reads, writes, allocates, frees, reclaims.',
    root: 'The test harness: acts with all capabilities and is no process of the scenario.',
    main: 'The main thread of a process.',
};

/** Errors by the words of people; what registers or records they make depends on vendor and architecture. */
export const MACHINE_CHECK_ERRORS: Words = {
    AO: 'Action optional (SRAO): found in the background, by the scrubber or on a write back; nobody has consumed it. memory_failure() runs without MF_ACTION_REQUIRED.',
    AR: 'Action required (SRAR): a CPU consumed the poison. The task that it runs is killed or told before it goes on; in the kernel, without a fix-up, the machine panics.',
    UE: 'Uncorrected error, whoever tells of it: on arm64 firmware first, without a consumer; on x86 the same as AO.',
    UCNA: 'Uncorrected, no action required: nobody has consumed it. Logged, then memory_failure() runs in a worker.',
    CE: 'Corrected error: logged and counted; with the collector of corrected errors a page that has many is taken offline softly.',
    fatal: 'The processor or firmware gives up: the machine stops before memory_failure() is asked.',
};

/** Who gets the exception of a machine check. */
export const MACHINE_CHECK_DELIVERY: Words = {
    broadcast: 'The exception goes to all CPUs, which wait for each other; the worst of what they found decides.',
    lmce: 'The exception goes to one CPU, and MCG_STATUS.LMCES says so: the others go on.',
    single: 'The exception goes to one CPU that does not know it is the only one: it waits for the others in vain, until the rendezvous times out.',
    poll: 'No exception: the record is found by polling, or by a CMCI.',
};

/** Words of steps that no parameter lists: CPUs that run a task, places by number. */
export const STEP_CHOICES: Readonly<Record<string, Words>> = {
    run: THREAD_MODES,
};
