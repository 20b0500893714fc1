import { escaped } from '../report/output/markdown-text.js';
import type { WordDescription } from '../vocabulary/lookup.js';
import { RACE_WINDOWS } from '../vocabulary/race-windows.js';
import type { DocumentationLinks } from './documentation-links.js';

/** What a window of a race (`W5`) is, with the page about it; undefined: no window has that name. */
export function describeWindow(word: string, documentation: DocumentationLinks): WordDescription | undefined {
    if (!Object.hasOwn(RACE_WINDOWS, word)) {
        return undefined;
    }
    const { between, holds, competitor, follows, seen } = RACE_WINDOWS[word as keyof typeof RACE_WINDOWS];
    const paragraphs = [
        `Between ${escaped(between)}. Held there: ${holds.join(', ')}.`, `Who makes a difference: ${escaped(competitor)}`, follows, `Seen on 7.3.4: ${seen}`, documentation.to('races'),
    ];
    return { title: `window ${word} of memory_failure()`, doc: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n') };
}
