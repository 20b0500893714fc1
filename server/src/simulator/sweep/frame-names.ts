import type { Machine } from '../../machine/machine.js';
import type { Pfn } from '../../machine/units.js';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** What a frame belongs to, in the words of the text; what nobody declared goes by what it is. */
export class FrameNames {
    readonly #machine: Machine;
    readonly #regions: readonly { readonly name: string; readonly pfn: Pfn; readonly end: Pfn }[];

    constructor(machine: Machine) {
        this.#machine = machine;
        // A region of a compound kind fills whole folios: its extent may be longer than what was declared.
        this.#regions = [...machine.regions].map(([name, { pfn, pageCount }]) => {
            const extent = machine.memory.extentAt(pfn);
            return { name, pfn, end: Math.max(pfn + pageCount, extent?.pfn === pfn ? pfn + extent.pageCount : 0) };
        });
    }

    of(pfn: Pfn): string {
        const { memory } = this.#machine;
        const region = this.#regions.find((each) => pfn >= each.pfn && pfn < each.end);
        if (region !== undefined) return region.name;
        const folio = memory.folio(pfn);
        const { owner, hugetlb } = folio;
        if (owner?.kind === 'file') return owner.name.replace(/^shared-anon:/, '');
        if (owner?.kind === 'anon') {
            const vma = owner.vmas[0];
            return vma === undefined ? 'anonymous memory' : `${vma.mm.process.name}.${vma.name}`;
        }
        if (owner?.kind === 'ksm') return 'merged by KSM';
        if (hugetlb !== null) return `hugetlb pool ${sizeWords(hugetlb.pool.shift)}`;
        if (!memory.layout.isOnline(pfn) && memory.layout.isRam(pfn)) return 'offline memory';
        if (folio.free) return 'free memory';
        return memory.extentAt(pfn) === null && folio.has('reserved') ? 'reserved at boot' : folio.kind.replaceAll('-', ' ');
    }
}

/** `2 MiB`, from log2 bytes. */
function sizeWords(shift: number): string {
    return `${2 ** (shift % 10)} ${UNITS[Math.floor(shift / 10)] ?? ''}`;
}
