/** Expectations: one row for each kind of claim, and how a program checks it. */
import type { Claim } from '../../simulator/program.js';
import { both, neither, onlyC, type ConstructTable } from './construct.js';

export const CLAIM_CONSTRUCTS: ConstructTable<Claim['kind']> = {
    'result': both('the `recovery action` line in /dev/kmsg', 'the `recovery action` line in dmesg', 'a type that prints no line'),
    'errno': both('errno of the call', 'the message of the command'),
    'signal': onlyC('si_code, si_addr and si_addr_lsb in the handler; of a process that dies, the signal that waitpid() tells', 'a signal that is ignored or pending does not show'),
    'no-signal': both('no handler was called, nobody was killed', 'no process: nothing to check'),
    'killed': onlyC('waitpid()'),
    'survives': onlyC('waitpid()'),
    'exit-status': onlyC('waitpid(), as a shell tells it'),
    'panic': both('said before the step: nothing can be checked after it. Coming back is a failure'),
    'oops': both('a line of the log with `Oops` or the text'),
    'no-panic': both('that the program goes on'),
    'no-oops': both('no line with `Oops`'),
    'dmesg': both('/dev/kmsg; numbers of frames, addresses and tasks of the model match any'),
    'no-dmesg': both('/dev/kmsg; numbers of frames, addresses and tasks of the model match any'),
    'hardware-corrupted': both('the change of HardwareCorrupted in /proc/meminfo since the program began'),
    'node-counter': both('the change of /sys/devices/system/node/nodeN/memory_failure since the program began'),
    'poisoned': both('HWPOISON in /proc/kpageflags'),
    'not-poisoned': both('HWPOISON in /proc/kpageflags'),
    'contents': neither('that data is lost or stale does not show while nobody reads it; read it in a step, and expect its value'),
    'value': onlyC('the byte that was read'),
    'returns': onlyC('what the call returned'),
    'text': onlyC('what mincore(), move_pages(), pagemap or the counters of huge pages say', 'the text of another step'),
    'outcomes': both('the outcome that came is one of those named, or none of those forbidden', undefined, 'which of them comes is not chosen'),
    'not-modelled': neither('the model does not describe it'),
};
