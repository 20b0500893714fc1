/**
 * Every check of the language: its id is the diagnostic's code, its anchor a heading of
 * docs/language.md. What must hold is said in check-rules.ts. `must` checks are errors, `should` checks warnings, `note`s information, `hint`s what the text says itself.
 */
export type CheckSeverity = 'error' | 'warning' | 'info' | 'hint';

export interface Check {
    readonly severity: CheckSeverity;
    readonly anchor: string;
}

const must = (anchor: string): Check => ({ severity: 'error', anchor });
const should = (anchor: string): Check => ({ severity: 'warning', anchor });
const hint = (anchor: string): Check => ({ severity: 'hint', anchor });
const note = (anchor: string): Check => ({ severity: 'info', anchor });

export const CHECKS = {
    // Text and layout.
    'hwp/syntax': must('files'),
    'hwp/unexpected-character': must('files'),
    'hwp/unclosed-string': must('files'),
    'hwp/unclosed-comment': must('files'),
    'hwp/unclosed-block': must('files'),
    'hwp/missing-brace': must('files'),
    'hwp/stray-brace': must('files'),
    'hwp/outside-scenario': must('files'),
    'hwp/too-deep': must('limits'),
    'hwp/item-too-long': must('limits'),
    'hwp/text-too-long': must('limits'),
    'hwp/line-too-long': must('limits'),
    'hwp/too-many-errors': must('limits'),
    'hwp/internal': must('files'),

    'quiet/unknown-code': should('quiet'),

    // Words, names, arguments.
    'hwp/unknown-word': must('words-and-names'),
    'hwp/unknown-name': must('words-and-names'),
    'hwp/ambiguous-name': must('words-and-names'),
    'hwp/duplicate-name': must('words-and-names'),
    'hwp/reserved-name': must('words-and-names'),
    'hwp/missing-argument': must('words-and-names'),
    'hwp/unexpected-argument': must('words-and-names'),
    'hwp/repeated-attribute': must('words-and-names'),
    'hwp/conflicting-attributes': must('words-and-names'),
    'quantity/unit-missing': must('quantities'),
    'quantity/wrong-unit': must('quantities'),
    'quantity/not-positive': must('quantities'),
    'quantity/too-large': must('quantities'),
    'quantity/fraction': must('quantities'),
    'quantity/malformed': must('quantities'),

    // Files and imports.
    'import/missing': must('shared-machines'),
    'import/cyclic': must('shared-machines'),
    'import/path': must('shared-machines'),
    'import/unused': should('shared-machines'),
    'machine/unknown': must('shared-machines'),
    'machine/only-declarations': must('shared-machines'),
    'scenario/declaration-after-step': must('scenarios'),
    'scenario/duplicate-title': should('scenarios'),
    'scenario/empty': should('scenarios'),
    'scenario/misplaced': must('scenarios'),
    'setting/repeated': must('scenarios'),

    // Machine.
    'kernel/malformed': must('kernel'),
    'kernel/too-old': must('kernel'),
    'kernel/not-described': note('kernel'),
    'machine/vendor-derived': note('machine-checks'),
    'kernel/derived': note('kernel'),
    'kernel/unknown-proposal': must('kernel'),
    'kernel/proposal-does-not-apply': must('kernel'),
    'machine/arch-derived': note('architecture'),
    'machine/page-size': must('architecture'),
    'machine/not-on-arch': must('architecture'),
    'machine/memory-unaligned': must('memory'),
    'machine/range-outside-memory': must('memory'),
    'machine/offline-part-of-block': should('memory'),
    'machine/nodes-overlap': must('memory'),
    'machine/memory-overcommitted': must('memory'),
    'machine/no-such-cpu': must('cpus'),
    'hugetlb/page-size': must('hugetlb-pools'),
    'hugetlb/reserved-exceeds-pool': must('hugetlb-pools'),
    'hugetlb/pool-too-small': must('hugetlb-pools'),
    'sysctl/not-on-kernel': must('sysctls'),
    'sysctl/unknown': must('sysctls'),
    'sysctl/out-of-range': must('sysctls'),
    'filter/unknown': must('filters'),
    'filter/not-on-kernel': must('filters'),
    'filter/value': must('filters'),
    'config/unknown': should('configuration'),
    'config/not-on-kernel': must('configuration'),

    // Memory without a process, files.
    'region/outside-memory': must('regions'),
    'region/overlap': must('regions'),
    'region/needs-hole': should('regions'),
    'pmem/overlaps-memory': must('persistent-memory'),
    'pmem/unaligned': must('persistent-memory'),
    'filesystem/dax-unsupported': must('file-systems'),
    'file/folio-unsupported': must('files-and-objects'),
    'file/state-impossible': must('files-and-objects'),
    'file/type-mismatch': must('files-and-objects'),
    'file/not-on-kernel': must('files-and-objects'),

    // Processes and mappings.
    'process/unknown-thread': must('processes'),
    'process/duplicate-id': must('processes'),
    'process/forked-in-circle': must('processes'),
    'process/comm-too-long': should('processes'),
    'thread/sigbus': must('processes'),
    'prctl/policy': must('processes'),
    'mapping/outside-file': must('mappings'),
    'mapping/part': must('mappings'),
    'mapping/hugetlb-swap': must('mappings'),
    'mapping/no-swap': must('mappings'),
    'mapping/ksm': must('mappings'),
    'mapping/state-impossible': must('mappings'),
    'mapping/folio': must('mappings'),
    'mapping/not-on-kernel': must('mappings'),
    'mapping/unaligned': must('mappings'),
    'mapping/overlap': must('mappings'),
    'pin/holder': must('pins'),
    'pin/not-present': must('pins'),
    'place/outside': must('places'),
    'place/not-pages': must('places'),
    'place/first-page': note('places'),
    'place/untouched': should('places'),

    'guest/backing': must('kvm-guests'),
    'guest/memory': must('kvm-guests'),
    'guest/arch': must('kvm-guests'),

    // Timeline.
    'step/unknown': must('steps'),
    'step/missing-argument': must('steps'),
    'step/unexpected-argument': must('steps'),
    'step/actor-missing': must('steps'),
    'step/actor-unfit': must('steps'),
    'step/foreign-memory': must('steps'),
    'step/too-many-pages': must('limits'),
    'step/not-on-kernel': must('steps'),
    'step/refused': note('steps'),
    'step/time-backwards': must('time'),
    'step/dead-process': should('steps'),
    'step/not-on-arch': must('steps'),
    'repeat/limit': must('limits'),
    'race/serialised': must('races'),
    'race/unfit': must('races'),
    'race/no-step': must('races'),
    'sweep/other-machine': must('sweeps'),
    'sweep/unfit-step': must('sweeps'),
    'sweep/place-given': must('sweeps'),
    'expect/unfit-in-sweep': must('expectations'),
    'expect/share-without-sweep': must('expectations'),
    'boot/memory': must('kexec-and-power'),
    'boot/carrier': must('kexec-and-power'),
    'boot/former-kernel': must('kexec-and-power'),
    'expect/same-line': must('expectations'),
    'expect/unknown-claim': must('expectations'),
    'expect/incomplete': must('expectations'),
    'expect/contradiction': should('expectations'),
    'expect/not-on-kernel': must('expectations'),
    'expect/always-holds': should('expectations'),
    'expect/impossible-pair': should('expectations'),
    'when/malformed': must('conditions'),
    'vary/subject': must('vary'),
    'vary/limit': must('limits'),
    'vary/repeated-value': should('vary'),
    'vary/no-effect': should('vary'),
    'vary/left-out': hint('vary'),
    'vary/nothing-left': must('vary'),
} as const satisfies Record<string, Check>;

export type CheckId = keyof typeof CHECKS;
