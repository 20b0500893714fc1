/** What a scenario can vary: one value of each `vary` line makes a variant. */

export interface VarySubject {
    /** The word, or the words, after `vary`. */
    readonly word: string;
    readonly form: string;
    readonly doc: string;
    /** Is a name written before the values: of the sysctl, the filter, the option, the task? */
    readonly name?: 'needed' | 'optional';
}

const ROWS = {
    'kernel': { word: 'kernel', form: 'vary kernel V, V with PROPOSAL', doc: 'Kernels, each with the proposals that are applied to it.' },
    'sysctl': { word: 'sysctl', form: 'vary sysctl NAME V, V', name: 'needed', doc: 'The setting of a sysctl at boot. On a kernel that does not have it the line is left out.' },
    'filter': { word: 'filter', form: 'vary filter NAME V, V', name: 'needed', doc: 'A filter file of hwpoison-inject.' },
    'config': { word: 'config', form: 'vary config OPTION y, n', name: 'needed', doc: 'A configuration option.' },
    'prctl': { word: 'prctl', form: 'vary prctl [TASK] POLICY, POLICY', name: 'optional', doc: 'The kill policy of one task, or of every task whose block does not state one. A process that is forked from another inherits.' },
    'arch': { word: 'arch', form: 'vary arch x86-64, arm64', doc: 'The architecture.' },
    'page size': { word: 'page size', form: 'vary page size SIZE, SIZE', doc: 'The size of a base page.' },
    'thp': { word: 'thp', form: 'vary thp always, never', doc: 'Transparent huge pages.' },
} as const satisfies Record<string, VarySubject>;

export type VariedSubject = keyof typeof ROWS;

export const VARY_SUBJECTS: Readonly<Record<VariedSubject, VarySubject>> = ROWS;

/** The value of one `vary` line in one variant. */
export interface VariedValue {
    readonly subject: VariedSubject;
    /** Of the sysctl, the filter, the option (without `CONFIG_`), the task. */
    readonly name?: string;
    /** As the text would write it: `7.0 with panic-unrecoverable-v4`, `1`, `64 KiB`. Null: the kernel has no such sysctl, so the line is left out. */
    readonly value: string | null;
}

/** What a line varies, in few words: `kernel`, `vm.memory_failure_early_kill`, `prctl db`. */
export function subjectWords({ subject, name }: Pick<VariedValue, 'subject' | 'name'>): string {
    return name === undefined ? subject : subject === 'prctl' ? `prctl ${name}` : name;
}

/** A variant by its values: `kernel 7.3, vm.memory_failure_early_kill 1`; '' for a scenario that varies nothing. */
export function variantWords(values: readonly VariedValue[]): string {
    return values.filter(({ value }) => value !== null).map((varied) => `${subjectWords(varied)} ${varied.value}`).join(', ');
}
