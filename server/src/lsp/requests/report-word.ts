import { escaped } from '../../report/output/markdown-text.js';
import { describeDecision } from '../../report/explanation/explain.js';
import { decisions } from '../../vocabulary/decisions.js';
import type { DocumentationLinks } from '../documentation-links.js';
import { describeWindow } from '../window-words.js';
import type { RequestHandler } from './request-handler.js';

/** What a decision or a window of a race is, in the words of its table. */
export function reportWord(documentation: DocumentationLinks): RequestHandler<'hwp/reportWord'> {
    return ({ word }) => {
        const window = describeWindow(word, documentation);
        return Promise.resolve(window === undefined ? decisionWords(word) : `**${escaped(window.title)}**\n\n${window.doc}`);
    };
}

function decisionWords(word: string): string | null {
    if (!Object.hasOwn(decisions(), word)) {
        return null;
    }
    const { function: kernelFunction, text } = describeDecision(word);
    return `**${escaped(word)}**${kernelFunction === '' ? '' : `, a decision of \`${kernelFunction}()\``}\n\n${escaped(text)}`;
}
