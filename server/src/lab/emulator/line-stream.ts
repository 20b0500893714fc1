import type { Readable } from 'node:stream';

/** Lines of a stream, for one reader that waits for the next one. */
export class LineStream {
    private readonly waiting: string[] = [];
    private rest = '';
    private ended = false;
    private wake: (() => void) | null = null;
    /** Everything that came, for the logs. */
    readonly all: string[] = [];

    private readonly onLine: ((line: string) => void) | undefined;

    constructor(stream: Readable, onLine?: (line: string) => void) {
        this.onLine = onLine;
        stream.setEncoding('latin1');
        stream.on('data', (text: string) => this.take(text));
        stream.on('close', () => this.end());
        stream.on('error', () => this.end());
    }

    /** The next line; null when there is none in time, or none will come. */
    async next(milliseconds: number): Promise<string | null> {
        if (this.waiting.length === 0 && !this.ended) {
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, milliseconds);
                this.wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
            this.wake = null;
        } else if (this.waiting.length === 0) {
            // Whoever asks again and again lets others go on: the end of the process is one of their events.
            await new Promise((resolve) => {
                setTimeout(resolve, 10);
            });
        }
        return this.waiting.shift() ?? null;
    }

    get isOver(): boolean {
        return this.ended && this.waiting.length === 0;
    }

    /** Whoever waits for a line looks around. */
    wakeUp(): void {
        this.wake?.();
    }

    /** What has come and was not read is of a machine that is no more. */
    forget(): void {
        this.waiting.length = 0;
        this.rest = '';
    }

    private take(text: string): void {
        const lines = (this.rest + text).split('\n');
        this.rest = lines.pop()!;
        for (const raw of lines) {
            const line = raw.replace(/\r$/, '');
            this.all.push(line);
            this.onLine?.(line);
            this.waiting.push(line);
        }
        if (this.waiting.length > 0) {
            this.wake?.();
        }
    }

    private end(): void {
        this.ended = true;
        this.wake?.();
    }
}
