/** What a declared name is, and what its pages went through: from the program and the trace. */
import { AstUtils, type AstNode } from 'langium';
import { isFile, isFrame, isGuest, isIntroduction, isMapping, isMmap, isProcess, isRegion, type Mapping } from '../../language/generated/ast.js';
import { escaped } from '../../report/output/markdown-text.js';
import { bytesWords, countWords, hex } from '../../report/step/wording.js';
import { kernelWords } from '../../simulator/kernel-words.js';
import type { MappingSpec, Place, Program } from '../../simulator/program.js';
import type { StateChange, Trace } from '../../simulator/trace.js';
import { describeAll } from '../../vocabulary/lookup.js';
import { PAGE_KINDS, type PageKind } from '../../vocabulary/page-kinds.js';

/** Most changes of one name that are told. */
const MAX_CHANGES = 12;

export interface RunOfScene {
    readonly program: Program;
    readonly trace: Trace;
}

/** Markdown parts; the first is the line that declares it. */
export function declarationParts(node: AstNode, documentation: string | undefined, run: RunOfScene | undefined): string[] {
    const line = (node.$cstNode?.text ?? '').split(/[\r\n]/, 1)[0]!.trim();
    return [`\`\`\`hwp\n${line}\n\`\`\``, documentation ?? '', run === undefined ? '' : factsOf(node, run)].filter((part) => part !== '');
}

function factsOf(node: AstNode, run: RunOfScene): string {
    const lines = isMapping(node) ? mappingFacts(node, run) : isRegion(node) ? regionFacts(node.name, run) : isFrame(node) ? frameFacts(node.name, run)
        : isProcess(node) || isIntroduction(node) ? processFacts(node.name, run) : isFile(node) ? fileFacts(node.name, run) : isGuest(node) ? guestFacts(node.name, run) : [];
    return lines.filter((line) => line !== '').map((line) => `- ${line}`).join('\n');
}

function regionFacts(name: string, { program }: RunOfScene): string[] {
    const region = program.machine.regions.find((spec) => spec.name === name);
    const kind = region === undefined ? undefined : (PAGE_KINDS as Readonly<Record<string, PageKind>>)[region.kind];
    return region === undefined || kind === undefined ? [] : [
        `${countWords(region.pageCount, 'page')} of kind \`${region.kind}\`${region.pfn === undefined ? '' : `, from frame ${hex(region.pfn)}`}: ${kind.doc}`,
        `flags: ${kind.flags.length === 0 ? 'none' : kind.flags.map((flag) => `\`PG_${flag}\``).join(' ')}; page type: ${kind.pageType}; reference count: ${kind.refcount}`,
        ...kind.kpageflags.length === 0 ? [] : [`/proc/kpageflags: ${kind.kpageflags.map((flag) => `\`${flag}\``).join(' ')}`],
    ];
}

function frameFacts(name: string, run: RunOfScene): string[] {
    const { program, trace } = run;
    const frame = trace.end.frames[name];
    const place = program.machine.frames.find((spec) => spec.name === name)?.place;
    return frame === undefined ? [] : [
        `frame ${hex(frame.pfn)}, at the end ${frame.poisoned ? 'poisoned' : 'not poisoned'}: ${escaped(frame.description)}`,
        ...place === undefined ? [] : placeFacts(place, run),
        ...changesOf(trace, (change) => change.of === 'page' && change.key === hex(frame.pfn)),
    ];
}

/** What a page that has a name is a page of: its kind, flags and mappings as they are declared. */
function placeFacts(place: Place, run: RunOfScene): string[] {
    const { processes } = run.program.machine;
    switch (place.kind) {
        case 'mapping': {
            const spec = processes.find(({ name }) => name === place.process)?.mappings.find(({ name }) => name === place.mapping);
            return spec === undefined ? [] : [`page ${place.page} of \`${place.process}.${place.mapping}\`, ${described(spec, run.program)}`, sharers(spec, place.process, run.program)];
        }
        case 'file': return [`page ${place.page} of \`${place.file}\``, ...fileFacts(place.file, run)];
        case 'region': return [`page ${place.page} of \`${place.region}\``, ...regionFacts(place.region, run)];
        default: return [];
    }
}

function processFacts(name: string, { program, trace }: RunOfScene): string[] {
    const process = program.machine.processes.find((spec) => spec.name === name);
    const killer = trace.end.exits[name];
    return [
        ...process === undefined ? [] : [
            `SIGBUS: ${process.sigbus}; ${process.threads.map(({ name: thread, policy, sigbusBlocked }) => `\`${thread === '' ? 'main' : thread}\` ${policy}${sigbusBlocked ? ', blocked' : ''}`).join('; ')}`,
            process.mappings.length === 0 ? '' : `maps ${process.mappings.map((mapping) => `\`${mapping.name}\``).join(', ')}`,
        ],
        killer === undefined ? 'alive at the end' : killer === null ? 'exits' : `killed by ${killer}`,
    ];
}

function guestFacts(name: string, { program }: RunOfScene): string[] {
    const guest = program.guests?.find((spec) => spec.name === name);
    return guest === undefined ? [] : [
        `Linux ${kernelWords(guest.program.kernel)} under KVM, run by \`${guest.process}\``,
        `${bytesWords(guest.program.machine.ramBytes)} of memory, which is \`${guest.process}.${guest.mapping}\``,
        guest.program.machine.processes.length === 0 ? '' : `runs ${guest.program.machine.processes.map((process) => `\`${process.name}\``).join(', ')}`,
    ];
}

function fileFacts(name: string, { program }: RunOfScene): string[] {
    const file = program.machine.files.find((spec) => spec.name === name);
    const mapped = program.machine.processes.flatMap((process) => process.mappings.filter(({ from }) => from.kind === 'file' && from.file === name).map((mapping) => `\`${process.name}.${mapping.name}\``));
    return file === undefined ? [] : [
        `${bytesWords(file.bytes)} of ${file.type}, cached: ${file.cached}: ${describeAll(file.type)[0]?.doc ?? ''}`,
        mapped.length === 0 ? 'nobody maps it at the start' : `mapped as ${mapped.join(', ')}`,
    ];
}

function mappingFacts(node: Mapping, { program, trace }: RunOfScene): string[] {
    const owner = ownerOf(node);
    const spec = program.machine.processes.find(({ name }) => name === owner)?.mappings.find(({ name }) => name === node.name);
    const key = `${owner ?? ''}:${node.name}[`;
    return [
        ...spec === undefined ? [] : [described(spec, program), sharers(spec, owner ?? '', program)],
        ...changesOf(trace, (change) => change.of === 'mapping' && change.key.startsWith(key)),
    ];
}

function ownerOf(node: Mapping): string | undefined {
    const process = AstUtils.getContainerOfType(node, isProcess);
    const step = AstUtils.getContainerOfType(node, isMmap);
    return process?.name ?? step?.actor.process?.$refText;
}

function described(spec: MappingSpec, { pageShift }: Program): string {
    const flags = [
        spec.shared ? 'shared' : 'private', spec.touched, spec.hugetlbShift === undefined ? '' : `huge pages of ${bytesWords(2 ** spec.hugetlbShift)}`,
        spec.hugetlbShift === undefined && spec.folioBytes > 2 ** pageShift ? `folios of ${bytesWords(spec.folioBytes)}` : '', spec.mlocked ? 'mlocked' : '', spec.lazyFree ? 'lazily freed' : '',
        spec.swap === 'none' ? '' : `swap: ${spec.swap}`, spec.ksm === undefined ? '' : `KSM group ${spec.ksm}`, spec.protection === 'write' ? '' : `protection: ${spec.protection}`,
    ];
    const source = spec.from.kind === 'file' ? `file \`${spec.from.file}\` from page ${spec.from.pageOffset} on` : spec.from.kind === 'region' ? `region \`${spec.from.region}\`${spec.from.pageOffset === 0 ? '' : ` from page ${spec.from.pageOffset} on`}` : spec.from.kind === 'special' ? spec.from.what : spec.from.kind;
    return `${countWords(spec.pageCount, 'page')} of ${source}: ${flags.filter((flag) => flag !== '').join(', ')}`;
}

/** Other mappings of the same pages, or of some of them. */
function sharers(spec: MappingSpec, owner: string, { machine }: Program): string {
    const same = machine.processes.flatMap((process) => process.mappings.filter((other) => other !== spec && (showsPagesOf(spec, other) || spec.ksm !== undefined && other.ksm === spec.ksm))
        .map((other) => `\`${process.name}.${other.name}\``));
    const copies = machine.processes.filter(({ forkedFrom }) => forkedFrom === owner).map(({ name }) => `\`${name}\` (forked)`);
    return same.length + copies.length === 0 ? '' : `the same pages: ${[...same, ...copies].join(', ')}`;
}

/** Do both show parts of one file or region that overlap? */
function showsPagesOf({ from, pageCount }: MappingSpec, other: MappingSpec): boolean {
    const isSame = from.kind === 'file' && other.from.kind === 'file' ? from.file === other.from.file : from.kind === 'region' && other.from.kind === 'region' && from.region === other.from.region;
    return isSame && 'pageOffset' in from && 'pageOffset' in other.from && from.pageOffset < other.from.pageOffset + other.pageCount && other.from.pageOffset < from.pageOffset + pageCount;
}

/** What the run did to it, in order: step, property, before and after. */
function changesOf(trace: Trace, concerns: (change: StateChange) => boolean): string[] {
    const changes = trace.steps.flatMap((step) => step.events.flatMap((event) => event.t === 'decision' ? (event.changes ?? []).filter(concerns).map((change) => `step ${step.index + 1}, \`${event.id}\`: ${escaped(change.key)} ${escaped(change.field)} ${escaped(change.before)} → ${escaped(change.after)}`) : []));
    const distinct = [...new Set(changes)];
    return distinct.length > MAX_CHANGES ? [...distinct.slice(0, MAX_CHANGES), `${distinct.length - MAX_CHANGES} more changes`] : distinct;
}
