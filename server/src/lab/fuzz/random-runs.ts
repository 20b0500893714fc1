/** Random runs: a bundle of its own, for the command line alone. */
export { expectedText } from './expected-text.js';
export { fuzz, noCounts, type Analyzed, type FuzzCounts } from './fuzz.js';
