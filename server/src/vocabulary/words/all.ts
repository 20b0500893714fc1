/** Words that are shown, not run: data in a file of its own beside the bundles (scripts/bundles.mts). */
export * from './construct-words.js';
export * from './decision-words.js';
export * from './filesystem-words.js';
export * from './kernel-change-words.js';
export * from './message-words.js';
export * from './mf-type-words.js';
export * from './operation-words.js';
export * from './page-kind-words.js';
export * from './race-window-words.js';
