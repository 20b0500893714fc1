/** Small logs of machines that the model does not describe, or describes with other pages: POWER, arm64 with 16 and 64 KiB pages, 52-bit addresses. */
import { cper, type Kind } from './kind.js';

/** machine_check_print_event_info() of 5.2 and later. */
const power = (cpu: number, header: string, detail: string, cause: string): string[] => [`machine check ${header}`, detail, 'Initiator CPU', cause].map((line) => `[  157.123456] MCE: CPU${cpu}: ${line}`);
/** The same before 5.2. */
const oldPower = (header: string, ...details: readonly string[]): string[] => [header, '  Initiator: CPU', ...details].map((line) => `[  295.837358] ${line}`);

const SEA = [
    '[  211.000000] Internal error: synchronous external abort: 96000410 [#1] SMP', '[  211.000001] CPU: 3 PID: 811 Comm: kworker/3:1 Tainted: G   M                6.6.0 #1', '[  211.000002] pstate: 60400009 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)',
    '[  211.000003] pc : __d_lookup_rcu+0x68/0x190',
];

export const MORE_MACHINES: Readonly<Record<string, Kind>> = {
    'POWER: a UE that a process met, pages of 64 KiB': {
        log: [...power(12, '(Severe)  UE Load/Store DAR: 00007fffabcd1280 paddr: 0000000452341280 [Recovered]', 'PID: 4711 Comm: db NIP: [00007fff9abc1234]', 'Hardware error'),
            '[  157.123470] Memory failure: 0x45234: Sending SIGBUS to db:4711 due to hardware memory corruption', '[  157.123480] Memory failure: 0x45234: recovery action for dirty LRU page: Recovered'],
        verdict: 'hardware', frames: [['0x45234']], errors: 1,
    },
    'POWER: the address on the line of the instruction': {
        log: power(3, '(Severe)  UE Instruction fetch [Not recovered]', 'NIP: [c00000000024a7dc] d_lookup+0x5c/0x120 paddr: 0000000452341280', 'Probable Hardware error (some chance of software cause)'),
        verdict: 'hardware', frames: [[]], errors: 1,
    },
    'POWER: in a guest': { log: power(3, '(Severe) Guest UE Load/Store DAR: c000000412341280 paddr: 0000000412341280 [Recovered]', 'PID: 99 Comm: qemu-system-ppc Guest NIP: [c00000000024a7dc]', 'Hardware error'), verdict: 'hardware', frames: [[]] },
    'POWER: entries of the SLB that software made twice, some chance of hardware': { log: power(7, '(Warning)  SLB Multihit DAR: d00000000316c400 [Recovered]', 'NIP: [c00000000024a7dc] copy_user+0x10/0x20', 'Probable Software error (some chance of hardware cause)'), verdict: 'undecided', frames: [[]] },
    'POWER: an instruction that software must not use': { log: power(7, '(Severe)  User tlbie(l) invalid [Not recovered]', 'PID: 12 Comm: test NIP: [000000001000072c]', 'Software error'), verdict: 'software', frames: [[]] },
    'POWER: parity of the TLB, put right': { log: power(7, '(Warning)  TLB Parity DAR: d00000000316c400 [Recovered]', 'NIP: [c00000000024a7dc] copy_user+0x10/0x20', 'Probable Hardware error (some chance of software cause)'), verdict: 'corrected-only', frames: [[]] },
    'POWER before 5.2': {
        log: [...oldPower('Severe Machine check interrupt [Recovered]', '  Error type: UE [Load/Store]', '    Effective address: 00007fffabcd1280', '    Physical address:  0000000452341280'), '[  295.837500] Memory failure: 0x45234: recovery action for clean LRU page: Recovered'],
        verdict: 'hardware', frames: [['0x45234']], errors: 1,
    },
    'POWER before 4.14, by the firmware OPAL': { log: oldPower('Fatal Machine check interrupt [[Not recovered]', '  Error type: UE [Load/Store]', '    Effective address: c000000452341280', '      Physial address: 0000000452341280'), verdict: 'hardware', frames: [[]] },
    'POWER before 5.2: an SLB, with others between': {
        log: ['[295216.837358] Severe Machine check interrupt [Recovered]', '[295216.837365] Harmless Hypervisor Maintenance interrupt [Recovered]', '[295216.837374]   Guest NIP: c00000000024a7dc', '[295216.837388]   Initiator: CPU', '[295216.837406]   Error type: SLB [Multihit]', '[295216.837415]     Effective address: d00000000316c400'],
        verdict: 'corrected-only', frames: [[]],
    },
    'arm64, 16 KiB pages and 52-bit addresses: the line that was reported lies in a register at the crash': {
        log: ['[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd4f0]', '[    0.000000] Linux version 6.6.0 (gcc) #1 SMP', ...cper(1, 'recoverable', '  section_type: memory error', '  physical_address: 0x00000001a2b38080'), '[  157.099000] Memory failure: 0x68ace: unhandlable page.', '[  157.100000] Memory failure: 0x68ace: recovery action for unknown page: Ignored',
            ...SEA, '[  211.000004] x2 : 0000000000000005 x1 : fff0000122b38080 x0 : fff00000deadbeef'],
        verdict: 'hardware', frames: [['0x68ace']], joins: ['linear-map'], errors: 1,
    },
    'arm64, 64 KiB pages and 52-bit addresses': {
        log: ['[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd4f0]', '[    0.000000] Linux version 6.6.0 (gcc) #1 SMP', ...cper(1, 'recoverable', '  section_type: memory error', '  physical_address: 0x0004100452341280'), '[  157.099000] Memory failure: 0x410045234: unhandlable page.', '[  157.100000] Memory failure: 0x410045234: recovery action for unknown page: Ignored',
            ...SEA, '[  211.000004] x2 : 0000000000000005 x1 : fff4100452341280 x0 : fff00000deadbeef'],
        verdict: 'hardware', frames: [['0x410045234']], joins: ['linear-map'], errors: 1,
    },
};
