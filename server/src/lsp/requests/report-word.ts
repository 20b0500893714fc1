import { escaped } from '../../report/explanation/markdown.js';
import { describeDecision } from '../../report/explanation/explain.js';
import { RACE_WINDOWS } from '../../vocabulary/race-windows.js';
import { DECISIONS } from '../../vocabulary/decisions.js';
import type { RequestHandler } from './request-handler.js';

/** What a decision or a window of a race is, in the words of its table. */
export const reportWord: RequestHandler<'hwp/reportWord'> = ({ word }) => Promise.resolve(windowWords(word) ?? decisionWords(word));

function windowWords(word: string): string | null {
    if (!Object.hasOwn(RACE_WINDOWS, word)) {
        return null;
    }
    const { between, holds, competitor, follows, seen } = RACE_WINDOWS[word as keyof typeof RACE_WINDOWS];
    return [
        `**${word}**, a window of \`memory_failure()\`: between ${escaped(between)}.`, `The handler holds: ${holds.join(', ')}. ${escaped(competitor)}`, follows, `Seen on 7.3.4: ${seen}`,
    ].join('\n\n');
}

function decisionWords(word: string): string | null {
    if (!Object.hasOwn(DECISIONS, word)) {
        return null;
    }
    const { function: kernelFunction, text } = describeDecision(word);
    return `**${escaped(word)}**${kernelFunction === '' ? '' : `, a decision of \`${kernelFunction}()\``}\n\n${escaped(text)}`;
}
