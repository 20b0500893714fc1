/** Words close to a misspelt one, for messages and quick fixes. */

/** Edits (insert, delete, replace, swap of neighbours) between two words, case ignored; above `limit` the answer is `limit + 1`. */
function distance(a: string, b: string, limit: number): number {
    if (Math.abs(a.length - b.length) > limit) return limit + 1;
    let beforeLast: number[] = [];
    let last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++) {
            const same = a[i - 1] === b[j - 1];
            let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
            row.push(best);
        }
        if (Math.min(...row) > limit) return limit + 1;
        beforeLast = last;
        last = row;
    }
    return last[b.length] ?? limit + 1;
}

/** Longer words are not compared: nobody misspells them by a few letters, and the cost is quadratic. */
const MAX_COMPARED_LENGTH = 80;

/** The closest candidates within so many edits, best first, equally close ones in alphabetical order; none when nothing is close. */
export function nearestWords(word: string, candidates: Iterable<string>, most = 3, limit = Math.max(1, Math.floor(word.length / 3))): string[] {
    if (word.length > MAX_COMPARED_LENGTH) return [];
    const wanted = word.toLowerCase();
    return [...new Set(candidates)]
        .filter((candidate) => candidate !== word)
        .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase(), limit) }))
        .filter(({ edits }) => edits <= limit)
        .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
        .slice(0, most)
        .map(({ candidate }) => candidate);
}
