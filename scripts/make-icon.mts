// Draws images/icon.png from images/icon.svg, in headless Chromium. The package takes it with its colours in a palette (any tool for that: half the bytes).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser } from './vscode/workbench.mts';

const IMAGES = path.resolve(import.meta.dirname, '../images');

/** Edge of the icon in pixels: twice what VS Code shows, for fine screens. */
const SIZE = 256;

const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
const browser = await openBrowser(directory);
try {
    const page = await browser.newPage();
    await page.setViewportSize({ width: SIZE, height: SIZE });
    await page.setContent(`<body style="margin:0">${readFileSync(path.join(IMAGES, 'icon.svg'), 'utf8')}</body>`);
    await page.screenshot({ path: path.join(IMAGES, 'icon.png'), omitBackground: true });
} finally {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
}
