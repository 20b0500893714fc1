/** kernel, arch, page size, memory, cpus, vendor, thp, ranges, pools, balloon: what the machine is. */
import type { AstNode, CstNode } from 'langium';
import { type Argument, type Item, type KernelChoice as KernelNode, type Quantity, type Setting, type Value, isKernelSetting, isPageSizeSetting, isQuantity, isSetting, isText, isVary } from '../../generated/ast.js';
import { ARCHITECTURE_NAMES, ARCHITECTURES, basisOfArchitecture, pageSizes } from '../../../vocabulary/architectures.js';
import { BOOT_OPTION_ALIASES, BOOT_OPTIONS, type BootOptionName } from '../../../vocabulary/boot-options.js';
import { generationsOf } from '../../../vocabulary/cpu-generations.js';
import { noteOnBasis } from '../../../vocabulary/kernel-notes.js';
import { resolveKernel, KERNELS } from '../../../vocabulary/kernels.js';
import { PROPOSALS } from '../../../vocabulary/proposals.js';
import type { ProposalName } from '../../../vocabulary/proposal-names.js';
import { CONSTRUCT_BY_WORD, type Construct } from '../../../vocabulary/settings.js';
import type { VariedSubject } from '../../../vocabulary/vary.js';
import { bytesWords } from '../../../vocabulary/units.js';
import type { KernelChoice } from '../../../simulator/program.js';
import { readArguments } from '../word/attributes.js';
import { property } from '../../issues.js';
import type { Context } from '../context.js';
import { count, sizeBytes } from '../word/numbers.js';
import { readPfn, readRange } from './ranges.js';
import { log2 } from '../word/powers.js';
import { textOf, wordOf } from '../word/words.js';
import { meant, suggest } from '../word/suggestions.js';

export const THP_MODES = ['always', 'madvise', 'never'] as const;

/** Settings that one machine makes once. */
type Once = 'kernel' | 'arch' | 'page size' | 'memory' | 'cpus' | 'vendor' | 'ecc' | 'firmware' | 'thp';

/** Reads the settings among the items; later scenes (the scenario after its machine) override earlier ones. */
export function lowerSettings(items: readonly Item[], context: Context): void {
    lowerPageGeometry(items, context);
    lowerMachineSettings(items, context);
}

/** Kernel, architecture and page size: everything counted in pages needs them first, those of later scenes included. */
export function lowerPageGeometry(items: readonly Item[], context: Context): void {
    const made = new Map<Once, AstNode>();
    const settings = items.filter(isSetting);
    for (const item of items.filter(isKernelSetting)) {
        once('kernel', item, made, context);
        setKernel(item.kernel, item, context);
    }
    // The page size needs the architecture.
    for (const item of settings.filter(({ word }) => word === 'arch')) {
        once('arch', item, made, context);
        lowerArch(item, context);
    }
    lowerVariedSettings(items, ['kernel', 'arch', 'thp'], context);
    for (const item of items.filter(isPageSizeSetting)) {
        once('page size', item, made, context);
        lowerPageSize(item.size, item, context);
    }
    lowerVariedSettings(items, ['page size'], context);
}

/** Everything else of a machine. */
export function lowerMachineSettings(items: readonly Item[], context: Context): void {
    const made = new Map<Once, AstNode>();
    for (const item of items.filter(isSetting)) {
        if (item.word === 'memory' || item.word === 'cpus' || item.word === 'vendor' || item.word === 'ecc' || item.word === 'firmware' || item.word === 'thp') {
            once(item.word, item, made, context);
            lowerSetting(item, context);
        }
        lowerRepeatable(item, context);
    }
}

function once(word: Once, node: AstNode, made: Map<Once, AstNode>, context: Context): void {
    const earlier = made.get(word);
    if (earlier !== undefined) {
        context.issues.report('setting/repeated', node, `\`${word}\` is set twice: line ${(earlier.$cstNode?.range.start.line ?? 0) + 1} sets it already. Remove one.`);
    }
    made.set(word, node);
}

/** The values that this variant takes; a setting of the same scene beside the `vary` line is an error of that line. */
function lowerVariedSettings(items: readonly Item[], subjects: readonly VariedSubject[], context: Context): void {
    const { facts } = context;
    for (const item of items.filter(isVary)) {
        const choice = context.chosen(item);
        if (choice === undefined || !subjects.includes(choice.varied.subject)) {
            continue;
        }
        switch (choice.varied.subject) {
            case 'kernel': setKernel(choice.node as KernelNode, item, context); break;
            case 'arch': setArchitecture(ARCHITECTURE_NAMES.find((name) => name === choice.varied.value) ?? facts.arch.value, item, choice.node, context); break;
            case 'thp': facts.thp = { value: THP_MODES.find((mode) => mode === choice.varied.value) ?? facts.thp.value, node: item }; break;
            case 'page size': lowerPageSize(choice.node as Extract<Value, Quantity>, item, context); break;
        }
    }
}

function setKernel(node: KernelNode | undefined, item: AstNode, context: Context): void {
    const value = node === undefined ? undefined : lowerKernel(node, context);
    if (value !== undefined) {
        context.setKernels([value], item);
    }
}

/** The described kernel that a written one behaves as; undefined after an error. */
export function lowerKernel(node: KernelNode, context: Context): KernelChoice | undefined {
    const { issues } = context;
    const written = node.version ?? '';
    const resolution = resolveKernel(written);
    if ('error' in resolution) {
        const code = resolution.error === 'too-old' ? 'kernel/too-old' : 'kernel/malformed';
        issues.report(code, node, resolution.error === 'too-old'
            ? `Linux ${written} is too old: nobody has recorded or read a kernel before ${KERNELS[0]!.version}, and what they do differs in more than is known here. Choose ${KERNELS[0]!.version} or newer.`
            : malformed(written), { ...property(node, 'version'), data: { suggestions: resolution.error === 'malformed' && /^\d+\.\d+/.test(written) ? [] : KERNELS.map(({ version }) => version).reverse() } });
        return undefined;
    }
    if (context.kernelFromOutside === undefined) {
        noteBasis(written, node, context, property(node, 'version'));
    }
    const proposals = node.proposals.filter((name) => proposalApplies(name, resolution.version, node, context));
    checkTogether(node, context);
    return { written, version: resolution.version, proposals };
}

/** A release candidate or a distribution's kernel is made from a version; anything else is none. */
function malformed(written: string): string {
    const version = /^(\d+\.\d+(?:\.\d+)?)[-+~]/.exec(written)?.[1];
    return version === undefined ? `\`${written}\` is no kernel version. Write two or three numbers, such as \`7.3\` or \`6.12.107\`.`
        : `\`${written}\` is a release candidate or a distribution's kernel: what that changed is not described. Write the version that it is made from, such as \`${version}\`.`;
}

/** A proposal is applied once, and of a series one version. */
function checkTogether(node: KernelNode, { issues }: Context): void {
    node.proposals.forEach((name, index) => {
        const before = node.proposals.slice(0, index);
        const other = before.find((each) => hasPanicTypes(each));
        if (before.includes(name)) {
            issues.report('hwp/repeated-attribute', node, `\`${name}\` is said twice. Remove one.`, { ...property(node, 'proposals', index), data: { word: name } });
        } else if (other !== undefined && hasPanicTypes(name)) {
            issues.report('hwp/conflicting-attributes', node, `\`${name}\` and \`${other}\` are versions of one series. Keep one of them.`, { ...property(node, 'proposals', index), data: { word: name } });
        }
    });
}

function hasPanicTypes(name: string): boolean {
    return Object.hasOwn(PROPOSALS, name) && PROPOSALS[name as ProposalName].panicTypes !== undefined;
}

/** Says how the behaviour of the kernel is known, where it is not that of a recorded one. */
export function noteBasis(written: string, node: AstNode, { issues }: Context, at: { readonly at?: CstNode } = {}): void {
    const note = noteOnBasis(written);
    if (note !== undefined) {
        issues.report(note.described ? 'kernel/derived' : 'kernel/not-described', node, note.text, at);
    }
}

function proposalApplies(name: string, version: string, node: KernelNode, { issues }: Context): boolean {
    if (!Object.hasOwn(PROPOSALS, name)) {
        const suggestions = suggest(name, Object.keys(PROPOSALS), issues);
        issues.report('kernel/unknown-proposal', node, `No proposal is called \`${name}\`. ${suggestions.length > 0 ? `Did you mean \`${suggestions[0]}\`?` : `There are ${Object.keys(PROPOSALS).join(', ')}.`}`, { ...property(node, 'proposals', node.proposals.indexOf(name)), data: { suggestions } });
        return false;
    }
    const { appliesTo } = PROPOSALS[name as ProposalName];
    if (!appliesTo.some((applicable) => applicable === version)) {
        issues.report('kernel/proposal-does-not-apply', node, `\`${name}\` was made for ${appliesTo.join(', ')}, not for ${version}. Choose one of these kernels, or leave the proposal out.`, { ...property(node, 'version'), data: { suggestions: appliesTo } });
        return false;
    }
    return true;
}

function lowerPageSize(size: Quantity | undefined, node: AstNode, context: Context): void {
    const bytes = size === undefined ? undefined : sizeBytes(size, 4096, context.issues, 'The page size');
    if (bytes === undefined) {
        return;
    }
    if (pageSizes(context.facts.arch.value, Math.log2(bytes)) === undefined) {
        context.issues.report('machine/page-size', node, context.facts.arch.value === 'arm64'
            ? `arm64 has base pages of 4, 16 and 64 KiB, not of ${bytesWords(bytes)}. Choose one of these.` : `x86-64 has base pages of 4 KiB only. Add \`arch arm64\` for pages of 16 or 64 KiB.`,
            context.facts.arch.value === 'arm64' ? {} : { data: { settings: ['arch arm64'] } });
        return;
    }
    context.facts.pageBytes = { value: bytes, node };
}

function lowerSetting(item: Setting, context: Context): void {
    const { facts, issues } = context;
    switch (item.word) {
        case 'memory': {
            const { bytes: value, start } = memorySetting(item, context);
            if (start !== undefined) {
                facts.ramStart = { value: start, node: item };
            }
            if (value !== undefined && value % context.pageBytes !== 0) {
                issues.report('machine/memory-unaligned', item, `Memory of ${bytesWords(value)} is no whole number of pages of ${bytesWords(context.pageBytes)}. Use a multiple of that.`);
            } else if (value !== undefined) {
                facts.ramBytes = { value: value + (start ?? 0), node: item };
                facts.ramStart = start === undefined ? { value: 0 } : facts.ramStart;
            }
            break;
        }
        case 'cpus': {
            const quantity = item.arguments[0];
            const value = isQuantity(quantity) && item.arguments.length === 1 ? count(quantity.value, quantity, issues, 'The number of CPUs', 1) : missing(item, context);
            if (value !== undefined && value > MAX_CPUS) {
                issues.report('quantity/too-large', item, `${value} CPUs are more than Linux runs on; at most ${MAX_CPUS} can be written.`);
            } else if (value !== undefined) {
                facts.cpus = { value, node: item };
            }
            break;
        }
        case 'vendor': lowerVendor(item, context); break;
        case 'firmware': facts.firmware = choice(item, ['first', 'native'] as const, context) ?? facts.firmware; break;
        case 'ecc': facts.ecc = choice(item, ['poison', 'deliver', 'simulated'] as const, context) ?? facts.ecc; break;
        case 'thp': facts.thp = choice(item, THP_MODES, context) ?? facts.thp; break;
    }
}

/** `memory 4 GiB`, `memory 1 GiB at phys 1 GiB`: bytes, and where RAM begins. */
function memorySetting(item: Setting, context: Context): { readonly bytes: number | undefined; readonly start: number | undefined } {
    if (item.arguments.length < 2) {
        return { bytes: sizeSetting(item, context, 'The size of memory'), start: undefined };
    }
    const reading = readArguments(item.arguments, CONSTRUCT_BY_WORD.get('memory')!, { quantities: 1 }, item, context.issues);
    const [size] = reading.quantities;
    if (size === undefined) {
        missing(item, context);
        return { bytes: undefined, start: undefined };
    }
    const pfn = readPfn(reading, context);
    return { bytes: sizeBytes(size, context.pageBytes, context.issues, 'The size of memory'), start: pfn === undefined ? undefined : pfn * context.pageBytes };
}

/** `vendor amd`, `vendor intel icelake`. */
function lowerVendor(item: Setting, context: Context): void {
    const { facts, issues } = context;
    const [first, second] = item.arguments;
    const vendor = (['intel', 'amd'] as const).find((word) => word === wordOf(first));
    if (first === undefined || item.arguments.length > 2) {
        missing(item, context);
        return;
    }
    if (vendor === undefined) {
        unknownChoice(first, ['intel', 'amd'], context);
        return;
    }
    const generation = generationsOf(vendor).find((word) => word === wordOf(second));
    if (second !== undefined && generation === undefined) {
        unknownChoice(second, generationsOf(vendor), context);
        return;
    }
    facts.vendor = { value: vendor, node: item };
    facts.generation = { value: generation, node: item };
    if (vendor === 'amd') {
        issues.report('machine/vendor-derived', first, 'What machines of AMD report is derived from the kernel\'s source and from reports: no machine check of one was recorded.');
    }
}

/** `boot "mce=no_lmce ras=cec_disable"`. */
function lowerBoot(item: Setting, context: Context): void {
    const [argument] = item.arguments;
    if (!isText(argument) || item.arguments.length > 1) {
        missing(item, context);
        return;
    }
    for (const written of argument.text.split(/\s+/).filter((each) => each !== '')) {
        const name = Object.hasOwn(BOOT_OPTION_ALIASES, written) ? BOOT_OPTION_ALIASES[written]! : written;
        if (Object.hasOwn(BOOT_OPTIONS, name)) {
            context.facts.boot.set(name as BootOptionName, item);
        } else {
            const suggestions = suggest(written, Object.keys(BOOT_OPTIONS), context.issues);
            context.issues.report('hwp/unknown-word', argument, `\`${written}\` is no boot parameter that changes what becomes of an error.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ` There are ${Object.keys(BOOT_OPTIONS).map((option) => `\`${option}\``).join(', ')}.`} Others need not be written.`, { data: { suggestions } });
        }
    }
}

/** Linux's NR_CPUS limit on x86-64. */
const MAX_CPUS = 8192;

function lowerArch(item: Setting, context: Context): void {
    const construct = CONSTRUCT_BY_WORD.get('arch')!;
    const reading = readArguments(item.arguments, construct, { head: 'The architecture' }, item, context.issues);
    const word = wordOf(reading.head);
    const arch = ARCHITECTURE_NAMES.find((name) => name === word);
    if (arch !== undefined) {
        setArchitecture(arch, item, reading.head!, context);
    } else if (reading.head !== undefined) {
        unknownChoice(reading.head, ARCHITECTURE_NAMES, context);
    }
    const size = reading.uses.get('page size')?.value;
    if (size !== undefined && isQuantity(size)) {
        lowerPageSize(size, item, context);
    }
}

function setArchitecture(value: Context['facts']['arch']['value'], node: AstNode, word: AstNode, context: Context): void {
    context.facts.arch = { value, node };
    context.architectureWord = word;
}

/** Says how the behaviour of the architecture is known, once kernel and page size are. */
export function noteArchitecture({ facts, pageShift, architectureWord: word, issues }: Context): void {
    const { version } = facts.kernel.value;
    const { recordedOn } = ARCHITECTURES[facts.arch.value];
    if (word !== undefined && recordedOn !== 'all' && basisOfArchitecture(facts.arch.value, version, pageShift) === 'derived') {
        const recorded = recordedOn.map((row) => `Linux ${row.version} with pages of ${2 ** row.pageShift / 1024} KiB`);
        issues.report('machine/arch-derived', word, `What this kernel does on ${facts.arch.value} is derived from its source and from reports. Recorded are ${recorded.join(', ')}.`);
    }
}

function choice<Word extends string>(item: Setting, words: readonly Word[], context: Context): { value: Word; node: AstNode } | undefined {
    const argument = item.arguments[0];
    const value = words.find((word) => word === wordOf(argument));
    if (argument === undefined || item.arguments.length > 1) {
        missing(item, context);
    } else if (value === undefined) {
        unknownChoice(argument, words, context);
    } else {
        return { value, node: item };
    }
    return undefined;
}

function unknownChoice(node: Argument, words: readonly string[], { issues }: Context): void {
    const suggestions = suggest(textOf(node), words, issues);
    issues.report('hwp/unknown-word', node, `\`${textOf(node)}\` is none of ${words.map((word) => `\`${word}\``).join(', ')}.${meant(textOf(node), suggestions)}`, { data: { suggestions: suggestions.length > 0 ? suggestions : words } });
}

function missing(item: Setting, { issues }: Context): undefined {
    issues.report('hwp/missing-argument', item, `It is written \`${formOf(item)}\`.`);
    return undefined;
}

function formOf(item: Setting): string {
    return CONSTRUCT_BY_WORD.get(item.word)?.form ?? item.word;
}

function sizeSetting(item: Setting, context: Context, what: string): number | undefined {
    const quantity = item.arguments[0];
    return isQuantity(quantity) && item.arguments.length === 1 ? sizeBytes(quantity, context.pageBytes, context.issues, what) : missing(item, context);
}

function lowerRepeatable(item: Setting, context: Context): void {
    const { facts } = context;
    const construct = CONSTRUCT_BY_WORD.get(item.word)!;
    switch (item.word) {
        case 'node': {
            const number = item.arguments[0];
            if (!isQuantity(number)) {
                missing(item, context);
                break;
            }
            const id = count(number.value, number, context.issues, 'A node number');
            const range = readRange(item.arguments.slice(1), construct, item, context);
            if (id !== undefined && range !== undefined) {
                facts.nodes.push({ range, node: item, id });
            }
            break;
        }
        case 'boot': lowerBoot(item, context); break;
        case 'hole': addRange(facts.holes, item, construct, context); break;
        case 'offline': addRange(facts.offline, item, construct, context); break;
        case 'movable':
            addRange(facts.movable, item, construct, context);
            context.leaveOut(item, -1, 'ZONE_MOVABLE: which pages the kernel allocates elsewhere, and the pins that move pages out of it');
            break;
        case 'hugetlb': lowerPool(item, construct, context); break;
        case 'balloon': {
            const bytes = sizeSetting(item, context, 'The balloon');
            if (bytes !== undefined) {
                const source = context.sources.of(item);
                facts.regions.push({ spec: { name: `balloon ${facts.regions.filter(({ spec }) => spec.kind === 'balloon').length + 1}`, source, kind: 'balloon', pageCount: Math.ceil(bytes / context.pageBytes), content: '' }, node: item });
            }
            break;
        }
    }
}

function addRange(ranges: Context['facts']['holes'], item: Setting, construct: Construct, context: Context): void {
    const range = readRange(item.arguments, construct, item, context);
    if (range !== undefined) {
        ranges.push({ range, node: item });
    }
}

function lowerPool(item: Setting, construct: Construct, context: Context): void {
    const { facts, issues, sources } = context;
    const reading = readArguments(item.arguments, construct, { quantities: 2 }, item, issues);
    const [size, pages] = reading.quantities;
    if (size === undefined || pages === undefined) {
        missing(item, context);
        return;
    }
    const bytes = sizeBytes(size, context.pageBytes, issues, 'The size of a huge page');
    const pageCount = count(pages.value, pages, issues, 'The number of huge pages');
    const reserved = readCount('reserved');
    const overcommit = readCount('overcommit');
    const shift = bytes === undefined ? undefined : log2(bytes);
    if (bytes !== undefined && (shift === undefined || bytes <= context.pageBytes)) {
        issues.report('hugetlb/page-size', size, `Huge pages of ${bytesWords(bytes)} do not exist: a size is a power of two above the page size. Choose one that the architecture has, such as \`2 MiB\`.`);
    } else if (shift !== undefined && pageCount !== undefined) {
        facts.pools.push({ spec: { source: sources.of(item), shift, pageCount, reserved, overcommit }, node: item });
    }

    function readCount(word: string): number {
        const value = reading.uses.get(word)?.value;
        return isQuantity(value) ? count(value.value, value, issues, `\`${word}\``) ?? 0 : 0;
    }
}
