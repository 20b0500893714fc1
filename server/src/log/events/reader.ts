/** From messages to events. Keeps only what is open: records, machine checks and crashes that go on over several lines. */
import type { LogLine } from '../formats/line.js';
import { baseOf, type EventSink } from './base.js';
import { AmdDecoderReader } from './amd-decoder.js';
import { AestReader } from './aest.js';
import { CperReader } from './cper.js';
import { CrashReader } from './crash.js';
import { readDaemon, readListed, readResetReason, readTraced } from './daemons.js';
import { readEdac } from './edac.js';
import type { MessageEvent } from './event.js';
import { readFact } from './facts.js';
import { MachineCheckReader } from './machine-check.js';
import { McelogReader } from './mcelog.js';
import { PowerReader } from './powerpc.js';
import { readMessage, resultOfWord, typeOfWords } from './wordings.js';

/** Speakers whose lines are read as the kernel's. */
const KERNEL_SPEAKERS: ReadonlySet<string> = new Set(['kernel', 'abrt-dump-oops', 'kdump', 'vmlinux', 'vmunix', 'dmesg']);

export class EventReader {
    readonly #sink: EventSink;
    readonly #cper: CperReader;
    readonly #machineChecks: MachineCheckReader;
    readonly #mcelog: McelogReader;
    readonly #aest: AestReader;
    readonly #amd: AmdDecoderReader;
    readonly #power: PowerReader;
    readonly #crashes: CrashReader;

    constructor(sink: EventSink) {
        this.#sink = sink;
        this.#cper = new CperReader(sink);
        this.#machineChecks = new MachineCheckReader(sink);
        this.#mcelog = new McelogReader(sink);
        this.#aest = new AestReader(sink);
        this.#amd = new AmdDecoderReader(sink);
        this.#power = new PowerReader(sink);
        this.#crashes = new CrashReader(sink);
    }

    /** Whether the lines that follow are needed although they may hold no word that is searched for; those of records name themselves. */
    get wantsMore(): boolean {
        return this.#crashes.open || this.#machineChecks.wantsMore || this.#power.wantsMore || this.#mcelog.open;
    }

    line(line: LogLine): void {
        if (!KERNEL_SPEAKERS.has(line.speaker)) {
            this.#daemon(line);
            return;
        }
        const fact = readFact(line);
        if (fact?.kind === 'boot') this.flush();
        if (fact !== undefined) this.#sink(fact);
        const message = messageEvent(line);
        if (message !== undefined) {
            this.#sink(message);
            // It says what the lines around it are about: an open crash keeps it no longer than its own lines.
            return;
        }
        if (this.#power.line(line) || this.#aest.line(line) || this.#amd.line(line) || this.#cper.line(line) || this.#machineChecks.line(line)) return;
        const edac = readEdac(line);
        if (edac !== undefined) {
            // What the driver repeated of the bank comes before its own line.
            this.#machineChecks.flush();
            if (edac.kind === 'edac') this.#amd.edac(edac.controller);
            this.#sink(edac);
            return;
        }
        if (this.#mcelog.line(line)) return;
        const listed = readListed(line) ?? readTraced(line) ?? readResetReason(line);
        if (listed !== undefined) this.#sink(listed);
        else this.#crashes.line(line);
    }

    /** Closes what is open: the boot has ended, or the text. */
    flush(): void {
        this.#cper.flush();
        this.#machineChecks.flush();
        this.#mcelog.flush();
        this.#aest.flush();
        this.#amd.flush();
        this.#power.flush();
        this.#crashes.flush();
    }

    #daemon(line: LogLine): void {
        if (this.#mcelog.line(line)) return;
        const event = readDaemon(line);
        if (event !== undefined) this.#sink(event);
    }
}

/** A line of memory_failure() and its neighbours. */
export function messageEvent(line: LogLine): MessageEvent | undefined {
    const read = readMessage(line.text);
    if (read === undefined) return undefined;
    const { id, values, old } = read;
    const hex = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : BigInt(text.startsWith('0x') ? text : `0x${text}`));
    const pfn = hex(values['pfn'] ?? (id === 'noAddr' || id === 'injectMadvise' || id === 'injectPfn' || id === 'softOfflinePfn' || id === 'panicNoRecovery' ? values['pfnBare'] : undefined));
    const address = hex(values['address']);
    // 3.x and 4.x: "user-access at" a physical address.
    const isPhysical = id === 'mceUserAccess' || id === 'mceKernelAccess';
    const phys = isPhysical ? address : hex(values['phys']);
    const type = values['string'] === undefined ? undefined : typeOfWords(values['string']);
    const result = values['result'] === undefined ? undefined : resultOfWord(values['result']);
    const task = values['task'] === undefined ? undefined : taskOf(values['task']);
    return {
        ...baseOf(line), kind: 'message', id, values, old,
        ...(pfn === undefined ? {} : { pfn }), ...(phys === undefined ? {} : { phys }), ...(address === undefined || isPhysical ? {} : { address }),
        ...(type === undefined ? {} : { type }), ...(result === undefined ? {} : { result }), ...(task === undefined ? {} : { task }),
    };
}

function taskOf(text: string): { comm: string; pid: number } {
    const colon = text.lastIndexOf(':');
    return { comm: text.slice(0, colon), pid: Number(text.slice(colon + 1)) };
}
