/** Texts inside a C program. */
import { plainLines, wrapped } from '../words.js';

/** A C string literal. */
export function quoted(text: string): string {
    // Octal: an escape of three digits ends where it ends. Two question marks would begin a trigraph.
    const escaped = [...new TextEncoder().encode(text)].map((byte) => {
        const char = String.fromCharCode(byte);
        return char === '"' || char === '\\' ? `\\${char}` : char === '\n' ? '\\n' : byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : char;
    }).join('');
    return `"${escaped.replaceAll('??', '?\\?')}"`;
}

/** A character constant. */
export function character(char: string): string {
    return char === '\0' ? "'\\0'" : char === "'" ? "'\\''" : /^[\x20-\x7e]$/.test(char) ? `'${char === '\\' ? '\\\\' : char}'` : `'\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}'`;
}

/** Text that may stand in a comment. */
export function inComment(text: string): string {
    return plainLines(text).replaceAll('*/', '* /');
}

/** A comment, one line or a block of lines that fit a terminal. */
export function comment(text: string, indent = ''): string {
    const lines = wrapped(inComment(text), 76 - indent.length * 8);
    return lines.length === 1 ? `${indent}/* ${lines[0]} */` : [`${indent}/*`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join('\n');
}

/** Words that a name of the scenario cannot have in C. */
const KEYWORDS: ReadonlySet<string> = new Set(('auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed '
    + 'sizeof static struct switch typedef union unsigned void volatile while asm typeof unix linux errno').split(' '));

/** Part of an identifier. */
export function identifier(name: string): string {
    const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
    return plain === '' ? '_' : KEYWORDS.has(plain) ? `${plain}_` : plain;
}

/** `16 * page_size`, `page_size`, `0`. */
export function pages(count: number): string {
    return count === 0 ? '0' : count === 1 ? 'page_size' : `${count} * page_size`;
}

/** A byte count, in pages where it is whole ones. */
export function bytes(count: number, pageBytes: number): string {
    return count !== 0 && count % pageBytes === 0 ? pages(count / pageBytes) : count > 0x7fff_ffff ? `${count}UL` : String(count);
}

/** An unsigned constant of 64 bits, of decimal or hex text. */
export function unsigned(text: string): string {
    const value = BigInt.asUintN(64, BigInt(text));
    return value > 0xffff_ffffn ? `0x${value.toString(16)}ULL` : value < 10n ? value.toString() : `0x${value.toString(16)}`;
}
