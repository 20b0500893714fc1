/** A mapping in its declared state. */
import type { FileSpec, MappingSpec } from '../../simulator/program.js';
import { ADVICE, HUGE_SHIFT, KPF, MAP, PROT, THP_FOLDER } from './constants.js';
import { descriptorKey, descriptorOf, fileNamed } from './files.js';
import { word, type PlanWriter } from './plan-writer.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Mappings lie far from each other and from the agent's: nothing is behind their ends, and none grows together with another. The first one of each process is at the same address. */
const FIRST_ADDRESS = 2 ** 44;
const DISTANCE = 2 ** 30;
const addressOf = (ordinal: number): number => FIRST_ADDRESS + ordinal * DISTANCE;
/** Milliseconds. */
const SWAPPED_OUT = 300;

export function makeMapping(writer: PlanWriter, task: number, process: string, mapping: MappingSpec, files: readonly FileSpec[]): void {
    const { from, source } = mapping;
    if (from.kind === 'special' && SPECIAL.has(from.what)) {
        writer.harms('memory of the kernel that is bad stays in use');
        writer.must(task, 'special', writer.newRange(process, mapping.name), mapping.pageCount * writer.guest.pageBytes, from.what);
        if (mapping.touched !== 'untouched') {
            writer.must(task, 'touch', `@${writer.range(process, mapping.name)!}`, mapping.pageCount);
        }
        return;
    }
    if (from.kind === 'region' || from.kind === 'special') {
        writer.cannot(`mapping of ${from.kind === 'special' ? from.what : 'a region'}`, 'the guest maps anonymous memory and files', source);
        return;
    }
    if (mapping.protection === 'exec') {
        writer.cannot('exec mapping', 'the guest cannot make it yet', source);
        return;
    }
    const file = from.kind === 'file' ? fileNamed(files, from.file) : undefined;
    const at = addressOf(writer.rangesOf(process));
    const range = writer.newRange(process, mapping.name);
    const bytes = mapping.pageCount * writer.guest.pageBytes;
    const huge = mapping.hugetlbShift;
    const isThp = mapping.folioBytes >= writer.guest.thpBytes && huge === undefined;
    const isMthp = mapping.folioBytes > writer.guest.pageBytes && mapping.folioBytes < writer.guest.thpBytes && huge === undefined;
    const flags = (mapping.shared ? MAP.shared : MAP.private) + (file === undefined && mapping.keptBy === undefined ? MAP.anonymous : 0) + MAP.fixedNoReplace + (huge === undefined || file !== undefined ? 0 : MAP.hugetlb + huge * 2 ** HUGE_SHIFT) + (mapping.populate === true ? MAP.populate : 0);
    const advice = huge !== undefined || file !== undefined ? 0 : isThp ? ADVICE['MADV_HUGEPAGE']! : isMthp ? 0 : ADVICE['MADV_NOHUGEPAGE']!;
    if (file?.type === 'sysv-shm' || mapping.keptBy === 'sysv') {
        makeSegment(writer, { task, process, range, at }, mapping, file);
        return;
    }
    const descriptor = file !== undefined ? descriptorOf(writer, process, file) ?? '-' : mapping.keptBy === 'memfd' ? ownMemfd(writer, task, process, mapping) : '-';
    const readOnlySecret = file?.type === 'secretmem' && !mapping.shared;
    if (readOnlySecret) {
        writer.cannot('private mapping of secretmem', 'mmap() refuses it', source);
    }
    if (huge !== undefined) {
        writer.alone('huge pages that went bad stay in the pool');
    }
    if (isMthp) {
        writer.must('r', 'set', `${THP_FOLDER}/hugepages-${mapping.folioBytes / 1024}kB/enabled`, 'always');
    }
    writer.must(task, 'map', range, bytes, PROT.write, flags, descriptor, from.kind === 'file' ? from.pageOffset * writer.guest.pageBytes : 0, advice, mapping.address ?? at);
    touch(writer, task, mapping, range, file);
    if (isMthp) {
        writer.must('r', 'set', `${THP_FOLDER}/hugepages-${mapping.folioBytes / 1024}kB/enabled`, 'never');
    }
    if (isThp && mapping.touched === 'written' || isMthp && mapping.touched === 'written') {
        writer.must(task, 'has', `@${range}`, KPF.thp, 5, isThp ? ADVICE['MADV_COLLAPSE']! : 0);
    }
    if (mapping.touched === 'read' && file === undefined) {
        writer.harms('the zero page is everybody\'s');
    }
    finish(writer, task, mapping, range, bytes);
}

/** What the kernel maps into a process, and the agent finds. */
const SPECIAL: ReadonlySet<string> = new Set(['vdso', 'vvar', 'io_uring']);

/** System V shared memory: a segment of the file, or one of the mapping's own. */
function makeSegment(writer: PlanWriter, { task, process, range, at }: { readonly task: number; readonly process: string; readonly range: number; readonly at: number }, mapping: MappingSpec, file: FileSpec | undefined): void {
    const bytes = mapping.pageCount * writer.guest.pageBytes;
    if (mapping.from.kind === 'file' && mapping.from.pageOffset > 0 || !mapping.shared || mapping.address !== undefined) {
        writer.cannot('a part of a System V segment', 'shmat() attaches all of it, shared', mapping.source);
        return;
    }
    const segment = file === undefined ? `#${writer.slot(`shm:${process}:${mapping.name}`)}` : `#${writer.slot(descriptorKey('', file.name))}`;
    if (file === undefined) {
        writer.must(task, 'shm-make', segment, bytes);
    }
    writer.must(task, 'shm-map', range, segment, bytes, at);
    touch(writer, task, mapping, range, file);
    finish(writer, task, mapping, range, bytes);
}

/** A memfd that stays open in its process. */
function ownMemfd(writer: PlanWriter, task: number, process: string, mapping: MappingSpec): string {
    const slot = `#${writer.slot(`memfd:${process}:${mapping.name}`)}`;
    writer.must(task, 'memfd', slot, word(mapping.name), 0);
    writer.must(task, 'ftruncate', slot, mapping.pageCount * writer.guest.pageBytes);
    return slot;
}

/** What the owner has done with every page. */
function touch(writer: PlanWriter, task: number, mapping: MappingSpec, range: number, file: FileSpec | undefined): void {
    if (mapping.touched === 'read') {
        writer.must(task, 'touch', `@${range}`, mapping.pageCount);
    }
    if (mapping.touched !== 'written') {
        return;
    }
    const unit = mapping.hugetlbShift === undefined ? writer.guest.pageBytes : 2 ** mapping.hugetlbShift;
    const units = mapping.pageCount * writer.guest.pageBytes / unit;
    if (file !== undefined && file.content !== '' && mapping.content === '') {
        // The write leaves what the file holds.
        const { from } = mapping;
        const content = contentFrom(file.content, from.kind === 'file' ? from.pageOffset : 0);
        writer.must(task, 'fill', `@${range}`, units, unit, word(content));
        return;
    }
    // A page of the file that another mapping has written keeps its letter; it is the same one.
    writer.must(task, 'fill', `@${range}`, units, unit, word(mapping.content === '' ? LETTERS : mapping.content));
}

/** One character a page, the last one repeated, from that page on. */
function contentFrom(content: string, page: number): string {
    return page >= content.length ? content.slice(-1) : content.slice(page);
}

function finish(writer: PlanWriter, task: number, mapping: MappingSpec, range: number, bytes: number): void {
    const { source } = mapping;
    if (mapping.mlocked) {
        writer.must(task, 'mlock', `@${range}`, bytes);
    }
    if (mapping.lazyFree) {
        writer.must(task, 'madvise', `@${range}`, bytes, ADVICE['MADV_FREE']!);
    }
    if (mapping.swap !== 'none') {
        writer.alone('swap is the whole machine\'s');
        if (mapping.swap === 'cache-unmapped') {
            writer.cannot('swapcache unmapped', 'whether the page stays in the swap cache is up to reclaim', source);
        }
        writer.must(task, 'page-out', `@${range}`, mapping.pageCount);
        // The last of them may still be on its way to the disk.
        writer.must('r', 'sleep', SWAPPED_OUT);
        if (mapping.swap === 'cache-clean' || mapping.swap === 'cache-dirty') {
            writer.must(task, 'touch', `@${range}`, mapping.pageCount);
            writer.must(task, 'has', `@${range}`, KPF.swapcache, 3, 0);
        }
        if (mapping.swap === 'cache-dirty') {
            writer.must(task, 'fill', `@${range}`, mapping.pageCount, writer.guest.pageBytes, word(mapping.content === '' ? LETTERS : mapping.content));
            writer.must(task, 'has', `@${range}`, KPF.swapcache, 3, 0);
        }
    }
    if (mapping.ksm !== undefined) {
        writer.must(task, 'madvise', `@${range}`, bytes, ADVICE['MADV_MERGEABLE']!);
    }
    if (mapping.uffdPoison) {
        writer.must(task, 'uffd-poison', `@${range}`, bytes);
    }
    if (mapping.protection === 'none' || mapping.protection === 'read') {
        writer.must(task, 'mprotect', `@${range}`, bytes, PROT[mapping.protection]);
    }
}
