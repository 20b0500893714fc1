/** No text of a picture overlaps another or is cut by an edge, at any width, in any example. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { svgFile } from '../../server/src/picture/drawing/svg.js';
import { fitted, textWidth } from '../../server/src/picture/drawing/text-width.js';
import { picturesIn } from './pictures.ts';
import { unreadable } from './placed-texts.ts';

const examples = readdirSync(path.resolve(import.meta.dirname, '../../examples')).filter((file) => file.endsWith('.hwp')).sort();

describe('every text can be read', () => {
    test.each(examples)('%s', async (file) => {
        for (const picture of await picturesIn(`examples/${file}`)) {
            for (const width of [200, 330, 420, 600, 1200]) expect(unreadable(svgFile(picture, width), width), `${picture.title}, ${width} pixels`).toEqual([]);
        }
    });
    test('what does not fit is cut with an ellipsis, and by no more than it needs', () => {
        const font = { size: 12 };
        expect(fitted('short', 100, font)).toBe('short');
        const cut = fitted('a long text that goes on', 80, font);
        expect(cut.endsWith('…')).toBe(true);
        expect(textWidth(cut, font)).toBeLessThanOrEqual(80);
        expect(textWidth(cut, font)).toBeGreaterThan(80 - 2 * 12);
        expect(fitted('anything', 3, font)).toBe('');
    });
    test('the check sees an overlap and a cut', () => {
        const svg = '<svg width="100" height="50"><text x="5" y="20" font-size="12" class="f-text">one</text><g transform="translate(10,0)"><text x="5" y="22" font-size="12" class="f-text">two</text><text x="80" y="45" font-size="12" class="f-text">three</text></g></svg>';
        expect(unreadable(svg, 100)).toEqual(['cut: three', 'overlap: one | two']);
    });
});
