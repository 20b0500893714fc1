/** The machine: what the program sets, and what the machine it runs on has to be. */
import type { MachineSpec } from '../../simulator/program.js';
import { both, neither, onlyC, type ConstructTable } from './construct.js';

const GIVEN = 'the machine that the program runs on has what it has; a difference does not matter unless a place is named by its number';

export const MACHINE_CONSTRUCTS: ConstructTable<keyof MachineSpec | 'kernel' | 'arch' | 'guests'> = {
    kernel: both('uname(): another version is said in a comment of the output'),
    arch: both('another page size ends the program with a skip'),
    guests: neither('the inside of a virtual machine would need a kernel and a program of its own'),
    ramBytes: neither(GIVEN),
    ramStartBytes: neither(GIVEN),
    cpus: neither(GIVEN),
    cpuVendor: neither(GIVEN),
    cpuGeneration: neither(GIVEN),
    firmwareFirst: neither(GIVEN),
    boot: neither('the command line of the kernel has to have it'),
    ecc: neither('what memory does with bad data is its own'),
    holes: neither(GIVEN),
    offline: neither('the blocks that it sets offline are named by their numbers'),
    nodes: neither(GIVEN),
    config: neither('the kernel is built as it is; where an interface is missing, the program ends with a skip'),
    sysctls: both('/proc/sys, put back at the end'),
    filters: both('/sys/kernel/debug/hwpoison, put back at the end; device numbers and cgroups of the scenario become the real ones', '/sys/kernel/debug/hwpoison, put back at the end'),
    thp: both('/sys/kernel/mm/transparent_hugepage, put back at the end'),
    hugetlbPools: both('/sys/kernel/mm/hugepages, put back at the end', undefined, 'pages of 1 GiB are given at boot'),
    swaps: onlyC('a swap file in the folder that SWAP_DIR names; a device and zram too'),
    cgroups: onlyC('mkdir() in /sys/fs/cgroup'),
    pmems: neither('the machine must have persistent memory, set up so'),
    filesystems: onlyC('mounted by the program where it is one of memory, else a folder that the environment names'),
    files: onlyC('see the table of files'),
    regions: both('see the table of memory without a process'),
    processes: onlyC('see the table of processes'),
    frames: onlyC('/proc/PID/pagemap when everything is set up'),
    pins: onlyC('see the table of processes'),
    running: onlyC('which task makes the load of an action required error', 'a task in kernel mode'),
};
