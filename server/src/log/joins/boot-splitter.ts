/** Where one boot ends and the next begins. */
import type { LogEvent } from '../events/event.js';
import type { LogLine } from '../formats/line.js';

/** Clocks of two CPUs may be apart, and lines come late; a boot begins again at zero. Microseconds. */
const BACKWARDS_US = 20_000_000;
/** What a dead kernel still says comes at once; microseconds. */
const AFTER_PANIC_US = 30_000_000;

export class BootSplitter {
    #lastUs: number | undefined;
    #panicUs: number | undefined;
    #release = false;
    /** Lines of other speakers or empty ones came between. */
    #between = false;

    /** Whether another boot begins with this line. */
    line(line: LogLine): boolean {
        if (line.speaker === 'vmm') this.#between = true;
        if (line.bootUs === undefined || line.speaker !== 'kernel') return false;
        const before = this.#lastUs;
        const panic = this.#panicUs;
        this.#lastUs = line.bootUs;
        if (/Kernel panic - not syncing/.test(line.text)) this.#panicUs = line.bootUs;
        if (before === undefined) return false;
        const starts = line.bootUs < before - BACKWARDS_US || (panic !== undefined && (line.bootUs > panic + AFTER_PANIC_US || (this.#between && line.bootUs < panic)));
        if (starts) this.#begin(line.bootUs);
        return starts;
    }

    /** Whether the event says that another boot begins. */
    event(event: LogEvent, saidBefore: boolean): boolean {
        if (event.kind !== 'boot') return false;
        if (event.kexec) return false;
        // A log that begins with its boot: what came before is the banner.
        const starts = this.#release || saidBefore;
        this.#release = true;
        this.#panicUs = undefined;
        this.#lastUs = event.bootUs;
        return starts;
    }

    mark(): void {
        this.#begin(undefined);
    }

    #begin(us: number | undefined): void {
        this.#lastUs = us;
        this.#panicUs = undefined;
        this.#between = false;
        this.#release = false;
    }
}
