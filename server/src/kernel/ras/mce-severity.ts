/** How severe a record is: arch/x86/kernel/cpu/mce/severity.c. */
import { AMD_SEVERITIES, INTEL_SEVERITIES, MCACOD, type MceContext, type MceSeverity, type SeverityRow } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import { hasMcg, hasStatus, recoversFromErrors, type MachineCheck } from './mce.js';

function rowMatches(kernel: Kernel, row: SeverityRow, mce: MachineCheck, context: MceContext, exception: boolean): boolean {
    if (row.exceptionOnly === true && !exception) return false;
    // Taken as given: overflow recovery and SUCCOR, as on every AMD CPU since Zen.
    if (row.without !== undefined) return false;
    if (row.recovery !== undefined && row.recovery !== recoversFromErrors(kernel.machine)) return false;
    if (row.generation !== undefined && row.generation !== kernel.machine.cpuGeneration) return false;
    if (row.status.set?.some((bit) => !hasStatus(mce, bit)) === true) return false;
    if (row.status.clear?.some((bit) => hasStatus(mce, bit)) === true) return false;
    if (row.mcg?.set?.some((bit) => !hasMcg(mce, bit)) === true) return false;
    if (row.mcg?.clear?.some((bit) => hasMcg(mce, bit)) === true) return false;
    if (row.context !== undefined && !row.context.includes(context)) return false;
    if (row.code !== undefined && ((mce.status & BigInt(row.code.mask)) !== BigInt(row.code.value) || mce.bank < row.code.banks[0] || mce.bank > row.code.banks[1])) return false;
    if (row.mcacod === undefined) return true;
    const code = MCACOD[row.mcacod];
    return (Number(mce.status & 0xffffn) & code.mask) === code.value;
}

/** Grades a record; the first row of the vendor's table that matches decides. Follows mce_severity(). */
export function mceSeverity(kernel: Kernel, mce: MachineCheck, context: MceContext, exception: boolean): { readonly severity: MceSeverity; readonly message: string } {
    const rows = kernel.machine.cpuVendor === 'amd' ? AMD_SEVERITIES : INTEL_SEVERITIES;
    const row = rows.find((each) => rowMatches(kernel, each, mce, context, exception))!;
    return { severity: row.severity, message: row.message };
}
