// The pictures of the walkthrough, in the colours of the editor's theme: what they show is what the engine says.
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { hintChoice } from '../../server/src/lsp/hints/hint-settings.js';
import { resultHints } from '../../server/src/lsp/hints/result-hints.js';
import { explanationLines } from '../../server/src/report/explanation/text-explanation.js';
import { dmesgLines } from '../../server/src/report/output/dmesg.js';
import { plain } from '../../server/src/report/output/paint.js';
import type { ScenarioReport } from '../../server/src/report/judgement/scenario-report.js';
import type { FileReport } from '../../server/src/report/judgement/scenario-report.js';
import { KINDS, STEPS } from '../textmate-words.mts';
import type { GeneratedPage } from './pages.mts';

const URI = 'file:///walkthrough.hwp';

const SCENARIO = `scenario "early kill" {
    process db {
        prctl PR_MCE_KILL_EARLY
        map heap = anon 16 KiB written
    }

    corrupt-pfn heap[2]
        expect MF_MSG_DIRTY_LRU MF_RECOVERED
}`;

const IGNORED = `scenario "a page of the kernel" {
    region dentries = slab 4 pages

    corrupt-pfn dentries[1]
    kernel: read dentries[1]
}`;

/** Pixels. */
const [LINE, COLUMN, MARGIN, FONT] = [20, 7.8, 16, 13];

/** Longest line of a picture, in characters. */
const MAX_COLUMNS = 84;

type Tone = 'keyword' | 'step' | 'kind' | 'constant' | 'text' | 'faint' | 'hint' | 'error';

interface Piece {
    readonly text: string;
    readonly tone: Tone;
}

type Line = readonly Piece[];

const COLOURS: Readonly<Record<Tone, string>> = {
    keyword: 'var(--vscode-symbolIcon-keywordForeground, var(--vscode-textLink-foreground))', step: 'var(--vscode-symbolIcon-functionForeground, #b180d7)',
    kind: 'var(--vscode-symbolIcon-classForeground, #ee9d28)', constant: 'var(--vscode-textLink-foreground)', text: 'var(--vscode-editor-foreground, #888)',
    faint: 'var(--vscode-descriptionForeground, #888)', hint: 'var(--vscode-editorInlayHint-foreground, #969696)', error: 'var(--vscode-editorError-foreground, #f14c4c)',
};

const KEYWORDS = new Set(['scenario', 'process', 'prctl', 'map', 'region', 'expect', 'kernel', 'page', 'written']);

/** Words of a scenario by what they are, as the editor colours them. */
function coloured(line: string): Line {
    return line.split(/([\w-]+|"[^"]*")/).filter((text) => text !== '').map((text) => ({ text, tone: toneOf(text) }));
}

function toneOf(word: string): Tone {
    return STEPS.includes(word) ? 'step' : KEYWORDS.has(word) ? 'keyword' : KINDS.includes(word) ? 'kind' : /^(?:MF_|PR_|BUS_)/.test(word) ? 'constant' : 'text';
}

function picture(lines: readonly Line[], label: string): string {
    const shown = lines.map((line) => shortened(line));
    const columns = Math.max(...shown.map((line) => line.reduce((sum, { text }) => sum + text.length, 0)));
    const [width, height] = [Math.ceil(2 * MARGIN + columns * COLUMN), 2 * MARGIN + shown.length * LINE];
    const texts = shown.map((line, index) => `<text x="${MARGIN}" y="${MARGIN + index * LINE + FONT + 1}" xml:space="preserve">${line.map(pieceOf).join('')}</text>`);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">`,
        `<rect width="100%" height="100%" rx="6" fill="var(--vscode-editor-background, #1f1f1f)"/>`,
        `<g font-family="var(--vscode-editor-font-family, monospace)" font-size="${FONT}">`, ...texts, '</g>', '</svg>', '',
    ].join('\n');
}

function pieceOf({ text, tone }: Piece): string {
    const underline = tone === 'error' ? ' text-decoration="underline wavy"' : '';
    return `<tspan fill="${COLOURS[tone]}"${tone === 'hint' ? ' font-style="italic"' : ''}${underline}>${escaped(text)}</tspan>`;
}

function shortened(line: Line): Line {
    let left = MAX_COLUMNS;
    return line.flatMap(({ text, tone }) => {
        const kept = text.length > left ? `${text.slice(0, Math.max(0, left - 1))}…` : text;
        left -= kept.length;
        return left < -1 || kept === '…' ? [] : [{ text: kept, tone }];
    });
}

function escaped(text: string): string {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

async function analysed(text: string): Promise<{ readonly report: FileReport; readonly scenario: ScenarioReport }> {
    const report = await new TextAnalyzer().analyze(URI, text);
    return { report, scenario: report.scenarios[0]! };
}

/** The text with the results at the ends of its lines. */
async function withHints(text: string): Promise<Line[]> {
    const { report } = await analysed(text);
    const hints = new Map(resultHints(report, 0, 99, hintChoice(undefined).parts).map(({ line, parts }) => [line, parts.map((part) => part.text).join(' | ')]));
    return text.split('\n').map((line, index) => [...coloured(line), ...hints.has(index) && hints.get(index) !== '' ? [{ text: `  ${hints.get(index)}`, tone: 'hint' as const }] : []]);
}

async function explained(): Promise<Line[]> {
    const { scenario } = await analysed(SCENARIO);
    const lines = explanationLines(scenario.trace!, 0, plain).slice(0, 12);
    return [coloured('corrupt-pfn heap[2]'), [], ...lines.map((text): Line => [{ text, tone: /^\w+\(\)$/.test(text) ? 'step' : /→/.test(text) ? 'faint' : 'text' }])];
}

async function failing(): Promise<Line[]> {
    const text = SCENARIO.replace('MF_RECOVERED', 'MF_FAILED');
    const { scenario } = await analysed(text);
    const failed = scenario.issues.find(({ code }) => code === 'verdict/failed')!;
    return text.split('\n').flatMap((line, index): Line[] => {
        if (index !== failed.range.startLine) {
            return [coloured(line)];
        }
        const [before, at] = [line.slice(0, failed.range.startColumn), line.slice(failed.range.startColumn)];
        return [[...coloured(before), { text: at, tone: 'error' }], [{ text: `        ${failed.message}`, tone: 'faint' }]];
    });
}

async function logged(): Promise<Line[]> {
    const { scenario } = await analysed(SCENARIO);
    return dmesgLines(scenario.trace!).map((text): Line => {
        const end = text.indexOf(']') + 1;
        return [{ text: text.slice(0, end), tone: 'faint' }, { text: text.slice(end), tone: 'text' }];
    });
}

export const WALKTHROUGH_PICTURES: readonly GeneratedPage[] = [
    { file: 'walkthrough/start.svg', text: () => picture(SCENARIO.split('\n').map(coloured), 'A scenario') },
    { file: 'walkthrough/results.svg', text: async () => picture([...await withHints(SCENARIO), [], ...await withHints(IGNORED)], 'Results at the ends of the lines') },
    { file: 'walkthrough/explain.svg', text: async () => picture(await explained(), 'The decisions behind a result') },
    { file: 'walkthrough/expect.svg', text: async () => picture(await failing(), 'An expectation that does not hold') },
    { file: 'walkthrough/log.svg', text: async () => picture(await logged(), 'The kernel log') },
];
