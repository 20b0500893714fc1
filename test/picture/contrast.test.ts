/** Contrast of the colours by which pictures tell things apart, by the formula of WCAG 2.2. */
import { describe, expect, test } from 'vitest';
import { EDITOR_VARIABLES, PALETTES, TOKENS, type Palette, type Token } from '../../server/src/picture/drawing/theme.js';

/** What text needs against its ground, and what a sign or a line needs. */
const TEXT = 4.5;
const SIGN = 3;

function luminance(colour: string): number {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
    const [light, dark] = [luminance(one), luminance(other)].sort((left, right) => right - left) as [number, number];
    return (light + 0.05) / (dark + 0.05);
}

/** What the themes that come with VS Code say for the variables: Light Modern, Dark Modern, and the two of high contrast. */
const EDITOR_THEMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'light modern': { 'editor-foreground': '#3b3b3b', 'descriptionForeground': '#3b3b3b', 'editor-background': '#ffffff', 'editorWidget-background': '#f8f8f8', 'editorLineNumber-activeForeground': '#171184', 'charts-green': '#388a34', 'charts-yellow': '#bf8803', 'charts-red': '#e51400', 'charts-blue': '#1a85ff', 'charts-purple': '#652d90' },
    'dark modern': { 'editor-foreground': '#cccccc', 'descriptionForeground': '#9d9d9d', 'editor-background': '#1f1f1f', 'editorWidget-background': '#202020', 'editorLineNumber-activeForeground': '#cccccc', 'charts-green': '#89d185', 'charts-yellow': '#cca700', 'charts-red': '#f14c4c', 'charts-blue': '#3794ff', 'charts-purple': '#b180d7' },
    'high contrast': { 'editor-foreground': '#ffffff', 'descriptionForeground': '#ffffff', 'editor-background': '#000000', 'editorWidget-background': '#0c141f', 'editorLineNumber-activeForeground': '#f38518', 'charts-green': '#89d185', 'charts-yellow': '#ffd370', 'charts-red': '#f48771', 'charts-blue': '#3794ff', 'charts-purple': '#b180d7' },
    'high contrast light': { 'editor-foreground': '#292929', 'descriptionForeground': '#292929', 'editor-background': '#ffffff', 'editorWidget-background': '#ffffff', 'editorLineNumber-activeForeground': '#006bbd', 'charts-green': '#374e06', 'charts-yellow': '#895503', 'charts-red': '#b5200d', 'charts-blue': '#1a85ff', 'charts-purple': '#652d90' },
};

const palettes: readonly (readonly [string, Palette])[] = [
    ...Object.entries(PALETTES),
    ...Object.entries(EDITOR_THEMES).map(([name, variables]) => [name, Object.fromEntries(TOKENS.map((token) => [token, variables[EDITOR_VARIABLES[token]]!])) as unknown as Palette] as const),
];

/** Colours of signs, bars and lines. Text is written in `text` and `faint` only. */
const SIGNS: readonly Token[] = ['line', 'good', 'doubtful', 'bad', 'note', 'other'];

describe.each(palettes)('%s', (_name, palette) => {
    test.each(['text', 'faint'] as const)('%s can be read, on the ground and on areas', (token) => {
        expect(contrast(palette[token], palette.ground)).toBeGreaterThanOrEqual(TEXT);
        expect(contrast(palette[token], palette.area)).toBeGreaterThanOrEqual(TEXT);
    });
    test.each(SIGNS)('%s can be told from the ground, and a sign in the colour of the ground from it', (token) => {
        expect(contrast(palette[token], palette.ground)).toBeGreaterThanOrEqual(SIGN);
    });
});

test('the formula', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
