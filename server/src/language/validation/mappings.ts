/** Mappings: inside their files, and in states that can be. */
import type { AstNode } from 'langium';
import type { Availability } from '../../vocabulary/availability.js';
import { FILESYSTEMS, type FilesystemType } from '../../vocabulary/filesystems.js';
import { MAPPING_ATTRIBUTES } from '../../vocabulary/settings.js';
import { bytesWords } from '../../vocabulary/units.js';
import type { FileSpec, MappingSpec } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import { log2 } from '../lowering/word/powers.js';
import { mustBeOnKernel } from './kernel-words.js';
import { lineOf } from './names.js';

interface Mapped { readonly spec: MappingSpec; readonly node: AstNode; readonly process: string }

/** Declared mappings and those that steps make. */
function mappingsOf(context: Context): readonly Mapped[] {
    return [...context.mappings].map(([node, spec]) => {
        const container = node.$container;
        return { spec, node, process: container.$type === 'Process' ? container.name : container.actor?.process?.$refText ?? '' };
    });
}

function fileOf({ spec }: Mapped, context: Context): FileSpec | undefined {
    const { from } = spec;
    return from.kind === 'file' ? context.facts.files.find((file) => file.spec.name === from.file)?.spec : undefined;
}

export function mappingMustLieInFile(context: Context): void {
    for (const mapped of mappingsOf(context)) {
        const { spec, node } = mapped;
        const file = fileOf(mapped, context);
        if (spec.from.kind === 'file' && file !== undefined) {
            const pages = Math.ceil(file.bytes / context.pageBytes);
            if (spec.from.pageOffset + spec.pageCount > pages && !(pages === 0 && spec.from.pageOffset === 0)) {
                context.issues.report('mapping/outside-file', node, `The mapping ends at page ${spec.from.pageOffset + spec.pageCount} of \`${file.name}\`, which has ${pages}. Map fewer pages, or make the file larger.`);
            }
        }
        if (spec.from.kind === 'region') {
            const { region } = spec.from;
            const declared = context.facts.regions.find((each) => each.spec.name === region)?.spec;
            if (declared !== undefined && spec.from.pageOffset + spec.pageCount > declared.pageCount) {
                context.issues.report('mapping/outside-file', node, `The mapping ends at page ${spec.from.pageOffset + spec.pageCount} of \`${region}\`, which has ${declared.pageCount}. Map fewer pages, or make the region larger.`);
            }
        }
    }
}

export function hugetlbMustNotBeSwapped(context: Context): void {
    for (const { spec, node } of mappingsOf(context)) {
        if (spec.hugetlbShift !== undefined && spec.swap !== 'none') {
            context.issues.report('mapping/hugetlb-swap', node, 'Huge pages of a pool are never swapped. Remove the swap state, or use `thp`.', { data: { attributes: ['swapped', 'swapcache'] } });
        }
    }
}

export function swapMustExist(context: Context): void {
    for (const mapped of mappingsOf(context)) {
        const { spec, node } = mapped;
        if (spec.swap === 'none' || spec.hugetlbShift !== undefined) {
            continue;
        }
        const file = fileOf(mapped, context);
        const swappable = spec.from.kind === 'anon' || spec.from.kind === 'shared-anon' || file !== undefined && FILESYSTEMS[file.type as FilesystemType].swapBacked;
        if (!swappable) {
            context.issues.report('mapping/state-impossible', node, 'Only anonymous memory and shared memory go to swap. Remove the swap state.', { data: { attributes: ['swapped', 'swapcache'] } });
        } else if (context.facts.swaps.length === 0) {
            context.issues.report('mapping/no-swap', node, 'There is no swap area that the pages could be on. Declare one: `swap sw = device 64 MiB`.', { data: { settings: ['swap sw = device 64 MiB'] } });
        }
    }
}

export function ksmMustMergePrivateAnonymousMemory(context: Context): void {
    const contents = new Map<string, { readonly spec: MappingSpec; readonly node: AstNode }>();
    for (const { spec, node } of mappingsOf(context)) {
        if (spec.ksm === undefined) {
            continue;
        }
        if (spec.from.kind !== 'anon' || spec.shared || spec.hugetlbShift !== undefined) {
            context.issues.report('mapping/ksm', node, 'KSM merges private anonymous memory only. Use `anon`, or remove `ksm`.', { data: { attributes: ['ksm'] } });
        } else if (spec.folioBytes > context.pageBytes) {
            context.issues.report('mapping/ksm', node, 'KSM merges single pages; it splits huge ones first. Remove `thp` or `folio`.', { data: { attributes: ['thp', 'folio'] } });
        } else if (context.facts.config.get('KSM')?.value === 'n') {
            context.issues.report('mapping/ksm', node, 'The kernel is built without CONFIG_KSM. Remove `ksm` or the `config` line.', { data: { attributes: ['ksm'] } });
        }
        const first = contents.get(spec.ksm);
        if (first === undefined) {
            contents.set(spec.ksm, { spec, node });
        } else if (first.spec.content !== spec.content) {
            context.issues.report('mapping/ksm', node, `KSM merges pages with the same contents, and \`${first.spec.name}\` (line ${lineOf(first.node)}) has others. Give both the same \`content\`, or name another group.`, { data: { attributes: ['ksm'] } });
        }
    }
}

export function mappingMustBeInAPossibleState(context: Context): void {
    for (const mapped of mappingsOf(context)) {
        const reason = impossibleState(mapped.spec, fileOf(mapped, context));
        if (reason !== undefined) {
            context.issues.report('mapping/state-impossible', mapped.node, reason);
        }
    }
}

function impossibleState(spec: MappingSpec, file: FileSpec | undefined): string | undefined {
    const anonymous = spec.from.kind === 'anon' && spec.hugetlbShift === undefined;
    if (spec.lazyFree && (!anonymous || spec.shared)) {
        return 'MADV_FREE is for private anonymous memory only. Remove `lazyfree`.';
    }
    if (spec.touched === 'untouched') {
        const needs = spec.lazyFree ? 'lazyfree' : spec.swap !== 'none' ? 'a swap state' : spec.ksm !== undefined ? 'ksm' : spec.mlocked ? 'mlocked' : spec.content !== '' ? 'content' : undefined;
        if (needs !== undefined) {
            return `Untouched memory has no pages, so \`${needs}\` says nothing. Remove one of them.`;
        }
    }
    if (spec.mlocked && spec.swap !== 'none') {
        return 'mlocked pages are never swapped. Remove one of them.';
    }
    if (spec.lazyFree && spec.mlocked) {
        return 'MADV_FREE refuses mlocked memory. Remove one of them.';
    }
    if (spec.uffdPoison && spec.from.kind !== 'anon' && spec.from.kind !== 'shared-anon' && (file === undefined || !FILESYSTEMS[file.type as FilesystemType].swapBacked && !FILESYSTEMS[file.type as FilesystemType].hugetlb)) {
        return 'UFFDIO_POISON works on anonymous, shared and huge page memory only. Remove `uffd-poison`.';
    }
    if (spec.uffdPoison && spec.touched !== 'untouched') {
        return `UFFDIO_POISON refuses pages that are there already. Remove \`${spec.touched}\`.`;
    }
    if ((spec.from.kind === 'special' || spec.from.kind === 'region') && spec.mlocked) {
        return 'The pages belong to the kernel or a driver: `mlocked` does not apply. Remove it.';
    }
    if (spec.content.length > Math.max(1, spec.pageCount)) {
        return `The mapping has ${spec.pageCount} pages, but \`content\` has ${spec.content.length} letters: one a page. Remove some.`;
    }
    return undefined;
}

/** What the attributes of a mapping ask of the kernel. */
export function mappingMustExistOnKernel(context: Context): void {
    const attribute = (word: string): Availability => MAPPING_ATTRIBUTES.find((each) => each.word === word) ?? {};
    for (const { spec, node } of mappingsOf(context)) {
        const anonymous = spec.hugetlbShift === undefined && (spec.from.kind === 'anon' || spec.from.kind === 'shared-anon');
        if (spec.uffdPoison) {
            mustBeOnKernel('UFFDIO_POISON', attribute('uffd-poison'), 'mapping/not-on-kernel', node, context);
        }
        if (anonymous && spec.folioBytes > context.pageBytes && spec.folioBytes < context.pageBytes * (context.pageBytes / 8)) {
            mustBeOnKernel('transparent huge pages of other sizes than a PMD (mTHP)', attribute('folio'), 'mapping/not-on-kernel', node, context);
        }
    }
}

export function foliosMustBePossible(context: Context): void {
    const { pageBytes, facts, issues } = context;
    for (const { spec, node } of mappingsOf(context)) {
        if (spec.hugetlbShift !== undefined || spec.from.kind !== 'anon' && spec.from.kind !== 'shared-anon' || spec.folioBytes === pageBytes) {
            continue;
        }
        if (log2(spec.folioBytes) === undefined || spec.folioBytes < pageBytes) {
            issues.report('mapping/folio', node, `A folio of ${bytesWords(spec.folioBytes)} does not exist: its size is a power of two, and at least one page. Choose such a size.`);
        } else if (facts.config.get('TRANSPARENT_HUGEPAGE')?.value === 'n') {
            issues.report('mapping/folio', node, 'The kernel is built without CONFIG_TRANSPARENT_HUGEPAGE: there are single pages only. Remove this attribute or the `config` line.');
        } else if (facts.thp.value === 'never') {
            issues.report('mapping/folio', node, '`thp never` leaves single pages only. Remove that setting, or this attribute.');
        } else if (spec.folioBytes > spec.pageCount * pageBytes) {
            issues.report('mapping/folio', node, `A folio of ${spec.folioBytes / 1024} KiB does not fit into a mapping of ${spec.pageCount * pageBytes / 1024} KiB. Make the mapping larger.`);
        } else if (spec.folioBytes > pageBytes * (pageBytes / 8)) {
            issues.report('mapping/folio', node, `Folios of anonymous memory are at most ${pageBytes * (pageBytes / 8) / 2 ** 20} MiB.`);
        }
    }
}

export function mappingsMustNotOverlap(context: Context): void {
    const { pageBytes, issues } = context;
    const placed = new Map<string, Mapped[]>();
    for (const mapped of mappingsOf(context)) {
        const { spec, node, process } = mapped;
        if (spec.address === undefined) {
            continue;
        }
        if (spec.address % pageBytes !== 0) {
            issues.report('mapping/unaligned', node, `0x${spec.address.toString(16)} is not the start of a page of ${bytesWords(pageBytes)}. Use 0x${(spec.address - spec.address % pageBytes).toString(16)}, where that page starts.`);
        }
        const list = placed.get(process) ?? [];
        placed.set(process, list);
        list.push(mapped);
    }
    for (const list of placed.values()) {
        list.sort((a, b) => a.spec.address! - b.spec.address!);
        for (let index = 1; index < list.length; index++) {
            const [lower, upper] = [list[index - 1]!, list[index]!];
            if (upper.spec.address! < lower.spec.address! + lower.spec.pageCount * pageBytes) {
                const [first, later] = lineOf(lower.node) <= lineOf(upper.node) ? [lower, upper] : [upper, lower];
                issues.report('mapping/overlap', later.node, `The addresses are those of \`${first.spec.name}\` (line ${lineOf(first.node)}) already. Choose others, or leave \`at address\` out.`);
            }
        }
    }
}
