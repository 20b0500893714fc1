/** A machine as things with properties. Only reads: whether somebody looks makes no difference to the run. */
import type { Kernel } from '../../kernel/kernel.js';
import { pinsOf } from '../../kernel/mm/pins.js';
import type { Machine } from '../../machine/machine.js';
import type { Folio, FolioOwner, Process, Thread, Vma } from '../../machine/mm-types.js';
import { setFlags } from '../../machine/page-flags.js';
import { folioMapcount, lookup, mappedPfn, mappingsOf } from '../../machine/page-tables.js';
import { hex } from '../../machine/units.js';
import { bytesWords } from '../../vocabulary/units.js';
import { kernelWords } from '../kernel-words.js';
import type { KernelChoice } from '../program.js';
import { countersOf } from '../trace-recorder.js';
import type { Fields } from './state-log.js';

/** A mapping of that many pages shows each of them, whether or not anything speaks of it. */
const WHOLE_MAPPING = 16;

/** Mappings of a frame are counted up to this number. */
const MAX_MAPCOUNT = 1000;

/** Mappings of a frame that are named. */
const MAX_NAMED = 8;

/** Steps through the mappings of an owner that are made to name them. */
const MAX_VMAS = 256;

const yes = (value: boolean): string => value ? 'yes' : 'no';

export function machineFields({ machine }: Kernel, running: KernelChoice | null): Fields {
    return {
        ...(running === null ? {} : { kernel: kernelWords(running) }),
        panic: machine.panic ?? 'no', oops: machine.oops ?? 'no', 'hardware failure seen': yes(machine.hwMemoryFailure),
        ...Object.fromEntries([...machine.sysctls].map(([name, value]) => [name, String(value)])),
        ...Object.fromEntries([...machine.filters].filter(([, value]) => value !== 0n).map(([name, value]) => [name, value.toString()])),
        ...(machine.poisonList === null ? {} : { 'hwpoison list': `${machine.poisonList.pfns.length} entries, ${machine.poisonList.published ? 'published' : 'not published'}` }),
        ...Object.fromEntries(machine.cpus.map(({ thread, mode }, cpu) => [`cpu ${cpu}`, thread === null ? 'idle' : `${thread.label}, ${mode}`])),
    };
}

/** The counters of the machine, and of each node where the kernel has its statistics. */
export function counterFields(kernel: Kernel): readonly { readonly name: string | null; readonly fields: Fields }[] {
    const { poisonedPages, nodes } = countersOf(kernel);
    return [
        { name: null, fields: { HardwareCorrupted: bytesWords(poisonedPages * 2 ** kernel.machine.pageShift) } },
        ...nodes.map((node, id) => ({ name: `node ${id}`, fields: Object.fromEntries(Object.entries(node).map(([name, value]) => [name, String(value)])) })),
    ];
}

export function poolFields(machine: Machine): readonly { readonly name: string; readonly fields: Fields }[] {
    return [...machine.pools.values()].map(({ shift, total, free, reserved, promised, surplus }) => ({
        name: bytesWords(2 ** shift), fields: { total: String(total), free: String(free.length), reserved: String(reserved + promised), surplus: String(surplus) },
    }));
}

export function fileFields(machine: Machine): readonly { readonly name: string; readonly fields: Fields }[] {
    return [...machine.files.values()].map(({ name, type, size, initial, absent, pages, errorSequence, errorSeen }) => ({
        name, fields: {
            type, size: bytesWords(size), 'pages cached at the start': String((initial?.pageCount ?? 0) - absent.size), 'pages looked at': String(pages.size),
            'writeback error': errorSequence === 0 ? 'none' : errorSeen ? '-EIO, reported' : '-EIO, nobody was told',
        },
    }));
}

export function swapFields(machine: Machine): readonly { readonly name: string; readonly fields: Fields }[] {
    return machine.swaps.map(({ name, on, slots, cache }) => ({ name, fields: { on: yes(on), 'slots in use': String(slots.size), 'in the swap cache': String(cache.size) } }));
}

export function frameFields(machine: Machine, pfn: number): Fields {
    const { memory } = machine;
    if (!memory.layout.isRam(pfn) && memory.extentAt(pfn) === null) return { kind: 'no RAM', PG_hwpoison: yes(memory.isPoisoned(pfn)) };
    const folio = memory.peek(pfn);
    const mapcount = folioMapcount(machine, folio, MAX_MAPCOUNT);
    const poisoned = memory.isPoisoned(pfn);
    const takenOff = memory.poisoned.get(pfn)?.takenOff === true;
    return {
        PG_hwpoison: yes(poisoned), kind: folio.kind,
        folio: folio.order === 0 ? 'order 0' : `order ${folio.order}, page ${pfn - folio.head} of it; head ${hex(folio.head)}`,
        flags: setFlags(folio.flags).join(' ') || 'none', 'page type': folio.pageType,
        refcount: `${folio.references + mapcount}${mapcount >= MAX_MAPCOUNT ? ' or more' : ''}`, mapcount: `${mapcount}${mapcount >= MAX_MAPCOUNT ? ' or more' : ''}`,
        owner: ownerWords(folio, pfn), 'mapped by': mapperWords(machine, folio, pfn, mapcount),
        'free list': folio.pageType === 'buddy' ? 'buddy' : folio.perCpuFree ? 'per-CPU' : takenOff ? 'taken off' : 'none',
        ...(folio.pins === 0 ? {} : { pins: pinWords(folio) }),
        ...(folio.hugetlb === null ? {} : { hugetlb: folio.hugetlb.state, 'raw poisoned pages': folio.hugetlb.rawPoison === null ? 'the list was lost' : [...folio.hugetlb.rawPoison].map(hex).join(' ') || 'none' }),
        memory: memory.bad.has(pfn) ? 'bad' : 'healthy', content: contentWords(memory.content(pfn)),
        ...(memory.notInDirectMap.has(pfn) ? { 'direct map': 'not present' } : {}),
        ...(machine.correctedErrors.has(pfn) ? { 'corrected errors': String(machine.correctedErrors.get(pfn)) } : {}),
    };
}

function pinWords(folio: Folio): string {
    const { all, forLong } = pinsOf(folio);
    return `${all}, ${forLong} of them for long`;
}

function contentWords(content: string): string {
    return content === '\0' ? 'zeroes' : `'${content}'`;
}

function ownerWords(folio: Folio, pfn: number): string {
    const { owner } = folio;
    if (owner === null) return 'none';
    if (owner.kind === 'ksm') return 'KSM';
    return owner.kind === 'anon' ? 'anonymous memory' : `file ${owner.name}[${folio.indexOf(pfn)}]`;
}

function mapperWords(machine: Machine, folio: Folio, pfn: number, mapcount: number): string {
    if (mapcount === 0) return 'nobody';
    if (mappersOf(folio.owner) > MAX_VMAS) return `${mapcount} entries`;
    const found = mappingsOf(machine, folio, pfn).map(({ vma, page }) => `${vma.mm.process.name}:${vma.name}[${page - vma.nameStart}]`);
    return found.length === 0 ? 'nobody' : `${found.slice(0, MAX_NAMED).join(', ')}${found.length > MAX_NAMED ? ` and ${found.length - MAX_NAMED} more` : ''}`;
}

function mappersOf(owner: FolioOwner | null): number {
    return owner === null ? 0 : owner.kind === 'ksm' ? owner.items.length : owner.vmas.length;
}

export function processFields({ pid, comm, alive, killedBy, stopped, sigbus, runtime, mm }: Process): Fields {
    return {
        state: alive ? stopped ? 'stopped' : 'runs' : killedBy === null ? 'has exited' : `killed by ${killedBy}`,
        pid: String(pid), comm, SIGBUS: runtime ?? (sigbus === 'default' || sigbus === 'ignored' ? sigbus : `handler, ${sigbus}`),
        ...(mm.markers.size === 0 ? {} : { markers: String(mm.markers.size) }),
    };
}

export function threadFields(thread: Thread, machine: Machine): Fields {
    const { tid, process, pending } = thread;
    return {
        state: !process.alive || thread.exited ? 'ended' : thread.hung ? 'hangs' : thread.waitsFor !== null ? `waits for ${thread.waitsFor.name}` : thread.stuckAt !== null ? 'tries again without end' : 'runs',
        tid: String(tid), policy: !thread.mceProcess ? 'default' : thread.mceEarly ? 'early' : 'late', 'SIGBUS blocked': yes(thread.sigbusBlocked),
        'pending signal': pending === null ? 'none' : `${pending.signal} ${pending.code}${pending.address === null ? '' : ` at ${addressWords(process, pending.address, machine.pageShift)}`}`,
    };
}

function addressWords({ mm }: Process, address: number, pageShift: number): string {
    const page = Math.floor(address / 2 ** pageShift);
    const vma = mm.find(page);
    return vma === null ? hex(address) : `${vma.name}[${page - vma.nameStart}]`;
}

/** A mapping with the entries of the pages that are followed. The parts that it was cut into stand together. */
export function mappingFields(machine: Machine, parts: readonly Vma[], pages: ReadonlySet<number> | undefined): Fields {
    const [first] = parts;
    if (first === undefined) return {};
    const pageCount = parts.reduce((sum, part) => sum + part.pageCount, 0);
    return {
        from: first.special !== null ? first.special.what : first.file === null ? 'anonymous memory' : `file ${first.file.name}`,
        pages: String(pageCount), address: hex(first.start * 2 ** machine.pageShift), sharing: first.shared ? 'shared' : 'private', protection: first.protection,
        ...(first.mlocked ? { mlocked: 'yes' } : {}), ...(parts.length === 1 ? {} : { parts: String(parts.length) }),
        ...(first.hugetlbShift === null ? {} : { 'huge pages of': bytesWords(2 ** first.hugetlbShift) }),
        ...Object.fromEntries(parts.flatMap((part) => entriesOf(machine, part, pageCount <= WHOLE_MAPPING ? undefined : pages ?? new Set()))),
    };
}

/** @param pages undefined for all of them */
function entriesOf(machine: Machine, vma: Vma, pages: ReadonlySet<number> | undefined): [string, string][] {
    const offset = vma.start - vma.nameStart;
    const indexes = pages === undefined ? Array.from({ length: vma.pageCount }, (_each, index) => offset + index)
        : [...pages].filter((page) => page >= offset && page < offset + vma.pageCount).sort((a, b) => a - b);
    return indexes.map((index) => [`[${index}]`, entryWords(machine, vma, vma.nameStart + index)]);
}

function entryWords(machine: Machine, vma: Vma, page: number): string {
    const marker = vma.mm.markers.get(page);
    if (marker !== undefined) return `marker: ${marker}`;
    const found = lookup(machine, vma, page);
    if (found === null) return vma.special?.pfn === undefined || vma.special.pfn === null ? 'none' : `pfn ${hex(vma.special.pfn + (page - vma.start))}`;
    const { entry } = found;
    if (entry.kind === 'swap') return `swap, slot ${entry.slot}`;
    if (entry.kind === 'hwpoison') return `hwpoison ${hex(entry.pfn)}`;
    const pfn = mappedPfn(machine, vma, page);
    return [`present ${hex(pfn ?? 0)}`, ...found.level === 'huge' ? ['huge'] : [], ...entry.dirty ? ['dirty'] : [], ...entry.writable ? ['writable'] : []].join(' ');
}
