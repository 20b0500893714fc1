/** filesystem and file. */
import { type File, type Filesystem, type Item, type Named, type Quantity, isFile, isFilesystem, isPlace, isQuantity, isText } from '../../generated/ast.js';
import { FILESYSTEMS, type FilesystemType } from '../../../vocabulary/filesystems.js';
import { pmdShift } from '../../../vocabulary/architectures.js';
import { CONSTRUCT_BY_WORD } from '../../../vocabulary/settings.js';
import type { FileSpec } from '../../../simulator/program.js';
import { visibleNames } from '../../references/lookup.js';
import { readArguments, type ArgumentReading } from '../word/attributes.js';
import type { Context } from '../context.js';
import { letters } from '../process/letters.js';
import { count, sizeBytes, unitOf } from '../word/numbers.js';
import { wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';
import { suggest } from '../word/suggestions.js';

export function lowerFiles(items: readonly Item[], context: Context): void {
    for (const item of items) {
        if (isFilesystem(item)) {
            lowerFilesystem(item, context);
        }
    }
    for (const item of items) {
        if (isFile(item)) {
            lowerFile(item, context);
        }
    }
}

function lowerFilesystem(node: Filesystem, context: Context): void {
    const { issues, sources, facts } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('filesystem')!, { head: 'The type of file system' }, node, issues);
    const type = wordOf(reading.head);
    if (node.name === undefined || reading.head === undefined || !checkWord(type ?? '', FILESYSTEMS, 'type of file system', reading.head, context)) {
        return;
    }
    const row = FILESYSTEMS[type as FilesystemType];
    const device = reading.uses.get('device')?.value;
    const numbers = isQuantity(device) ? deviceNumber(device, context) : { major: row.defaultMajor, minor: row.defaultMinor };
    const dax = referenceName(reading, 'dax on', 'Pmem', context);
    facts.filesystems.push({
        node,
        spec: { name: node.name, source: sources.of(node), type: type!, ...numbers, huge: reading.uses.has('huge'), ...(dax === undefined ? {} : { dax }) },
    });
}

function deviceNumber(device: Quantity, { issues }: Context): { major: number; minor: number } {
    return {
        major: count(device.value, device, issues, 'A major number') ?? 0,
        minor: count(device.minor ?? '0', device, issues, 'A minor number') ?? 0,
    };
}

/** What an attribute can refer to, as messages call it. */
type Referable = Extract<Named['$type'], 'Filesystem' | 'Pmem' | 'Cgroup' | 'Process'>;
const NOUNS: Readonly<Record<Referable, string>> = { Filesystem: 'file system', Pmem: 'persistent memory', Cgroup: 'memory cgroup', Process: 'process' };

/** The name that an attribute refers to, if something of that name and kind is declared. */
export function referenceName(reading: ArgumentReading, attribute: string, kind: Referable, context: Context): string | undefined {
    const value = reading.uses.get(attribute)?.value;
    if (!isPlace(value)) {
        return undefined;
    }
    if (value.target?.ref?.$type === kind) {
        return value.target.$refText;
    }
    const name = wordOf(value) ?? '';
    const names = [...visibleNames(value)].filter(([, node]) => node.$type === kind).map(([known]) => known);
    const suggestions = suggest(name, names, context.issues);
    const noun = NOUNS[kind];
    const mend = suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : names.length > 0 ? ` There are ${names.map((known) => `\`${known}\``).join(', ')}.` : ` Declare it: \`${kind.toLowerCase()} ${name} ...\`.`;
    context.issues.report('hwp/unknown-name', value, `No ${noun} is called \`${name}\`.${mend}`, { data: { suggestions } });
    return undefined;
}

const CACHED: readonly FileSpec['cached'][] = ['absent', 'clean', 'dirty', 'writeback'];

function lowerFile(node: File, context: Context): void {
    const { issues, sources, facts, pageBytes } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('file')!, { head: 'The type of file', quantities: 2 }, node, issues);
    const type = wordOf(reading.head);
    if (node.name === undefined || reading.head === undefined || !checkWord(type ?? '', FILESYSTEMS, 'type of file', reading.head, context)) {
        return;
    }
    const { hugetlb, writeback, dax } = FILESYSTEMS[type as FilesystemType];
    const sizes = hugetlb ? hugeSizes(reading, context) : plainSize(reading, context);
    const filesystem = referenceName(reading, 'on', 'Filesystem', context);
    const content = reading.uses.get('content')?.value;
    if (sizes === undefined) {
        return;
    }
    const pageCount = Math.ceil(sizes.bytes / pageBytes);
    const cached = CACHED.find((word) => reading.uses.has(word)) ?? 'clean';
    // Nothing is kept behind memory: a page that is not there is a hole.
    const holes = cached === 'absent' && !dax && !writeback;
    facts.files.push({
        node,
        spec: {
            name: node.name, source: sources.of(node), type: type!, bytes: sizes.bytes, folioBytes: sizes.folioBytes,
            ...(filesystem === undefined ? {} : { filesystem }),
            cached,
            content: isText(content) ? content.text : holes ? '' : letters('a', pageCount),
            locked: reading.uses.has('locked'), held: reading.uses.has('held'),
        },
    });
}

interface Sizes { readonly bytes: number; readonly folioBytes: number }

function plainSize(reading: ArgumentReading, { issues, pageBytes }: Context): Sizes | undefined {
    const [size, extra] = reading.quantities;
    if (extra !== undefined) {
        issues.report('hwp/unexpected-argument', extra, 'A file has one size; only hugetlbfs and memfd-hugetlb take a huge page size and a count.');
    }
    const bytes = size === undefined ? 4 * pageBytes : sizeBytes(size, pageBytes, issues, 'A file', 0);
    const folio = reading.uses.get('folio')?.value;
    const folioBytes = isQuantity(folio) ? sizeBytes(folio, pageBytes, issues, 'A folio') : pageBytes;
    return bytes === undefined || folioBytes === undefined ? undefined : { bytes, folioBytes };
}

/** `2 MiB 2 pages` is two huge pages of 2 MiB; `2 MiB` alone is one. */
function hugeSizes(reading: ArgumentReading, context: Context): Sizes | undefined {
    return hugePages(reading.quantities, context);
}

export function hugePages([size, pages]: readonly Quantity[], { issues, pageBytes }: Context): Sizes | undefined {
    const folioBytes = size === undefined ? 2 ** pmdShift(Math.log2(pageBytes)) : sizeBytes(size, pageBytes, issues, 'The size of a huge page');
    if (pages !== undefined && pages.unit !== undefined && unitOf(pages.unit)?.of !== 'pages') {
        issues.report('quantity/wrong-unit', pages, `After the size of the huge page stands how many: \`${size?.value} ${size?.unit} 2 pages\`.`);
        return undefined;
    }
    const number = pages === undefined ? 1 : count(pages.value, pages, issues, 'The number of huge pages', 1);
    return folioBytes === undefined || number === undefined ? undefined : { bytes: folioBytes * number, folioBytes };
}
