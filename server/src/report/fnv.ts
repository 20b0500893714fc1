/** FNV-1a over the code units of a text: 32 bits, not negative. It tells texts apart, and keeps no secret. */
export function fnv1a(text: string): number {
    let hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index++) {
        hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return hash >>> 0;
}
