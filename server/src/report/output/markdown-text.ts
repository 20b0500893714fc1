/** Text of users and kernels in Markdown: on one line, and nothing of it is taken for markup. */
export function escaped(text: string): string {
    return text.replaceAll(/[\\`*_{}[\]<>#|~!&]/g, String.raw`\$&`).replaceAll('\n', ' ');
}
