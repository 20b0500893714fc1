import { contentAt } from '../machine/contents.js';
import { mappedPfn, pmdPages } from '../machine/page-tables.js';
import type { AddressSpace, Process, Vma } from '../machine/mm-types.js';
import { PG } from '../machine/page-flags.js';
import { newFileFlags } from '../kernel/mm/page-cache.js';
import type { VirtualPage } from '../machine/units.js';
import { userAccess } from '../kernel/mm/page-fault.js';
import type { Kernel } from '../kernel/kernel.js';
import { pmdShift } from '../vocabulary/architectures.js';
import type { MappingSpec } from './program.js';
import { fillFile, forEachPage } from './uniform-pages.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Brings the pages of a file mapping into the declared state, by faults as the kernel would. */
export function populateFile(kernel: Kernel, process: Process, vma: Vma, spec: MappingSpec): void {
    if (spec.touched === 'untouched' || mapHugeFolios(kernel, vma, spec)) return;
    let reached = true;
    // Whom a signal hits leaves the rest.
    const act = (page: VirtualPage): void => {
        reached &&= touch(kernel, process, vma, spec, page);
    };
    const { file } = vma;
    if (file!.initial === null) {
        const filled = fillFile(kernel, vma, act, contentOfFilled(vma, spec));
        for (let page = vma.start + filled; page < vma.end; page += 1) act(page);
    } else {
        forEachPage(kernel, vma, act, spec.touched === 'written' ? lettersOf(kernel, vma, spec) : null);
    }
}

/** Shared anonymous memory in folios of the size that the mapping says: faults have brought them in. Follows shmem_alloc_and_add_folio(). */
export function fillWithLargeFolios({ machine, profile }: Kernel, file: AddressSpace, spec: MappingSpec): void {
    const pageBytes = 2 ** machine.pageShift;
    if (spec.hugetlbShift !== undefined || spec.folioBytes <= pageBytes || spec.touched === 'untouched' || spec.pageCount * pageBytes % spec.folioBytes !== 0) return;
    const order = Math.log2(spec.folioBytes / pageBytes);
    const pfn = machine.memory.allocate(spec.pageCount, order);
    if (pfn === null) return;
    const written = spec.touched === 'written';
    const flags = newFileFlags(profile, file, true) | (written ? PG.dirty : 0);
    file.initial = { pfn, pageCount: spec.pageCount, order, flags };
    machine.memory.claim({
        pfn, pageCount: spec.pageCount, order, kind: file.type, pageType: 'none', flags, references: 2 ** order, owner: file, index: 0,
        content: written ? spec.content === '' ? LETTERS : spec.content : '\0',
    });
}

/** Shared huge folios are mapped by PMDs. */
function mapHugeFolios({ machine }: Kernel, vma: Vma, spec: MappingSpec): boolean {
    const initial = vma.file?.initial ?? null;
    if (initial === null || 2 ** initial.order < pmdPages(machine.pageShift) || spec.folioBytes < 2 ** pmdShift(machine.pageShift) || !vma.shared) return false;
    const pfn = initial.pfn + vma.indexBase;
    vma.backing = { pfn, dirty: spec.touched === 'written', writable: spec.touched === 'written', order: initial.order };
    if (spec.content !== '') for (let page = 0; page < vma.pageCount; page += 1) machine.memory.contents.set(pfn + page, contentAt(spec.content, page));
    return true;
}

function touch(kernel: Kernel, process: Process, vma: Vma, spec: MappingSpec, page: VirtualPage): boolean {
    if (spec.touched === 'read') return userAccess(kernel, process.main, page, 0, 'read', '').kind === 'ok';
    const { memory } = kernel.machine;
    const current = memory.content(mappedPfn(kernel.machine, vma, page) ?? -1);
    return userAccess(kernel, process.main, page, 0, 'write', writtenContent(kernel, vma, spec, page - vma.start) ?? current).kind === 'ok';
}

/** What a write leaves in a page of the mapping: what the declaration says, letters in a file of zeroes, else what the file holds. */
function writtenContent(kernel: Kernel, vma: Vma, spec: MappingSpec, offset: number): string | null {
    const file = vma.file!;
    const index = vma.indexBase + offset;
    if (spec.content !== '') return contentAt(spec.content, offset);
    if (file.initial === null && file.diskContent(index) === '\0') return contentAt(LETTERS, offset);
    if (file.daxBase !== null) return kernel.machine.memory.content(file.daxBase + index);
    const held = file.initial === null ? file.diskContent(index) : kernel.machine.memory.content(file.initial.pfn + index);
    // Somebody has read the zeroes before.
    return held === '\0' ? contentAt(LETTERS, offset) : held;
}

/** What writes leave in pages of which others have read zeroes before, or that are declared; null: what they held. */
function lettersOf({ machine }: Kernel, vma: Vma, spec: MappingSpec): string | null {
    const held = machine.memory.extentAt(vma.file!.initial!.pfn + vma.indexBase)?.content ?? '';
    return spec.content !== '' ? spec.content : /^\0+$/.test(held) ? LETTERS : null;
}

/** What the pages of an empty file hold once they were read or written. */
function contentOfFilled(vma: Vma, spec: MappingSpec): string {
    const file = vma.file!;
    const at = (offset: number): string => {
        const onDisk = file.diskContent(vma.indexBase + offset);
        if (spec.touched === 'read') return onDisk;
        return spec.content !== '' ? contentAt(spec.content, offset) : onDisk === '\0' ? contentAt(LETTERS, offset) : onDisk;
    };
    // Each of the three repeats its last character.
    const length = Math.max(spec.content.length, file.defaultContent.length, LETTERS.length);
    return Array.from({ length: Math.min(vma.pageCount, length) }, (_, offset) => at(offset)).join('');
}
