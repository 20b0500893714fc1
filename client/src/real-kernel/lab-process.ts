/** The lab in a process of its own. On Node only. */
import { fork, type ChildProcess } from 'node:child_process';
import type { FromLab, PlacedResult, ToLab } from '../../../server/src/lab/host/messages.js';

export interface BootableKernel { readonly version: string; readonly release: string }

/** What keeps the lab from running, and what mends it. */
export class LabStopped extends Error {
    readonly mend: string;

    constructor(message: string, mend: string) {
        super(message);
        this.mend = mend;
    }
}

export interface LabListener {
    readonly progress: (text: string) => void;
    readonly result: (index: number, result: PlacedResult) => void;
}

/** One at a time is asked for; it ends with `end`, and by itself with whoever started it. */
export class LabProcess {
    readonly #child: ChildProcess;
    #complaints = '';

    /** @param module path of `lab-host.js` */
    constructor(module: string) {
        // VS Code's own executable is a Node when it is told so.
        this.#child = fork(module, [], { execArgv: [], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
        this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
            this.#complaints += text;
        });
    }

    /** @throws LabStopped where there is no such kernel, or no emulator */
    async kernel(message: ToLab & { readonly t: 'choose' | 'setUp' }, listener: Pick<LabListener, 'progress'>): Promise<BootableKernel> {
        return await this.#ask(message, listener.progress, (answer) => answer.t === 'kernel' ? answer : undefined);
    }

    /** Resolves when all cases were run, or none is any more. */
    async run(message: ToLab & { readonly t: 'run' }, { progress, result }: LabListener): Promise<void> {
        await this.#ask(message, progress, (answer) => {
            if (answer.t === 'result') {
                result(answer.index, answer.result);
            }
            return answer.t === 'done' ? answer : undefined;
        });
    }

    /** Ends the machine; what runs comes to its end. */
    stop(): void {
        this.#child.send({ t: 'stop' } satisfies ToLab, () => undefined);
    }

    end(): void {
        if (this.#child.connected) {
            this.#child.disconnect();
        }
    }

    #ask<Answer>(message: ToLab, progress: (text: string) => void, answerOf: (said: FromLab) => Answer | undefined): Promise<Answer> {
        return new Promise((resolve, reject) => {
            const over = (act: () => void): void => {
                this.#child.off('message', hear).off('exit', ended).off('error', reject);
                act();
            };
            const hear = (said: FromLab): void => {
                if (said.t === 'progress') {
                    progress(said.text);
                } else if (said.t === 'problem') {
                    over(() => reject(new LabStopped(said.message, said.mend)));
                } else {
                    const answer = answerOf(said);
                    if (answer !== undefined) {
                        over(() => resolve(answer));
                    }
                }
            };
            const ended = (): void => over(() => reject(new LabStopped(`The lab has ended${this.#complaints === '' ? '' : `: ${this.#complaints.trim()}`}.`, 'Run it again.')));
            this.#child.on('message', hear).on('exit', ended).on('error', reject);
            this.#child.send(message, (error) => {
                if (error !== null) {
                    over(() => reject(error));
                }
            });
        });
    }
}
