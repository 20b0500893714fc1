/** Addresses and frames as C expressions. */
import type { PageKindName } from '../../vocabulary/page-kinds.js';
import type { Place } from '../../simulator/program.js';
import { REGION_CONSTRUCTS } from '../constructs/memory.js';
import { numbered, pageFinding } from '../page-finding.js';
import { fileDescriptor } from './files.js';
import { CannotMake, wanted, type CSource } from './source.js';
import { pages, quoted } from './text.js';

/** An address in a task: a `char *`. */
export function address(c: CSource, place: Place): string {
    if (place.kind === 'raw') return `(char *)${BigInt(place.address) > 0xffff_ffffn ? `0x${BigInt(place.address).toString(16)}UL` : `0x${BigInt(place.address).toString(16)}`}`;
    if (place.kind === 'frame') {
        const bound = c.program.machine.frames.find(({ name }) => name === place.frame)?.place;
        if (bound?.kind === 'mapping') return address(c, { ...bound, byteOffset: place.byteOffset });
    }
    if (place.kind !== 'mapping') throw new CannotMake('place', 'an address is wanted where only a frame is named');
    return offset(mappingField(c, place.process, place.mapping), place.page, place.byteOffset);
}

function mappingField(c: CSource, process: string, mapping: string): string {
    const known = c.mappings.get(`${process}.${mapping}`);
    if (known === undefined) throw new CannotMake('place', `${process} has no mapping ${mapping} by then`);
    return `sh->${known.field}`;
}

function offset(base: string, page: number, byteOffset: number): string {
    return [base, ...page === 0 ? [] : [pages(page)], ...byteOffset === 0 ? [] : [`0x${byteOffset.toString(16)}`]].join(' + ');
}

/** Bytes of the pages that a place names. */
export function lengthOf(place: Place): string {
    return pages('pageCount' in place ? place.pageCount : 1);
}

/** The frame behind a place: an `unsigned long`. Evaluated by the test, which may look at any task. */
export function frame(c: CSource, place: Place): string {
    switch (place.kind) {
        case 'mapping': {
            const task = c.task(place.process);
            if (task === undefined) throw new CannotMake('place', `there is no process ${place.process}`);
            const known = c.mappings.get(`${place.process}.${place.mapping}`);
            // No page table leads to a page that is only in the swap cache: its frame was noted before it went there.
            if (known?.spec.swap === 'cache-unmapped') return `sh->${known.field}_pfns[${place.page}]`;
            c.use('pfn_of');
            return `pfn_of(${task.constant}, ${address(c, { ...place, byteOffset: 0 })})`;
        }
        case 'frame': {
            const name = c.named('pfn_', place.frame);
            if (!c.fields.has(name)) throw new CannotMake('place', `no frame is bound to ${place.frame}`);
            return `sh->${name}`;
        }
        case 'region': return [`sh->${region(c, place.region)}`, ...place.page === 0 ? [] : [String(place.page)]].join(' + ');
        case 'file': {
            const mapping = segmentMapping(c, place.file);
            if (mapping !== undefined) return frame(c, { ...place, kind: 'mapping', ...mapping });
            c.use('pfn_of_file');
            return `pfn_of_file(${fileDescriptor(c, place.file)}, ${place.page})`;
        }
        case 'pfn': return `0x${numbered(c.program, place.pfn).toString(16)}UL`;
        case 'phys': return `0x${numbered(c.program, Math.floor(place.address / c.pageBytes)).toString(16)}UL`;
        case 'guest': throw new CannotMake('guests', 'the inside of a virtual machine would need a kernel and a program of its own');
        case 'raw': throw new CannotMake('place', 'an address is no frame');
    }
}

/** Who has attached a segment of System V: it has no descriptor that could be mapped. */
function segmentMapping(c: CSource, file: string): { readonly process: string; readonly mapping: string } | undefined {
    const { machine } = c.program;
    if (machine.files.find(({ name }) => name === file)?.type !== 'sysv-shm') return undefined;
    for (const { name, mappings } of machine.processes) {
        const attached = mappings.find(({ from }) => from.kind === 'file' && from.file === file && from.pageOffset === 0);
        if (attached !== undefined) return { process: name, mapping: attached.name };
    }
    throw new CannotMake('place', 'a page of a segment that nobody has attached');
}

/** Its physical address, with the byte in it: an `unsigned long long`. */
export function physical(c: CSource, place: Place): string {
    const byte = place.kind === 'phys' ? place.address % c.pageBytes : 'byteOffset' in place ? place.byteOffset : 0;
    return `(unsigned long long)${/^[\w->]+$/.test(frame(c, place)) || place.kind === 'mapping' || place.kind === 'file' ? frame(c, place) : `(${frame(c, place)})`} * page_size${byte === 0 ? '' : ` + 0x${byte.toString(16)}`}`;
}

/** The field with the first frame of a region, found when the test begins. */
function region(c: CSource, name: string): string {
    const field = c.named('pfn_', name);
    if (c.fields.has(field)) return field;
    const spec = c.program.machine.regions.find((each) => each.name === name);
    if (spec === undefined) throw new CannotMake('place', `there is no region ${name}`);
    const kind = spec.kind as PageKindName;
    wanted(`region ${spec.kind}`, REGION_CONSTRUCTS[kind]);
    c.field('unsigned long', field);
    c.setup.push(`\tsh->${field} = ${finding(c, kind, name, spec.pageCount)};`);
    return field;
}

function finding(c: CSource, kind: PageKindName, name: string, pageCount: number): string {
    const how = pageFinding(kind);
    if (how.by === 'beyond-ram') {
        c.use('beyond_ram');
        return 'beyond_ram()';
    }
    if (how.by === 'iomem') {
        c.use('find_iomem');
        return `find_iomem(${quoted(how.range)})`;
    }
    c.use('find_page');
    for (const flag of [...how.set, ...how.clear]) c.kpf.add(flag);
    const sum = (names: readonly string[]): string => names.map((flag) => `KPF_${flag}`).join(' | ');
    // The tails follow their head.
    return `find_page(${quoted(`${kind} page for ${name}`)}, ${how.set.includes('COMPOUND_HEAD') ? 1 : pageCount},\n\t\t${sum(how.set)},\n\t\t${sum(how.clear)})`;
}
