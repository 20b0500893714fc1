/** What callers may set besides a text, and how it is read. What cannot be used is refused with the reason, never ignored. */
import { parseOverrides, type Overrides, type Parsed } from '../analysis/overrides.js';
import { SourceLines } from '../report/output/source-lines.js';
import type { SourceTexts } from '../report/output/source-texts.js';

export interface Settings {
    /** What the text is called in results; imports are taken from its folder. `scenario.hwp` unless given. */
    readonly path?: string;
    /** Every scenario on this kernel, such as `6.12`. */
    readonly kernel?: string;
    /** Sysctls at the start of every scenario, by name. */
    readonly sysctls?: Readonly<Record<string, number>>;
    /** The texts of files that may be imported, by path, relative as `path` is. */
    readonly imports?: Readonly<Record<string, string>>;
}

/** Something that was passed in cannot be used; the message says what, why, and what to do. */
export class InputError extends Error {
    override readonly name = 'InputError';
}

export function required<Value>(parsed: Parsed<Value>): Value {
    if ('error' in parsed) {
        throw new InputError(`${parsed.error}.`);
    }
    return parsed.value;
}

export function overridesOf(settings: Settings): Overrides {
    return required(parseOverrides(settings));
}

/** The texts that were passed in, under the names that they were passed in with. */
export class Texts {
    readonly uri: string;
    readonly sources: SourceTexts;
    readonly #texts = new Map<string, string>();

    constructor(text: string, { path = 'scenario.hwp', imports = {} }: Settings) {
        const names = new Map<string, string>();
        const lines = new SourceLines();
        for (const [name, content] of [...Object.entries(imports), [path, text] as const]) {
            const uri = uriOf(name);
            this.#texts.set(uri, content);
            lines.add(uri, content);
            names.set(uri, name);
        }
        this.uri = uriOf(path);
        this.sources = { pathOf: (uri) => names.get(uri) ?? uri, textOf: (range) => lines.textOf(range) };
    }

    /** What is imported; undefined for what was not passed in. */
    readonly read = (uri: string): string | undefined => this.#texts.get(uri);

    get uris(): readonly string[] {
        return [...this.#texts.keys()];
    }
}

/** Nothing is read from there: it only tells texts apart. */
function uriOf(name: string): string {
    return new URL(name.split('/').map(encodeURIComponent).join('/'), 'file:///text/').toString();
}
