/** What a log says about the machine and the kernel: release, architecture, start of RAM, hypervisor. */
import type { LogLine } from '../formats/line.js';
import type { BootEvent, FactEvent, InjectorEvent, LoggedEvent, LogEvent, StormEvent, SuppressedEvent } from './event.js';
import { baseOf } from './base.js';

type Made = Omit<FactEvent, 'lines' | 'speaker'> | Omit<BootEvent, 'lines' | 'speaker'> | Omit<StormEvent, 'lines' | 'speaker'> | Omit<InjectorEvent, 'lines' | 'speaker'>
    | Omit<LoggedEvent, 'lines' | 'speaker'> | Omit<SuppressedEvent, 'lines' | 'speaker'>;

interface Row { readonly has: string; readonly pattern: RegExp; readonly make: (match: RegExpExecArray) => Made; }

const RELEASE = '\\d{1,2}\\.\\d{1,3}[\\w.+~-]*';

const ROWS: readonly Row[] = [
    { has: 'Linux version ', pattern: new RegExp(`^Linux version (${RELEASE})`), make: (match) => ({ kind: 'boot', release: match[1]!, kexec: false }) },
    { has: 'Starting new kernel', pattern: /^(?:kexec(?:_core|_file)?: )?Starting new kernel/, make: () => ({ kind: 'boot', kexec: true }) },
    // Lines of dump_stack(): `CPU: 70 UID: 34133 PID: 640437 Comm: x Kdump: loaded Tainted: G   M   E   6.16.1-0_fbk2 #1 NONE`. The taint flags are one letter each.
    { has: 'Comm: ', pattern: new RegExp(`^CPU: ?\\d+ .*(?:Tainted: [A-Z ]{1,24}?|Not tainted|Tainted: \\[.*?\\].*?)\\s+\\(?(${RELEASE})\\)? `), make: (match) => ({ kind: 'fact', fact: 'release', value: match[1]! }) },
    { has: 'Hypervisor detected', pattern: /^Hypervisor detected: (.*)$/, make: (match) => ({ kind: 'fact', fact: 'hypervisor', value: match[1]! }) },
    { has: 'hv_', pattern: /^hv_(?:balloon|vmbus|utils|netvsc|storvsc): /, make: () => ({ kind: 'fact', fact: 'hypervisor', value: 'Microsoft Hyper-V' }) },
    { has: 'Hardware name: ', pattern: /^Hardware name: (.*)$/, make: (match) => ({ kind: 'fact', fact: 'hardware', value: match[1]!.slice(0, 200) }) },
    { has: 'DMI: ', pattern: /^DMI: (.*)$/, make: (match) => ({ kind: 'fact', fact: 'hardware', value: match[1]!.slice(0, 200) }) },
    { has: 'pstate: ', pattern: /^pstate: ?[0-9a-f]{8}/, make: () => ({ kind: 'fact', fact: 'arch', value: 'arm64' }) },
    { has: 'Booting Linux on physical CPU', pattern: /^Booting Linux on physical CPU 0x[0-9a-f]+ \[/, make: () => ({ kind: 'fact', fact: 'arch', value: 'arm64' }) },
    { has: 'RIP: ', pattern: /^RIP: 00[13]0:/, make: () => ({ kind: 'fact', fact: 'arch', value: 'x86-64' }) },
    { has: 'x86/', pattern: /^x86\/(?:fpu|PAT|cpu|mm|split lock)/, make: () => ({ kind: 'fact', fact: 'arch', value: 'x86-64' }) },
    { has: 'Memory Limit: ', pattern: /^Memory Limit: /, make: () => ({ kind: 'fact', fact: 'arch', value: 'arm64' }) },
    { has: 'PHYS_OFFSET: ', pattern: /^PHYS_OFFSET: (0x[0-9a-f]{1,16})/, make: (match) => ({ kind: 'fact', fact: 'ram', value: match[1]!, start: BigInt(match[1]!) }) },
    { has: ': [mem 0x', pattern: /^\s*node +\d+: \[mem (0x[0-9a-f]{1,16})-(0x[0-9a-f]{1,16})\]/, make: (match) => ({ kind: 'fact', fact: 'ram', value: match[1]!, start: BigInt(match[1]!), end: BigInt(match[2]!) }) },
    { has: 'Kernel Offset: ', pattern: /^Kernel Offset: (0x[0-9a-f]{1,16}|disabled)/, make: (match) => ({ kind: 'fact', fact: 'kaslr', value: match[1]! }) },
    { has: 'ommand line: ', pattern: /^(?:Kernel command|Command) line: (.*)$/, make: (match) => ({ kind: 'fact', fact: 'command-line', value: match[1]!.slice(0, 500) }) },
    { has: '-bit VAs', pattern: /\b(4k|16k|64k) pages, (?:39|42|47|48|52)-bit VAs/, make: (match) => ({ kind: 'fact', fact: 'page-shift', value: { '4k': '12', '16k': '14', '64k': '16' }[match[1]!]! }) },
    { has: 'PAGE_SIZE=', pattern: /\bPAGE_SIZE=(4096|16384|65536)\b/, make: (match) => ({ kind: 'fact', fact: 'page-shift', value: String(Math.log2(Number(match[1]))) }) },
    { has: 'CMCI storm ', pattern: /^(?:mce: )?(?:\[Hardware Error\]: )?(?:CPU\d+(?:: | BANK\d+ ))?CMCI storm (detected|subsided)/, make: (match) => ({ kind: 'storm', state: match[1] === 'detected' ? 'began' : 'ended' }) },
    { has: 'temperature above threshold', pattern: /temperature above threshold/, make: () => ({ kind: 'events-logged', about: 'thermal' }) },
    { has: 'achine check', pattern: /^(?:mce: )?(?:mce-inject: )?(?:Starting machine check poll CPU|Machine check poll done on CPU|Machine check injector initialized|Triggering MCE exception on CPU)/, make: () => ({ kind: 'injector', how: 'mce-inject' }) },
    { has: 'MCE exception done on CPU', pattern: /MCE exception done on CPU/, make: () => ({ kind: 'injector', how: 'mce-inject' }) },
    { has: 'EINJ: ', pattern: /^EINJ: (?:Error INJection is initialized|.*inject)/, make: () => ({ kind: 'injector', how: 'EINJ is loaded' }) },
    { has: 'callbacks suppressed', pattern: /^(\w{1,64}): (\d{1,10}) callbacks suppressed$/, make: (match) => ({ kind: 'suppressed', function: match[1]!, count: Number(match[2]) }) },
];

const HINT = new RegExp([...new Set(ROWS.map(({ has }) => has))].map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));

export function readFact(line: LogLine): LogEvent | undefined {
    if (!HINT.test(line.text)) return undefined;
    for (const { has, pattern, make } of ROWS) {
        if (!line.text.includes(has)) continue;
        const match = pattern.exec(line.text);
        if (match !== null) return { ...baseOf(line), ...make(match) } as LogEvent;
    }
    return undefined;
}
