/** Longest word of a label, in characters: lists are narrow, and the value stands behind the name of its setting. */
const MAX_WORD = 20;

/** Characters that are kept of the end of a longer word. */
const KEPT_END = 7;

/** The name of a variant with long words cut in their middle: `kernel 7.3, vm.panic_on_…failure 1`. */
export function variantLabel(name: string): string {
    return name.replaceAll(/[\w.-]+/g, (word) => word.length <= MAX_WORD ? word : `${word.slice(0, MAX_WORD - KEPT_END - 1)}…${word.slice(-KEPT_END)}`);
}
