/** Where a key leads in a list of parts, of which one can be reached with Tab; null where the key means nothing here. */
export function nextIndex(key: string, index: number, count: number): number | null {
    switch (key) {
        case 'ArrowDown':
        case 'ArrowRight': return Math.min(count - 1, index + 1);
        case 'ArrowUp':
        case 'ArrowLeft': return Math.max(0, index - 1);
        case 'PageDown': return Math.min(count - 1, index + 10);
        case 'PageUp': return Math.max(0, index - 10);
        case 'Home': return 0;
        case 'End': return count - 1;
        default: return null;
    }
}
