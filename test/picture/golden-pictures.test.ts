// Pictures beside their scenarios, each looked at by a person: test/resources/pictures/<name>.hwp and <name>-<number>-<width>.svg.
// `UPDATE_PICTURES=1 npx vitest run test/picture/golden-pictures.test.ts` writes them anew: open each that changed before you commit it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { svgFile } from '../../server/src/picture/drawing/svg.js';
import { picturesOf } from './pictures.ts';
import { unreadable } from './placed-texts.ts';

const FOLDER = path.resolve(import.meta.dirname, '../resources/pictures');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.hwp')).sort();
const WIDTHS = [200, 860];

test.each(files)('%s', async (file) => {
    const pictures = await picturesOf(file, readFileSync(path.join(FOLDER, file), 'utf8'));
    for (const [index, picture] of pictures.entries()) {
        for (const width of WIDTHS) {
            // A tag a line, so that a difference can be read.
            const svg = svgFile(picture, width);
            const found = svg.replaceAll('><', '>\n<');
            const golden = path.join(FOLDER, `${file.replace(/\.hwp$/, '')}-${index + 1}-${width}.svg`);
            if (process.env['UPDATE_PICTURES'] !== undefined) writeFileSync(golden, found);
            expect(unreadable(svg, width), `${picture.title}, ${width} pixels`).toEqual([]);
            expect(found).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : '');
        }
    }
});
