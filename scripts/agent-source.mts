/** The agent of the lab as the extension ships it. */

/** A text or a character of C. */
const LITERAL = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;

/** The C of the lab's agent is compiled, not read, where the extension is installed. */
export function asCompiled(source: string): string {
    const plain = source.replaceAll(new RegExp(`(${LITERAL})|/\\*[^]*?\\*/|//.*`, 'g'), (_all, literal: string | undefined) => literal ?? ' ');
    return plain.replaceAll(/^[ \t]+|[ \t]+$/gm, '').replaceAll(/\n{2,}/g, '\n').trimStart()
        .replaceAll(new RegExp(`(${LITERAL}|^#(?:.*\\\\\\n)*.*)|[ \\t]*([,;={}?:|<>()!%]|&&)[ \\t]*`, 'gm'), (_all, kept: string | undefined, sign: string | undefined) => kept ?? sign ?? '');
}
