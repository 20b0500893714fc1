import type { Tone } from '../output/paint.js';
import type { SummaryKind } from './summary-kind.js';

/** How the parts of a summary look in a terminal. */
export const TONES: Readonly<Record<SummaryKind, Tone | null>> = {
    'boot': null, 'result': null, 'signal': 'doubtful', 'errno': 'doubtful', 'value': null, 'exit': 'bad', 'data': 'bad', 'oops': 'bad', 'panic': 'bad', 'not-reached': 'faint', 'race': null,
};
