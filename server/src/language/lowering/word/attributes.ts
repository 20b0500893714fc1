/** Reads the arguments of a declaration by its row in vocabulary/settings.ts. */
import type { AstNode } from 'langium';
import { type Argument, type Place, type Quantity, type Text, isPlace, isQuantity, isText } from '../../generated/ast.js';
import type { Attribute, Construct } from '../../../vocabulary/settings.js';
import type { Issues } from '../../issues.js';
import { kindOf, textOf, wordOf } from './words.js';
import { expectationAt } from './same-line.js';
import { suggest } from './suggestions.js';

export interface AttributeUse {
    readonly attribute: Attribute;
    /** First word of the attribute. */
    readonly node: Argument;
    readonly value?: Argument;
}

export interface ArgumentShape {
    /** The first argument is a word (a kind, a type) or a name. */
    readonly head?: string;
    /** How many sizes or counts stand without a word of their own. */
    readonly quantities?: number;
    readonly texts?: number;
}

export interface ArgumentReading {
    readonly head?: Place;
    readonly quantities: readonly Quantity[];
    readonly texts: readonly Text[];
    readonly uses: ReadonlyMap<string, AttributeUse>;
}

/** Sorts arguments into head, sizes, texts and attributes; reports what does not belong. Never throws. */
export function readArguments(args: readonly Argument[], construct: Construct, shape: ArgumentShape, owner: AstNode, issues: Issues): ArgumentReading {
    return new Reader(args, construct, shape, owner, issues).read();
}

class Reader {
    private index = 0;
    private readonly quantities: Quantity[] = [];
    private readonly texts: Text[] = [];
    private readonly uses = new Map<string, AttributeUse>();
    private readonly groups = new Map<string, AttributeUse>();
    private readonly args: readonly Argument[];
    private readonly construct: Construct;
    private readonly shape: ArgumentShape;
    private readonly owner: AstNode;
    private readonly issues: Issues;

    constructor(args: readonly Argument[], construct: Construct, shape: ArgumentShape, owner: AstNode, issues: Issues) {
        this.args = args;
        this.construct = construct;
        this.shape = shape;
        this.owner = owner;
        this.issues = issues;
    }

    read(): ArgumentReading {
        const head = this.readHead();
        const end = expectationAt(this.args, this.owner, { issues: this.issues });
        while (this.index < end) {
            this.readOne(this.args[this.index]!);
        }
        return { ...(head === undefined ? {} : { head }), quantities: this.quantities, texts: this.texts, uses: this.uses };
    }

    private readHead(): Place | undefined {
        if (this.shape.head === undefined) {
            return undefined;
        }
        const first = this.args[0];
        if (first !== undefined && isPlace(first)) {
            this.index++;
            return first;
        }
        this.issues.report('hwp/missing-argument', first ?? this.owner, `${this.shape.head} is missing: ${this.written()}.`);
        return undefined;
    }

    private readOne(argument: Argument): void {
        const attribute = isPlace(argument) ? this.attributeHere() : undefined;
        if (attribute !== undefined) {
            this.readAttribute(argument, attribute);
            return;
        }
        this.index++;
        if (isQuantity(argument) && this.quantities.length < (this.shape.quantities ?? 0)) {
            this.quantities.push(argument);
        } else if (isText(argument) && this.texts.length < (this.shape.texts ?? 0)) {
            this.texts.push(argument);
        } else if (isPlace(argument)) {
            this.reportUnknown(argument);
        } else {
            this.issues.report('hwp/unexpected-argument', argument, `\`${this.construct.word}\` takes ${kindOf(argument)} \`${textOf(argument)}\` nowhere here: ${this.written()}.`);
        }
    }

    /** The attribute whose words stand here, the longest first. */
    private attributeHere(): Attribute | undefined {
        const first = wordOf(this.args[this.index]);
        const second = wordOf(this.args[this.index + 1]);
        const { attributes } = this.construct;
        return attributes.find(({ word }) => second !== undefined && word === `${first} ${second}`) ?? attributes.find(({ word }) => word === first);
    }

    private readAttribute(node: Argument, attribute: Attribute): void {
        this.index += attribute.word.includes(' ') ? 2 : 1;
        const value = attribute.value === undefined ? undefined : this.readValue(node, attribute);
        const use: AttributeUse = { attribute, node, ...(value === undefined ? {} : { value }) };
        if (this.uses.has(attribute.word)) {
            this.issues.report('hwp/repeated-attribute', node, `\`${attribute.word}\` is said twice. Remove one.`, { data: { word: attribute.word } });
            return;
        }
        const other = attribute.group === undefined ? undefined : this.groups.get(attribute.group);
        if (other !== undefined) {
            this.issues.report('hwp/conflicting-attributes', node, `\`${attribute.word}\` excludes \`${other.attribute.word}\`. Keep one of them.`, { data: { word: attribute.word } });
            return;
        }
        if (attribute.group !== undefined) {
            this.groups.set(attribute.group, use);
        }
        if (attribute.value === undefined || value !== undefined) {
            this.uses.set(attribute.word, use);
        }
    }

    private readValue(node: Argument, attribute: Attribute): Argument | undefined {
        const value = this.args[this.index];
        if (value === undefined || !fits(value, attribute)) {
            this.issues.report('hwp/missing-argument', value ?? node, `\`${attribute.word}\` needs ${expected(attribute)}${value === undefined ? '' : `, not \`${textOf(value)}\``}.`);
            if (value !== undefined && !isPlace(value)) {
                this.index++;
            }
            return undefined;
        }
        this.index++;
        const word = wordOf(value);
        if (attribute.choices !== undefined && word !== undefined && !attribute.choices.includes(word)) {
            const suggestions = suggest(word, attribute.choices, this.issues);
            this.issues.report('hwp/unknown-word', value, `\`${attribute.word}\` is ${attribute.choices.map((choice) => `\`${choice}\``).join(', ')}, not \`${word}\`.`,
                { data: { suggestions: suggestions.length > 0 ? suggestions : attribute.choices, word } });
            return undefined;
        }
        return value;
    }

    private reportUnknown(place: Place): void {
        const word = wordOf(place) ?? textOf(place);
        const words = this.construct.attributes.map((attribute) => attribute.word);
        const suggestions = suggest(word, words, this.issues);
        const hint = suggestions.length > 0 ? ` Did you mean \`${suggestions.join('` or `')}\`?` : '';
        this.issues.report('hwp/unknown-word', place, `\`${this.construct.word}\` has no attribute \`${word}\`.${hint} ${capital(this.written())}.`, { data: { suggestions } });
    }

    private written(): string {
        return `it is written \`${this.construct.form}\``;
    }
}

function fits(value: Argument, attribute: Attribute): boolean {
    switch (attribute.value) {
        case 'size': case 'number': case 'address': return isQuantity(value) && value.end === undefined && value.minor === undefined;
        case 'range': return isQuantity(value) && value.minor === undefined;
        case 'device': return isQuantity(value) && value.minor !== undefined;
        case 'text': return isText(value);
        case 'word': case 'reference': return wordOf(value) !== undefined;
        default: return isPlace(value);
    }
}

function expected(attribute: Attribute): string {
    switch (attribute.value) {
        case 'size': return 'a size such as `64 KiB` or `4 pages`';
        case 'number': return 'a number';
        case 'address': return 'an address such as `0x30000000`';
        case 'range': return 'a range of pages such as `0..3`';
        case 'device': return 'a device number such as `259:1`';
        case 'text': return 'a quoted text';
        case 'reference': return 'the name of something declared';
        case 'place': return 'a place such as `heap[2]`';
        default: return attribute.choices === undefined ? 'a word' : attribute.choices.map((choice) => `\`${choice}\``).join(', ');
    }
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
