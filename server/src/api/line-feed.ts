import type { LogResult } from '../log/output/results.js';
import { Triage } from '../log/triage.js';

/** Reads a log that is there as one text. */
export class LineFeed {
    readonly #triage = new Triage();

    push(text: string): void {
        let line = 1;
        for (let at = 0; at < text.length; line += 1) {
            const end = text.indexOf('\n', at);
            const stop = end < 0 ? text.length : end;
            this.#triage.push(text.slice(at, text[stop - 1] === '\r' && stop > at ? stop - 1 : stop), line);
            at = stop + 1;
        }
    }

    result(path: string): LogResult {
        return { path, note: null, ...this.#triage.finish() };
    }
}
