/** Colours of the terminal output, by meaning. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'faint' | 'strong';

/** Wraps a text in what its tone looks like. */
export type Paint = (tone: Tone, text: string) => string;

/** No colours. */
export const plain: Paint = (_tone, text) => text;

const CODES: Readonly<Record<Tone, string>> = { good: '32', bad: '31', doubtful: '33', faint: '2', strong: '1' };

/** ANSI escape sequences. */
export const ansi: Paint = (tone, text) => text === '' ? '' : `\u001b[${CODES[tone]}m${text}\u001b[0m`;
