/** What kernels, firmware and daemons of many years write of errors: small logs of our own, and what a careful person makes of them. */
import { describe, expect, test } from 'vitest';
import { triageText } from '../../server/src/log/triage.js';
import { cper, expectKind, type Kind } from './kind.js';

const KINDS: Readonly<Record<string, Kind>> = {
    'a fatal record of firmware and its panic': {
        log: [...cper(1, 'fatal', '  section_type: memory error', '  physical_address: 0x0000001a2b3c4080', '  node:1 card:0 module:1 rank:0 bank:1 device:3 row:77 column:56', '  error_type: 3, multi-bit ECC'),
            '[  101.000009] Kernel panic - not syncing: Fatal hardware error!', '[  101.000010] CPU: 12 PID: 0 Comm: swapper/12 Tainted: G   M               5.14.0-1.x86_64 #1'],
        verdict: 'hardware', frames: [[]], joins: ['machine-check-record'], parts: ['node:1 card:0 module:1 rank:0'],
    },
    'a fatal record of a bus': {
        log: [...cper(3, 'fatal', '  section_type: PCIe error', '  port_type: 4, root port', '  device_id: 0000:17:00.0'), '[  101.000009] Kernel panic - not syncing: Fatal hardware error!'], verdict: 'hardware', frames: [[]], joins: ['machine-check-record'],
    },
    'a record whose second section was cut off': { log: cper(7, 'recoverable', '  section_type: memory error', '  physical_address: 0x0000000012345080', ' Error 1, type: recoverable'), verdict: 'hardware', frames: [[]] },
    'the first line of a record': { log: cper(1, 'x').slice(0, 1), verdict: 'undecided', frames: [[]] },
    'the panic of a machine check without its record': { log: ['[  202.000000] Kernel panic - not syncing: Fatal Machine check', '[  202.000001] Pid: 0, comm: swapper Tainted: G   M       ----------------   2.6.32-1.el6.x86_64 #1'], verdict: 'hardware', frames: [[]], joins: [] },
    'the same in a guest': { log: ['[    0.000000] Hypervisor detected: KVM', '[  202.000000] Kernel panic - not syncing: Fatal local machine check'], verdict: 'undecided', frames: [[]] },
    'a machine check that not all CPUs came to': { log: ['[  202.000000] Kernel panic - not syncing: Timeout: Not all CPUs entered broadcast exception handler'], verdict: 'undecided', frames: [[]] },
    '2.4 and early 2.6: a line a bank': {
        log: ['Jul  9 12:19:41 old kernel: CPU 0: Machine Check Exception: 0000000000000007', 'Jul  9 12:19:41 old kernel: Bank 4: f600200000000833 at 0000000012345680', 'Jul  9 12:19:41 old kernel: Kernel panic: CPU context corrupt'],
        verdict: 'hardware', frames: [[]], joins: ['machine-check-record'],
    },
    '3.x: a record and its panic': {
        log: ['CPU 2: Machine Check Exception: 5 Bank 8: be0000000100009f', 'RIP !INEXACT! 10:<ffffffff81312345> {intel_idle+0xbd/0x160}', 'TSC 12b3c4d5e6f ADDR 12345440 MISC 86', 'PROCESSOR 0:206c2 TIME 1392000000 SOCKET 1 APIC 2 microcode 1a', 'Machine check: Processor context corrupt']
            .map((line) => `[  220.000001] [Hardware Error]: ${line}`).concat('[  220.000007] Kernel panic - not syncing: Fatal machine check'),
        verdict: 'hardware', frames: [['0x12345']], joins: ['machine-check-record'], parts: ['socket 1 bank 8'],
    },
    'what a polled bank kept over a reset': {
        log: ['[    0.123456] mce: [Hardware Error]: CPU 11: Machine Check: 0 Bank 5: bea0000000000108', '[    0.123458] mce: [Hardware Error]: TSC 0 ADDR 7f00aa55 MISC d012000100000000 SYND 4d000000 IPID 500b000000000 ', '[    0.123459] mce: [Hardware Error]: PROCESSOR 2:870f10 TIME 1600000001 SOCKET 0 APIC b microcode 8701021'],
        // The address is one of an instruction.
        verdict: 'hardware', frames: [[]], previousBoot: true,
    },
    'why an AMD machine was reset': { log: ['[    0.300000] x86/amd: Previous system reset reason [0x08000800]: an uncorrected error caused a data fabric sync flood event'], verdict: 'hardware', frames: [[]], previousBoot: true },
    'the same, with the record of firmware': {
        log: ['[    0.300000] x86/amd: Previous system reset reason [0x08000800]: an uncorrected error caused a data fabric sync flood event', '[    0.900000] BERT: Error records from previous boot:', '[    0.900001] [Hardware Error]: event severity: fatal', '[    0.900002] [Hardware Error]:  Error 0, type: fatal', '[    0.900003] [Hardware Error]:   section_type: IA32/X64 processor error'],
        verdict: 'hardware', frames: [[]], previousBoot: true,
    },
    'an AMD machine that was switched off': { log: ['[    0.300000] x86/amd: Previous system reset reason [0x00000002]: power button was pressed for 4 seconds'], verdict: 'none', frames: [] },
    'a bank that holds nothing': { log: ['[ 1366.830251] mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 9: 0000000000000000', '[ 1366.844468] mce: [Hardware Error]: PROCESSOR 0:50663 TIME 947185249 SOCKET 0 APIC 0 microcode 7000019'], verdict: 'undecided', frames: [[]] },
    'AMD, corrected, with the clock of dmesg -H': {
        log: ['[Apr 1 15:47] [Hardware Error]: Corrected error, no action required.', '[  +0.006352] [Hardware Error]: CPU:3 (17:31:0) MC17_STATUS[Over|CE|MiscV|AddrV|-|-|SyndV|CECC|-|-|Scrub]: 0xdc2041000000011b', '[  +0.011297] [Hardware Error]: Error Addr: 0x0000000012345680', '[  +0.007913] [Hardware Error]: Unified Memory Controller Ext. Error Code: 0, DRAM ECC error.'],
        // The address is one of the memory controller.
        verdict: 'corrected-only', frames: [[]], parts: ['CPU 3 bank 17'],
    },
    'AMD, poison that a core met': {
        log: ['[    9.700001] [Hardware Error]: Uncorrected, software restartable error.', '[    9.700002] [Hardware Error]: CPU:7 (17:71:0) MC0_STATUS[-|UE|MiscV|AddrV|-|-|SyndV|UECC|-|Poison|-]: 0xbc002800000c0135', '[    9.700003] [Hardware Error]: Error Addr: 0x0000000012345b00', '[    9.700005] [Hardware Error]: Load Store Unit Ext. Error Code: 12, DC Data error type 1 and poison consumption.',
            '[    9.800007] Memory failure: 0x12345: Sending SIGBUS to db:77 due to hardware memory corruption', '[    9.800008] Memory failure: 0x12345: recovery action for dirty LRU page: Recovered'],
        verdict: 'hardware', frames: [['0x12345']], errors: 1,
    },
    'AMD before Zen: three lines of one error': {
        log: ['[Hardware Error]: MC4 Error (node 1): DRAM ECC error detected on the NB.', 'EDAC amd64 MC1: CE ERROR_ADDRESS= 0x12345410', 'EDAC MC1: CE page 0x12345, offset 0x410, grain 0, syndrome 0xa082, row 6, channel 0, label "": amd64_edac', '[Hardware Error]: Error Status: Corrected error, no action required.', '[Hardware Error]: CPU:6 (10:8:0) MC4_STATUS[-|CE|MiscV|-|AddrV|CECC]: 0x9c414000a0080813', '[Hardware Error]: MC4_ADDR: 0x0000000012345410'].map((line) => `kernel: ${line}`),
        verdict: 'corrected-only', frames: [['0x12345']], errors: 1,
    },
    'rasdaemon': {
        log: ['Dec 19 03:52:38 node rasdaemon[811]:            <...>-1420  [002] ....     0.000399 mce_record 2023-10-26 04:28:37 -0500 Unified Memory Controller (bank=17), status= dc2040000000011b, Corrected error, no action required., mci=Error_overflow CECC, mca= DRAM ECC error., cpu_type= AMD Scalable MCA, cpu= 2, socketid= 0, misc= d01a000101000000, addr= 40, mcgstatus=0, mcgcap= 11c, apicid= 4'],
        verdict: 'corrected-only', frames: [[]], parts: ['CPU 2 bank 17'],
    },
    'what ras-mc-ctl lists': {
        log: ['1 2024-12-19 03:52:38 +0000 2 Corrected error(s): memory read error at CPU_SrcID#0_MC#0_Chan#1_DIMM#0 location: 0:1:0:-1, addr 305420352, grain 8, syndrome 0 '], verdict: 'corrected-only', frames: [['0x12345']], parts: ['CPU_SrcID#0_MC#0_Chan#1_DIMM#0'], errors: 2,
    },
    'what ras-mc-ctl lists of machine checks': {
        log: ['1 2024-12-19 03:52:38 +0000 error: Corrected error, no action required., CPU 2, bank Unified Memory Controller (bank=17), mcg mcgstatus=0, mci CECC, memory_channel=0,csrow=1, mcgcap=0x0000011c, status=0x9c2040000000011b, addr=0x12345440, misc=0xd01b0fff01000000, walltime=0x67639886, cpuid=0x00870f10, bank=0x00000011'],
        verdict: 'corrected-only', frames: [[]], parts: ['bank 17'],
    },
};

describe('kinds of logs', () => {
    test.each(Object.entries(KINDS))('%s', (_, kind) => expectKind(kind));
});

/** Boots, daemons and drivers that speak of errors where there is none. */
const QUIET: readonly string[] = [
    'Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro mce=no_cmci memory_corruption_check=1', 'mce: CPU supports 32 MCE banks', 'mce: CPU0: Thermal monitoring enabled (TM1)', 'MCE: In-kernel MCE decoding enabled.', 'mce: Unable to init MCE device (rc: -5)',
    'EDAC MC: Ver: 3.0.0', 'EDAC MC0: Giving out device to module skx_edac controller Skylake Socket#0 IMC#0: DEV 0000:64:0a.0 (INTERRUPT)', 'EDAC amd64: F17h detected (node 0).', 'EDAC amd64: Node 0: DRAM ECC enabled.', 'EDAC MC: UMC0 chip selects:', 'EDAC amd64: MC: 0:  8192MB 1:  8192MB',
    'EDAC sbridge: Seeking for: PCI ID 8086:0ea0', 'EDAC ie31200: No ECC support', 'EDAC PCI0: Giving out device to module i3000_edac controller i3000 EDAC PCI controller: DEV 0000:00:00.0 (POLLED)', 'EDAC DEVICE0: Giving out device to module zynqmp_ocm_edac controller zynqmp_ocm: DEV ff960000.memory-controller (INTERRUPT)',
    'EDAC igen6: Expected 2 mcs, but only 1 detected.', 'EDAC DEBUG: edac_mc_sysfs_init: device mc created', 'HEST: Table parsing has been initialized.', 'GHES: APEI firmware first mode is enabled by APEI bit and WHEA _OSC.', 'GHES: HEST is not enabled!', 'ERST: Error Record Serialization Table (ERST) support is initialized.',
    'RAS: Correctable Errors collector initialized.', 'EINJ: Error INJection is initialized.', 'EINJ: EINJ table not found.', 'BERT: Error table support is initialized.', 'BERT: Total records found: 0', 'ghes_edac: This EDAC driver relies on BIOS to enumerate memory and get error reports.',
    'mce: CPU3: Core temperature above threshold, cpu clock throttled (total events = 1)', 'mce: [Hardware Error]: Machine check events logged', 'mce: CPU3: Core temperature/speed normal', 'pcieport 0000:00:1c.5: AER: Corrected error received: 0000:00:1c.5',
    'pcieport 0000:00:1c.5: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)', 'x86/fpu: Supporting XSAVE feature 0x001: \'x87 floating point registers\'', 'smpboot: CPU 3 is now offline', 'Memory cgroup out of memory: Killed process 8123 (java) total-vm:8123456kB', 'Corrupted low memory at 00000000deadbeef (1 phys)',
];
const DAEMONS: readonly string[] = [
    'rasdaemon[866]: ras:mc_event event enabled', 'rasdaemon[866]: Enabled event ras:mc_event', 'rasdaemon[866]: rasdaemon: Recording memory_failure_event events', 'rasdaemon[866]: ras:memory_failure_event event enabled', 'rasdaemon[866]: ras:arm_event event enabled', 'rasdaemon[866]: Listening to events for cpus 0 to 31',
    'mcelog[3]: failed to prefill DIMM database from DMI data', 'mcelog[3]: mcelog: Family 6 Model 94 CPU: only decoding architectural errors', 'mcelog: Kernel does not support page offline interface', 'systemd[1]: Started Machine Check Exception Logging Daemon.',
];

/** Crashes of every kind that have nothing to do with memory errors. */
const CRASHES: Readonly<Record<string, readonly string[]>> = {
    'a null pointer on x86-64': ['BUG: kernel NULL pointer dereference, address: 0000000000000018', '#PF: supervisor read access in kernel mode', 'Oops: 0000 [#1] PREEMPT SMP NOPTI', 'CPU: 3 PID: 811 Comm: cat Not tainted 6.8.0 #1', 'RIP: 0010:foo_show+0x12/0x40 [foo]', 'RSP: 0018:ffffa1b2c3d4e5f8 EFLAGS: 00010246', 'RAX: 0000000000000000 RBX: ffff8b226f739300 RCX: 0000000000000001', 'CR2: 0000000000000018', 'Call Trace:', ' seq_read_iter+0x11/0x440', '---[ end trace 0000000000000000 ]---'],
    'a null pointer on arm64': ['Unable to handle kernel NULL pointer dereference at virtual address 0000000000000018', 'Mem abort info:', '  ESR = 0x0000000096000004', 'Internal error: Oops: 0000000096000004 [#1] SMP', 'CPU: 1 PID: 77 Comm: cat Not tainted 6.6.1 #1', 'pc : foo_show+0x12/0x40 [foo]', 'x2 : ffff000012345678 x1 : 0000000000000000 x0 : ffff0000aabbccdd'],
    'an oops of arm': ['Unable to handle kernel paging request at virtual address 0000000c', 'Internal error: Oops: 17 [#2] ARM', 'CPU: 0 PID: 7690 Comm: htop Tainted: G      D  C        5.4.79 #1', 'PC is at seq_vprintf+0x18/0x64'],
    'a general protection fault': ['general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP PTI', 'CPU: 3 PID: 811 Comm: cat Not tainted 5.10.0 #1', 'RIP: 0010:list_del+0x12/0x40', 'Kernel panic - not syncing: Fatal exception'],
    'BUG_ON': ['------------[ cut here ]------------', 'kernel BUG at mm/slub.c:305!', 'invalid opcode: 0000 [#1] SMP', 'CPU: 3 PID: 811 Comm: cat Not tainted 5.10.0 #1', 'RIP: 0010:kfree+0x12/0x40'],
    'a soft lockup': ['watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [kworker/3:1:811]', 'CPU: 3 PID: 811 Comm: kworker/3:1 Not tainted 5.10.0 #1', 'RIP: 0010:smp_call_function_many_cond+0x12/0x40'],
    'a hard lockup': ['NMI watchdog: Watchdog detected hard LOCKUP on cpu 3', 'CPU: 3 PID: 811 Comm: x Not tainted 5.10.0 #1', 'Kernel panic - not syncing: Hard LOCKUP'],
    'a stall of RCU': ['rcu: INFO: rcu_sched self-detected stall on CPU', 'rcu: \t3-....: (21000 ticks this GP) idle=e2c/1/0x4000000000000000 softirq=1/1 fqs=5250'],
    'a hung task': ['INFO: task jbd2/sda1-8:311 blocked for more than 120 seconds.', '      Not tainted 5.10.0 #1', 'task:jbd2/sda1-8     state:D stack:    0 pid:  311 ppid:     2 flags:0x00004000'],
    'KASAN': ['BUG: KASAN: use-after-free in foo_show+0x12/0x40', 'Read of size 8 at addr ffff888012345678 by task cat/811', 'CPU: 3 PID: 811 Comm: cat Not tainted 5.10.0 #1'],
    'UBSAN': ['UBSAN: array-index-out-of-bounds in drivers/x.c:12:3', 'index 5 is out of range for type \'int [4]\''],
    'a bad page': ['BUG: Bad page state in process kswapd0  pfn:3f1a2', 'page:ffffea0000fc6880 refcount:-1 mapcount:0 mapping:0000000000000000 index:0x1', 'page dumped because: nonzero _refcount'],
    'a bad page table entry': ['BUG: Bad page map in process java  pte:8000000123456067 pmd:12345067', 'page:ffffea0000fc6880 refcount:1 mapcount:-1 mapping:0000000000000000 index:0x1'],
    'a panic at boot': ['VFS: Cannot open root device "sda1" or unknown-block(0,0): error -6', 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'],
    'a panic of init': ['Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009', 'CPU: 3 PID: 1 Comm: init Not tainted 5.10.0 #1'],
    'out of memory': ['java invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0', 'CPU: 3 PID: 811 Comm: java Not tainted 5.10.0 #1', 'Out of memory: Killed process 811 (java) total-vm:8123456kB', 'Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled'],
    'a warning': ['------------[ cut here ]------------', 'WARNING: CPU: 3 PID: 811 at net/core/dev.c:3000 skb_warn_bad_offload+0x12/0x40', 'Modules linked in: foo bar', 'CPU: 3 PID: 811 Comm: x Tainted: G        W         5.10.0 #1', '---[ end trace 0000000000000000 ]---'],
    'a double fault': ['traps: PANIC: double fault, error_code: 0x0', 'double fault: 0000 [#1] PREEMPT SMP', 'CPU: 3 PID: 811 Comm: x Not tainted 5.10.0 #1'],
    'a list that is corrupt': ['list_del corruption. prev->next should be ffff888012345678, but was dead000000000100', '------------[ cut here ]------------', 'kernel BUG at lib/list_debug.c:53!'],
    'an unknown NMI': ['Uhhuh. NMI received for unknown reason 3d on CPU 0.', 'Do you have a strange power saving mode enabled?', 'Dazed and confused, but trying to continue'],
};

describe('logs without a memory error', () => {
    const stamped = (lines: readonly string[]): string => lines.map((line, index) => `[  ${100 + index}.000000] ${line}`).join('\n');

    test('what boots and drivers say', () => {
        const { verdict, incidents, crashes } = triageText(stamped(QUIET));
        expect([verdict, incidents.map(({ title }) => title), crashes]).toEqual(['none', [], []]);
    });

    test('what daemons say', () => {
        expect(triageText(DAEMONS.map((line) => `Jul  1 10:00:00 host ${line}`).join('\n'))).toMatchObject({ verdict: 'none', incidents: [], crashes: [] });
    });

    test.each(Object.entries(CRASHES))('%s', (_, lines) => {
        for (const log of [stamped(lines), lines.join('\n'), lines.map((line) => `Jul  1 10:00:00 host kernel: ${line}`).join('\n'), stamped([...QUIET, ...lines])]) {
            const { verdict, incidents } = triageText(log);
            expect([verdict, incidents.map(({ title }) => title)]).toEqual(['none', []]);
        }
    });

    test.each(Object.entries(CRASHES))('%s after errors that were dealt with, in other frames', (_, lines) => {
        const before = ['mce: Uncorrected hardware memory error in user-access at 7abcd000', 'Memory failure: 0x7abcd: recovery action for dirty LRU page: Recovered'];
        const { incidents } = triageText(stamped([...before, ...lines]));
        expect(incidents.map(({ frames, followed }) => [frames, followed])).toEqual([[['0x7abcd'], []]]);
    });
});
