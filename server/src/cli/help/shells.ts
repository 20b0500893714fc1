/** Shells that `hwp completion` knows; apart from their scripts, which few ask for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = typeof SHELLS[number];
