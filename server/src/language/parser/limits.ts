/** Named limits on what one text may ask of the parser; each has a diagnostic of its own. */

/**
 * Longest text that is parsed, in UTF-16 code units: 7,500 scenarios of 20 lines. So long a one has all its results within 20 seconds and a gigabyte on two
 * cores (docs/performance.md); in several files it can have as many as there is memory for.
 */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** Longest line that is parsed, in UTF-16 code units: texts and comments are matched line by line. */
export const MAX_LINE_LENGTH = 256 * 1024;

/** Deepest nesting of `{` and `(`. */
export const MAX_BLOCK_DEPTH = 64;

/** Most tokens in one item (one line and its continuations). */
export const MAX_ITEM_TOKENS = 1024;

/** Most errors of layout and syntax that one text reports; the rest is counted. */
export const MAX_SYNTAX_ERRORS = 500;

/** Most findings on the contents of one text that are reported; the rest is counted. */
export const MAX_FINDINGS = 1000;
