/** What kernels, firmware and daemons of many years write of errors: small logs of our own, and what a careful person makes of them. */
import { describe, expect, test } from 'vitest';
import { triageText } from '../../server/src/log/triage.js';
import { expectKind } from './kind.js';
import { OWN_KINDS } from './own-kinds.js';

describe('kinds of logs', () => {
    test.each(Object.entries(OWN_KINDS))('%s', (_, kind) => expectKind(kind));
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
