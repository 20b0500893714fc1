/** What callers may set besides a text, and how it is read. What cannot be used is refused with the reason, never ignored. */
import { nearestWords } from '../vocabulary/nearest.js';
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

type SettingName = keyof Settings;

interface Setting {
    readonly is: (value: unknown) => boolean;
    /** What it takes, with an example to write. */
    readonly words: string;
}

const isText = (value: unknown): boolean => typeof value === 'string';

const SETTINGS: Readonly<Record<SettingName, Setting>> = {
    path: { is: isText, words: 'a string, such as { path: "suite/a.hwp" }' },
    kernel: { is: isText, words: 'a string, such as { kernel: "6.12" }' },
    sysctls: { is: (value) => isRecordOf(value, Number.isSafeInteger), words: 'an object of whole numbers by name, such as { sysctls: { "vm.memory_failure_early_kill": 1 } }' },
    imports: { is: (value) => isRecordOf(value, isText), words: 'an object of texts by path, such as { imports: { "suite/lab.hwp": "machine lab { }" } }' },
};

/**
 * Callers in JavaScript pass in anything. A setting that is undefined is not set.
 * @param allowed the settings that the function has
 * @throws InputError
 */
export function checkedSettings(settings: unknown, allowed: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[]): Settings {
    if (!isRecord(settings)) {
        throw new InputError(`The settings must be an object with ${allowed.join(', ')}, not ${shown(settings)}.`);
    }
    for (const [name, value] of Object.entries(settings)) {
        if (!allowed.includes(name as SettingName)) {
            const [near] = nearestWords(name, allowed);
            throw new InputError(`There is no setting "${name}" here.${near === undefined ? '' : ` Did you mean "${near}"?`} There ${allowed.length === 1 ? 'is' : 'are'} ${allowed.join(', ')}.`);
        }
        const { is, words } = SETTINGS[name as SettingName];
        if (value !== undefined && !is(value)) {
            throw new InputError(`The setting "${name}" takes ${words}, not ${shown(value)}.`);
        }
    }
    return settings;
}

/** A value as a message quotes it: what no JSON has is named by its kind. */
function shown(value: unknown): string {
    let json: string | undefined;
    try {
        json = typeof value === 'object' && value instanceof Map ? 'a Map' : JSON.stringify(value);
    } catch {
        // A circle, or a bigint.
    }
    return (json ?? (typeof value === 'bigint' ? `${value}n` : value === undefined ? 'undefined' : `a ${typeof value}`)).slice(0, MAX_SHOWN);
}

const MAX_SHOWN = 80;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

function isRecordOf(value: unknown, is: (each: unknown) => boolean): boolean {
    return isRecord(value) && Object.values(value).every(is);
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
    return new URL(name.replace(/\p{Surrogate}/gu, '\ufffd').split('/').map(encodeURIComponent).join('/'), 'file:///text/').toString();
}
