/**
 * Runs a bundle with what V8 had compiled of it when an earlier run ended. Node's own compile cache keeps what is compiled when
 * a file is loaded, and functions are compiled when they are first called: of a short run that is the larger half.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

const BEFORE = '(function (exports, require, module, __filename, __dirname) {';
const AFTER = '\n})';

/** What a run does with what was compiled: a thread would write over what others keep. */
export type Keeping = 'read and write' | 'read';

/** Milliseconds. */
const LONG_RUN = 10_000;

type Wrapped = (exports: unknown, require: (name: string) => unknown, module: { exports: unknown }, file: string, folder: string) => void;

/**
 * What a CommonJS file exports; files that it requires from its own folder are run in the same way.
 * @param purpose what this run is for: one that does something else would leave other functions compiled
 */
export function runKept(file: string, purpose: string, keeping: Keeping): unknown {
    // Node's folder, one for each version of V8 and its flags; none where its cache is forbidden or not known yet (before 22.8).
    const folder = (module as Partial<typeof module>).getCompileCacheDir?.();
    return folder === undefined ? module.createRequire(file)(file) : new KeptCode(folder, purpose, keeping).run(file);
}

class KeptCode {
    readonly #folder: string;
    readonly #purpose: string;
    readonly #keeping: Keeping;
    readonly #modules = new Map<string, { exports: unknown }>();

    constructor(folder: string, purpose: string, keeping: Keeping) {
        this.#folder = folder;
        this.#purpose = purpose;
        this.#keeping = keeping;
    }

    run(file: string): unknown {
        const known = this.#modules.get(file);
        if (known !== undefined) {
            return known.exports;
        }
        const made = { exports: {} as unknown };
        this.#modules.set(file, made);
        const fromNode = module.createRequire(file);
        const required = (name: string): unknown => (name.startsWith('./') ? this.run(path.join(path.dirname(file), name)) : fromNode(name));
        this.#compiled(file)(made.exports, required, made, file, path.dirname(file));
        return made.exports;
    }

    #compiled(file: string): Wrapped {
        const { source, version } = sourceOf(file);
        const kept = path.join(this.#folder, `hwp-${path.basename(file, '.js')}-${this.#purpose}-${version}`);
        const cachedData = bytesOf(kept);
        const script = new vm.Script(source, { filename: file, columnOffset: -BEFORE.length, ...(cachedData === undefined ? {} : { cachedData }) });
        if (script.cachedDataRejected !== false && this.#keeping === 'read and write') {
            keepLater(script, kept);
        }
        return script.runInThisContext() as Wrapped;
    }
}

/** The file as a function, in one piece: V8 would copy a text that was put together. Its version changes whenever somebody writes to the file. */
function sourceOf(file: string): { readonly source: string; readonly version: string } {
    const descriptor = openSync(file, 'r');
    try {
        const { size, ctimeMs, ino } = fstatSync(descriptor);
        const bytes = Buffer.allocUnsafeSlow(BEFORE.length + size + AFTER.length);
        bytes.write(BEFORE, 0, 'latin1');
        readSync(descriptor, bytes, BEFORE.length, size, 0);
        bytes.write(AFTER, BEFORE.length + size, 'latin1');
        // The bundler writes ASCII.
        return { source: bytes.toString('latin1'), version: [size, ctimeMs, ino].map((each) => Math.floor(each).toString(36)).join('-') };
    } finally {
        closeSync(descriptor);
    }
}

function bytesOf(file: string): Buffer | undefined {
    try {
        return readFileSync(file);
    } catch {
        return undefined;
    }
}

/** When the run ends, and before V8 gives up what was compiled for a start that is long ago. */
function keepLater(script: vm.Script, file: string): void {
    const now = (): void => {
        clearTimeout(timer);
        process.off('exit', now);
        keep(script, file);
    };
    const timer = setTimeout(now, LONG_RUN).unref();
    process.once('exit', now);
}

/** Best effort: a start without it is as right, and slower. */
function keep(script: vm.Script, file: string): void {
    const temporary = `${file}.${process.pid}`;
    try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
        renameSync(temporary, file);
    } catch {
        rmSync(temporary, { force: true });
    }
}
