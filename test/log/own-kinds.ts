/** Small logs of our own: what kernels, firmware and daemons of many years write of errors, and what a careful person makes of them. */
import { cper, type Kind } from './kind.js';
import { MORE_MACHINES } from './more-machines.js';

export const OWN_KINDS: Readonly<Record<string, Kind>> = {
    'a fatal record of firmware and its panic': {
        log: [...cper(1, 'fatal', '  section_type: memory error', '  physical_address: 0x0000001a2b3c4080', '  node:1 card:0 module:1 rank:0 bank:1 device:3 row:77 column:56', '  error_type: 3, multi-bit ECC'),
            '[  101.000009] Kernel panic - not syncing: Fatal hardware error!', '[  101.000010] CPU: 12 PID: 0 Comm: swapper/12 Tainted: G   M               5.14.0-1.x86_64 #1'],
        verdict: 'hardware', frames: [[]], joins: ['machine-check-record'], parts: ['node:1 card:0 module:1 rank:0'],
    },
    'a fatal record of a bus': {
        log: [...cper(3, 'fatal', '  section_type: PCIe error', '  port_type: 4, root port', '  device_id: 0000:17:00.0'), '[  101.000009] Kernel panic - not syncing: Fatal hardware error!'], verdict: 'hardware', frames: [[]], joins: ['machine-check-record'],
    },
    'a record of a page and of the processor that met it': { log: [...cper(7, 'recoverable', '  section_type: memory error', '  physical_address: 0x0000000012345080'), '[  101.000005] {7}[Hardware Error]:  Error 1, type: recoverable', '[  101.000006] {7}[Hardware Error]:   section_type: IA32/X64 processor error'], verdict: 'hardware', frames: [['0x12345']], errors: 1 },
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
    'a bank of a memory controller of AMD that nobody has decoded': {
        log: ['[    0.644338] mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 17: be2028000000011b', '[    0.644342] mce: [Hardware Error]: TSC 0 ADDR 12345680 MISC d01202dd01000000 SYND 88e00040a800200 IPID 9600050f00 ', '[    0.644345] mce: [Hardware Error]: PROCESSOR 2:a20f10 TIME 1600000001 SOCKET 0 APIC 0 microcode a201009'],
        // The address is one of the memory controller.
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
    ...MORE_MACHINES,
};
