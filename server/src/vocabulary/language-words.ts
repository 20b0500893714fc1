/** What the words of the language itself mean: keywords, attributes, claims, words of steps. Words of the kernel are in their tables. */
import { CPU_GENERATIONS } from './cpu-generations.js';
import { ACTORS, CHOICES, CLAIM_PARTS, MACHINE_CHECK_DELIVERY, MACHINE_CHECK_ERRORS, SHARE_WORDS, STEP_CHOICES } from './choices.js';
import { describeAll, describeIn, type TableId, type WordDescription } from './lookup.js';
import { OPERATIONS } from './operations.js';
import { CLAIMS, CONDITION_SUBJECTS, CONSTRUCTS, type Attribute, type Construct } from './settings.js';

/** Where a word stands: only what it means there is said. */
export type WordContext =
    /** First word of an item, or a fixed word in one that begins so. */
    | { readonly in: 'construct'; readonly construct?: string }
    /** An argument of the declaration that begins with that word. */
    | { readonly in: 'declaration'; readonly construct: string; readonly before?: string | undefined; readonly next?: string | undefined }
    /** What is declared, right after `=`: `region x = slab`; or what a frame is handed out, or used by the next kernel, as. */
    | { readonly in: 'kind'; readonly construct: 'region' | 'map' | 'file' | 'filesystem' | 'swap' | 'allocate' | 'boot' }
    | { readonly in: 'unit' }
    | { readonly in: 'actor' }
    /** The word of a step. */
    | { readonly in: 'verb' }
    | { readonly in: 'step'; readonly operation: string }
    /** `next`: the word behind it. */
    | { readonly in: 'claim'; readonly first: boolean; readonly next?: string | undefined }
    | { readonly in: 'condition' };

/** The tables whose words can stand there, the likeliest first. */
const TABLES: Readonly<Record<WordContext['in'], readonly TableId[]>> = {
    construct: [], declaration: ['prctl', 'carrier', 'proposal', 'kernel', 'sysctl', 'inject-filter', 'config'], kind: [], unit: ['unit'], actor: [], verb: ['operation'],
    step: ['madvice', 'prctl', 'signal', 'inject-file', 'carrier', 'kpageflag'],
    claim: ['mf-type', 'mf-result', 'errno', 'signal', 'signal-code'],
    condition: ['kernel', 'proposal', 'sysctl', 'inject-filter', 'config', 'prctl'],
};

const KINDS: Readonly<Record<(WordContext & { in: 'kind' })['construct'], readonly TableId[]>> = {
    region: ['page-kind'], map: ['special-mapping'], file: ['filesystem'], filesystem: ['filesystem'], swap: [], allocate: ['page-kind'], boot: ['boot-use', 'page-kind'],
};

/** Words that only hold others together. */
const GLUE = {
    and: 'Both conditions hold.',
    or: 'At least one of the conditions holds.',
    not: 'The condition, or the claim `poisoned`, does not hold.',
    as: 'Names what the step brings in: a child, an open file description, a file. In `allocate`, the use that the frame is handed out for.',
    on: 'The shared machine that a scenario runs on, or the file system that a file is on.',
    of: 'What is swept over: `every page of web`.',
    every: '`sweep every page of ...`: the step once for each page.',
    with: 'Series that are not merged, applied to the kernel; in a condition: the kernel carries the proposal.',
    when: 'Limits an expectation to kernels, sysctls, architectures, options, proposals.',
    pfn: 'A page frame by its number, or where a range begins.',
    phys: 'A page frame by a physical byte address in it, or where a range begins.',
    address: 'A raw virtual address, or where a mapping begins.',
    hugetlb: 'A pool of huge pages, or memory from one.',
    inode: 'The inode number of a cgroup, which the filter compares.',
    threshold: 'arm64: firmware says that a page has had too many corrected errors.',
    unclaimed: 'arm64: firmware has no record for the abort.',
    CAP_SYS_ADMIN: 'The capability that every injection needs.',
} as const satisfies Record<string, string>;

/** `sweep every page of node 1: ...`: fixed words that mean something else than at the start of an item. */
const FIXED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    sweep: { page: GLUE.every, node: 'The RAM of a NUMA node.', of: GLUE.of, every: GLUE.every },
    expect: { in: 'The claim holds on the side of the virtual machine: `expect in GUEST CLAIM`.', when: GLUE.when, not: GLUE.not },
    kexec: { kernel: 'The kernel that boots; default: the one that runs.', with: GLUE.with },
    vary: { kernel: 'The kernels on which the scenario is run.', with: GLUE.with },
    cpu: CHOICES['cpu']!,
};

type Meaning = WordContext['in'] | 'glue' | 'fixed' | 'share';

type Meanings = Map<string, { readonly context: Meaning; readonly of: string; readonly description: WordDescription }[]>;

let collected: Meanings | undefined;

/** What the words mean; put together when somebody asks for the first. */
function meanings(): Meanings {
    if (collected === undefined) {
        collected = new Map();
        collect();
    }
    return collected;
}

function add(word: string, context: Meaning, of: string, title: string, doc: string): void {
    const known = collected!.get(word) ?? [];
    collected!.set(word, known);
    if (!known.some((meaning) => meaning.context === context && meaning.of === of && meaning.description.title === title && meaning.description.doc === doc)) {
        known.push({ context, of, description: { title, doc } });
    }
}

function collect(): void {
    for (const construct of CONSTRUCTS) {
        add(construct.word, 'construct', construct.word, construct.form, withDefault(construct));
        construct.attributes.forEach((attribute) => addAttribute(construct, attribute));
    }
    for (const [construct, choices] of Object.entries(CHOICES)) {
        for (const [word, doc] of Object.entries(choices)) {
            add(word, construct === 'swap' || construct === 'map' ? 'kind' : 'declaration', construct, `${construct}: ${word}`, doc);
        }
    }
    for (const [word, { vendor, doc }] of Object.entries(CPU_GENERATIONS)) {
        add(word, 'declaration', 'vendor', `vendor ${vendor} ${word}`, doc);
    }
    for (const { word, form, doc } of CLAIMS) {
        add(word, 'claim', 'first', form, doc);
    }
    for (const [word, doc] of Object.entries(CLAIM_PARTS)) {
        add(word, 'claim', 'part', word, doc);
    }
    for (const [word, doc] of Object.entries(SHARE_WORDS)) {
        add(word, 'share', '', word, doc);
    }
    for (const { word, form, doc } of CONDITION_SUBJECTS) {
        add(word, 'condition', word, form, doc);
    }
    for (const [word, doc] of Object.entries(ACTORS)) {
        add(word, 'actor', '', `${word}: step`, doc);
    }
    for (const { id, parameters } of OPERATIONS) {
        for (const { name, after, words: choices = [], doc } of parameters) {
            [...after === undefined ? [] : [after], ...choices].forEach((word) => {
                const own = word === after ? undefined : valueDoc(id, word);
                add(word, 'step', id, own === undefined ? `${id}: ${after ?? name}` : `${id} ${word}`, own ?? doc);
            });
        }
    }
    for (const [operation, choices] of Object.entries(STEP_CHOICES)) {
        for (const [word, doc] of Object.entries(choices)) {
            add(word, 'step', operation, `${operation}: ${word}`, doc);
        }
    }
    for (const [construct, fixed] of Object.entries(FIXED)) {
        for (const [word, doc] of Object.entries(fixed)) {
            add(word, 'fixed', construct, `${construct} ... ${word}`, doc);
        }
    }
    for (const [word, doc] of Object.entries(GLUE)) {
        add(word, 'glue', word, word, doc);
    }
}

/** What one value of a step's parameter means, where it is more than that of the parameter. */
function valueDoc(operation: string, word: string): string | undefined {
    const values = operation === 'machine-check' ? { ...MACHINE_CHECK_ERRORS, ...MACHINE_CHECK_DELIVERY } : operation === 'machine-check-registers' ? MACHINE_CHECK_DELIVERY : operation === 'pin' ? CHOICES['pin'] : operation === 'sigaction' ? CHOICES['sigbus'] : undefined;
    return values !== undefined && Object.hasOwn(values, word) ? values[word] : undefined;
}

function withDefault({ doc, default: initial }: Construct): string {
    return initial === undefined ? doc : `${doc} Default: ${initial}.`;
}

function addAttribute(construct: Construct, { word, choices = [], doc }: Attribute): void {
    [...word.split(' '), ...choices].forEach((part) => add(part, 'declaration', construct.word, `${construct.word} ... ${word}`, doc));
}

/** What the language means by a word in the place where it stands; where nothing is said of that place, everything that it can mean. */
export function describeInContext(word: string, context?: WordContext): readonly WordDescription[] {
    const here = context === undefined ? [] : meaningsIn(word, context);
    if (here.length > 0) {
        return here;
    }
    const own = meanings().get(word) ?? [];
    const glue = own.filter((meaning) => meaning.context === 'glue').map(({ description }) => description);
    if (context !== undefined && glue.length > 0) {
        return glue;
    }
    const kernel = describeAll(word);
    return kernel.length > 0 ? kernel : own.map(({ description }) => description);
}

/** Has the word a meaning of its own in that place? Then it is no name there. */
export function meansSomethingIn(word: string, context: WordContext): boolean {
    return meaningsIn(word, context).length > 0;
}

function meaningsIn(word: string, context: WordContext): readonly WordDescription[] {
    const own = (meanings().get(word) ?? []).filter((meaning) => fits(meaning, word, context)).map(({ description }) => description);
    if (context.in === 'kind' && context.construct === 'boot') {
        // What the next kernel made of a frame is said of a boot before it is said of any page.
        return describeIn(word, ['boot-use', 'page-kind']).slice(0, 1);
    }
    if (context.in === 'declaration' && own.length > 1) {
        const whole = own.filter(({ title }) => title.endsWith(` ${word} ${context.next ?? ''}`) || title.endsWith(` ${context.before ?? ''} ${word}`));
        return whole.length > 0 ? whole : own;
    }
    const tables = describeIn(word, context.in === 'kind' ? KINDS[context.construct] : TABLES[context.in]);
    // The word of a parameter says less than the table that the word is from.
    return context.in === 'step' && tables.length > 0 ? [...tables, ...own] : [...own, ...tables];
}

function fits({ context, of }: { readonly context: Meaning; readonly of: string }, word: string, place: WordContext): boolean {
    switch (place.in) {
        case 'construct': return place.construct !== undefined && FIXED[place.construct]?.[word] !== undefined ? context === 'fixed' && of === place.construct : context === 'construct';
        case 'declaration': return context === 'declaration' && of === place.construct;
        case 'kind': return context === 'kind' && of === place.construct;
        case 'step': return context === 'step' && of === place.operation;
        case 'claim': return isShareWord(word, place) ? context === 'share' : context === 'claim' && of === (place.first ? 'first' : 'part');
        case 'unit': case 'verb': return false;
        default: return context === place.in;
    }
}

function isShareWord(word: string, { next }: WordContext & { in: 'claim' }): boolean {
    return word === 'least' || word === 'most' || word === 'at' && (next === 'least' || next === 'most');
}

/** Every word of the language's own tables, each once. */
export function languageWords(): string[] {
    return [...meanings().keys()];
}
