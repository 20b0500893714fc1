/** A name for what happened that is the same on every machine that it happens on: no frame, no part, no pid. */
import type { CrashEvent, Severity } from '../events/event.js';
import { consumedInKernel, messagesOf, type Group } from './signs.js';
import type { Judged } from './verdict.js';

export function signatureOf(group: Group, judged: Judged, severity: Severity, what: string): string {
    const actions = messagesOf(group).filter(({ id }) => id === 'action');
    const outcome = [...new Set(actions.map(({ type, result, values }) => `${type ?? values['string'] ?? '?'}=${result ?? values['result'] ?? '?'}`))].sort().slice(0, 4);
    const other = outcome.length > 0 ? [] : [...new Set(messagesOf(group).map(({ id }) => id))].sort().slice(0, 4);
    const consumed = consumedInKernel(group)?.ipFunction;
    const crashes = group.crashes.map(({ crash }) => crashSignature(crash)).slice(0, 2);
    const end = crashes.length > 0 ? crashes : consumed === undefined ? [] : [`machine-check@${functionName(consumed)}`];
    const section = group.reports.find((report) => report.section?.type !== undefined)?.section?.type;
    return [kindOf(judged), `${what}${what === 'unknown' && section !== undefined ? `(${section})` : ''}/${severity}`, ...outcome, ...other, ...end].join(' ');
}

/** One signature has one verdict: a known fault that a test set off is not that of a machine. */
function kindOf({ verdict, knownFault }: Judged): string {
    return knownFault === undefined ? verdict : verdict === 'injected' ? `injected:${knownFault.id}` : knownFault.id;
}

/** `external-abort@d_lookup`. */
export function crashSignature(crash: CrashEvent): string {
    // A panic that follows is the same crash: the function that ran names it.
    return `${crash.crash}@${functionName(functionOf(crash) ?? '?')}`;
}

/** The function that ran: what stops the machine is passed over. */
export function functionOf(crash: CrashEvent): string | undefined {
    return crash.trace.find((name) => !/^(?:panic|vpanic|dump_stack\w*|show_stack|__warn|oops_\w+|die\w*|nmi_panic|mce_panic|do_machine_check)$/.test(name));
}

/** Compilers split functions: `f.isra.0`, `f.constprop.1`, `f.cold`. */
function functionName(name: string): string {
    return name.replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/, '');
}
