/**
 * Words without which a line says nothing to the reader, unless something is being read that goes on over several lines. The rest of a
 * log, nearly all of it, is passed over without being taken apart. No word is shorter than four bytes: the search looks for so many at once. The search is
 * generated from this list (`npm run generate`).
 */
export const TRIGGER_WORDS: readonly string[] = [
    // Memory errors.
    'emory failure', 'Hardware Error', 'HARDWARE ERROR', 'Hardware error', 'Hardware event', 'Machine Check', 'achine check', 'MCE exception', 'MCE: ', 'MCE 0x', 'mce: ', 'emory error not', 'accessed poison', 'buffer overflow when', 'while machine check', 'EDAC ', 'RAS: ', 'mcgstatus=', 'system reset reason', 'error(s): ', 'AEST: ', 'BERT: ', 'GHES: ', 'EINJ: ',
    'oft offlin', 'oft-offlin', 'offlining attempted', 'soft_offline', 'npoison', 'hwpoison', 'SIGBUS', 'hardware memory', 'inadequate hugepage', 'CMCI storm', 'temperature above', 'get_any_page', 'huge_memory: ', 'sending signal to', 'ERROR_ADDRESS',
    // Crashes.
    'Kernel panic', 'Shutting down cpus', 'stopping secondary CPUs', 'EFI runtime from NMI', 'metadata version', 'Internal error', 'BUG: ', 'Oops: ', 'Oops - ', 'Oops[', 'kernel BUG at', 'general protection', 'Unable to handle', 'Unhandled fault', 'SError', 'Error handler detected', 'INFO: ', 'lockup', 'LOCKUP', 'usercopy: ', 'Modules linked in:', 'WARNING: ', 'cut here ]', 'UBSAN: ', 'PANIC: ',
    'Comm: ', 'invalid opcode', ' mapcount:', 'divide error', 'double fault', 'stack segment', 'corruption',
    // The machine.
    'Linux version', 'Starting new kernel', 'Hypervisor detected', 'hv_balloon', 'hv_vmbus', 'hv_utils', 'Hardware name', 'DMI: ', 'PHYS_OFFSET', ': [mem 0x', 'Kernel Offset', 'CPU features: 0x', 'Memory Limit: ', '-bit VAs', 'PAGE_SIZE=', 'RIP: 00', 'pstate: ', 'ommand line: ', 'callbacks suppressed', 'x86/fpu', 'Booting Linux',
    // The log itself, and others in it. A clock that begins again is another boot, whatever else is missing.
    '[    0.000000]', 'repeated ', '-- Boot', '-- Reboot', '__CURSOR=', '"MESSAGE"', 'Panic#', 'Oops#', 'Emergency#', 'mcelog', 'rasdaemon', 'mc_event', 'mce_record', 'memory_failure_event', 'PA is valid', 'Guest MCE',
];

const TRIGGER = new RegExp(TRIGGER_WORDS.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));

export function isTriggerLine(line: string): boolean {
    return TRIGGER.test(line);
}

/** Where the first word begins; -1 where there is none. */
export function firstTrigger(text: string): number {
    return text.search(TRIGGER);
}
