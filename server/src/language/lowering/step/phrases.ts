/** A step's verb and arguments, read by its row in vocabulary/operations.ts. */
import type { AstNode } from 'langium';
import { type Argument, type Phrase, isFile, isFilesystem, isIntroduction, isPhrase, isPlace, isProcess, isQuantity, isRegion, isStep, isSwap, isText } from '../../generated/ast.js';
import { OPERATION_BY_ID, OPERATIONS, type Operation, type Parameter } from '../../../vocabulary/operations.js';
import { PAGE_KINDS } from '../../../vocabulary/page-kinds.js';
import { CONSTRUCTS } from '../../../vocabulary/settings.js';
import type { ArgumentValue } from '../../../simulator/program.js';
import { STEP_SYNONYMS, synonymIn } from '../../../vocabulary/synonyms.js';
import { visibleNames, visibleTasks } from '../../references/lookup.js';
import { property, type Issues } from '../../issues.js';
import type { Context } from '../context.js';
import { count, register, sizeBytes, sizeText, timeNs, unitOf } from '../word/numbers.js';
import { lowerPlaceArguments, placeStartsAt } from './places.js';
import { kindOf, textOf, wordOf } from '../word/words.js';
import { expectationAt } from '../word/same-line.js';
import { listed, meant, suggest } from '../word/suggestions.js';

export interface LoweredPhrase {
    readonly operation: Operation;
    readonly args: Readonly<Record<string, ArgumentValue>>;
}

/**
 * The operation and its arguments; undefined after an error in the verb. Wrong arguments are reported and left out.
 * @param given parameters that something else than the phrase gives, and that may be missing from it
 */
export function lowerPhrase(node: Phrase, context: Context, given: readonly string[] = []): LoweredPhrase | undefined {
    const operation = operationOf(node, context);
    if (operation === undefined) {
        return undefined;
    }
    const reader = new PhraseReader(node, operation, context, given);
    return { operation, args: reader.read() };
}

const VERBS = OPERATIONS.map(({ id }) => id);

/** What a line of a scenario can begin with: one that the parser does not know could be a step, a declaration, an expectation. */
const FIRST_WORDS = [...VERBS, ...CONSTRUCTS.map(({ word }) => word)];

function operationOf(node: Phrase, { issues }: Context): Operation | undefined {
    const verb = node.verb;
    if (verb === undefined) {
        return undefined;
    }
    const first = wordOf(node.arguments[0]);
    // Given by its registers, a machine check has other parameters.
    const id = verb === 'machine-check' && (first === 'bank' || first === 'status') ? 'machine-check-registers' : verb;
    const operation = OPERATION_BY_ID.get(id);
    if (operation === undefined) {
        reportUnknownStep(node, verb, issues);
    }
    return operation;
}

/** What steps act on. */
const PLACES: ReadonlySet<string> = new Set(['Mapping', 'Region', 'File', 'Frame']);

/** What was meant by a word that is no step: another word for one, the name of who acts, a declaration. */
function reportUnknownStep(node: Phrase, verb: string, issues: Issues): void {
    const isFirst = node.actor === undefined && isStep(node.$container);
    const synonym = synonymIn(STEP_SYNONYMS, verb);
    const kind = Object.hasOwn(PAGE_KINDS, verb) ? 'region' : verb === 'anon' || verb === 'shared-anon' ? 'map' : undefined;
    const [name, ...rest] = node.arguments;
    const named = visibleNames(node).get(verb);
    const text = node.$cstNode?.text ?? '';
    if (synonym === 'machine-check' && isPlace(name) && name.target.ref !== undefined) {
        issues.report('step/unknown', node, `There is no step \`${verb}\`: it is written \`machine-check UE at ${textOf(name)}\`.`, { ...property(node, 'verb'), data: { suggestions: ['machine-check UE at'] } });
    } else if (synonym !== undefined && (isFirst || synonym !== 'expect')) {
        const written = synonym === 'corrupt-pfn' && node.actor !== undefined ? 'madvise ... MADV_HWPOISON' : synonym;
        issues.report('step/unknown', node, `There is no step \`${verb}\`: it is written \`${written}\`.`, { ...property(node, 'verb'), data: { suggestions: written === synonym ? [synonym] : [] } });
    } else if (isFirst && visibleTasks(node).has(verb) && OPERATION_BY_ID.has(wordOf(name) ?? '')) {
        issues.report('step/unknown', node, `\`${verb}\` is who acts; a colon stands behind it: \`${verb}: ${text.slice(verb.length).trim()}\`.`, { ...property(node, 'verb'), data: { suggestions: [`${verb}:`] } });
    } else if (named?.$type === 'Guest') {
        issues.report('step/unknown', node, `\`${verb}\` is a virtual machine: \`in ${text}: ...\`.`, { ...property(node, 'verb'), data: { suggestions: [`in ${verb}`] } });
    } else if (named !== undefined && PLACES.has(named.$type)) {
        issues.report('step/unknown', node, `\`${verb}\` is declared here; what happens to it stands before it, such as \`read ${verb}[0]\`.`, property(node, 'verb'));
    } else if (verb.startsWith('MADV_') && name !== undefined) {
        const [only, ...others] = visibleTasks(node).keys();
        const actor = node.actor === undefined ? others.length === 0 ? only : undefined : wordOfActor(node);
        const written = `${actor ?? 'PROCESS'}: madvise ${textOf(name)} ${verb}`;
        issues.report('step/unknown', node, `\`${verb}\` is an advice: \`${written}\`.`, { last: name, data: { suggestions: actor === undefined ? [] : [written] } });
    } else if (isFirst && verb === 'after' && isQuantity(name)) {
        issues.report('step/unknown', node, `\`after\` is written \`at +${textOf(name)}\`.`, { last: name, data: { suggestions: [`at +${textOf(name)}`] } });
    } else if (isFirst && kind !== undefined && name !== undefined) {
        // Without a name the size comes first.
        const words = isPlace(name) ? [textOf(name), ...rest.map(textOf)] : ['NAME', ...node.arguments.map(textOf)];
        const written = `${kind} ${words[0]} = ${[verb, ...words.slice(1)].join(' ')}`;
        issues.report('step/unknown', node, `\`${verb}\` is a kind of memory, not a step. It is declared${kind === 'map' ? ' in a process' : ''}: \`${written}\`.`, { data: { suggestions: kind === 'region' && isPlace(name) ? [written] : [] } });
    } else {
        const suggestions = suggest(verb, isFirst ? FIRST_WORDS : VERBS, issues);
        const [others] = [OPERATIONS.filter(({ actors }) => node.actor === undefined || actors.includes(wordOfActor(node) === 'kernel' ? 'kernel' : 'task')).map(({ id }) => id)];
        issues.report('step/unknown', node, `There is no step \`${verb}\`.${suggestions.length > 0 ? meant(verb, suggestions) : ` Nothing with that name is described. Steps are ${others.slice(0, 8).map((id) => `\`${id}\``).join(', ')} and others: completion lists them.`}`, { ...property(node, 'verb'), data: { suggestions } });
    }
}

function wordOfActor({ actor }: Phrase): string | undefined {
    return actor?.process?.$refText;
}

class PhraseReader {
    private index = 0;
    private readonly values: Record<string, ArgumentValue> = {};
    private readonly failed = new Set<string>();
    private readonly node: Phrase;
    private readonly args: readonly Argument[];
    private readonly operation: Operation;
    private readonly context: Context;
    private readonly given: readonly string[];

    constructor(node: Phrase, operation: Operation, context: Context, given: readonly string[]) {
        this.given = given;
        this.node = node;
        this.args = node.arguments;
        this.operation = operation;
        this.context = context;
    }

    read(): Record<string, ArgumentValue> {
        const end = expectationAt(this.args, this.node, this.context);
        while (this.index < end) {
            this.readOne(this.args[this.index]!);
        }
        this.readIntroduction();
        this.checkMissing();
        return this.values;
    }

    private open(parameter: Parameter): boolean {
        return !(parameter.name in this.values) && !this.failed.has(parameter.name);
    }

    private readOne(argument: Argument): void {
        const word = wordOf(argument);
        const introduced = this.operation.parameters.find((parameter) => parameter.after !== undefined && parameter.after === word && this.open(parameter));
        if (introduced !== undefined && this.args[this.index + 1] !== undefined) {
            this.index++;
            this.take(introduced, this.args[this.index]!);
            return;
        }
        const positional = this.operation.parameters.find((parameter) => parameter.after === undefined && this.open(parameter) && this.accepts(parameter, this.index));
        if (positional !== undefined) {
            this.take(positional, argument);
            return;
        }
        if (introduced === undefined) {
            this.reportUnexpected(argument);
        } else {
            this.failed.add(introduced.name);
            this.report('step/missing-argument', argument, `Nothing stands behind \`${word}\`: ${this.written()}.`);
        }
        this.index++;
    }

    /** Can the argument at the index be this parameter's? Decides by shape and vocabulary alone. */
    private accepts(parameter: Parameter, index: number): boolean {
        const argument = this.args[index]!;
        const word = wordOf(argument);
        switch (parameter.kind) {
            case 'place': return placeStartsAt(this.args, index);
            case 'word': return word !== undefined && wordsOf(parameter).includes(word) || isPrctlNumber(this.operation, parameter) && isQuantity(argument);
            case 'bytes': return isQuantity(argument) && (argument.unit === undefined ? isZeroText(argument.value) : ['bytes', 'pages'].includes(unitOf(argument.unit)?.of ?? ''));
            case 'register': return isText(argument) || isQuantity(argument) && argument.unit === undefined;
            case 'count': case 'number': return isQuantity(argument) && argument.unit === undefined;
            case 'time': return isQuantity(argument);
            case 'text': return isText(argument) || this.operation.id === 'phase' && word !== undefined || parameter.after !== undefined && isQuantity(argument);
            default: return word !== undefined && isPlace(argument) && argument.target.ref !== undefined && isOfKind(argument.target.ref, parameter.kind);
        }
    }

    private take(parameter: Parameter, argument: Argument): void {
        if (!this.accepts(parameter, this.index)) {
            this.failed.add(parameter.name);
            this.reportUnfit(parameter, argument);
            this.index++;
            return;
        }
        const value = this.valueOf(parameter, argument);
        if (value === undefined) {
            this.failed.add(parameter.name);
        } else {
            this.values[parameter.name] = value;
        }
    }

    private valueOf(parameter: Parameter, argument: Argument): ArgumentValue | undefined {
        const { issues, pageBytes } = this.context;
        if (parameter.kind === 'place') {
            const { place, next } = lowerPlaceArguments(this.args, this.index, this.context);
            this.index = next;
            return place;
        }
        this.index++;
        if (parameter.kind === 'register') {
            return register(isText(argument) ? argument.text.trim() : isQuantity(argument) ? argument.value : '', argument, issues, `\`${parameter.after ?? parameter.name}\``);
        }
        if (isQuantity(argument)) {
            switch (parameter.kind) {
                case 'bytes': return parameter.large === true ? sizeText(argument, pageBytes, issues, `\`${parameter.name}\``) : sizeBytes(argument, pageBytes, issues, `\`${parameter.name}\``, 0);
                case 'time': return timeNs(argument, issues, `\`${parameter.name}\``);
                case 'text': return argument.value;
                default: return count(argument.value, argument, issues, `\`${parameter.name}\``);
            }
        }
        return isText(argument) ? argument.text : wordOf(argument);
    }

    /** `kernel: allocate buf as driver`: for operations that introduce nothing, `as` stands before a parameter. */
    private readIntroduction(): void {
        const { introduces } = this.node;
        if (introduces?.name === undefined || this.operation.introduces !== undefined) {
            return;
        }
        const parameter = this.operation.parameters.find(({ after }) => after === 'as');
        if (parameter === undefined) {
            this.context.issues.report('step/unexpected-argument', introduces, `\`${this.operation.id}\` brings in nothing that \`as ${introduces.name}\` could name. Remove it.`);
        } else if (!wordsOf(parameter).includes(introduces.name)) {
            const suggestions = suggest(introduces.name, wordsOf(parameter), this.context.issues);
            this.context.issues.report('hwp/unknown-word', introduces, `\`${introduces.name}\` is no kind of page.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ''}`, { data: { suggestions } });
        } else {
            this.values[parameter.name] = introduces.name;
        }
    }

    private checkMissing(): void {
        const required = this.operation.parameters.filter((parameter) => parameter.optional === undefined && !this.given.includes(parameter.name) && this.open(parameter));
        const oneOf = NEEDS_ONE_OF[this.operation.id];
        if (required.length > 0) {
            this.report('step/missing-argument', this.node, `\`${this.node.verb}\` needs ${required.map(describe).join(' and ')}: ${this.written()}.`);
        } else if (oneOf !== undefined && !oneOf.some((name) => name in this.values || this.given.includes(name) || this.failed.has(name))) {
            this.report('step/missing-argument', this.node, `\`${this.operation.id}\` needs a place or a text: ${this.written()}.`);
        } else if (this.operation.introduces !== undefined && this.operation.introduces !== 'description' && this.node.introduces === undefined) {
            this.report('step/missing-argument', this.node, `Name the new ${this.operation.introduces}: \`${this.node.$cstNode?.text ?? this.operation.id} as NAME\`.`);
        }
    }

    private reportUnexpected(argument: Argument): void {
        const open = this.operation.parameters.filter((parameter) => parameter.after === undefined && this.open(parameter));
        const next = open.find((parameter) => parameter.optional === undefined || parameter.kind === 'place' && isPlace(argument))
            ?? this.operation.parameters.find((parameter) => parameter.after === undefined && this.open(parameter) && (parameter.kind === 'word') && wordOf(argument) !== undefined);
        const page = this.args[this.index - 1];
        if (isQuantity(argument) && argument.unit === undefined && isPlace(page) && page.target.ref !== undefined && page.pages === undefined && page.offset === undefined) {
            const written = `${textOf(page)}[${textOf(argument)}]`;
            this.context.issues.report('step/unexpected-argument', page, `The page of a name stands in brackets: \`${written}\`.`, { last: argument, data: { suggestions: [written] } });
            return;
        }
        if (isQuantity(argument) && argument.unit === undefined && this.operation.parameters.some((parameter) => parameter.kind === 'place' && parameter.after === undefined && this.open(parameter))) {
            this.failed.add('target');
            this.report('step/unexpected-argument', argument, `A frame by its number is written \`pfn ${textOf(argument)}\`, one by a physical address \`phys ${textOf(argument)}\`.`, [`pfn ${textOf(argument)}`, `phys ${textOf(argument)}`]);
            return;
        }
        if (next === undefined) {
            const word = wordOf(argument);
            const suggestions = word === undefined ? [] : suggest(word, this.operation.parameters.flatMap((parameter) => parameter.after === undefined ? [] : [parameter.after]), this.context.issues);
            this.report('step/unexpected-argument', argument, `\`${this.operation.id}\` does not take ${kindOf(argument)} \`${textOf(argument)}\`: ${this.written()}.`, suggestions);
            return;
        }
        this.failed.add(next.name);
        this.reportUnfit(next, argument);
    }

    private reportUnfit(parameter: Parameter, argument: Argument): void {
        const word = wordOf(argument) ?? (isPlace(argument) ? argument.target.$refText : undefined);
        if (parameter.kind === 'place' && isPlace(argument)) {
            // Says what is unknown and what is near.
            lowerPlaceArguments(this.args, this.index, this.context);
            return;
        }
        if (parameter.kind === 'word' && word !== undefined) {
            const suggestions = suggest(word, wordsOf(parameter), this.context.issues);
            const list = wordsOf(parameter).length <= 12 ? wordsOf(parameter).map((known) => `\`${known}\``).join(', ') : undefined;
            this.report('hwp/unknown-word', argument, `\`${word}\` is not what \`${this.operation.id}\` takes here.${meant(word, suggestions)}${list === undefined ? '' : ` It takes ${list}.`}`, suggestions);
            return;
        }
        if (word !== undefined && isName(parameter)) {
            const names = [...visibleNames(this.node)].filter(([, node]) => isOfKind(node, parameter.kind)).map(([name]) => name);
            const suggestions = suggest(word, names, this.context.issues);
            this.report('hwp/unknown-name', argument, `No ${parameter.kind} is called \`${word}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : names.length > 0 ? ` ${listed(names)}` : ''}`, suggestions);
            return;
        }
        if (isQuantity(argument) && (parameter.kind === 'bytes' || parameter.kind === 'time')) {
            if (parameter.kind === 'bytes') {
                sizeBytes(argument, this.context.pageBytes, this.context.issues, `\`${parameter.name}\``, 0);
            } else {
                timeNs(argument, this.context.issues, `\`${parameter.name}\``);
            }
            return;
        }
        this.report('step/unexpected-argument', argument, `\`${this.operation.id}\` needs ${describe(parameter)} here, not ${kindOf(argument)} \`${textOf(argument)}\`: ${this.written()}.`);
    }

    private report(code: 'step/missing-argument' | 'step/unexpected-argument' | 'hwp/unknown-word' | 'hwp/unknown-name', node: AstNode, message: string, suggestions: readonly string[] = []): void {
        this.context.issues.report(code, node, message, { data: { suggestions } });
    }

    private written(): string {
        return `it is written \`${formOfOperation(this.operation)}\``;
    }
}

/** Operations whose parameters are optional one by one, but not all of them. */
const NEEDS_ONE_OF: Readonly<Record<string, readonly string[]>> = {
    'corrupt-pfn': ['target', 'raw'], 'unpoison-pfn': ['target', 'raw'], 'hard_offline_page': ['target', 'raw'], 'soft_offline_page': ['target', 'raw'],
};

/** How a step is written: `PROCESS: madvise TARGET [length BYTES] ADVICE`. */
export function formOfOperation(operation: Operation): string {
    const actor = operation.actors.includes('none') ? '' : operation.actors.includes('task') ? 'PROCESS: ' : 'kernel: ';
    const verb = operation.id === 'machine-check-registers' ? 'machine-check' : operation.id;
    const parameters = operation.parameters.map((parameter) => {
        const words = wordsOf(parameter);
        const value = words.length > 0 && words.length <= 3 ? words.join('|') : parameter.kind === 'text' ? `"${parameter.name === 'in' ? 'function' : parameter.name}"` : parameter.name.toUpperCase();
        const written = parameter.after === undefined ? value : `${parameter.after} ${value}`;
        return parameter.optional === true ? `[${written}]` : written;
    });
    const name = operation.introduces === undefined ? [] : [operation.introduces === 'description' ? '[as NAME]' : 'as NAME'];
    return `${actor}${[verb, ...parameters, ...name].join(' ')}`;
}

/** The words that a parameter takes; page kinds where the table of operations leaves them open. */
export function wordsOf(parameter: Parameter): readonly string[] {
    return parameter.kind !== 'word' ? [] : parameter.words === undefined || parameter.words.length === 0 ? Object.keys(PAGE_KINDS) : parameter.words;
}

function describe(parameter: Parameter): string {
    const doc = parameter.doc.replace(/\.$/, '');
    const inSentence = /^[A-Z][a-z ]/.test(doc) ? `${doc.charAt(0).toLowerCase()}${doc.slice(1)}` : doc;
    return `${parameter.after === undefined ? parameter.kind === 'word' ? 'a word' : `\`${parameter.name}\`` : `\`${parameter.after}\` and a value`} (${inSentence})`;
}

function isPrctlNumber(operation: Operation, parameter: Parameter): boolean {
    return operation.id === 'prctl' && (parameter.name === 'arg2' || parameter.name === 'arg3');
}

function isZeroText(text: string): boolean {
    return /^0+$/.test(text);
}

function isName({ kind }: Parameter): boolean {
    return ['mapping', 'file', 'description', 'process', 'region', 'swap', 'filesystem'].includes(kind);
}

function isOfKind(node: AstNode, kind: Parameter['kind']): boolean {
    switch (kind) {
        case 'mapping': return node.$type === 'Mapping';
        case 'file': return isFile(node) || introduces(node, 'file');
        case 'description': return isFile(node) || introduces(node, 'description') || introduces(node, 'file');
        case 'process': return isProcess(node) || introduces(node, 'process');
        case 'region': return isRegion(node);
        case 'swap': return isSwap(node);
        case 'filesystem': return isFilesystem(node);
        default: return false;
    }
}

function introduces(node: AstNode, kind: 'process' | 'file' | 'description'): boolean {
    return isIntroduction(node) && isPhrase(node.$container) && OPERATION_BY_ID.get(node.$container.verb)?.introduces === kind;
}
