/** Small logs after public reports of errors: the shapes of their lines, with numbers of our own, and what a careful person makes of them. */
import { cper, type Kind } from './kind.js';

const copied = (lines: readonly string[], before: string): string[] => lines.map((line) => `${before}${line}`);
export const HANDLED = ['Memory failure: 0x52001: corrupted page was clean: dropped without side effects', 'Memory failure: 0x52001: recovery action for clean LRU page: Recovered', 'mce: Memory error not recovered'];

/** Sandy Bridge's driver in Red Hat's 2.6.32: banks without its name, then a line whose address stands at its end. */
const SANDY_BRIDGE = [
    'sbridge: HANDLING MCE MEMORY ERROR', 'CPU 4: Machine Check Exception: 0 Bank 5: 8c00004000010091', 'TSC 0 ADDR 52001e40 MISC 4402a2a86 PROCESSOR 0:206d7 TIME 1400000000 SOCKET 1 APIC 20',
    'EDAC MC1: CE row 1, channel 0, label "CPU_SrcID#1_Channel#0_DIMM#1": 1 Unknown error(s): memory read on FATAL area : cpu=4 Err=0001:0091 (ch=1), addr = 0x52001e40 => socket=1, Channel=0(mask=1), rank=5',
].map((line) => `Jun  8 04:46:54 node kernel: ${line}`);

const skylake = (status: string): string[] => [`CPU 0: Machine Check Event: 0x0 Bank 25: 0x${status}`, 'TSC 0x18d57ce28f4f25', 'ADDR 0x52001400', 'MISC 0x9000201d809c086', 'PROCESSOR 0:0x606a6 TIME 1600000000 SOCKET 0 APIC 0x0'].map((line) => `[   77.633600] EDAC skx MC3: ${line}`);

const zen = (first: string, words: string, status: string, edac: string): string[] => [
    `[Hardware Error]: ${first}`, `[Hardware Error]: CPU:0 (17:1:1) MC15_STATUS[${words}]: 0x${status}`, '[Hardware Error]: Error Addr: 0x00000003aeb64240', '[Hardware Error]: IPID: 0x0000009600050f00, Syndrome: 0x000060600b404000',
    '[Hardware Error]: Unified Memory Controller Ext. Error Code: 0, DRAM ECC error.', `EDAC MC0: 1 ${edac} on mc#0csrow#0channel#0 (csrow:0 channel:0 page:0x52001 offset:0x440 grain:64)`, '[Hardware Error]: cache level: L3/GEN, tx: GEN, mem-tx: RD',
].map((line) => `[  333.000000] ${line}`);

/** Of Linux 6.6: dump_page() comes before the BUG that it is printed for. */
export const SWAPPED = [
    'Injecting memory failure for pfn 0x52001 at process virtual address 0x20ffd000', 'Memory failure: 0x52001: dirty swapcache page still referenced by 2 users', 'Memory failure: 0x52001: recovery action for dirty swapcache page: Failed',
    'page: refcount:2 mapcount:0 mapping:0000000000000000 index:0x20ffd pfn:0x52001', 'anon flags: 0x5ffffe00482011(locked|dirty|swapbacked|hwpoison|node=0|zone=2)', 'raw: 005ffffe00482011 dead000000000100', 'page dumped because: VM_BUG_ON_FOLIO(!folio_test_uptodate(folio))',
    '------------[ cut here ]------------', 'kernel BUG at mm/swap_state.c:184!', 'Internal error: Oops - BUG: 00000000f2000800 [#1] SMP', 'CPU: 0 PID: 60 Comm: kswapd0 Not tainted 6.6.0 #3', 'pc : add_to_swap+0xbc/0x158', 'x29: ffff800087f37340 x28: fffffc00052c0380 x27: ffff800087f37780',
].map((line, index) => `[   ${31 + index}.000000] ${line}`);

export const REPORTED_KINDS: Readonly<Record<string, Kind>> = {
    'lines that were indented when they were copied': { log: copied(HANDLED, '    '), verdict: 'hardware', frames: [['0x52001']] },
    'lines quoted in a mail': { log: copied(HANDLED, '> >  '), verdict: 'hardware', frames: [['0x52001']] },
    'an indented record of the boot before': { log: copied(['BERT: Error records from previous boot:', '[Hardware Error]: event severity: fatal', '[Hardware Error]:  Error 0, type: fatal', '[Hardware Error]:   section type: unknown, 81212a96-09ed-4996-9471-8d729c8e69ed'], '    '), verdict: 'hardware', frames: [[]], previousBoot: true },
    'the driver of Sandy Bridge before 3.5: one error of one part': { log: SANDY_BRIDGE, verdict: 'corrected-only', frames: [['0x52001']], parts: ['CPU_SrcID#1_Channel#0_DIMM#1', 'socket 1 bank 5'], errors: 1 },
    'the drivers of Skylake and later, with 0x before their numbers, corrected': { log: skylake('8c00004200a00090'), verdict: 'corrected-only', frames: [['0x52001']], errors: 1 },
    'the same, uncorrected': { log: skylake('ac00000200a00090'), verdict: 'hardware', frames: [['0x52001']], errors: 1 },
    'AMD before 3.4: the bank does not say whose it is, and comes first': {
        log: ['[Hardware Error]: MC4_STATUS[Over|CE|MiscV|-|AddrV|-|-|CECC]: 0xdc10410040080a13', '[Hardware Error]: Northbridge Error (node 4): DRAM ECC error detected on the NB.', '[Hardware Error]: cache level: L3/GEN, mem/io: MEM, mem-tx: RD, part-proc: RES (no timeout)'].map((line) => `kernel:${line}`),
        verdict: 'corrected-only', frames: [[]], errors: 1,
    },
    'Zen: a bank and what EDAC makes of it are one error, corrected': { log: zen('Corrected error, no action required.', 'Over|CE|MiscV|AddrV|-|-|SyndV|CECC|-|-|-', 'dc2040000000011b', 'CE'), verdict: 'corrected-only', frames: [['0x52001']], errors: 1 },
    'the same, deferred, and the core that met it': {
        log: [...zen('Deferred error, no action required.', 'Over|-|MiscV|AddrV|-|-|SyndV|UECC|Deferred|-|-', 'dc2030000000011b', 'UE'),
            '[  333.100000] [Hardware Error]: Uncorrected, software restartable error.', '[  333.100001] [Hardware Error]: CPU:7 (17:1:1) MC0_STATUS[-|UE|MiscV|AddrV|-|-|-|UECC|-|Poison|-]: 0xbc002800000c0135', '[  333.100002] [Hardware Error]: Error Addr: 0x0000000052001440', '[  333.100003] [Hardware Error]: Load Store Unit Ext. Error Code: 12, DC Data error type 1 and poison consumption.',
            '[  333.100004] mce: Uncorrected hardware memory error in user-access at 52001440', '[  333.200000] Memory failure: 0x52001: recovery action for unsplit thp: Ignored'],
        verdict: 'hardware', frames: [['0x52001']],
    },
    'AMD: what reset the machine, decoded at the next boot': {
        log: ['[    0.400000] x86/amd: Previous system reset reason [0x08000800]: an uncorrected error caused a data fabric sync flood event', '[    0.800001] [Hardware Error]: System Fatal error.', '[    0.800002] [Hardware Error]: CPU:21 (19:21:0) MC5_STATUS[-|UE|MiscV|AddrV|PCC|TCC|SyndV|-|-|-]: 0xbea0000000000108', '[    0.800003] [Hardware Error]: Execution Unit Ext. Error Code: 0'],
        verdict: 'hardware', frames: [[]], previousBoot: true,
    },
    'AMD: an access to an address behind which there is nothing': {
        log: ['[Hardware Error]: Deferred error, no action required.', '[Hardware Error]: CPU:0 (17:18:1) MC20_STATUS[-|-|MiscV|AddrV|-|-|SyndV|UECC|Deferred|-|-]: 0x9c2030000001085b', '[Hardware Error]: Coherent Slave Ext. Error Code: 1, Address Violation.'], verdict: 'undecided', frames: [[]],
    },
    'a record that was corrected, whatever its section says, with an address of all ones': {
        log: ['BERT: Error records from previous boot:', '[Hardware Error]: It has been corrected by h/w and requires no further action', '[Hardware Error]: event severity: corrected', '[Hardware Error]:  Error 0, type: recoverable', '[Hardware Error]:   section_type: memory error', '[Hardware Error]:   physical_address: 0xffffffffffffffff', '[Hardware Error]:   card: 1 module: 2 bank: 3', '[Hardware Error]:   error_type: 2, single-bit ECC'],
        verdict: 'corrected-only', frames: [[]], parts: ['card:1 module:2'], previousBoot: true,
    },
    'dump_page() before its BUG names the frame': { log: SWAPPED, verdict: 'injected', frames: [['0x52001']], joins: ['names-frame'] },
    'soft offline of 4.1 to 5.9': { log: ['[  165.492170] soft offline: 0x61c00 hugepage failed to isolate'], verdict: 'undecided', frames: [['0x61c00']] },
    'unpoison while the page was being handled': { log: ['[  165.492170] Unpoison: Memory failure is now running on 0x52001'], verdict: 'injected', frames: [['0x52001']] },
    'mce-inject, where the records are not printed': { log: ['[ 1354.101088] Triggering MCE exception on CPU 3', '[ 1354.101112] MCE exception done on CPU 3', '[ 1354.101154] core: [Hardware Error]: Machine check events logged', '[ 1354.115127] Memory failure: 0x52001: recovery action for dirty LRU page: Recovered'], verdict: 'injected', frames: [['0x52001']] },
    'a program of ras-tools is hit': { log: ['[  77.487176] mce: Uncorrected hardware memory error in user-access at 52001400', '[  77.568135] Memory failure: 0x52001: Sending SIGBUS to einj_mem_uc:12283 due to hardware memory corruption', '[  77.568136] Memory failure: 0x52001: recovery action for dirty LRU page: Recovered'], verdict: 'injected', frames: [['0x52001']] },
    'a fault, and nothing of its page': { log: ['[77187.055103] MCE: Killing db:132 due to hardware memory corruption fault at 7f3309503400'], verdict: 'undecided', frames: [[]] },
    'pages marked by the kernel\'s own test of userfaultfd': { log: ['Mar  9 19:48:24 host kernel: [77187.055103] MCE: Killing uffd-unit-tests:132 due to hardware memory corruption fault at 4631e000'], verdict: 'injected', frames: [[]] },
    'an abort in a module that injects errors': {
        log: [...cper(1, 'recoverable', '  section_type: ARM processor error', '   physical fault address: 0x0000000052001770').slice(0, 4), '[  387.853162] Internal error: synchronous external abort: 96000610 [#1] PREEMPT SMP', '[  387.888725] CPU: 0 PID: 940 Comm: kworker/0:3 Tainted: G           O      5.5.0 #1', '[  387.918867] pc : lsu_inj_ue+0x58/0x70 [l1l2_inject]'],
        verdict: 'injected', frames: [[], []],
    },
    'PREEMPT_RT of 5.4 names the CPU before each message': { log: ['[    0.000000] 000: SError Interrupt on CPU0, code 0xbf000002 -- SError', '[    0.000000] 000: CPU: 0 PID: 0 Comm: swapper Not tainted 5.4.69-rt39 #8', '[    0.000000] 000: pc : setup_arch+0x15c/0x570'], verdict: 'undecided', frames: [[]] },
    'the panic of an asynchronous abort alone': { log: ['[   16.816665] Kernel panic - not syncing: Asynchronous SError Interrupt', '[   16.816667] CPU: 6 UID: 1000 PID: 855 Comm: weston Tainted: G   M    W           6.19.0 #1 PREEMPT '], verdict: 'undecided', frames: [[]] },
    'Tegra\'s words for an asynchronous abort': { log: ['[ 3641.615008] CPU0: SError detected, daif=1c0, spsr=0x200000c5, mpidr=80000100, esr=bf000002'], verdict: 'undecided', frames: [[]] },
    'rasdaemon since 0.6.8: no colon after the name of the event': {
        log: ['Nov 21 15:48:29 node rasdaemon[811]:            <...>-761   [002] d.h1.     0.000105 mc_event 2023-11-21 15:48:29 +0800 1 Corrected error: Single-bit ECC on BANK 0 DIMM 1 (mc: 0 location: 1 address: 0x52001000 grain: 12 APEI location: node:0 card:1)'],
        verdict: 'corrected-only', frames: [['0x52001']], parts: ['BANK 0 DIMM 1'], errors: 1,
    },
    'rasdaemon that was started by hand': { log: ['           <...>-761   [002] d.h1.     0.000105 mc_event 2023-11-21 15:48:29 +0800 1 Corrected error: Single-bit ECC on BANK 0 DIMM 1 (mc: 0 location: 1 address: 0x52001000 grain: 12)'], verdict: 'corrected-only', frames: [['0x52001']], parts: ['BANK 0 DIMM 1'], errors: 1 },
    'rasdaemon: memory_failure() told through its trace event': { log: ['Nov 21 15:48:29 node rasdaemon[811]:            <...>-761   [002] .....     0.000105 memory_failure_event 2023-11-21 15:48:29 +0800 pfn=0x52001 page_type=dirty LRU page action_result=Recovered'], verdict: 'hardware', frames: [['0x52001']] },
    'a record of firmware of the boot before, and the bank that it kept': {
        log: ['BERT: Error records from previous boot:', '[Hardware Error]: event severity: fatal', '[Hardware Error]:  Error 0, type: fatal', '[Hardware Error]:  fru_text: ProcessorError', '[Hardware Error]:   section_type: IA32/X64 processor error', '[Hardware Error]:    MSR Address: 0xc0002051', 'mce: [Hardware Error]: CPU 18: Machine Check: 0 Bank 5: aea0000000000108'].map((line) => `[    1.000000] ${line}`),
        verdict: 'hardware', frames: [[]], previousBoot: true,
    },
    'EDAC panics, and names the page': {
        log: ['[  100.000001] EDAC MC1: 1 UE memory read error on CPU_SrcID#0_MC#1_Chan#0_DIMM#0 (channel:0 slot:0 page:0x52001 offset:0x440 grain:32 -  err_code:0101:0090)', '[  100.000002] Kernel panic - not syncing: UE memory read error on CPU_SrcID#0_MC#1_Chan#0_DIMM#0 (channel:0 slot:0 page:0x52001 offset:0x440 grain:32 -  err_code:0101:0090)'],
        verdict: 'hardware', frames: [['0x52001']], joins: ['names-frame'],
    },
    'EDAC panics, and knows no page': {
        log: ['[  100.000001] EDAC MC1: 1 UE memory read error on DIMM_B1 (channel:0 slot:0 page:0x0 offset:0x0 grain:32)', '[  100.000002] Kernel panic - not syncing: UE memory read error on DIMM_B1 (channel:0 slot:0 page:0x0 offset:0x0 grain:32)'],
        verdict: 'hardware', frames: [[]], joins: ['machine-check-record'], parts: ['DIMM_B1'],
    },
    'the line of an injector was lost, that of the next one was not': { log: ['[   10.000000] Memory failure: 0x104000: recovery action for huge page: Recovered', '[   11.000000] Injecting memory failure for pfn 0x131e00 at process virtual address 0x20200000'], verdict: 'injected', frames: [['0x104000'], ['0x131e00']] },
    'rasdaemon: an error that was not corrected, with the level that newer ones write': {
        log: ['           <...>-1367 [026] d.H.     0.024825 mc_event [CRIT] 2025-03-28 13:28:48 +0800 1 Uncorrected error: multi-bit ECC on unknown memory (mc: 0 address: 0x52001400 grain: 0 APEI location: node:0 card:2)', '           <...>-1367 [022] ....     0.024825 memory_failure_event [ALERT] 2025-03-28 13:28:48 +0800 pfn=0x52001 page_type=already truncated LRU page action_result=Recovered'],
        verdict: 'hardware', frames: [['0x52001']], errors: 1,
    },
    'ras-mc-ctl: an error that was not corrected': { log: ['1 2021-02-27 03:09:05 +0100 1 Uncorrected error(s): Read at DIMM_A2 location: 0:0:1:0, addr 1375736832, grain 6, syndrome 0'], verdict: 'hardware', frames: [['0x52001']], parts: ['DIMM_A2'] },
    'EDAC\'s own test, in the kernel\'s log': { log: ['[  401.123456] EDAC MC0: 1 UE FAKE ERROR on mc#0csrow#0channel#0 (csrow:0 channel:0 page:0x0 offset:0x0 grain:0 - for EDAC testing only)'], verdict: 'injected', frames: [[]] },
    'EDAC\'s own test, in the database of rasdaemon': { log: ['1 2021-02-27 03:09:05 +0100 1 Corrected error(s): FAKE ERROR at unknown memory location: 0:0:0:0, addr 0, grain 0, syndrome 0 for EDAC testing only'], verdict: 'injected', frames: [[]] },
    'POWER: a machine check that the kernel died of, without its record': { log: ['[   12.000000] Oops: Machine check, sig: 7 [#1]', '[   12.000001] LE SMP NR_CPUS=2048 NUMA ', '[   12.000002] CPU: 0 PID: 0 Comm: swapper Tainted: G   M              4.17.0 #1'], verdict: 'undecided', frames: [[]] },
    '2.6 with its padded numbers': { log: ['CPU 1: Machine Check Exception:                4 Bank 4: b200000000070f0f', 'TSC 5bd5df4b06b8', 'Kernel panic - not syncing: Machine check'], verdict: 'hardware', frames: [[]], joins: ['machine-check-record'], parts: ['CPU 1 bank 4'] },
    'Xen': { log: ['(XEN) [2021-03-01 10:00:00] CPU3: Machine Check Exception:                4', '(XEN) [2021-03-01 10:00:00] Bank 5: be00000000800400 at ffffffff81058a2c'], verdict: 'hardware', frames: [[]], parts: ['CPU 3 bank 5'] },
    'an access to a device that the bus refused: the address is none of memory': { log: ['CPU 0: Machine Check Exception: 0000000000000007', 'Bank 3: b40000000000083b at 000000fdfc000cfc'], verdict: 'hardware', frames: [[]] },
    'mcelog: the log begins within a record': { log: ['MCi status:', 'Corrected error', 'MCA: MEMORY CONTROLLER GEN_CHANNELunspecified_ERR', 'STATUS 900000400009008f MCGSTATUS 0', 'MCGCAP 1000c18 APICID 80 SOCKETID 2 ', 'CPUID Vendor Intel Family 6 Model 47'].map((line) => `2017-05-05T08:57:16+02:00 host mcelog: ${line}`), verdict: 'corrected-only', frames: [[]], errors: 1 },
    'mcelog gives up a page': { log: ['Mar  3 04:05:06 host mcelog[1022]: Offlining page 52001000', 'Mar  3 04:05:06 host kernel: soft offline: 0x52001 page already poisoned'], verdict: 'corrected-only', frames: [['0x52001']] },
    'machine checks were logged, and logged again': { log: ['[  316.656894] mce: [Hardware Error]: Machine check events logged', '[  627.947258] mce: [Hardware Error]: Machine check events logged'], verdict: 'undecided', frames: [[]] },
    'machine checks were logged once': { log: ['[    0.656894] mce: [Hardware Error]: Machine check events logged'], verdict: 'none', frames: [] },
    'the handler panics because recovery is switched off': { log: ['[    0.100000] mce: [Hardware Error]: Machine check events logged', '[    0.100001] Kernel panic - not syncing: Memory failure on page 52001'], verdict: 'hardware', frames: [['0x52001']] },
    'the handler panics for a page that it cannot recover, and the lines before are lost': { log: ['[    0.100001] Kernel panic - not syncing: Memory failure: 0x52001: unrecoverable page'], verdict: 'hardware', frames: [['0x52001']] },
    'a crash in the handler, after mce-inject, without a line about the page': {
        log: ['MCE exception done on CPU 7', 'BUG: unable to handle kernel NULL pointer dereference at 0000000000000058', 'IP: [<ffffffff811b7cd1>] dequeue_hwpoisoned_huge_page+0x131/0x1e0', 'Oops: 0000 [#1] SMP', 'CPU: 7 PID: 128 Comm: kworker/7:2 Tainted: G   M       O 3.13.0 #25', 'Call Trace:', '  me_huge_page+0x3e/0x50', '  memory_failure+0x4bb/0xc20'],
        verdict: 'injected', frames: [[]],
    },
    'mcelog of the first years': { log: ['HARDWARE ERROR. This is *NOT* a software problem!', 'MCE 0', 'CPU 1 4 northbridge TSC 511338368e676', 'ADDR 52001888', '  Northbridge ECC error', 'STATUS 9471c00000000a13 MCGSTATUS 0'], verdict: 'corrected-only', frames: [['0x52001']], parts: ['CPU 1 bank 4'] },
};
