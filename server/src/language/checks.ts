/**
 * Every check of the language: its id is the diagnostic's code, its anchor a heading of
 * docs/language.md. `must` checks are errors, `should` checks warnings, `note`s information, `hint`s what the text says itself.
 */
export type CheckSeverity = 'error' | 'warning' | 'info' | 'hint';

export interface Check {
    readonly severity: CheckSeverity;
    /** What must (or should) hold. */
    readonly rule: string;
    readonly anchor: string;
}

const must = (anchor: string, rule: string): Check => ({ severity: 'error', rule, anchor });
const should = (anchor: string, rule: string): Check => ({ severity: 'warning', rule, anchor });
const hint = (anchor: string, rule: string): Check => ({ severity: 'hint', rule, anchor });
const note = (anchor: string, rule: string): Check => ({ severity: 'info', rule, anchor });

export const CHECKS = {
    // Text and layout.
    'hwp/syntax': must('files', 'The text follows the grammar.'),
    'hwp/unexpected-character': must('files', 'Characters outside strings and comments belong to the language.'),
    'hwp/unclosed-string': must('files', 'A string ends on its line.'),
    'hwp/unclosed-comment': must('files', 'A comment ends.'),
    'hwp/unclosed-block': must('files', 'Every `{` has its `}`.'),
    'hwp/missing-brace': must('files', 'Scenarios and machines have a block.'),
    'hwp/stray-brace': must('files', 'Every `}` has its `{`.'),
    'hwp/outside-scenario': must('files', 'Lines belong to a scenario or a machine.'),
    'hwp/too-deep': must('limits', 'Blocks and parentheses are nested no deeper than the limit.'),
    'hwp/item-too-long': must('limits', 'An item has no more words than the limit.'),
    'hwp/text-too-long': must('limits', 'A file is no longer than the limit.'),
    'hwp/line-too-long': must('limits', 'A line is no longer than the limit.'),
    'hwp/too-many-errors': must('limits', 'Only so many errors are shown.'),
    'hwp/internal': must('files', 'The language layer does not fail.'),

    'quiet/unknown-code': should('quiet', 'A comment switches off a diagnostic that there is, and that is no error.'),

    // Words, names, arguments.
    'hwp/unknown-word': must('words-and-names', 'Words belong to the vocabulary of their position.'),
    'hwp/unknown-name': must('words-and-names', 'Names are declared.'),
    'hwp/ambiguous-name': must('words-and-names', 'A name means one thing where it stands.'),
    'hwp/duplicate-name': must('words-and-names', 'A name is declared once.'),
    'hwp/reserved-name': must('words-and-names', 'Names are not words with a meaning of their own in that position.'),
    'hwp/missing-argument': must('words-and-names', 'Required arguments are there.'),
    'hwp/unexpected-argument': must('words-and-names', 'There are no arguments that nothing takes.'),
    'hwp/repeated-attribute': must('words-and-names', 'An attribute is said once.'),
    'hwp/conflicting-attributes': must('words-and-names', 'Attributes that exclude each other do not stand together.'),
    'quantity/unit-missing': must('quantities', 'A size says what it counts.'),
    'quantity/wrong-unit': must('quantities', 'The unit fits what is counted.'),
    'quantity/not-positive': must('quantities', 'Sizes and counts are above zero.'),
    'quantity/too-large': must('quantities', 'Numbers fit what they count.'),
    'quantity/fraction': must('quantities', 'Bytes, pages and counts are whole.'),
    'quantity/malformed': must('quantities', 'Numbers are decimal, or hex with 0x.'),

    // Files and imports.
    'import/missing': must('shared-machines', 'An imported file exists and can be read.'),
    'import/cyclic': must('shared-machines', 'Files do not import each other in a circle.'),
    'import/path': must('shared-machines', 'An import names a file beside this one.'),
    'import/unused': should('shared-machines', 'An import is used.'),
    'machine/unknown': must('shared-machines', 'The machine that a scenario runs on is declared.'),
    'machine/only-declarations': must('shared-machines', 'A machine holds declarations.'),
    'scenario/declaration-after-step': must('scenarios', 'State first, then the timeline.'),
    'scenario/duplicate-title': should('scenarios', 'Titles tell scenarios apart.'),
    'scenario/empty': should('scenarios', 'A scenario has steps.'),
    'scenario/misplaced': must('scenarios', 'Items stand where they mean something.'),
    'setting/repeated': must('scenarios', 'A setting is made once.'),

    // Machine.
    'kernel/malformed': must('kernel', 'A kernel version is two or three numbers.'),
    'kernel/too-old': must('kernel', 'Kernels from 6.1 on are described.'),
    'kernel/not-described': note('kernel', 'A version that is not described behaves as the newest described one below it, with the changes that are known to have come since; those of which that is not known are named.'),
    'machine/vendor-derived': note('machine-checks', 'Machines of AMD are described from the kernel\'s source only.'),
    'kernel/derived': note('kernel', 'Some kernels are described from their source only.'),
    'kernel/unknown-proposal': must('kernel', 'Proposals are in the table.'),
    'kernel/proposal-does-not-apply': must('kernel', 'A proposal is applied to a kernel that it was made for.'),
    'machine/arch-derived': note('architecture', 'What is said of an architecture that was not recorded is derived from source.'),
    'machine/page-size': must('architecture', 'The architecture has pages of that size.'),
    'machine/not-on-arch': must('architecture', 'The architecture has what the machine is said to have.'),
    'machine/memory-unaligned': must('memory', 'Memory sizes and addresses are whole pages.'),
    'machine/range-outside-memory': must('memory', 'Ranges lie inside RAM.'),
    'machine/offline-part-of-block': should('memory', 'Memory goes offline in whole blocks.'),
    'machine/nodes-overlap': must('memory', 'Nodes and ranges do not overlap.'),
    'machine/memory-overcommitted': must('memory', 'What is declared fits into RAM.'),
    'machine/no-such-cpu': must('cpus', 'A CPU is one of the machine\'s.'),
    'hugetlb/page-size': must('hugetlb-pools', 'The architecture has huge pages of that size.'),
    'hugetlb/reserved-exceeds-pool': must('hugetlb-pools', 'No more huge pages are reserved than the pool can give.'),
    'hugetlb/pool-too-small': must('hugetlb-pools', 'A pool holds the huge pages that are mapped.'),
    'sysctl/not-on-kernel': must('sysctls', 'The kernel has the sysctl.'),
    'sysctl/unknown': must('sysctls', 'The sysctl is in the table.'),
    'sysctl/out-of-range': must('sysctls', 'The kernel accepts the value.'),
    'filter/unknown': must('filters', 'The filter file is in the table.'),
    'filter/not-on-kernel': must('filters', 'The kernel has the filter file.'),
    'filter/value': must('filters', 'A filter takes a number.'),
    'config/unknown': should('configuration', 'The option is one that the model looks at.'),
    'config/not-on-kernel': must('configuration', 'The kernel has the option.'),

    // Memory without a process, files.
    'region/outside-memory': must('regions', 'A region lies inside RAM, unless its kind says otherwise.'),
    'region/overlap': must('regions', 'Two regions do not share a PFN.'),
    'region/needs-hole': should('regions', 'A kind that is not RAM is placed where RAM is not.'),
    'pmem/overlaps-memory': must('persistent-memory', 'Persistent memory lies beside RAM.'),
    'pmem/unaligned': must('persistent-memory', 'Persistent memory is aligned.'),
    'filesystem/dax-unsupported': must('file-systems', 'DAX needs a file system that can do it, on fsdax memory.'),
    'file/folio-unsupported': must('files-and-objects', 'The file system has folios of that size.'),
    'file/state-impossible': must('files-and-objects', 'The file system can have pages in that state.'),
    'file/type-mismatch': must('files-and-objects', 'A file has the type of its file system.'),
    'file/not-on-kernel': must('files-and-objects', 'The kernel has the file system.'),

    // Processes and mappings.
    'process/unknown-thread': must('processes', 'The process has the thread.'),
    'process/duplicate-id': must('processes', 'A pid or tid belongs to one task.'),
    'process/forked-in-circle': must('processes', 'No process descends from itself.'),
    'process/comm-too-long': should('processes', 'A command name has 15 characters.'),
    'thread/sigbus': must('processes', 'A thread can only block SIGBUS; its disposition belongs to the process.'),
    'prctl/policy': must('processes', 'A declared policy is one of the three.'),
    'mapping/outside-file': must('mappings', 'A mapping lies inside its file.'),
    'mapping/hugetlb-swap': must('mappings', 'Huge pages of a pool are never swapped.'),
    'mapping/no-swap': must('mappings', 'Pages on swap need a swap area.'),
    'mapping/ksm': must('mappings', 'KSM merges private anonymous memory.'),
    'mapping/state-impossible': must('mappings', 'The pages can be in that state.'),
    'mapping/folio': must('mappings', 'Folios are a power of two, at least a page, and supported.'),
    'mapping/not-on-kernel': must('mappings', 'The kernel can bring pages into that state.'),
    'mapping/unaligned': must('mappings', 'Sizes and addresses are whole pages.'),
    'mapping/overlap': must('mappings', 'Mappings of a process do not overlap.'),
    'pin/holder': must('pins', 'Someone holds the pin.'),
    'pin/not-present': must('pins', 'A page that is pinned is in memory.'),
    'place/outside': must('places', 'A page lies inside what it is a page of.'),
    'place/not-pages': must('places', 'A place has pages.'),
    'place/first-page': note('places', 'A step that takes one frame acts on the first page of several.'),
    'place/untouched': should('places', 'A page that is injected into is mapped.'),

    'guest/backing': must('kvm-guests', 'The memory of a guest is a mapping of the process that runs it.'),
    'guest/memory': must('kvm-guests', 'A guest has no more memory than the mapping behind it.'),
    'guest/arch': must('kvm-guests', 'A guest has the architecture of its host.'),

    // Timeline.
    'step/unknown': must('steps', 'The step is in the table.'),
    'step/missing-argument': must('steps', 'Required arguments are there.'),
    'step/unexpected-argument': must('steps', 'There are no arguments that the step does not take.'),
    'step/actor-missing': must('steps', 'Somebody takes the step.'),
    'step/actor-unfit': must('steps', 'The actor can take the step.'),
    'step/foreign-memory': must('steps', 'A task reaches memory of its own.'),
    'step/too-many-pages': must('limits', 'A step visits no more pages than the limit.'),
    'step/not-on-kernel': must('steps', 'The kernel has the file or the call.'),
    'step/refused': note('steps', 'Some calls are refused by older kernels.'),
    'step/time-backwards': must('time', 'Time goes forward.'),
    'step/dead-process': should('steps', 'A process that has exited takes no steps.'),
    'step/not-on-arch': must('steps', 'The architecture has what the step names.'),
    'repeat/limit': must('limits', 'Steps are repeated no more often than the limit.'),
    'race/serialised': must('races', 'A memory failure, a soft offline or an unpoison waits for the handler (mf_mutex): it cannot race with it.'),
    'race/unfit': must('races', 'A competitor is a step on memory.'),
    'race/no-step': must('races', 'A race stands below a step.'),
    'sweep/other-machine': must('sweeps', 'A sweep is over the machine that the scenario runs on, or a part of it.'),
    'sweep/unfit-step': must('sweeps', 'The step of a sweep acts on one frame.'),
    'sweep/place-given': must('sweeps', 'The swept page is the place of the step.'),
    'expect/unfit-in-sweep': must('expectations', 'A claim below a sweep can be answered for every page.'),
    'expect/share-without-sweep': must('expectations', 'A share stands below a sweep.'),
    'boot/memory': must('kexec-and-power', 'The next kernel is given no more memory than there is.'),
    'boot/carrier': must('kexec-and-power', 'What carries the bad frames exists for that machine and those kernels.'),
    'boot/former-kernel': must('kexec-and-power', 'Only frames outlive the kernel that they belonged to.'),
    'expect/same-line': must('expectations', 'An expectation stands on a line of its own.'),
    'expect/unknown-claim': must('expectations', 'Claims are in the table.'),
    'expect/incomplete': must('expectations', 'A claim says what it claims.'),
    'expect/contradiction': should('expectations', 'Claims can hold together.'),
    'expect/not-on-kernel': must('expectations', 'The kernel can report what is expected of it.'),
    'expect/always-holds': should('expectations', 'A claim can fail.'),
    'expect/impossible-pair': should('expectations', 'The type can have that result.'),
    'when/malformed': must('conditions', 'A condition compares something that varies.'),
    'vary/subject': must('vary', 'What is varied can be varied.'),
    'vary/limit': must('limits', 'There are no more variants than the limit.'),
    'vary/repeated-value': should('vary', 'The values of a line differ.'),
    'vary/no-effect': should('vary', 'What is varied changes something.'),
    'vary/left-out': hint('vary', 'Combinations that cannot exist are left out.'),
    'vary/nothing-left': must('vary', 'At least one combination can exist.'),
} as const satisfies Record<string, Check>;

export type CheckId = keyof typeof CHECKS;
