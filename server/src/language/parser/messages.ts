import { LangiumParserErrorMessageProvider } from 'langium';
import { formOf } from '../../vocabulary/settings.js';
import type { Token, TokenType } from './tokens.js';

interface Mismatch { readonly expected: TokenType; readonly actual: Token; readonly previous: Token; readonly ruleName: string }
interface NoAlternative { readonly expectedPathsPerAlt: TokenType[][][]; readonly actual: Token[]; readonly previous: Token; readonly customUserDescription: string; readonly ruleName: string }

/** Syntax errors in the words of the language: what stands here, what was expected, how the item is written. */
export class HwpParserErrorMessageProvider extends LangiumParserErrorMessageProvider {
    override buildMismatchTokenMessage({ expected, actual, previous }: Mismatch): string {
        return `Expected ${nameOf(expected)}${after(previous)}, found ${found(actual)}.`;
    }

    override buildNotAllInputParsedMessage({ firstRedundant }: { readonly firstRedundant: Token; readonly ruleName: string }): string {
        return `Expected \`scenario\`, \`machine\` or \`import\`, found ${found(firstRedundant)}.`;
    }

    override buildNoViableAltMessage({ actual, previous }: NoAlternative): string {
        const first = actual[0];
        const form = first === undefined ? undefined : formOf(first.image) ?? formOf(previous.image);
        const place = first === undefined ? 'The text ends' : `${found(first)} does not fit`;
        return form === undefined ? `${capital(place)} here.` : `${capital(place)} here. It is written \`${form}\`.`;
    }

    override buildEarlyExitMessage({ actual, previous }: { readonly expectedIterationPaths: TokenType[][]; readonly actual: Token[]; readonly previous: Token; readonly customUserDescription: string; readonly ruleName: string }): string {
        return `Something is missing${after(previous)}, before ${found(actual[0])}.`;
    }
}

const TOKEN_NAMES: Readonly<Record<string, string>> = {
    NL: 'the end of the line', INNER_NL: 'the end of the line', INNER_END: '`}`', ID: 'a word', NUMBER: 'a number', STRING: 'a quoted text', VERSION: 'a version', UNIT: 'a unit', EOF: 'the end of the file',
};

function nameOf(type: TokenType): string {
    return TOKEN_NAMES[type.name] ?? `\`${type.name}\``;
}

function found(token: Token | undefined): string {
    if (token === undefined || token.tokenType.name === 'EOF') {
        return 'the end of the file';
    }
    return token.tokenType.name.endsWith('NL') ? 'the end of the line' : `\`${token.image.slice(0, 40)}\``;
}

function after(previous: Token | undefined): string {
    return previous?.image === undefined || previous.image === '' || previous.tokenType.name.endsWith('NL') ? '' : ` after \`${previous.image.slice(0, 40)}\``;
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
