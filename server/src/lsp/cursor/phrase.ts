/** Which parameters of an operation are written, and which can come next: by shape and vocabulary alone. */
import { wordsOf } from '../../language/lowering/step/phrases.js';
import type { Operation, Parameter } from '../../vocabulary/operations.js';
import { argumentsOf, type WrittenArgument } from './arguments.js';
import type { TextToken } from './tokens.js';

export interface PhraseReading {
    /** Its word is written, its value is not. */
    readonly pending: Parameter | undefined;
    /** The parameter that the last argument belongs to. */
    readonly last: Parameter | undefined;
    /** Parameters without a value, in order. */
    readonly open: readonly Parameter[];
    /** Open ones without a word of their own that can stand here: up to the first that is required. */
    readonly next: readonly Parameter[];
}

const RAW_WORDS = new Set(['pfn', 'phys', 'address']);

export function readPhrase(operation: Operation, tokens: readonly TextToken[]): PhraseReading {
    const args = argumentsOf(tokens);
    const open = [...operation.parameters];
    let pending: Parameter | undefined;
    let last: Parameter | undefined;
    const take = (parameter: Parameter): void => {
        open.splice(open.indexOf(parameter), 1);
        last = parameter;
    };
    for (let index = 0; index < args.length; index++) {
        const argument = args[index]!;
        pending = undefined;
        const introduced = open.find(({ after }) => after !== undefined && after === argument.word);
        const parameter = introduced ?? open.find((candidate) => candidate.after === undefined && accepts(candidate, argument));
        if (parameter === undefined) {
            last = undefined;
            continue;
        }
        if (introduced !== undefined) {
            index++;
            pending = args[index] === undefined ? parameter : undefined;
        }
        if (parameter.kind === 'place' && RAW_WORDS.has(args[index]?.word ?? '')) {
            index++;
        }
        take(parameter);
    }
    const positional = open.filter(({ after }) => after === undefined);
    const required = positional.findIndex(({ optional }) => optional === undefined);
    return { pending, last, open, next: required < 0 ? positional : positional.slice(0, required + 1) };
}

function accepts(parameter: Parameter, argument: WrittenArgument): boolean {
    switch (parameter.kind) {
        case 'place': return argument.kind === 'place';
        case 'word': return argument.word !== undefined && wordsOf(parameter).includes(argument.word) || argument.kind === 'quantity' && parameter.name.startsWith('arg');
        case 'bytes': case 'time': case 'count': case 'number': case 'register': return argument.kind === 'quantity';
        case 'text': return argument.kind === 'text';
        default: return argument.word !== undefined;
    }
}
