/** Character of the page in a contents string; the last one repeats; '' is all zeroes. */
export function contentAt(content: string, index: number): string {
    if (content === '') return '\0';
    return content[Math.min(index, content.length - 1)] ?? '\0';
}
