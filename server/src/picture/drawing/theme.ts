/** Colours, by what they mean. A picture names them as variables of CSS; who shows it says what they are. */
import type { ScenarioStatus } from '../../report/judgement/scenario-status.js';
import type { SummaryKind } from '../../report/step/summary-kind.js';
import type { FrameSign } from '../shapes/picture.js';

export const TOKENS = ['text', 'faint', 'ground', 'area', 'line', 'good', 'doubtful', 'bad', 'note', 'other'] as const;
export type Token = typeof TOKENS[number];

export type Palette = Readonly<Record<Token, string>>;

export type PaletteName = 'light' | 'dark';

/** Those of a picture that stands by itself. */
export const PALETTES: Readonly<Record<PaletteName, Palette>> = {
    light: { text: '#1f2328', faint: '#59636e', ground: '#ffffff', area: '#e7ebf0', line: '#6e7781', good: '#1a7f37', doubtful: '#9a6700', bad: '#cf222e', note: '#0969da', other: '#8250df' },
    dark: { text: '#e6edf3', faint: '#9ba5b0', ground: '#0d1117', area: '#21262d', line: '#848d97', good: '#3fb950', doubtful: '#d29922', bad: '#ff6b64', note: '#58a6ff', other: '#bc8cff' },
};

/** Those of an editor, from its theme; what a theme leaves out falls back to the light palette. */
export const EDITOR_VARIABLES: Readonly<Record<Token, string>> = {
    text: 'editor-foreground', faint: 'descriptionForeground', ground: 'editor-background', area: 'editorWidget-background', line: 'editorLineNumber-activeForeground',
    good: 'charts-green', doubtful: 'charts-yellow', bad: 'charts-red', note: 'charts-blue', other: 'charts-purple',
};

export const SIGN_TOKENS: Readonly<Record<FrameSign, Token>> = {
    'recovered': 'good', 'delayed': 'note', 'failed': 'bad', 'ignored': 'doubtful', 'offlined': 'note', 'unpoisoned': 'good', 'handed-out': 'other', 'bad': 'doubtful', 'poisoned': 'bad', 'lost': 'other',
};

export const SIGN_WORDS: Readonly<Record<FrameSign, string>> = {
    'recovered': 'recovered', 'delayed': 'delayed', 'failed': 'failed', 'ignored': 'ignored', 'offlined': 'offlined', 'unpoisoned': 'mark taken off', 'handed-out': 'handed out again', 'bad': 'bad, and nobody told', 'poisoned': 'poisoned', 'lost': 'data lost or stale',
};

export const STATUS_TOKENS: Readonly<Record<ScenarioStatus, Token>> = { passed: 'good', failed: 'bad', unverified: 'doubtful', invalid: 'bad' };

const FATE_TOKENS: Readonly<Record<string, Token>> = { 'Recovered': 'good', 'success': 'good', 'Ignored': 'doubtful', 'Failed': 'bad', 'Delayed': 'note', 'panic': 'bad', 'oops': 'bad', 'no result': 'line' };

/** The colour of how a page fared. */
export function fateToken(fate: string, kind: SummaryKind): Token {
    return FATE_TOKENS[fate] ?? (kind === 'panic' || kind === 'oops' ? 'bad' : kind === 'errno' ? 'other' : 'line');
}

/** Rules that give the variables their values, for a picture that stands by itself. @param fixed by default light, or dark where the reader prefers it */
export function paletteRules(root: string, fixed?: PaletteName): string {
    const values = (palette: Palette): string => TOKENS.map((token) => `--hwp-${token}:${palette[token]}`).join(';');
    return fixed !== undefined ? `${root}{${values(PALETTES[fixed])}}` : `${root}{${values(PALETTES.light)}}@media (prefers-color-scheme:dark){${root}{${values(PALETTES.dark)}}}`;
}

/** The same from the variables of an editor. */
export function editorRules(root: string): string {
    return `${root}{${TOKENS.map((token) => `--hwp-${token}:var(--vscode-${EDITOR_VARIABLES[token]},${PALETTES.light[token]})`).join(';')}}`;
}

/** What classes look like; the same wherever a picture is shown. */
export const DRAWING_RULES = [
    '.hwp text{font-family:system-ui,-apple-system,Segoe UI,Roboto,DejaVu Sans,sans-serif;fill:var(--hwp-text)}',
    ...TOKENS.map((token) => `.hwp .f-${token}{fill:var(--hwp-${token})}.hwp .s-${token}{stroke:var(--hwp-${token});fill:none}`),
    '.hwp .hairline{stroke-width:1}.hwp .thick{stroke-width:2}.hwp .dashed{stroke-dasharray:4 3}',
    '.hwp .veil{opacity:.22}.hwp .now{fill:var(--hwp-note);opacity:.14}.hwp .strong{font-weight:700}',
    '.hwp .box{fill:var(--hwp-area);stroke:var(--hwp-line)}.hwp .hollow{fill:var(--hwp-ground);stroke:var(--hwp-line)}',
].join('');
