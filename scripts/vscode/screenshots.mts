// Takes pictures from the real editor, those of the README into docs/images: npm run screenshots -- [NAME]...
//   --vsix FILE   of another build of the extension
//   --to FOLDER   into another folder, not made smaller; pictures that are not in the README, too
//   --before FILE   with what another build shows above what this one does, as NAME-before-after.png: of the pictures named
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { packageExtension } from '../package.mts';
import { installVsCodeHost } from './install-host.mts';
import { pointAt } from './point-at.mts';
import { shrinkPng } from './shrink-png.mts';
import { installExtension, startServer, type ServerOptions, type VsCodeServer } from './server.mts';
import { openBrowser, remoteUri, runFromPalette, workbenchUrl } from './workbench.mts';

interface Picture {
    readonly name: string;
    readonly theme: keyof typeof THEMES;
    /** From the root; its folder is opened. */
    readonly file: string;
    readonly width: number;
    readonly height: number;
    /** Not in the README. */
    readonly aside?: true;
    /** Settings of the editor besides the theme. */
    readonly settings?: Readonly<Record<string, unknown>>;
    /** Of two builds the part that matters, in pixels. */
    readonly clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
    /** What to do once the file is open. */
    readonly pose: (page: Page) => Promise<void>;
}

const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' } as const;

const root = path.resolve(import.meta.dirname, '../..');
const IMAGES = path.join(root, 'docs/images');

/** Time for what was asked for to be drawn, in milliseconds. */
const SETTLE_MS = 1_500;

/** Larger pictures make the README slow, in bytes. */
const MAX_BYTES = 60_000;

const PICTURES: readonly Picture[] = [
    { name: 'results', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1000, height: 620, pose: nothing },
    { name: 'results-light', theme: 'light', file: 'examples/02-delayed-crash.hwp', width: 1000, height: 620, pose: nothing },
    { name: 'results-contrast', theme: 'contrast', file: 'examples/08-machine-checks.hwp', width: 1000, height: 620, pose: nothing },
    { name: 'hover', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1000, height: 620, pose: (page) => hover(page, 'corrupt-pfn bad') },
    { name: 'kernel-log', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1040, height: 540, pose: (page) => command(page, 'Show Kernel Log', 'corrupt-pfn bad') },
    { name: 'trace', theme: 'light', file: 'examples/01-early-kill.hwp', width: 1040, height: 540, pose: (page) => command(page, 'Show Trace', 'corrupt-pfn bad') },
    { name: 'tests', theme: 'dark', file: 'test/vscode/workspace/early-kill.hwp', width: 1040, height: 540, pose: testExplorer },
    { name: 'commands', theme: 'light', file: 'examples/01-early-kill.hwp', width: 1000, height: 620, pose: palette },
    { name: 'walkthrough', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1280, height: 700, pose: walkthrough },
    { name: 'hint', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1000, height: 620, pose: (page) => hover(page, 'DIRTY_LRU Recovered') },
    { name: 'trace-of-variants', theme: 'light', file: 'examples/03-every-answer.hwp', width: 1240, height: 620, clip: { x: 646, y: 36, width: 590, height: 400 }, pose: (page) => command(page, 'Show Trace', 'corrupt-pfn dentry', 'All') },
    { name: 'races', theme: 'dark', file: 'examples/04-allocated-under-the-handler.hwp', width: 1000, height: 620, aside: true, pose: nothing },
    { name: 'anon', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1000, height: 620, aside: true, clip: { x: 52, y: 236, width: 880, height: 92 }, pose: (page) => hover(page, 'anon') },
    { name: 'new-scenario', theme: 'light', file: 'test/vscode/workspace/early-kill.hwp', width: 1000, height: 560, aside: true, clip: { x: 52, y: 36, width: 700, height: 490 }, pose: newScenario },
    { name: 'textmate', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1000, height: 560, aside: true, settings: { 'editor.semanticHighlighting.enabled': false, 'editor.inlayHints.enabled': 'off' }, clip: { x: 60, y: 164, width: 580, height: 366 }, pose: nothing },
    { name: 'memory-map', theme: 'dark', file: 'test/resources/pictures/thp.hwp', width: 1240, height: 700, pose: (page) => scenarioView(page, 'corrupt-pfn bad') },
    { name: 'time-line', theme: 'light', file: 'examples/02-delayed-crash.hwp', width: 1240, height: 640, pose: (page) => scenarioView(page, 'kernel: read dentry in') },
    { name: 'triage', theme: 'dark', file: 'test/log/given/01-arm64-slab-ignored-sea-67s.log', width: 1400, height: 640, pose: triage },
    { name: 'time-line-dark', theme: 'dark', file: 'examples/02-delayed-crash.hwp', width: 1240, height: 640, pose: (page) => scenarioView(page, 'kernel: read dentry in') },
    { name: 'time-line-contrast', theme: 'contrast', file: 'examples/02-delayed-crash.hwp', width: 1240, height: 640, pose: (page) => scenarioView(page, 'kernel: read dentry in') },
    { name: 'debugger', theme: 'dark', file: 'test/vscode/workspace/early-kill.hwp', width: 1240, height: 700, pose: (page) => stepThrough(page, INTO_GET_ANY_PAGE) },
    { name: 'debugger-back', theme: 'light', file: 'test/vscode/workspace/early-kill.hwp', width: 1240, height: 700, pose: (page) => stepThrough(page, [...INTO_GET_ANY_PAGE, 'Step Back']) },
    { name: 'hover-picture', theme: 'dark', file: 'examples/01-early-kill.hwp', width: 1000, height: 760, pose: hoverPicture },
    { name: 'report', theme: 'light', file: 'examples/02-delayed-crash.hwp', width: 1000, height: 900, pose: htmlReport },
    { name: 'first-words', theme: 'dark', file: 'scripts/vscode/pictures/first-words.hwp', width: 1100, height: 640, aside: true, pose: problems },
    { name: 'problems', theme: 'dark', file: 'examples/02-delayed-crash.hwp', width: 1100, height: 620, clip: { x: 52, y: 310, width: 1048, height: 310 }, pose: problems },
];

async function nothing(): Promise<void> {
    // The text with its results is the picture.
}

async function hover(page: Page, text: string): Promise<void> {
    await pointAt(page, text);
    await page.locator('.monaco-hover:visible').first().waitFor();
}

async function clickAt(page: Page, text: string): Promise<void> {
    const { x, y } = await pointAt(page, text);
    await page.mouse.click(x, y);
}

async function newScenario(page: Page): Promise<void> {
    await clickAt(page, 'scenario "');
    await runFromPalette(page, 'hwpoison: New Scenario');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Delayed crash' }).first().click();
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

async function scenarioView(page: Page, at: string): Promise<void> {
    await clickAt(page, at);
    await runFromPalette(page, 'hwpoison: Show Scenario as Pictures');
    await page.frameLocator('iframe.webview.ready').frameLocator('iframe').locator('section').first().waitFor();
}

/** The decisions of get_hwpoison_page() and below come after those of memory_failure(). */
const INTO_GET_ANY_PAGE = ['Step Into', 'Step Into'];

/** Debugs the first scenario and presses buttons of the debugger. Its view stays closed until somebody opens it. */
async function stepThrough(page: Page, buttons: readonly string[]): Promise<void> {
    await page.locator('.codelens-decoration a', { hasText: 'Debug' }).first().click();
    const toolbar = page.locator('.debug-toolbar');
    await toolbar.waitFor();
    await page.keyboard.press('Control+Shift+D');
    await page.locator('.debug-call-stack .monaco-list-row').first().waitFor();
    await sleep(2 * SETTLE_MS);
    for (const button of buttons) {
        await toolbar.locator(`.action-label[aria-label^="${button}"]`).first().click();
        await sleep(2 * SETTLE_MS);
    }
    // Nothing is watched here; the frame that the scenario is about is what matters.
    for (const pane of ['Watch', 'Breakpoints']) {
        await page.locator(`.pane-header[aria-label^="${pane}"]`).click();
    }
    for (const name of ['Frames', 'bad (0x']) {
        await page.locator('.debug-variables .monaco-list-row', { hasText: name }).last().click();
        await sleep(SETTLE_MS);
    }
}

/** What `hwp run --format html` writes, in the browser. */
async function htmlReport(page: Page): Promise<void> {
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'out/cli.js'), 'run', '--format', 'html', 'examples/02-delayed-crash.hwp'], { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
    if (stdout === '') {
        throw new Error(`hwp run --format html: ${stderr}`);
    }
    await page.goto('about:blank');
    await page.setContent(stdout);
}

/** The picture of a step, below its explanation. */
async function hoverPicture(page: Page): Promise<void> {
    await hover(page, 'corrupt-pfn bad');
    const picture = page.locator('.monaco-hover:visible img').first();
    await picture.waitFor();
    await picture.scrollIntoViewIfNeeded();
}

/** @param choice of the list that the command shows, where it shows one */
async function command(page: Page, title: string, at: string, choice?: string): Promise<void> {
    await clickAt(page, at);
    await runFromPalette(page, `hwpoison: ${title}`);
    if (choice !== undefined) {
        await page.locator('.quick-input-list .monaco-list-row', { hasText: choice }).first().click();
    }
    await page.locator('.editor-instance').nth(1).waitFor();
}

/** A log of production: its crash is tied to the frame that was left in use. */
async function triage(page: Page): Promise<void> {
    await page.locator('.editor-instance .view-line').first().click();
    await runFromPalette(page, 'hwpoison: Triage Kernel Log');
    await page.getByText('belongs to frame').first().waitFor();
}

async function testExplorer(page: Page): Promise<void> {
    await clickAt(page, 'scenario "somebody');
    await runFromPalette(page, 'Testing: Focus on Test Explorer View');
    const file = page.locator('.test-explorer .monaco-list-row').first();
    await file.waitFor();
    await file.click();
    await page.keyboard.press('ArrowRight');
    await page.locator('.codelens-decoration a', { hasText: 'Run' }).nth(1).click();
}

async function palette(page: Page): Promise<void> {
    await clickAt(page, 'corrupt-pfn bad');
    await page.keyboard.press('F1');
    await page.keyboard.type('hwpoison:');
}

async function walkthrough(page: Page): Promise<void> {
    await runFromPalette(page, 'Welcome: Open Walkthrough');
    const choice = page.locator('.quick-input-list .monaco-list-row', { hasText: 'hwpoison' }).first();
    await choice.waitFor();
    await choice.click();
    await page.locator('.getting-started-step').first().waitFor();
}

async function problems(page: Page): Promise<void> {
    await page.keyboard.press('Control+Shift+M');
    await page.locator('.markers-panel').first().waitFor();
}

async function openExample(page: Page, server: VsCodeServer, file: string): Promise<void> {
    await page.goto(workbenchUrl(server.authority, path.dirname(file), [['openFile', remoteUri(server.authority, file)]]));
    await page.waitForSelector('.monaco-workbench .editor-instance .view-lines');
    if (file.endsWith('.hwp')) {
        await page.locator('.codelens-decoration').first().waitFor();
    }
    // The side bar is for pictures that need it. It may open late.
    await sleep(SETTLE_MS);
    if (await page.locator('.part.sidebar').isVisible()) {
        await page.keyboard.press('Control+B');
    }
    await sleep(SETTLE_MS);
}

/** A server for each theme, and for other settings: it reads them when it starts. @param to the folder of the pictures */
async function take(pictures: readonly Picture[], directory: string, vsix: string, to: string): Promise<void> {
    const settings = { 'workbench.colorTheme': THEMES[pictures[0]!.theme], 'window.autoDetectHighContrast': false, 'workbench.layoutControl.enabled': false, 'debug.internalConsoleOptions': 'neverOpen', 'debug.showVariableTypes': false, ...pictures[0]!.settings };
    const options: ServerOptions = { host: installVsCodeHost(), directory, settings };
    installExtension(options, vsix);
    const server = await startServer(options);
    const workspace = path.join(directory, 'files');
    for (const folder of new Set(pictures.map(({ file }) => path.dirname(file)))) {
        cpSync(path.join(root, folder), path.join(workspace, folder), { recursive: true });
    }
    const browser = await openBrowser(options.directory);
    try {
        for (const { name, file, width, height, pose } of pictures) {
            const page = await browser.newPage();
            await page.setViewportSize({ width, height });
            const target = path.join(to, `${name}.png`);
            try {
                await openExample(page, server, path.join(workspace, file));
                await pose(page);
                await sleep(SETTLE_MS);
            } finally {
                await page.screenshot({ path: target });
            }
            await page.close();
        }
    } finally {
        await browser.close();
        await server.stop();
    }
}

/** Pictures of two builds, one below the other. */
async function join(browser: BrowserContext, { name, width, height, clip = { x: 0, y: 0, width, height } }: Picture, folders: readonly string[], target: string): Promise<void> {
    const page = await browser.newPage();
    const frames = folders.map((folder) => {
        const data = readFileSync(path.join(folder, `${name}.png`)).toString('base64');
        return `<div style="width:${clip.width}px;height:${clip.height}px;margin-bottom:6px;background:url(data:image/png;base64,${data}) -${clip.x}px -${clip.y}px"></div>`;
    });
    await page.setContent(`<body style="margin:0;background:#888;width:${clip.width}px">${frames.join('')}</body>`);
    await page.setViewportSize({ width: clip.width, height: 2 * clip.height + 6 });
    await page.screenshot({ path: target });
    await page.close();
}

function makeSmall(target: string): void {
    shrinkPng(target, MAX_BYTES);
    const { size } = statSync(target);
    console.log(`${path.relative(root, target)}  ${Math.ceil(size / 1000)} kB`);
    if (size > MAX_BYTES) {
        console.error(`${path.basename(target)} is larger than ${MAX_BYTES / 1000} kB: make the picture smaller`);
        process.exitCode = 1;
    }
}

async function takeAll(pictures: readonly Picture[], directory: string, vsix: string, to: string): Promise<void> {
    mkdirSync(to, { recursive: true });
    const kindOf = ({ theme, settings }: Picture): string => JSON.stringify([theme, settings]);
    for (const [index, kind] of [...new Set(pictures.map(kindOf))].entries()) {
        await take(pictures.filter((picture) => kindOf(picture) === kind), path.join(directory, String(index)), vsix, to);
    }
}

const { values, positionals: names } = parseArgs({ allowPositionals: true, options: { vsix: { type: 'string' }, to: { type: 'string' }, before: { type: 'string' } } });
const images = values.to === undefined ? IMAGES : path.resolve(values.to);
const wanted = PICTURES.filter(({ name, aside }) => names.length === 0 ? aside === undefined || values.to !== undefined : names.includes(name));
const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
try {
    const vsix = values.vsix ?? await packageExtension();
    if (values.before === undefined) {
        await takeAll(wanted, directory, vsix, images);
        if (values.to === undefined) {
            wanted.forEach(({ name }) => makeSmall(path.join(images, `${name}.png`)));
        }
    } else {
        const builds = { before: values.before, now: vsix };
        for (const [when, build] of Object.entries(builds)) {
            await takeAll(wanted, path.join(directory, when), build, path.join(directory, `${when}-pictures`));
        }
        const browser = await openBrowser(directory);
        for (const picture of wanted) {
            const target = path.join(images, `${picture.name}-before-after.png`);
            await join(browser, picture, Object.keys(builds).map((when) => path.join(directory, `${when}-pictures`)), target);
            makeSmall(target);
        }
        await browser.close();
    }
} catch (error) {
    console.error(error);
    process.exitCode = 1;
} finally {
    rmSync(directory, { recursive: true, force: true });
}
