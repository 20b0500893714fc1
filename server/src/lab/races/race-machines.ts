/** The machines of races: emulated without acceleration, which the debugger port can hold one CPU of; one at a time, by their boot parameters. */
import { LabSession, type SessionOptions } from '../session.js';
import type { RaceMachines } from './run-race.js';

export class RaceRoom implements RaceMachines {
    private readonly options: SessionOptions;
    private open: { readonly parameters: string; readonly session: LabSession } | null = null;

    constructor(options: SessionOptions) {
        this.options = { ...options, qemu: { ...options.qemu, accelerator: 'tcg' } };
    }

    get kernel(): SessionOptions['kernel'] {
        return this.options.kernel;
    }

    get cache(): string {
        return this.options.cache;
    }

    progress(text: string): void {
        this.options.progress(text);
    }

    async session(parameters: string): Promise<LabSession> {
        if (this.open?.parameters !== parameters) {
            await this.close();
            const session = new LabSession({ ...this.options, parameters, keepsRaces: true });
            this.open = { parameters, session };
            await session.open();
        }
        return this.open!.session;
    }

    /** What the machine that is open has said. */
    get logs(): LabSession['logs'] {
        return this.open?.session.logs ?? { agent: [], console: [] };
    }

    async close(): Promise<void> {
        const { open } = this;
        this.open = null;
        await open?.session.close();
    }
}
