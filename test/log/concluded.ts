import type { EvidenceKind, Verdict } from '../../server/src/log/judgement/incident.js';

/** What a careful person concluded from a log: the verdict, and what ties a crash to an error. */
export interface Conclusion {
    readonly verdict: Verdict;
    /** How the crash that followed is tied to its frame; `none` where no crash belongs to an error. */
    readonly joinedBy: EvidenceKind | 'none';
    readonly frame?: string;
    /** Why triage comes to something else. */
    readonly differs?: { readonly verdict: Verdict; readonly why: string };
}

/** By the number in the name of the excerpt. */
export const CONCLUDED: Readonly<Record<string, Conclusion>> = {
    '01': { verdict: 'hardware', joinedBy: 'linear-map', frame: '0x40272d' },
    '03': { verdict: 'hardware', joinedBy: 'machine-check-record', frame: '0x8c53a7' },
    '05': { verdict: 'software', joinedBy: 'machine-check-record' },
    '06': { verdict: 'hardware', joinedBy: 'none' },
    '08': { verdict: 'known-software-fault', joinedBy: 'none' },
    '09': { verdict: 'known-software-fault', joinedBy: 'machine-check-record', frame: '0x1d301b' },
    '10': { verdict: 'software', joinedBy: 'machine-check-record' },
    '11': { verdict: 'known-software-fault', joinedBy: 'machine-check-record', frame: '0x346a8730' },
    '13': { verdict: 'injected', joinedBy: 'none' },
    '14': { verdict: 'software', joinedBy: 'none' },
    // Host, hypervisor or CPU: nothing in the guest's log tells them apart.
    '15': { verdict: 'undecided', joinedBy: 'machine-check-record' },
    '17': { verdict: 'corrected-only', joinedBy: 'none' },
    '18': { verdict: 'corrected-only', joinedBy: 'none' },
    '19': { verdict: 'corrected-only', joinedBy: 'none' },
    '21': { verdict: 'injected', joinedBy: 'none', differs: { verdict: 'hardware', why: 'EINJ on a firmware-first machine leaves nothing in the log that tells its record from a real one' } },
    '23': { verdict: 'corrected-only', joinedBy: 'none' },
    // A test or hardware: the wording is the same, no line says that it was injected.
    '24': { verdict: 'hardware', joinedBy: 'none' },
    '25': { verdict: 'hardware', joinedBy: 'none' },
    '27': { verdict: 'injected', joinedBy: 'none' },
    '28': { verdict: 'injected', joinedBy: 'none' },
    '30': { verdict: 'software', joinedBy: 'none' },
    '32': { verdict: 'corrected-only', joinedBy: 'none' },
    '34': { verdict: 'injected', joinedBy: 'none' },
    '35': { verdict: 'known-software-fault', joinedBy: 'none' },
    '38': { verdict: 'injected', joinedBy: 'names-frame', frame: '0x2' },
    '39': { verdict: 'injected', joinedBy: 'handler-in-trace' },
    '40': { verdict: 'corrected-only', joinedBy: 'none' },
    '42': { verdict: 'hardware', joinedBy: 'none' },
};
