/** What the parser reports, in the shape that Langium's validator reads. */
import type { ParseResult } from 'langium';
import { formOf } from '../../vocabulary/settings.js';
import type { IssueData } from '../issue-data.js';
import type { Token, TokenType } from './tokens.js';

export type SyntaxError = ParseResult['parserErrors'][number] & { readonly previousToken: Token | undefined; readonly data?: IssueData };

/** Another token stands where one was expected. */
export function mismatch(expected: TokenType, actual: Token, previous: Token | undefined): SyntaxError {
    // A block goes on with another line as well as it ends: on this line it is its end that is missing.
    const wanted = BLOCK_ENDS.has(expected.name) && !actual.tokenType.name.endsWith('NL') ? 'the end of the line' : nameOf(expected);
    // A word of its own where a step was meant: it was read as an actor.
    const isNoActor = expected.name === ':' && previous !== undefined && previous.tokenType.name === previous.image;
    const mend = isNoActor ? ` \`${previous.image}\` is no step that can stand here: a step is written \`ACTOR: STEP\`, or begins with what happens.` : '';
    const isNext = wanted === 'the end of the line' && formOf(actual.image) !== undefined && previous !== undefined && !isNoActor;
    const insert = isNext ? ';' : INSERTED.has(expected.name) && /^[\w"]/.test(actual.image) && actual.tokenType.name !== 'EOF' ? expected.name : undefined;
    const separator = isNext ? ` Several items on one line are separated by \`;\`.` : '';
    return errorAt(actual, previous, `Expected ${wanted}${after(previous)}, found ${found(actual)}.${mend}${separator}`, insert === undefined ? undefined : { suggestions: [`${insert} ${actual.image}`] });
}

/** No alternative of a rule starts like this. */
export function noAlternative(actual: Token, previous: Token | undefined): SyntaxError {
    const form = formOf(actual.image) ?? (previous === undefined ? undefined : formOf(previous.image));
    const isItem = formOf(actual.image) !== undefined && previous !== undefined && !previous.tokenType.name.endsWith('NL') && previous.image !== '{' && previous.image !== '';
    const place = isItem ? `${found(actual)} begins a line of its own; nothing stands before it.` : `${found(actual)} does not fit here.`;
    return errorAt(actual, previous, `${place.charAt(0).toUpperCase()}${place.slice(1)}${form === undefined ? '' : ` It is written \`${form}\`.`}`);
}

/** What must stand at least once is not there. */
export function missing(actual: Token, previous: Token | undefined): SyntaxError {
    return errorAt(actual, previous, `Something is missing${after(previous)}, before ${found(actual)}.`);
}

function errorAt(token: Token, previousToken: Token | undefined, message: string, data?: IssueData): SyntaxError {
    return { ...data === undefined ? {} : { data }, name: 'SyntaxError', message, token, previousToken, resyncedTokens: [], context: { ruleStack: [], ruleOccurrenceStack: [] } };
}

/** What is put in where it lacks, without a change of what was meant. */
const INSERTED: ReadonlySet<string> = new Set(['=', ':']);

const BLOCK_ENDS: ReadonlySet<string> = new Set(['}', 'INNER_END']);

const TOKEN_NAMES: Readonly<Record<string, string>> = {
    NL: 'the end of the line', INNER_NL: 'the end of the line', INNER_END: '`}`', ID: 'a word', NUMBER: 'a number', STRING: 'a quoted text', VERSION: 'a version', UNIT: 'a unit', EOF: 'the end of the file',
};

function nameOf(type: TokenType): string {
    return TOKEN_NAMES[type.name] ?? `\`${type.name}\``;
}

function found({ tokenType, image }: Token): string {
    if (tokenType.name === 'EOF' && image === '') {
        return 'the end of the file';
    }
    return tokenType.name === 'EOF' || tokenType.name.endsWith('NL') ? 'the end of the line' : `\`${image.slice(0, 40)}\``;
}

function after(previous: Token | undefined): string {
    return previous === undefined || previous.image === '' || previous.tokenType.name.endsWith('NL') ? '' : ` after \`${previous.image.slice(0, 40)}\``;
}
