/** region, swap, pmem, cgroup: what exists beside processes and files. */
import { type Cgroup, type Item, type Pmem, type Region, type Swap, isCgroup, isPmem, isQuantity, isRegion, isSwap, isText } from '../../generated/ast.js';
import { PAGE_KINDS } from '../../../vocabulary/page-kinds.js';
import { CONSTRUCT_BY_WORD } from '../../../vocabulary/settings.js';
import { bytesWords } from '../../../vocabulary/units.js';
import type { PmemSpec, SwapSpec } from '../../../simulator/program.js';
import { readArguments } from '../word/attributes.js';
import type { Context } from '../context.js';
import { count, sizeBytes } from '../word/numbers.js';
import { readPfn } from './ranges.js';
import { wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';

export function lowerMemory(items: readonly Item[], context: Context): void {
    for (const item of items) {
        if (isRegion(item)) {
            lowerRegion(item, context);
        } else if (isSwap(item)) {
            lowerSwap(item, context);
        } else if (isPmem(item)) {
            lowerPmem(item, context);
        } else if (isCgroup(item)) {
            lowerCgroup(item, context);
        }
    }
}

function lowerRegion(node: Region, context: Context): void {
    const { issues, sources, facts, pageBytes } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('region')!, { head: 'The kind of page', quantities: 1, texts: 1 }, node, issues);
    const kind = wordOf(reading.head);
    if (node.name === undefined || reading.head === undefined) {
        return;
    }
    if (kind === undefined || !checkWord(kind, PAGE_KINDS, 'kind of page', reading.head, context)) {
        return;
    }
    const size = reading.quantities[0];
    const bytes = size === undefined ? pageBytes : sizeBytes(size, pageBytes, issues, 'A region');
    const pfn = readPfn(reading, context);
    const label = reading.texts[0]?.text;
    const content = reading.uses.get('content')?.value;
    if (bytes === undefined) {
        return;
    }
    if (bytes % pageBytes !== 0) {
        issues.report('machine/memory-unaligned', size!, `A region of ${bytesWords(bytes)} is no whole number of pages of ${bytesWords(pageBytes)}. Use a multiple of that.`);
        return;
    }
    facts.regions.push({
        node,
        spec: {
            name: node.name, source: sources.of(node), kind, pageCount: bytes / pageBytes, content: isText(content) ? content.text : '',
            ...(label === undefined ? {} : { label }), ...(pfn === undefined ? {} : { pfn }),
        },
    });
}

const SWAP_BACKINGS: readonly SwapSpec['backing'][] = ['device', 'file', 'zram'];

function lowerSwap(node: Swap, context: Context): void {
    const { issues, sources, facts, pageBytes } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('swap')!, { head: 'The kind of swap', quantities: 1 }, node, issues);
    const word = wordOf(reading.head);
    const backing = SWAP_BACKINGS.find((known) => known === word);
    if (reading.head !== undefined && backing === undefined) {
        checkWord(word ?? '', SWAP_BACKINGS, 'kind of swap', reading.head, context);
    }
    const size = reading.quantities[0];
    const bytes = size === undefined ? 64 * 2 ** 20 : sizeBytes(size, pageBytes, issues, 'A swap area');
    if (node.name !== undefined && backing !== undefined && bytes !== undefined) {
        facts.swaps.push({ node, spec: { name: node.name, source: sources.of(node), backing, bytes } });
    }
}

function lowerPmem(node: Pmem, context: Context): void {
    const { issues, sources, facts, pageBytes } = context;
    const construct = CONSTRUCT_BY_WORD.get('pmem')!;
    const reading = readArguments(node.arguments, construct, { quantities: 1 }, node, issues);
    const size = reading.quantities[0];
    const pfn = readPfn(reading, context);
    const align = reading.uses.get('align')?.value;
    const alignBytes = isQuantity(align) ? sizeBytes(align, pageBytes, issues, 'The alignment') : 2 * 2 ** 20;
    const mode = (['fsdax', 'devdax', 'raw'] as const satisfies readonly PmemSpec['mode'][]).find((word) => reading.uses.has(word)) ?? 'fsdax';
    if (size === undefined || !reading.uses.has('at phys') && !reading.uses.has('at pfn')) {
        issues.report('hwp/missing-argument', node, `Persistent memory needs its size and its place: it is written \`${construct.form}\`.`);
        return;
    }
    const bytes = sizeBytes(size, pageBytes, issues, 'Persistent memory');
    if (node.name === undefined || bytes === undefined || pfn === undefined || alignBytes === undefined) {
        return;
    }
    if (bytes % pageBytes !== 0) {
        issues.report('pmem/unaligned', size, `Persistent memory of ${bytesWords(bytes)} is no whole number of pages of ${bytesWords(pageBytes)}. Use a multiple of that.`);
        return;
    }
    facts.pmems.push({ node, spec: { name: node.name, source: sources.of(node), pfn, pageCount: bytes / pageBytes, mode, alignBytes } });
}

function lowerCgroup(node: Cgroup, context: Context): void {
    const { issues, sources, facts } = context;
    const construct = CONSTRUCT_BY_WORD.get('cgroup')!;
    const reading = readArguments(node.arguments, construct, {}, node, issues);
    const value = reading.uses.get('inode')?.value;
    const inode = isQuantity(value) ? count(value.value, value, issues, 'An inode number', 1) : undefined;
    if (!isQuantity(value) && node.arguments.length === 0) {
        issues.report('hwp/missing-argument', node, `It is written \`${construct.form}\`.`);
    }
    if (node.name !== undefined && inode !== undefined) {
        facts.cgroups.push({ node, spec: { name: node.name, source: sources.of(node), inode } });
    }
}

