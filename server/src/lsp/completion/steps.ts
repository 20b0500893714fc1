/** Steps: verbs that the actor can take, and the parameters of a verb that are still open. */
import { formOfOperation, wordsOf } from '../../language/lowering/step/phrases.js';
import { OPERATION_BY_ID, OPERATIONS, SWEPT_OPERATIONS, type ActorKind, type Operation, type Parameter } from '../../vocabulary/operations.js';
import { isOnArchitecture } from '../../vocabulary/only-on.js';
import { readPhrase } from '../cursor/phrase.js';
import { waitsForUnit } from '../cursor/cursor.js';
import type { TextToken } from '../cursor/tokens.js';
import { mappingProposals } from './declarations.js';
import type { Facts } from './facts.js';
import { placeProposals } from './places.js';
import { KIND, type Proposal } from './proposal.js';
import { keyword, unitProposals, wordProposals } from './words.js';

/** Operations with a form of their own: they are no verbs of a phrase. */
const OWN_FORM = new Set(['sysctl', 'filter', 'run', 'kexec', 'machine-check-registers']);

/** Verbs for an actor; for nobody's steps those that stand without a colon. */
export function verbProposals(actor: ActorKind, facts: Facts): Proposal[] {
    return OPERATIONS.filter(({ id, actors }) => actors.includes(actor) && !OWN_FORM.has(id) && isOnArchitecture(facts, id)).map((operation) => ({
        label: operation.id, kind: KIND.operation, detail: formOfOperation(operation), documentation: operationMarkdown(operation),
        ...(operation.id === 'mmap' ? { snippet: 'mmap ${1:again} = $0', continues: true } : operation.parameters.length === 0 ? introduction(operation) : { snippet: `${operation.id} $0`, continues: true }),
        ...(COMMON.has(operation.id) ? { rank: 0 } : {}),
    }));
}

/** The steps that a sweep can take: the page is their place, so they name none. */
export function sweptVerbProposals(facts: Facts): Proposal[] {
    return verbProposals('none', facts).filter(({ label }) => SWEPT_OPERATIONS.has(label));
}

const COMMON = new Set(['corrupt-pfn', 'madvise', 'read', 'write', 'machine-check', 'unpoison-pfn', 'soft_offline_page']);

function introduction({ id, introduces }: Operation): Partial<Proposal> {
    return introduces === undefined ? {} : { snippet: `${id} as \${1:${introduces === 'process' ? 'child' : introduces}}` };
}

export function operationMarkdown(operation: Operation): string {
    const parameters = operation.parameters.map(({ name, after, optional, doc }) => `- ${after === undefined ? '' : `\`${after}\` `}*${name}*${optional === true ? ' (optional)' : ''}: ${doc}`);
    return [`\`${formOfOperation(operation)}\``, operation.doc, parameters.join('\n')].filter((part) => part !== '').join('\n\n');
}

export interface PhraseCursor {
    readonly actor: string;
    readonly verb: string;
    readonly rest: readonly TextToken[];
}

/** What can follow the verb and the arguments that are written. */
export function argumentProposals({ actor, verb, rest }: PhraseCursor, facts: Facts): Proposal[] {
    if (verb === 'mmap') {
        return mappingProposals(rest, facts);
    }
    const registers = verb === 'machine-check' && (rest[0]?.text === 'bank' || rest[0]?.text === 'status');
    const found = OPERATION_BY_ID.get(registers ? 'machine-check-registers' : verb);
    if (found === undefined) {
        return [];
    }
    const operation = onArchitecture(found, facts);
    const reading = readPhrase(operation, rest);
    if (waitsForUnit(rest)) {
        const { last } = reading;
        const units = last?.kind === 'bytes' ? unitProposals('bytes', 'pages') : last?.kind === 'time' ? unitProposals('time') : [];
        if (units.length > 0) {
            return units;
        }
    }
    const values = (parameter: Parameter): Proposal[] => valueProposals(parameter, operation, actor, facts);
    if (reading.pending !== undefined) {
        return values(reading.pending);
    }
    const positional = reading.next.flatMap(values);
    const introduced = introductions(reading.open);
    const named = operation.introduces !== undefined && reading.next.every(({ optional }) => optional === true)
        ? [keyword('as', `Names the new ${operation.introduces}.`, { snippet: `as \${1:${operation.introduces === 'process' ? 'child' : operation.introduces}}` })] : [];
    const registersToo = verb === 'machine-check' && rest.length === 0 && isOnArchitecture(facts, 'machine-check-registers') ? [keyword('bank', 'A machine check given by its registers.', { snippet: 'bank ${1:9} status "${2:0xbd80000000100134}" mcg_status ${3:7} at $0', continues: true, rank: 2 })] : [];
    return [...positional, ...introduced, ...named, ...registersToo];
}

/** Without the parameters that no machine of the scenario has. */
function onArchitecture(operation: Operation, facts: Facts): Operation {
    return { ...operation, parameters: operation.parameters.filter(({ name }) => isOnArchitecture(facts, operation.id, name)) };
}

/** The words that introduce parameters which are still open. */
function introductions(open: readonly Parameter[]): Proposal[] {
    return open.filter(({ after }) => after !== undefined).map((parameter) => keyword(parameter.after!, parameter.doc, { snippet: `${parameter.after} $0`, continues: true, detail: `${parameter.after} ${parameter.name}` }));
}

/** What a swept step can still be given: anything but the page, which is the sweep's. */
export function sweptArgumentProposals(verb: string, rest: readonly TextToken[], facts: Facts): Proposal[] {
    const operation = OPERATION_BY_ID.get(verb);
    if (operation === undefined || !SWEPT_OPERATIONS.has(verb)) {
        return [];
    }
    const { pending, next, open } = readPhrase({ ...operation, parameters: onArchitecture(operation, facts).parameters.filter(({ name }) => name !== 'target' && name !== 'raw') }, rest);
    const values = (parameter: Parameter): Proposal[] => valueProposals(parameter, operation, '', facts);
    return pending !== undefined ? values(pending) : [...next.flatMap(values), ...introductions(open)];
}

function valueProposals(parameter: Parameter, operation: Operation, actor: string, facts: Facts): Proposal[] {
    switch (parameter.kind) {
        case 'place': return placeProposals({ operation: operation.id, actor }, facts);
        case 'word': return wordProposals(wordsOf(parameter), KIND.constant, { doc: parameter.doc, rank: 0 });
        case 'text': return [{ label: `"${parameter.name}"`, kind: KIND.snippet, snippet: '"$1"', documentation: parameter.doc, rank: 2 }];
        case 'time': return [{ label: '1 s', kind: KIND.snippet, snippet: '${1:1} ${2|ns,us,ms,s,min,h|}', documentation: parameter.doc }];
        case 'bytes': return [{ label: '4096 B', kind: KIND.snippet, snippet: '${1:4} ${2|KiB,MiB,B,pages|}', documentation: parameter.doc, rank: 2 }];
        case 'number': case 'count': case 'register': return [{ label: '0', kind: KIND.value, documentation: parameter.doc, rank: 2 }];
        default: {
            const types = NAMES[parameter.kind];
            return facts.names.filter(({ node }) => types?.includes(node.$type) === true).map(({ name, node }) => ({ label: name, kind: KIND.name, detail: node.$type.toLowerCase(), documentation: parameter.doc, rank: 0 }));
        }
    }
}

/** Types of nodes that the names of a parameter name. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
    file: ['File', 'Introduction'], description: ['File', 'Introduction'], process: ['Process', 'Introduction'], region: ['Region'], swap: ['Swap'], filesystem: ['Filesystem'], mapping: ['Mapping'],
};
