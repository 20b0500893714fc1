/** From the position of a cursor to the rows that answer for it. */
import type { Cursor } from '../cursor/cursor.js';
import { lastIndexWhere, type TextToken } from '../cursor/tokens.js';
import { raceFitness } from '../../vocabulary/operations.js';
import { UNITS } from '../../vocabulary/units.js';
import { claimProposals } from './claims.js';
import { DECLARATIONS } from './declarations.js';
import type { Facts } from './facts.js';
import { guestStepProposals, itemProposals, stepProposals } from './items.js';
import { pageProposals, place, placeProposals, sweptProposals } from './places.js';
import { KIND, type Proposal } from './proposal.js';
import { argumentProposals, sweptArgumentProposals, sweptVerbProposals, verbProposals } from './steps.js';
import { keyword, unitProposals } from './words.js';

export interface Proposals {
    readonly proposals: readonly Proposal[];
    /** How many characters before the cursor an accepted proposal replaces. */
    readonly prefixLength: number;
}

/** Where `in GUEST` stands or can stand: at the start, after a time, after `expect`; -1 elsewhere. */
function sideAt(item: readonly TextToken[]): number {
    const rest = item[0]?.text === 'expect' ? item.slice(1) : atTime(item) ?? item;
    return rest[0]?.text === 'in' ? item.length - rest.length : -1;
}

export function proposalsAt(cursor: Cursor, facts: Facts): Proposals {
    const { prefix, item } = cursor;
    const side = sideAt(item);
    if (side >= 0) {
        const guest = facts.guests.find(({ name }) => name === item[side + 1]?.text);
        const isNext = item.length === side + 2 && item[0]?.text !== 'expect' && !prefix.includes('.');
        return guest !== undefined && isNext ? { proposals: guestStepProposals(facts.inside(guest)), prefixLength: prefix.length } : guest !== undefined ? proposalsAt({ ...cursor, item: [...item.slice(0, side), ...item.slice(side + 2)] }, facts.inside(guest))
            : { proposals: facts.guests.map(({ name }) => keyword(name, 'A virtual machine.', { snippet: `${name} $0`, continues: true })), prefixLength: prefix.length };
    }
    const member = memberProposals(cursor, facts);
    if (member !== undefined) {
        return member;
    }
    const bracket = lastIndexWhere(item, ({ text }) => text === '[');
    if (bracket > 0 && !item.slice(bracket).some(({ text }) => text === ']')) {
        const owner = item[bracket - 2]?.text === '.' ? item[bracket - 3]?.text : undefined;
        return { proposals: bracket === item.length - 1 ? pageProposals(item[bracket - 1]!.text, owner, facts) : [], prefixLength: prefix.length };
    }
    return { proposals: /^[0-9]/.test(prefix) && !versionStands(item) ? [] : following(cursor, facts), prefixLength: prefix.length };
}

/** A number that is being typed is nobody's business, but a version is a word of a table. */
function versionStands(item: readonly TextToken[]): boolean {
    return item.some(({ text }) => text === 'kernel');
}

/** `db.he|`: threads or mappings of the process before the dot, whatever stands around. */
function memberProposals({ prefix, item, block }: Cursor, facts: Facts): Proposals | undefined {
    const dot = prefix.indexOf('.');
    const guest = dot < 0 ? undefined : facts.guests.find(({ name }) => name === prefix.slice(0, dot));
    if (guest !== undefined) {
        return { proposals: facts.inside(guest).frames.map(({ name, node }) => place(name, node, 0)), prefixLength: prefix.length - dot - 1 };
    }
    const task = dot < 0 ? undefined : facts.task(prefix.slice(0, dot));
    if (task === undefined) {
        return undefined;
    }
    const threads = ['main', ...facts.threadsOf(task)];
    const beforeColon = item.length === 0 || item[0]?.text === 'race' && item.length === 1 || atTime(item)?.length === 0;
    const wantsTask = beforeColon || item.at(-1)?.text === 'to' || item.at(-1)?.text === 'runs' || block === 'file';
    const asTask = threads.map((name): Proposal => ({ label: name, kind: KIND.task, detail: `thread of ${prefix.slice(0, dot)}`, ...(beforeColon ? { snippet: `${name}: $0`, continues: true } : {}) }));
    return { proposals: wantsTask ? asTask : facts.mappingsOf(task).map(({ name, node }) => place(name, node, 0)), prefixLength: prefix.length - dot - 1 };
}

function following(cursor: Cursor, facts: Facts): readonly Proposal[] {
    const { item, block } = cursor;
    if (block === 'outcomes') {
        return claimProposals(item, facts, { inSet: true, swept: false });
    }
    if (item.length === 0) {
        return itemProposals(cursor, facts);
    }
    const word = item[0]!.text;
    const rest = item.slice(1);
    if (word === 'expect') {
        return claimProposals(rest, facts, { inSet: false, swept: cursor.step?.[0]?.text === 'sweep' });
    }
    if (word === 'at') {
        return afterAt(item, facts);
    }
    if (word === 'race') {
        return rest.length === 0 ? competitors(facts) : raceProposals(rest, facts);
    }
    if (word === 'sweep') {
        return sweepProposals(rest, facts);
    }
    if (word === 'pin' && (rest.length === 0)) {
        return placeProposals({ operation: 'pin', actor: processAround(cursor) }, facts);
    }
    if (word === 'guest') {
        return guestProposals(rest, processAround(cursor), facts);
    }
    if (word === 'page' && rest[1]?.text === '=' && rest.length === 2) {
        return placeProposals({ operation: 'page', actor: '' }, facts);
    }
    if (word === 'page' && rest.length === 0) {
        return DECLARATIONS['page']!(rest, facts);
    }
    return item.some(({ text }) => text === ':') && word !== 'filesystem' || !Object.hasOwn(DECLARATIONS, word) ? phraseProposals(item, facts) : DECLARATIONS[word]!(rest, facts);
}

/** `guest NAME backed by MAPPING`: a mapping of the process that runs it. */
function guestProposals(rest: readonly TextToken[], process: string, facts: Facts): readonly Proposal[] {
    const backed = keyword('backed by', 'The mapping that is its memory.', { snippet: 'backed by $0', continues: true });
    switch (rest.length) {
        case 1: return [backed];
        case 2: return [keyword('by', 'The mapping that is its memory.', { snippet: 'by $0', continues: true })];
        case 3: return placeProposals({ operation: 'guest', actor: process }, facts).filter(({ kind }) => kind === KIND.mapping);
        default: return [];
    }
}

function processAround({ openers }: Cursor): string {
    return openers[lastIndexWhere(openers, ([first]) => first?.text === 'process')]?.[1]?.text ?? '';
}

/** A step: an actor and a colon, or a verb, then arguments. */
function phraseProposals(item: readonly TextToken[], facts: Facts): Proposal[] {
    const colon = item.findIndex(({ text }) => text === ':');
    const actor = colon < 0 ? '' : item[0]!.text;
    const [verb, ...rest] = item.slice(colon + 1);
    if (verb === undefined) {
        return actor === 'kernel' ? verbProposals('kernel', facts) : actor === 'root' || actor === 'hardware' ? verbProposals('none', facts) : verbProposals('task', facts);
    }
    return colon < 0 && BOOTS.has(verb.text) ? DECLARATIONS[verb.text]!(rest, facts) : argumentProposals({ actor, verb: verb.text, rest }, facts);
}

/** Steps with attributes of their own, also behind a time. */
const BOOTS = new Set(['kexec', 'reboot', 'power-cycle']);

/** What stands after `at TIME`; undefined while the time is not there yet. */
function atTime(item: readonly TextToken[]): readonly TextToken[] | undefined {
    if (item[0]?.text !== 'at') {
        return undefined;
    }
    const number = item.findIndex(({ kind }) => kind === 'number');
    const unit = Object.hasOwn(UNITS, item[number + 1]?.text ?? '') ? 1 : 0;
    return number < 0 || unit === 0 ? undefined : item.slice(number + 1 + unit);
}

function afterAt(item: readonly TextToken[], facts: Facts): readonly Proposal[] {
    const rest = atTime(item);
    if (rest !== undefined) {
        return rest.length === 0 ? stepProposals(facts) : phraseProposals(rest, facts);
    }
    return item.at(-1)?.kind === 'number' ? unitProposals('time') : [{ label: '+1s', kind: KIND.snippet, snippet: '+${1:1}s $0', documentation: 'Since the step before.' }];
}

function competitors(facts: Facts): readonly Proposal[] {
    return [...facts.tasks.map(({ name }) => name), 'kernel', 'root'].map((name) => ({ label: `${name}:`, kind: KIND.task, documentation: 'Who competes.', snippet: `${name}: $0`, continues: true }));
}

function raceProposals(rest: readonly TextToken[], facts: Facts): readonly Proposal[] {
    if (rest.at(-1)?.text === ':') {
        return phraseProposals(rest, facts).filter(({ label }) => raceFitness(label) === 'fit');
    }
    if (rest.at(-1)?.text === 'from') {
        return facts.names.filter(({ node }) => node.$type === 'Region').map(({ name, node }) => place(name, node, 0));
    }
    const proposals = phraseProposals(rest, facts);
    const complete = rest.some(({ text }) => text === ':') && rest.length > 3 && !rest.some(({ text }) => text === 'from');
    return complete ? [...proposals, keyword('from', 'The region whose frame the allocator hands out.', { snippet: 'from $0', continues: true })] : proposals;
}

function sweepProposals(rest: readonly TextToken[], facts: Facts): readonly Proposal[] {
    const words = ['every', 'page', 'of'];
    const missing = words.findIndex((word, index) => rest[index]?.text !== word);
    if (missing >= 0) {
        return [keyword(words.slice(missing).join(' '), 'The step for every page.', { snippet: `${words.slice(missing).join(' ')} $0`, continues: true })];
    }
    const colon = rest.findIndex(({ text }) => text === ':');
    if (colon >= 0) {
        return colon === rest.length - 1 ? sweptVerbProposals(facts) : sweptArgumentProposals(rest[colon + 1]!.text, rest.slice(colon + 2), facts);
    }
    const over = rest.slice(words.length);
    return over.length === 0 ? sweptProposals(facts) : over.length === 1 && over[0]!.text === 'node' ? facts.nodes.map((node) => ({ label: String(node), kind: KIND.value, documentation: 'Its RAM.', snippet: `${node}: $0`, continues: true })) : [];
}
