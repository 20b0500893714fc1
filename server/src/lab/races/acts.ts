/** What each kind of competitor does on a real kernel: lines that a task takes on CPU 0, and where it can be held in the middle of them. */
import type { Competitor, Place, Program } from '../../simulator/program.js';
import { ADVICE } from '../plan/constants.js';
import { PC_GUEST } from '../kernels/platforms.js';
import { addressWord, type PlanWriter } from '../plan/plan-writer.js';
import { makeStep } from '../plan/steps.js';

/** Races are forced on PCs only. */
const PAGE_BYTES = PC_GUEST.pageBytes;

/** Where a competitor is held while the handler goes on alone. */
export interface InnerHold {
    readonly what: string;
    /** At the entry of that function, for the raced page if it is its first argument. */
    readonly function?: 'folio_add_lru' | 'reclaim_pages';
    /** When the page has left the LRU. */
    readonly offLru?: true;
}

export interface CompetitorActs {
    /** One after the other, by their numbers in the plan. */
    readonly acts: readonly { readonly act: number; readonly what: string }[];
    /** How often it may do all of them. */
    readonly rounds: number;
    /** In the middle of the first act. */
    readonly inner: InnerHold | null;
    /** It is never done whole: what it begins ends with the handler. */
    readonly onlyBegun?: true;
}

export interface CompetitorPlan extends CompetitorActs {
    /** Index in `Step.races`. */
    readonly index: number;
}

interface ActContext {
    readonly writer: PlanWriter;
    readonly program: Program;
    readonly competitor: Competitor;
    /** Slot of the raced frame. */
    readonly frame: string;
    /** The task that stands for root and the kernel. */
    readonly root: number;
    readonly newAct: () => number;
    /** Lines that come last before the race: nothing takes a page between them and it. */
    readonly late: string[];
}

/** Lines that must succeed look things up; the others do what the step does. */
export function parted(lines: readonly string[]): { readonly preparing: readonly string[]; readonly doing: readonly string[] } {
    return { preparing: lines.filter((line) => line.startsWith('?')), doing: lines.filter((line) => !line.startsWith('?')) };
}

export function makeActs(context: ActContext): CompetitorActs | undefined {
    const { competitor, writer } = context;
    const special = competitor.from !== undefined ? allocation : KERNEL_ACTS[competitor.op];
    if (special !== undefined) {
        return special(context);
    }
    if (competitor.actor === 'kernel') {
        writer.cannot(`race kernel: ${competitor.op}`, 'nothing makes the kernel do that to a page of one\'s choice while the handler is held', competitor.source);
        return undefined;
    }
    const inner = competitor.op === 'munlock' ? { what: 'munlock() has taken the page off the LRU', offLru: true } as const
        : competitor.op === 'madvise' && competitor.args['advice'] === 'MADV_PAGEOUT' ? { what: 'MADV_PAGEOUT has isolated the page', function: 'reclaim_pages' } as const : null;
    return asStep(context, inner);
}

/** The step as it is, taken by its task, or by one that stands for root. */
function asStep({ writer, program, competitor, root, newAct }: ActContext, inner: InnerHold | null): CompetitorActs | undefined {
    const from = writer.plan().lines.length;
    makeStep(writer, program, { ...competitor, timeNs: 0 });
    const { preparing, doing } = parted(writer.take(from));
    if (doing.length === 0) {
        return undefined;
    }
    writer.raw(...preparing);
    return {
        acts: doing.map((line) => {
            const [taker = 'r', ...words] = line.split(' ');
            return { act: keep(writer, newAct(), taker === 'r' ? root : Number(taker), words.join(' ')), what: stepName(competitor) };
        }),
        rounds: 1, inner,
    };
}

function stepName({ op, args }: Competitor): string {
    return typeof args['advice'] === 'string' ? args['advice'] : op;
}

function keep(writer: PlanWriter, act: number, task: number, line: string): number {
    writer.raw(`c ${act} ${task} ${line}`);
    return act;
}

/** A fault that gets the free frame: pages are touched until one of them has it. */
function allocation(context: ActContext): CompetitorActs | undefined {
    const { writer, program, competitor, frame, newAct } = context;
    const { actor, op, args, from, source } = competitor;
    const place = args['target'] as Place | undefined;
    const task = writer.taskOf(actor);
    const region = from?.kind === 'region' ? program.machine.regions.find(({ name }) => name === from.region) : undefined;
    const address = place === undefined ? undefined : addressWord(writer, place, actor);
    if (region?.kind === 'hugetlb-free' && task !== undefined && address !== undefined) {
        return { acts: [{ act: keep(writer, newAct(), task, `write ${address} 1 N`), what: `${op} maps the huge page` }], rounds: 1, inner: null };
    }
    if (region?.kind !== 'free' || region.pageCount !== 1 || op !== 'write' && op !== 'read' || place?.kind !== 'mapping' || task === undefined || address === undefined) {
        writer.cannot(`race ${actor}: ${op} from ${from?.kind === 'region' ? from.region : 'there'}`, 'the guest can hand out one free page, to an anonymous mapping that is read or written', source);
        return undefined;
    }
    prepareFree(context, task);
    return {
        acts: [
            { act: keep(writer, newAct(), task, `take ${frame} ${address}`), what: 'pages are touched until the frame is mapped' },
            { act: keep(writer, newAct(), task, `give-back ${address}`), what: 'it is given back' },
        ],
        rounds: 2,
        inner: { what: 'the page is handed out and not yet on an LRU batch', function: 'folio_add_lru' },
    };
}

/** The frame of the region becomes one that is handed out next to whoever wants a page. */
function prepareFree({ frame, program, late }: ActContext, task: number): void {
    if (late.length === 0) {
        const refilled = program.steps.some(({ races }) => races?.some(({ op }) => op === 'pcp-refill'));
        late.push('?r dummies', '?r drain', `?${task} memory`, `?${task} free-one ${frame}${refilled ? ' second' : ''}`, '?r drain', `?r is-free ${frame}`);
    }
}

/** Who maps the page; of a file, the first process that does. */
function ownerOf(writer: PlanWriter, program: Program, place: Place | undefined): { readonly task: number; readonly address: string } | undefined {
    if (place?.kind === 'file') {
        for (const { name, mappings } of program.machine.processes) {
            const mapping = mappings.find(({ from, pageCount }) => from.kind === 'file' && from.file === place.file && place.page >= from.pageOffset && place.page < from.pageOffset + pageCount);
            if (mapping?.from.kind === 'file') {
                return ownerOf(writer, program, { kind: 'mapping', process: name, mapping: mapping.name, page: place.page - mapping.from.pageOffset, pageCount: place.pageCount, byteOffset: 0 });
            }
        }
    }
    if (place?.kind !== 'mapping') {
        return undefined;
    }
    const task = writer.taskOf(place.process);
    const address = addressWord(writer, place, place.process);
    return task === undefined || address === undefined ? undefined : { task, address };
}

function pagesOf(place: Place | undefined): number {
    return place !== undefined && 'pageCount' in place ? place.pageCount : 1;
}

/** By the owner of the page, on the page. */
function byOwner(line: (address: string, bytes: number, task: number) => string, what: string, more: Partial<CompetitorActs> & { readonly byRoot?: true } = {}): (context: ActContext) => CompetitorActs | undefined {
    return ({ writer, program, competitor, newAct, root }) => {
        const place = competitor.args['target'] as Place | undefined;
        const owner = ownerOf(writer, program, place);
        if (owner === undefined) {
            writer.cannot(`race kernel: ${competitor.op}`, 'the guest does it by the owner of the page, which maps it', competitor.source);
            return undefined;
        }
        const { byRoot, ...rest } = more;
        const act = keep(writer, newAct(), byRoot === true ? root : owner.task, line(owner.address, pagesOf(place) * PAGE_BYTES, owner.task));
        return { acts: [{ act, what }], rounds: 1, inner: null, ...rest };
    };
}

/** By root, on the page's file. */
function byRoot({ writer, program, competitor, root, newAct }: ActContext, op: 'fsync' | 'splice', what: string): CompetitorActs | undefined {
    const place = competitor.args['target'] as Place | undefined;
    const from = writer.plan().lines.length;
    makeStep(writer, program, { source: competitor.source, actor: 'root', op, args: place?.kind !== 'file' ? {} : op === 'fsync' ? { description: place.file } : { target: place }, timeNs: 0 });
    const { preparing, doing } = parted(writer.take(from));
    writer.raw(...preparing);
    return doing.length === 0 ? undefined : { acts: doing.map((line) => ({ act: keep(writer, newAct(), root, line.split(' ').slice(1).join(' ')), what })), rounds: 1, inner: null };
}

const PAGEOUT = (address: string, bytes: number): string => `madvise ${address} ${bytes} ${ADVICE['MADV_PAGEOUT']}`;
const ISOLATED: InnerHold = { what: 'the page is isolated', function: 'reclaim_pages' };

/** What the kernel does by itself, and how it is brought to do it to that page. */
const KERNEL_ACTS: Readonly<Record<string, (context: ActContext) => CompetitorActs | undefined>> = {
    allocate: ({ writer, competitor, frame, root, newAct, late }) => {
        if (competitor.args['kind'] !== 'page-table') {
            writer.cannot(`race kernel: allocate as ${String(competitor.args['kind'] ?? 'driver')}`, 'the guest can bring the kernel to take one free page, as a page table', competitor.source);
            return undefined;
        }
        late.push('?r dummies', '?r drain', `?${root} free-table`, '?r drain', `?${root} find-table ${frame}`);
        return { acts: [{ act: keep(writer, newAct(), root, `take-table ${frame}`), what: 'page tables are made until the frame is one' }], rounds: 1, inner: null };
    },
    'pcp-refill': (context) => {
        const { writer, program, competitor, newAct } = context;
        const [task] = program.machine.processes.map(({ name }) => writer.taskOf(name));
        if (task === undefined) {
            writer.cannot('race kernel: pcp-refill', 'a process of the scenario touches another page, and there is none', competitor.source);
            return undefined;
        }
        prepareFree(context, task);
        return { acts: [{ act: keep(writer, newAct(), task, 'refill'), what: 'another page is touched, and the list of the CPU refilled' }], rounds: 2, inner: null };
    },
    isolate: byOwner(PAGEOUT, 'MADV_PAGEOUT isolates it', { inner: ISOLATED, onlyBegun: true }),
    reclaim: byOwner(PAGEOUT, 'MADV_PAGEOUT, which reclaims it', { inner: ISOLATED }),
    get: (context) => context.competitor.args['target'] !== undefined && (context.competitor.args['target'] as Place).kind === 'file' ? byRoot(context, 'splice', 'splice() into a pipe takes a reference') : byOwner((address) => `vmsplice ${address} ${PAGE_BYTES}`, 'vmsplice() into a pipe takes a reference')(context),
    'mark-dirty': byOwner((address) => `write ${address} 1 W`, 'its owner stores to it'),
    split: byOwner((address, _bytes, task) => `split ${task} ${address} ${PAGE_BYTES}`, 'debugfs splits it', { byRoot: true }),
    collapse: (context) => {
        const { writer, program, competitor: { args } } = context;
        const place = args['target'] as Place | undefined;
        const mapping = place?.kind === 'mapping' ? program.machine.processes.find(({ name }) => name === place.process)?.mappings.find(({ name }) => name === place.mapping) : undefined;
        const owner = ownerOf(writer, program, place === undefined || mapping === undefined ? place : { ...place, page: 0 } as Place);
        const bytes = (mapping?.pageCount ?? 0) * PAGE_BYTES;
        if (owner !== undefined) {
            writer.must(owner.task, 'madvise', owner.address, bytes, ADVICE['MADV_HUGEPAGE']!);
        }
        return byOwner(() => `madvise ${owner?.address ?? '0'} ${bytes} ${ADVICE['MADV_COLLAPSE']}`, 'MADV_COLLAPSE of the mapping')(context);
    },
    dissolve: ({ writer, root, newAct }) => ({ acts: [{ act: keep(writer, newAct(), root, 'file /proc/sys/vm/nr_hugepages 0'), what: 'nr_hugepages = 0' }], rounds: 1, inner: null }),
    writeback: (context) => byRoot(context, 'fsync', 'fsync()'),
};
