/** Characters that move the cursor of a terminal, colour what follows, or turn its writing round. */
const CONTROLS = /(?!\t)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ALL_CONTROLS = new RegExp(CONTROLS, 'gu');

/** The first one in a text. */
export function controlIn(text: string): string | undefined {
    return CONTROLS.exec(text)?.[0];
}

/** A text of the user's as it may be shown: nothing but what can be seen. */
export function visible(text: string): string {
    return text.replaceAll(ALL_CONTROLS, '\ufffd');
}
