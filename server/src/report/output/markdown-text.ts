/** Text of users and kernels in Markdown: on one line, and nothing of it is taken for markup, or for the address of a page or of a mailbox. */
export function escaped(text: string): string {
    return text.replaceAll(/[\\`*_{}[\]<>#|~!&@]|:(?=\/\/)|(?<=\bwww)\./gi, String.raw`\$&`).replaceAll('\n', ' ');
}

/** Bold: spaces at its ends would leave the asterisks as they are. */
export function bold(text: string): string {
    return `**${escaped(text.trim())}**`;
}
