/** Frames of the stack and variables as the editor gets them, with the numbers by which it asks for more. Good until the session stands somewhere else. */
import { Source } from '@vscode/debugadapter/lib/debugSession.js';
import { Handles } from '@vscode/debugadapter/lib/handles.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebugFrame, DebugPlace, DebugVariable } from '../../../server/src/lsp/protocol.js';
import type { AdapterHost } from './adapter-host.js';

/** How the editor counts lines and columns. */
export interface Counting {
    readonly line: (line: number) => number;
    readonly column: (column: number) => number;
}

export class ShownThings {
    readonly #host: AdapterHost;
    readonly #counting: Counting;
    /** Threads of frames. */
    readonly #frames = new Handles<number>();
    readonly #paths = new Handles<string>();

    constructor(host: AdapterHost, counting: Counting) {
        this.#host = host;
        this.#counting = counting;
    }

    reset(): void {
        this.#frames.reset();
        this.#paths.reset();
    }

    frame(frame: DebugFrame, thread: number): DebugProtocol.StackFrame {
        const { line: lineOf, column: columnOf } = this.#counting;
        const shown = { id: this.#frames.create(thread), name: frame.name, ...frame.subtle ? { presentationHint: 'subtle' as const } : {} };
        if (frame.function !== undefined) return { ...shown, source: new Source(`${frame.function}()`, this.#host.outlinePath(frame.function)), line: lineOf(frame.line), column: columnOf(0) };
        if (frame.place === null) return { ...shown, line: 0, column: 0 };
        const { line, column, endLine, endColumn } = frame.place;
        return { ...shown, source: this.source(frame.place), line: lineOf(line), column: columnOf(column), endLine: lineOf(endLine), endColumn: columnOf(endColumn) };
    }

    source({ uri }: DebugPlace): Source {
        const before = this.#host.pathAsItWas(uri);
        return before === null ? new Source(nameOf(uri), this.#host.toPath(uri)) : new Source(`${nameOf(uri)} (as it was)`, before);
    }

    variable({ name, value, path, evaluateName }: DebugVariable): DebugProtocol.Variable {
        return {
            name, value, variablesReference: this.reference(path), presentationHint: { kind: path === '' ? 'property' : 'data', attributes: ['readOnly'] },
            ...evaluateName === '' ? {} : { evaluateName },
        };
    }

    /** 0 for what consists of nothing further. */
    reference(path: string): number {
        return path === '' ? 0 : this.#paths.create(path);
    }

    /** '' for a number that was never given. */
    path(reference: number): string {
        return this.#paths.get(reference, '');
    }

    /** The thread of a frame; undefined for one that was never shown. */
    threadOf(frameId: number | undefined): number | undefined {
        return frameId === undefined ? undefined : this.#frames.get(frameId, 0) || undefined;
    }
}

/** The name of a file, of its URI. */
export function nameOf(uri: string): string {
    return decodeURIComponent(uri.replace(/^.*\//, ''));
}
