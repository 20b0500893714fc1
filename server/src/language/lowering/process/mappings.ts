/** map: what a process has mapped, and what it has done with it. */
import { type File, type Mapping, type Place, type Pmem, type Region, isFile, isPmem, isQuantity, isRegion, isText } from '../../generated/ast.js';
import { pmdShift } from '../../../vocabulary/architectures.js';
import { CONSTRUCT_BY_WORD } from '../../../vocabulary/settings.js';
import { FILESYSTEMS, type FilesystemType } from '../../../vocabulary/filesystems.js';
import { SPECIAL_MAPPINGS } from '../../../vocabulary/special-mappings.js';
import { bytesWords } from '../../../vocabulary/units.js';
import type { FileSpec, MappingSource, MappingSpec, RegionSpec } from '../../../simulator/program.js';
import { readArguments, type ArgumentReading } from '../word/attributes.js';
import type { Context } from '../context.js';
import { hugePages } from '../machine/files.js';
import { byteOffset, count, sizeBytes } from '../word/numbers.js';
import { log2 } from '../word/powers.js';
import { textOf, wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';

/** What the head of a mapping names, and what follows from it. */
interface Origin {
    readonly from: MappingSource;
    readonly pageCount: number;
    readonly shared: boolean;
    readonly touched: MappingSpec['touched'];
    readonly folioBytes: number;
    readonly hugetlbShift?: number;
}

/** Attributes that say what was done with the pages after mmap(). */
const TOUCHING = ['content', 'mlocked', 'lazyfree', 'swapped', 'swapcache', 'ksm'] as const;

/**
 * The spec of a mapping; undefined after an error. Remembers it, so that places can name its pages.
 * @param asStep mmap() as a step touches nothing by itself; a declared mapping has been used before
 */
export function lowerMapping(node: Mapping, context: Context, asStep = false): MappingSpec | undefined {
    const { issues, sources, pageBytes } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('map')!, { head: 'What is mapped', quantities: 2 }, node, issues);
    const origin = reading.head === undefined ? undefined : originOf(reading.head, reading, node, context);
    if (origin === undefined || node.name === undefined) {
        return undefined;
    }
    const { uses } = reading;
    const content = uses.get('content')?.value;
    const ksm = wordOf(uses.get('ksm')?.value);
    const addressValue = uses.get('at address')?.value;
    const address = isQuantity(addressValue) ? byteOffset(addressValue, pageBytes, issues, 'An address') : undefined;
    const { hugetlbShift } = origin;
    const shared = uses.has('shared') || !uses.has('private') && origin.shared;
    const spec: MappingSpec = {
        // MAP_SHARED | MAP_ANONYMOUS is memory of shmem or hugetlbfs.
        name: node.name, source: sources.of(node), from: origin.from.kind === 'anon' && shared ? { kind: 'shared-anon' } : origin.from, pageCount: origin.pageCount,
        shared,
        protection: protectionOf(reading),
        touched: uses.has('untouched') ? 'untouched' : uses.has('written') ? 'written' : uses.has('read') ? 'read' : uses.has('uffd-poison') || asStep && !TOUCHING.some((word) => uses.has(word)) ? 'untouched' : origin.touched,
        content: isText(content) ? content.text : '',
        folioBytes: folioBytes(reading, origin, context),
        mlocked: uses.has('mlocked'), lazyFree: uses.has('lazyfree'), swap: swapOf(reading), uffdPoison: uses.has('uffd-poison'), ...(uses.has('populate') ? { populate: true as const } : {}),
        ...(uses.has('sysv') ? { keptBy: 'sysv' as const } : uses.has('memfd') ? { keptBy: 'memfd' as const } : {}),
        ...(hugetlbShift === undefined ? {} : { hugetlbShift }), ...(ksm === undefined ? {} : { ksm }), ...(address === undefined ? {} : { address }),
    };
    context.mappings.set(node, spec);
    return spec;
}

function protectionOf({ uses }: ArgumentReading): MappingSpec['protection'] {
    const word = wordOf(uses.get('protection')?.value);
    return word === 'none' || word === 'read' || word === 'exec' ? word : 'write';
}

function swapOf({ uses }: ArgumentReading): MappingSpec['swap'] {
    if (uses.has('swapped')) {
        return 'entry';
    }
    const word = wordOf(uses.get('swapcache')?.value);
    return word === 'clean' ? 'cache-clean' : word === 'dirty' ? 'cache-dirty' : word === 'unmapped' ? 'cache-unmapped' : 'none';
}

function folioBytes({ uses }: ArgumentReading, origin: Origin, { issues, pageBytes }: Context): number {
    if (uses.has('thp')) {
        return 2 ** pmdShift(Math.log2(pageBytes));
    }
    const folio = uses.get('folio')?.value;
    return isQuantity(folio) ? sizeBytes(folio, pageBytes, issues, 'A folio') ?? origin.folioBytes : origin.folioBytes;
}

/** Words that say how something is mapped, not what. */
const ATTRIBUTES: ReadonlySet<string> = new Set(CONSTRUCT_BY_WORD.get('map')!.attributes.flatMap(({ word, choices = [] }) => [...word.split(' '), ...choices]));

function originOf(head: Place, reading: ArgumentReading, node: Mapping, context: Context): Origin | undefined {
    const target = head.target?.ref;
    if (isFile(target)) {
        const file = context.facts.files.find((declared) => declared.node === target);
        return file === undefined ? undefined : ofFile(target, file.spec, head, reading, context);
    }
    if (isRegion(target)) {
        const region = context.facts.regions.find((declared) => declared.node === target);
        return region === undefined ? undefined : ofRegion(target, region.spec, head, reading, context);
    }
    if (hasNoParts(head, reading, context)) {
        return undefined;
    }
    if (isPmem(target)) {
        const origin = sized({ kind: 'file', file: deviceFile(target, context), pageOffset: 0 }, reading, node, context, { shared: true, touched: 'written' });
        const granule = context.facts.pmems.find((declared) => declared.node === target)?.spec.alignBytes;
        return origin === undefined || granule === undefined ? origin : { ...origin, folioBytes: granule };
    }
    const word = wordOf(head);
    switch (word) {
        case 'anon': return sized({ kind: 'anon' }, reading, node, context, { shared: false, touched: 'written' });
        case 'shared-anon': return sized({ kind: 'shared-anon' }, reading, node, context, { shared: true, touched: 'written' });
        case 'hugetlb': return ofHugetlb(reading, context);
    }
    const sources = { anon: {}, 'shared-anon': {}, hugetlb: {}, ...SPECIAL_MAPPINGS };
    if (word !== undefined && ATTRIBUTES.has(word)) {
        context.issues.report('hwp/unknown-word', head, `\`${word}\` is an attribute. It stands behind what is mapped: \`map ${node.name ?? 'NAME'} = anon SIZE ${word}\`.`, { data: { suggestions: [] } });
        return undefined;
    }
    if (word === undefined || !checkWord(word, [...Object.keys(sources), ...context.facts.files.map(({ spec }) => spec.name), ...context.facts.regions.map(({ spec }) => spec.name)], 'kind of mapping and no file or region declared here', head, context)) {
        return undefined;
    }
    return reading.quantities.length === 0
        ? { from: { kind: 'special', what: word }, pageCount: 1, shared: true, touched: 'read', folioBytes: context.pageBytes }
        : sized({ kind: 'special', what: word }, reading, node, context, { shared: true, touched: 'read' });
}

/** The part of a file or region that a mapping shows. */
interface Part { readonly first: number; readonly pageCount: number }

/** `log[2..3]` or `log pages 2..3`; all `total` pages where neither stands there; undefined after an error. */
function partOf(head: Place, { uses }: ArgumentReading, total: number, { issues }: Context): Part | undefined {
    if (head.offset !== undefined) {
        issues.report('mapping/part', head, `A mapping starts at a whole page. Name the pages: \`${head.target.$refText}[2..3]\`.`);
        return undefined;
    }
    const range = uses.get('pages')?.value;
    const { pages } = head;
    if (pages !== undefined && range !== undefined) {
        issues.report('mapping/part', range, `Which pages are mapped is said twice. Leave \`pages ${textOf(range)}\` out, or the brackets.`);
        return undefined;
    }
    const written = pages === undefined ? isQuantity(range) ? { at: range, first: range.value, last: range.end ?? range.value } : undefined : { at: pages, first: pages.first, last: pages.last ?? pages.first };
    if (written === undefined) {
        return { first: 0, pageCount: Math.max(total, 1) };
    }
    const first = count(written.first, written.at, issues, 'The first page');
    const last = count(written.last, written.at, issues, 'The last page');
    if (first === undefined || last === undefined) {
        return undefined;
    }
    if (last < first) {
        issues.report('place/not-pages', written.at, `The range ${first}..${last} ends before it starts. Write \`${last}..${first}\`.`);
        return undefined;
    }
    return { first, pageCount: last - first + 1 };
}

/** What is no file and no region is mapped from its start: brackets, an offset or `pages` would say nothing. */
function hasNoParts(head: Place, { uses }: ArgumentReading, { issues }: Context): boolean {
    if (head.member !== undefined) {
        issues.report('mapping/part', head, `\`${textOf(head)}\` cannot be mapped again by its name: declare the file or region behind it, and map that.`);
        return true;
    }
    const written = head.pages ?? head.offset ?? uses.get('pages')?.node;
    if (written !== undefined) {
        issues.report('mapping/part', written, `Only a file or a region has parts that can be mapped. Give \`${head.target?.$refText ?? textOf(head)}\` a size instead.`);
    }
    return written !== undefined;
}

/** Persistent memory that is mapped directly is a character device: a file that holds all of it. */
function deviceFile(pmem: Pmem, { facts, sources, pageBytes }: Context): string {
    const spec = facts.pmems.find((declared) => declared.node === pmem)?.spec;
    if (spec !== undefined && !facts.files.some((file) => file.spec.name === pmem.name)) {
        const source = sources.of(pmem);
        facts.filesystems.push({ node: pmem, spec: { name: pmem.name, source, type: 'devdax', major: 0, minor: 36, dax: pmem.name, huge: false } });
        facts.files.push({
            node: pmem,
            spec: { name: pmem.name, source, type: 'devdax', filesystem: pmem.name, bytes: spec.pageCount * pageBytes, cached: 'absent', folioBytes: spec.alignBytes, content: '', locked: false, held: false },
        });
    }
    return pmem.name;
}

function sized(from: MappingSource, reading: ArgumentReading, node: Mapping, context: Context, more: Pick<Origin, 'shared' | 'touched'>): Origin | undefined {
    const { issues, pageBytes } = context;
    const [size, extra] = reading.quantities;
    if (extra !== undefined) {
        issues.report('hwp/unexpected-argument', extra, 'A mapping has one size; only `hugetlb` takes a huge page size and a count.');
    }
    if (size === undefined) {
        issues.report('hwp/missing-argument', node, `How large is \`${node.name}\`? It is written \`${CONSTRUCT_BY_WORD.get('map')!.form}\`.`);
        return undefined;
    }
    const bytes = sizeBytes(size, pageBytes, issues, 'A mapping');
    if (bytes !== undefined && bytes % pageBytes !== 0) {
        issues.report('mapping/unaligned', size, `A mapping of ${bytesWords(bytes)} is no whole number of pages of ${bytesWords(pageBytes)}. Use a multiple of that.`);
        return undefined;
    }
    return bytes === undefined ? undefined : { from, pageCount: bytes / pageBytes, folioBytes: pageBytes, ...more };
}

function ofHugetlb(reading: ArgumentReading, context: Context): Origin | undefined {
    const sizes = hugePages(reading.quantities, context);
    const shift = sizes === undefined ? undefined : log2(sizes.folioBytes);
    if (sizes === undefined || shift === undefined) {
        if (sizes !== undefined) {
            context.issues.report('hugetlb/page-size', reading.quantities[0]!, `Huge pages of ${bytesWords(sizes.folioBytes)} do not exist: a size is a power of two. Choose one that the architecture has, such as \`2 MiB\`.`);
        }
        return undefined;
    }
    return { from: { kind: 'anon' }, pageCount: sizes.bytes / context.pageBytes, shared: false, touched: 'written', folioBytes: sizes.folioBytes, hugetlbShift: shift };
}

function ofFile(node: File, file: FileSpec, head: Place, reading: ArgumentReading, context: Context): Origin | undefined {
    const { issues, pageBytes } = context;
    const size = reading.quantities[0];
    if (size !== undefined) {
        issues.report('hwp/unexpected-argument', size, `A mapping of a file has the size of the file, or of a part: \`${node.name}[0..3]\`.`);
    }
    const filePages = Math.ceil(file.bytes / pageBytes);
    const part = partOf(head, reading, filePages, context);
    if (part === undefined) {
        return undefined;
    }
    if (file.type === 'sysv-shm' && part.pageCount < filePages) {
        issues.report('mapping/part', head.pages ?? reading.uses.get('pages')?.value ?? head, `shmat() attaches a segment as a whole. Map all of \`${node.name}\`, or declare it as \`memfd\`.`);
        return undefined;
    }
    const { hugetlb } = FILESYSTEMS[file.type as FilesystemType];
    const shift = hugetlb ? log2(file.folioBytes) : undefined;
    const unit = hugetlb ? file.folioBytes / pageBytes : 1;
    if (part.first % unit !== 0 || part.pageCount % unit !== 0) {
        issues.report('mapping/unaligned', head.pages ?? reading.uses.get('pages')?.value ?? head, `\`${node.name}\` is mapped in whole huge pages of ${bytesWords(file.folioBytes)}, ${unit} pages each. Begin and end with one: \`${node.name}[0..${unit - 1}]\`.`);
        return undefined;
    }
    return {
        from: { kind: 'file', file: node.name, pageOffset: part.first }, pageCount: part.pageCount, shared: true,
        touched: file.cached === 'dirty' || hugetlb ? 'written' : 'read', folioBytes: file.folioBytes, ...(shift === undefined ? {} : { hugetlbShift: shift }),
    };
}

function ofRegion(node: Region, region: RegionSpec, head: Place, reading: ArgumentReading, context: Context): Origin | undefined {
    const size = reading.quantities[0];
    const part = partOf(head, reading, region.pageCount, context);
    const bytes = size === undefined ? undefined : sizeBytes(size, context.pageBytes, context.issues, 'A mapping');
    if (part === undefined || size !== undefined && bytes === undefined) {
        return undefined;
    }
    if (size !== undefined && (head.pages !== undefined || reading.uses.has('pages'))) {
        context.issues.report('hwp/unexpected-argument', size, 'The pages that are mapped say how large the mapping is. Leave the size out.');
        return undefined;
    }
    return {
        from: { kind: 'region', region: node.name, pageOffset: part.first }, pageCount: bytes === undefined ? part.pageCount : Math.ceil(bytes / context.pageBytes),
        shared: true, touched: 'read', folioBytes: context.pageBytes,
    };
}
