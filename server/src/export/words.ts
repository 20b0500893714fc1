/** Texts for people inside an exported program. */
import { visible } from '../vocabulary/control-characters.js';

/** Lines without anything that a terminal or a compiler would take for more than text. */
export function plainLines(text: string): string {
    return text.split('\n').map(visible).join('\n');
}

/** Lines of at most that many characters, where blanks allow it. Lines that are there stay. */
export function wrapped(text: string, width: number): string[] {
    return text.split('\n').flatMap((paragraph) => {
        const lines: string[] = [];
        let line = '';
        for (const word of paragraph.split(' ')) {
            if (line !== '' && line.length + 1 + word.length > width) {
                lines.push(line);
                line = word;
            } else {
                line = line === '' ? word : `${line} ${word}`;
            }
        }
        return [...lines, line];
    });
}
