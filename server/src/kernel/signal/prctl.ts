import type { Thread } from '../../machine/mm-types.js';
import type { Errno, Kernel } from '../kernel.js';

export const PR_MCE_KILL_CLEAR = 0;
export const PR_MCE_KILL_SET = 1;
export const PR_MCE_KILL_LATE = 0;
export const PR_MCE_KILL_EARLY = 1;
export const PR_MCE_KILL_DEFAULT = 2;

/** prctl(PR_MCE_KILL, ...): kill policy of the calling thread. Follows sys_prctl(). */
export function prctlMceKill(kernel: Kernel, thread: Thread, arg2: number, arg3: number, arg4: number, arg5: number): Errno {
    if (arg4 !== 0 || arg5 !== 0) return invalid(kernel, 'arg4 or arg5 is not 0');
    const before = policy(thread);
    if (arg2 === PR_MCE_KILL_CLEAR) {
        if (arg3 !== 0) return invalid(kernel, 'arg3 is not 0');
        thread.mceProcess = false;
    } else if (arg2 === PR_MCE_KILL_SET) {
        // The policy becomes explicit before the value is looked at.
        thread.mceProcess = true;
        if (arg3 === PR_MCE_KILL_EARLY) thread.mceEarly = true;
        else if (arg3 === PR_MCE_KILL_LATE) thread.mceEarly = false;
        else if (arg3 === PR_MCE_KILL_DEFAULT) {
            thread.mceProcess = false;
            thread.mceEarly = false;
        } else {
            kernel.changed('task', thread.label, 'policy', before, policy(thread));
            return invalid(kernel, 'unknown policy, which became explicit all the same');
        }
    } else {
        return invalid(kernel, 'unknown arg2');
    }
    kernel.changed('task', thread.label, 'policy', before, policy(thread));
    kernel.decide('prctl.mce-kill', undefined, policy(thread));
    return '0';
}

/** prctl(PR_MCE_KILL_GET). @returns PR_MCE_KILL_LATE, _EARLY or _DEFAULT, or EINVAL for any argument that is not 0 */
export function prctlMceKillGet(kernel: Kernel, thread: Thread, args: readonly number[]): number | Errno {
    if (args.some((value) => value !== 0)) return invalid(kernel, 'an argument is not 0');
    if (!thread.mceProcess) return PR_MCE_KILL_DEFAULT;
    return thread.mceEarly ? PR_MCE_KILL_EARLY : PR_MCE_KILL_LATE;
}

function policy(thread: Thread): string {
    return thread.mceProcess ? (thread.mceEarly ? 'PR_MCE_KILL_EARLY' : 'PR_MCE_KILL_LATE') : 'PR_MCE_KILL_DEFAULT';
}

function invalid(kernel: Kernel, note: string): Errno {
    kernel.decide('prctl.invalid', undefined, note);
    return 'EINVAL';
}
