/** Attributes of a declaration that are not given yet, and the values of the one that waits for its. */
import type { Attribute, AttributeValue, Construct } from '../../vocabulary/settings.js';
import { argumentsOf, type WrittenArgument } from '../cursor/arguments.js';
import { waitsForUnit } from '../cursor/cursor.js';
import type { TextToken } from '../cursor/tokens.js';
import type { Facts } from './facts.js';
import { placeProposals } from './places.js';
import { KIND, type Proposal } from './proposal.js';
import { unitProposals, wordProposals } from './words.js';

interface Reading {
    readonly used: Set<string>;
    readonly groups: ReadonlySet<string>;
    /** The attribute at the end of the text that has no value yet. */
    readonly pending: Attribute | undefined;
    /** First word of an attribute of two words. */
    readonly half: string | undefined;
    readonly last: Attribute | undefined;
    /** The attribute at the end of the text, with its value, behind which another one belongs. */
    readonly leads: string | undefined;
}

/** Words before a raw address, which is part of the place. */
const RAW_WORDS = new Set(['pfn', 'phys', 'address']);

/** `tokens` are those after the head; `sized` says that the declaration has a size of its own. */
export function attributeProposals(construct: Construct, tokens: readonly TextToken[], facts: Facts, sized = true): Proposal[] {
    const args = argumentsOf(tokens);
    const reading = read(construct.attributes, args);
    // The part stands in brackets behind the name.
    if (tokens[0]?.text === '[') reading.used.add('pages');
    if (waitsForUnit(tokens) && tokens.at(-2)?.text !== '..') {
        const attribute = reading.last;
        const units = attribute === undefined ? (sized ? unitProposals('bytes', 'pages') : []) : attribute.value === 'size' || attribute.value === 'address' ? unitProposals('bytes', 'pages') : [];
        return attribute === undefined || attribute.value === 'size' ? units : [...units, ...open(construct.attributes, reading)];
    }
    if (reading.pending !== undefined) {
        return valuesOf(reading.pending, facts);
    }
    if (reading.half !== undefined) {
        return open(construct.attributes, reading).filter(({ label }) => label.startsWith(`${reading.half} `))
            .map((proposal) => ({ ...proposal, label: proposal.label.slice(reading.half!.length + 1), snippet: proposal.snippet?.slice(reading.half!.length + 1) ?? proposal.label }));
    }
    return open(construct.attributes, reading);
}

function read(attributes: readonly Attribute[], args: readonly WrittenArgument[]): Reading {
    const used = new Set<string>();
    const groups = new Set<string>();
    let pending: Attribute | undefined;
    let half: string | undefined;
    let last: Attribute | undefined;
    let leads: string | undefined;
    for (let index = 0; index < args.length; index++) {
        const first = args[index]?.word;
        const second = args[index + 1]?.word;
        const attribute = attributes.find(({ word }) => second !== undefined && word === `${first} ${second}`) ?? attributes.find(({ word }) => word === first);
        pending = undefined;
        half = undefined;
        leads = undefined;
        last = attribute;
        if (attribute === undefined) {
            half = index === args.length - 1 && attributes.some(({ word }) => word.startsWith(`${first} `)) ? first : undefined;
            continue;
        }
        index += attribute.word.includes(' ') ? 1 : 0;
        used.add(attribute.word);
        if (attribute.group !== undefined) {
            groups.add(attribute.group);
        }
        if (attribute.value !== undefined) {
            index++;
            pending = args[index] === undefined ? attribute : undefined;
            if (attribute.value === 'place' && RAW_WORDS.has(args[index]?.word ?? '')) {
                index++;
            }
            leads = attributes.some(({ follows }) => follows === attribute.word) ? attribute.word : undefined;
        }
    }
    return { used, groups, pending, half, last, leads };
}

function open(attributes: readonly Attribute[], { used, groups, leads }: Reading): Proposal[] {
    return attributes.filter(({ word, group, repeatable, follows }) => follows === leads && (repeatable === true || !used.has(word)) && (group === undefined || !groups.has(group))).map((attribute) => ({
        label: attribute.word, kind: KIND.attribute, documentation: attribute.doc,
        ...(attribute.value === undefined ? {} : { detail: `${attribute.word} ${PLACEHOLDERS[attribute.value]}`, ...insertion(attribute) }),
    }));
}

/** How a value is asked for: a snippet where its form is fixed, else the list of what can stand there. */
function insertion({ word, value }: Attribute): Pick<Proposal, 'snippet' | 'continues'> {
    const form = value === undefined ? undefined : FORMS[value];
    return form === undefined ? { snippet: `${word} $0`, continues: true } : { snippet: `${word} ${form}` };
}

const FORMS: Readonly<Partial<Record<AttributeValue, string>>> = {
    size: '${1:64} ${2|KiB,MiB,GiB,pages|}', number: '${1:0}', address: '${1:0x10000000}', range: '${1:0}..${2:3}', device: '${1:8}:${2:1}', text: '"${1:A}"',
};

const PLACEHOLDERS: Readonly<Record<AttributeValue, string>> = {
    size: 'SIZE', number: 'N', address: 'ADDRESS', range: 'FIRST..LAST', device: 'MAJOR:MINOR', text: '"TEXT"', word: 'WORD', reference: 'NAME', place: 'PLACE',
};

function valuesOf(attribute: Attribute, facts: Facts): Proposal[] {
    if (attribute.choices !== undefined) {
        return wordProposals(attribute.choices, KIND.value, { doc: attribute.doc, rank: 0 });
    }
    if (attribute.value === 'place') {
        return placeProposals({ operation: attribute.word, actor: '' }, facts);
    }
    const types = REFERENCES[attribute.word];
    if (types !== undefined) {
        return facts.names.filter(({ node }) => types.includes(node.$type)).map(({ name, node }) => ({ label: name, kind: KIND.name, detail: node.$type.toLowerCase(), documentation: attribute.doc, rank: 0 }));
    }
    const form = attribute.value === undefined ? undefined : FORMS[attribute.value];
    return form === undefined ? [] : [{ label: PLACEHOLDERS[attribute.value!], kind: KIND.snippet, documentation: attribute.doc, snippet: form, rank: 0 }];
}

/** What the names after an attribute name. */
const REFERENCES: Readonly<Record<string, readonly string[]>> = {
    'dax on': ['Pmem'], on: ['Filesystem'], in: ['Cgroup'], 'forked from': ['Process'],
};
