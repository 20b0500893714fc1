import type { AddressSpace, Folio, Vma } from '../../machine/mm-types.js';
import type { Machine } from '../../machine/machine.js';
import { candidateMappings, hugePages, lookup, mappedPfn } from '../../machine/page-tables.js';
import type { Pfn, VirtualPage } from '../../machine/units.js';
import { lowerBound } from './ranges.js';

/** Numbers for objects, so that facts about them can be written down and compared. */
class Identities {
    readonly #numbers = new Map<unknown, number>();

    of(object: unknown): number {
        const known = this.#numbers.get(object);
        if (known !== undefined) return known;
        this.#numbers.set(object, this.#numbers.size);
        return this.#numbers.size - 1;
    }
}

/** Fields of a folio that tell one from another and not how it behaves, or that are written down in another way. */
const OF_ITS_OWN: ReadonlySet<string> = new Set<keyof Folio>(['head', 'index', 'owner', 'hugetlb', 'swapSlot']);

/**
 * Everything that handling an error in a page can look at, as text: pages with the same text behave alike.
 * Numbers of frames, indexes and addresses are left out; how they lie to each other is in.
 */
export class PageFacts {
    readonly #machine: Machine;
    readonly #marked: readonly Pfn[];
    readonly #ids = new Identities();
    readonly #folios = new Map<Folio, string>();
    /** Explicit entries by the frame that they name. */
    readonly #entries = new Map<Pfn, string[]>();
    readonly #hugeHeads: Pfn[];
    readonly #hugeEntries = new Map<Pfn, { readonly pages: number; readonly words: string[] }>();
    readonly #pins = new Map<Folio, string[]>();
    readonly #vmas: readonly Vma[];

    constructor(machine: Machine, marked: readonly Pfn[]) {
        this.#machine = machine;
        this.#marked = marked;
        this.#vmas = machine.processes.flatMap(({ mm }) => mm.vmas);
        for (const process of machine.processes) {
            for (const { folio, longterm } of process.pinned) add(this.#pins, folio, `${this.#ids.of(process)}${longterm ? 'l' : ''}`);
            for (const [page, pte] of process.mm.ptes) if (pte !== null && pte.kind !== 'swap') add(this.#entries, pte.pfn, `${this.#ids.of(process.mm.find(page))}:${pte.kind}`);
            for (const [start, entry] of process.mm.hugeEntries) {
                const vma = process.mm.find(start);
                if (entry === null || vma === null) continue;
                const known = this.#hugeEntries.get(entry.head) ?? { pages: hugePages(vma, machine.pageShift), words: [] };
                known.words.push(`${this.#ids.of(vma)}:${entry.kind}`);
                this.#hugeEntries.set(entry.head, known);
            }
        }
        this.#hugeHeads = [...this.#hugeEntries.keys()].sort((a, b) => a - b);
    }

    /** Facts of one page with those of its folio. */
    of(pfn: Pfn): string {
        const folio = this.#machine.memory.folio(pfn);
        return `${this.#folio(folio)}|${pfn === folio.head ? 'head' : 'tail'}|${this.#page(folio, pfn)}`;
    }

    #page(folio: Folio, pfn: Pfn): string {
        const { memory } = this.#machine;
        const { layout } = memory;
        const poison = memory.poisoned.get(pfn);
        const facts = [
            Number(layout.isRam(pfn)), Number(layout.isDevice(pfn)), Number(layout.hasStructPage(pfn)), Number(layout.isOnline(pfn)), Number(pfn < layout.geometry.lowReservedPages), Number(pfn >= layout.zoneEnd), Number(pfn >= layout.pageCount),
            this.#ids.of(memory.extentAt(pfn)), poison === undefined ? '' : JSON.stringify(poison), Number(memory.bad.has(pfn)), Number(memory.notInDirectMap.has(pfn)),
            this.#entries.get(pfn)?.join() ?? '', this.#hugeEntriesAt(pfn), ...this.#mappings(folio, pfn),
        ];
        if (folio.owner?.kind === 'file') facts.push(this.#inFile(folio, folio.owner, pfn));
        for (const vma of this.#vmas) {
            const { backing, special } = vma;
            if (backing !== null && pfn >= backing.pfn && pfn < backing.pfn + vma.pageCount) facts.push(`b${this.#entry(vma, vma.start + (pfn - backing.pfn), folio, pfn)}`);
            if (special !== null && special.pfn !== null && pfn >= special.pfn && pfn < special.pfn + vma.pageCount) facts.push(`s${this.#ids.of(vma)}`);
        }
        return facts.join();
    }

    #hugeEntriesAt(pfn: Pfn): string {
        const at = lowerBound(this.#hugeHeads, pfn + 1) - 1;
        const head = this.#hugeHeads[at];
        const found = head === undefined ? undefined : this.#hugeEntries.get(head);
        return found === undefined || pfn >= head! + found.pages ? '' : found.words.join();
    }

    #mappings(folio: Folio, pfn: Pfn): string[] {
        return candidateMappings(folio, pfn).map(({ vma, page }) => this.#entry(vma, page, folio, pfn));
    }

    /** What the page tables hold for a page of a VMA, seen from a frame. */
    #entry(vma: Vma, page: VirtualPage, folio: Folio, pfn: Pfn): string {
        const found = lookup(this.#machine, vma, page);
        const id = this.#ids.of(vma);
        if (found === null) return `${id}:none`;
        if (found.entry.kind === 'swap') return `${id}:swap${found.entry.shared === true ? ' shared' : ''}${this.#slot(found.entry.slot, folio)}`;
        const access = found.entry.kind === 'present' ? `${Number(found.entry.dirty)}${Number(found.entry.writable)}` : '';
        const aligned = found.level === 'huge' ? Number(page - found.start === pfn - folio.head) : '';
        return `${id}:${found.level}${aligned}${found.entry.kind}${access}${Number(mappedPfn(this.#machine, vma, page) === pfn)}`;
    }

    #slot(slot: number, folio: Folio): string {
        const area = this.#machine.swaps.find((each) => each.slots.has(slot));
        return area === undefined ? 'none' : `${this.#ids.of(area)}${Number(area.on)}${Number(area.cache.get(slot) === folio)}`;
    }

    #inFile(folio: Folio, file: AddressSpace, pfn: Pfn): string {
        const index = folio.indexOf(pfn);
        const past = index * 2 ** this.#machine.pageShift >= file.size;
        return [file.initial !== null && index < file.initial.pageCount, file.absent.has(index), file.pages.get(index) === folio, past, index >= file.zeroFrom].map(Number).join('');
    }

    /** Facts of the folio as a whole, with those of every page that has a state of its own. */
    #folio(folio: Folio): string {
        const known = this.#folios.get(folio);
        if (known !== undefined) return known;
        const { owner, hugetlb, swapSlot, head, pageCount } = folio;
        const facts: (string | number)[] = Object.entries(folio).filter(([name]) => !OF_ITS_OWN.has(name)).map(([name, value]) => `${name}=${typeof value === 'object' ? this.#ids.of(value) : String(value)}`);
        facts.push(owner === null ? '' : owner.kind === 'ksm' ? `ksm${owner.items.map(({ mm }) => this.#ids.of(mm)).join('+')}` : this.#ids.of(owner));
        if (hugetlb !== null) facts.push(`${this.#ids.of(hugetlb.pool)}${hugetlb.state}${hugetlb.rawPoison === null ? 'lost' : [...hugetlb.rawPoison].map((pfn) => pfn - head).join('+')}`);
        if (swapSlot !== null) facts.push(this.#slot(swapSlot, folio));
        facts.push(this.#pins.get(folio)?.join('+') ?? '');
        if (folio.order > 0) {
            facts.push(...this.#coverage(folio));
            for (let at = lowerBound(this.#marked, head); at < this.#marked.length && this.#marked[at]! < head + pageCount; at += 1) {
                facts.push(`${this.#marked[at]! - head}:${this.#page(folio, this.#marked[at]!)}`);
            }
        }
        const text = facts.join();
        // As a number: the text of a folio of many marked pages is long, and stands in the facts of each of its pages.
        const id = `f${this.#ids.of(text)}`;
        this.#folios.set(folio, id);
        return id;
    }

    /** Which part of a large folio each VMA covers. */
    #coverage({ owner, index, pageCount }: Folio): string[] {
        if (owner === null || owner.kind === 'ksm') return [];
        return owner.vmas.flatMap((vma) => {
            const from = Math.max(0, vma.indexBase - index);
            const to = Math.min(pageCount, vma.indexBase + vma.pageCount - index);
            return from < to ? [`${this.#ids.of(vma)}[${from}..${to}`] : [];
        });
    }
}

function add<Key>(map: Map<Key, string[]>, key: Key, word: string): void {
    const known = map.get(key);
    if (known === undefined) map.set(key, [word]);
    else known.push(word);
}
