/** A booted machine that takes one scenario after the other. Those that may harm it begin from the state right after the boot. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, Emulator, isOver, machineOf } from './emulator/emulator.js';
import { RamFile } from './emulator/ram-file.js';
import { StateStore, type BootedState, type State } from './emulator/state-store.js';
import type { Qemu } from './emulator/find-qemu.js';
import { errorStatusBlock, recordOfLine } from './emulator/error-status.js';
import { MACHINE_TYPES, RAM_BYTES, type MachineType } from './emulator/machine-types.js';
import { initramfs } from './guest/initramfs.js';
import { bootableImage } from './kernels/kernel-image.js';
import type { LabKernel } from './kernels/lab-kernel.js';
import { guestOf, type Guest } from './kernels/platforms.js';
import { LabProblem } from './lab-problem.js';
import { readObservation, type ConsoleLine, type Ending } from './observation/read-observation.js';
import type { Observation } from './observation/observation.js';
import type { Plan } from './plan/plan.js';

export interface SessionOptions {
    readonly kernel: LabKernel;
    readonly qemu: Qemu;
    readonly agent: string;
    readonly ext4: Buffer | null;
    readonly cache: string;
    /** Boot parameters beside those of every machine. */
    readonly parameters?: string;
    /** Its machines are kept in the middle of a scenario: what they write must be in a file. */
    readonly keepsRaces?: boolean;
    /** Says what takes long. */
    readonly progress: (text: string) => void;
    readonly patience?: Patience;
}

/** Who takes part while a plan runs. */
export interface Attendance {
    /** Hears every line of the agent. */
    readonly onLine?: (line: string) => void;
    /** The agent has come to a race, and waits. `fields`: addresses and the like as it says them; `lines`: what it has said before. */
    readonly onRace?: (emulator: Emulator, fields: readonly string[], lines: readonly string[]) => Promise<void>;
    /** The machine has panicked. */
    readonly onPanic?: () => void;
    /** The line that begins so is the last one that matters. */
    readonly until?: string;
}

/** A plan that has come as far as a race, kept so. */
export interface KeptRace {
    readonly plan: Plan;
    /** What the agent has said up to there. */
    readonly lines: readonly string[];
    /** What it says of the race. */
    readonly fields: readonly string[];
    /** Index of the step. */
    readonly step: number;
}

/** Milliseconds. */
export interface Patience {
    readonly boot: number;
    /** Without a word from the agent. */
    readonly step: number;
}

/** A boot takes 4 to 30 s without acceleration, on a busy machine more. */
const PATIENCE: Patience = { boot: 240_000, step: 120_000 };
/** What the console may still say after a panic. */
const PANIC_PATIENCE = 5_000;
/** How often the console is asked whether that was all. */
const PANIC_LOOK = 50;
/** Without a word from the agent after an oops: a task that ended with interrupts off or a lock in hand stops others for good. */
const OOPS_PATIENCE = 8_000;
const OOPS = /^(?:Oops|Internal error|BUG): /;
/** Lines of the console in one scenario, beyond which it floods. */
const FLOOD = 20_000;
const BOOT_TRIES = 2;

const STAMP = /^(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? /;

export class LabSession {
    /** What plans need to know of this machine. */
    readonly guest: Guest;
    /** What it lacks of what they may ask for. */
    readonly lacks = new Set<string>();
    /** From the start of the emulator to the agent's first word; milliseconds. Null: it went on from a kept state. */
    bootMs: number | null = null;
    /** How often a scenario got a machine in the kept state, and the milliseconds that it took. */
    readonly spent = { restores: 0, restoring: 0 };
    private emulator: Emulator | null = null;
    private clean = false;
    private readonly options: SessionOptions;
    private readonly patience: Patience;
    private readonly type: MachineType;
    private readonly store: StateStore;
    /** Right after the boot. */
    private booted: BootedState | null = null;
    /** Before a race. */
    private beforeRace: State | null = null;
    /** What the machine that runs writes to, where that is a file. */
    private scratch: RamFile | null = null;
    /** What the emulator boots: the image, or what was packed in it. */
    private bootable: string;
    private readonly ownArchive: string;
    private readonly ownDevices: string;
    /** Of machines before the one that runs. */
    private readonly told: { readonly agent: string[]; readonly console: string[] } = { agent: [], console: [] };
    private static opened = 0;
    private consoleLines: ConsoleLine[] = [];
    private consoleStep = -1;
    private panicked = false;
    private oopsed = false;
    private flooded = false;

    constructor(options: SessionOptions) {
        this.options = options;
        this.patience = options.patience ?? PATIENCE;
        this.type = MACHINE_TYPES[options.kernel.arch];
        this.guest = guestOf(options.kernel, 'missing' in options.qemu.recording ? options.qemu.recording.missing : null);
        const key = createHash('sha256').update([fileMark(options.kernel.image), fileMark(options.agent), ...options.kernel.modules, options.qemu.version, options.qemu.accelerator, commandLine(this.type, options.parameters ?? ''), ...machineOf(options.qemu, this.type), RAM_BYTES, options.ext4 === null].join('\n')).digest('hex').slice(0, 16);
        this.store = new StateStore(path.join(options.cache, 'machines'), key);
        LabSession.opened += 1;
        this.bootable = options.kernel.image;
        const own = path.join(this.store.folder, `run-${process.pid}-${LabSession.opened}-${key}`);
        this.ownArchive = `${own}.cpio`;
        this.ownDevices = `${own}.devices`;
    }

    /** Boots, or goes on from the state that an earlier session left; a machine that runs is kept. */
    async open(): Promise<void> {
        if (this.emulator?.isRunning === true) {
            return;
        }
        this.prepare();
        this.booted ??= this.store.open();
        if (this.booted !== null) {
            try {
                await this.begin();
                return;
            } catch (error) {
                if (isOver()) {
                    throw error;
                }
                // A state that cannot be gone on from any more: boot anew.
                this.stop();
                this.booted.ram.close();
                this.booted = null;
                this.store.drop();
            }
        }
        for (let tries = 1; ; tries += 1) {
            try {
                await this.boot();
                return;
            } catch (error) {
                this.stop();
                if (!(error instanceof LabProblem) || tries === BOOT_TRIES || isOver()) {
                    throw error;
                }
                this.options.progress(`${error.message}\ntrying once more`);
            }
        }
    }

    /** Runs a plan. One that needs a machine of its own gets one. */
    async run(plan: Plan, ownMachine = plan.alone !== '', attendance: Attendance = {}): Promise<Observation> {
        if (!ownMachine && !this.spoiled) {
            await this.settled();
        }
        if (this.emulator?.isRunning !== true) {
            await this.open();
        } else if (ownMachine && !this.clean || this.spoiled) {
            const started = performance.now();
            await this.begin();
            this.spent.restores += 1;
            this.spent.restoring += performance.now() - started;
        }
        const lines: string[] = [];
        this.attend(attendance);
        this.emulator!.send(`${plan.lines.join('\n')}\ngo ${sumOf(plan.lines)}\n`);
        const how = await this.follow(lines);
        this.spoiled = ownMachine || how !== 'done' || attendance.until !== undefined || this.oopsed;
        return readObservation(plan, lines, { how, console: this.consoleLines, flooded: this.flooded });
    }

    /** Keeps the machine as it is, before a race, and lets it go on. */
    async keep(): Promise<void> {
        const { emulator, scratch, store } = this;
        if (emulator === null || scratch === null) {
            throw new Error('what the machine writes is in no file');
        }
        const devices = await emulator.takeDevices(this.ownDevices);
        this.forget();
        this.beforeRace = { devices, ram: scratch.copy(store.folder) };
        await emulator.goOn();
    }

    forget(): void {
        this.beforeRace?.ram.close();
        this.beforeRace = null;
    }

    /** The race once more, from the state that was kept. */
    async runAgain(race: KeptRace, attendance: Attendance): Promise<Observation> {
        // It stands still until the debugger holds it: whatever runs in between may take what the race is about.
        await this.start(this.beforeRace!.ram, false, this.beforeRace!.devices, true);
        this.attend(attendance);
        this.consoleStep = race.step;
        const lines = [...race.lines];
        await attendance.onRace?.(this.emulator!, race.fields, lines);
        const how = await this.follow(lines);
        this.spoiled = true;
        return readObservation(race.plan, lines, { how, console: this.consoleLines, flooded: this.flooded });
    }

    /** What the emulator reads, and room for what it writes. */
    private prepare(): void {
        const { agent, kernel, ext4 } = this.options;
        mkdirSync(this.store.folder, { recursive: true });
        removeStale(this.store.folder);
        const unpacked = this.store.file('image');
        if (!this.store.exists && !existsSync(unpacked)) {
            const image = readFileSync(kernel.image);
            const bootable = bootableImage(image);
            if (bootable !== image) {
                writeFileSync(`${unpacked}.${process.pid}`, bootable);
                renameSync(`${unpacked}.${process.pid}`, unpacked);
            }
        }
        this.bootable = existsSync(unpacked) ? unpacked : kernel.image;
        if (!existsSync(this.store.file('cpio')) && !existsSync(this.ownArchive)) {
            writeFileSync(this.ownArchive, initramfs({ agent, modules: kernel.modules, ext4 }));
        }
    }

    private attend(attendance: Attendance): void {
        this.consoleLines = [];
        this.consoleStep = -1;
        this.panicked = false;
        this.oopsed = false;
        this.flooded = false;
        this.clean = false;
        this.attendance = attendance;
    }

    /** What the guest and the emulator have said, for the logs. */
    get logs(): { readonly agent: readonly string[]; readonly console: readonly string[] } {
        return { agent: [...this.told.agent, ...this.emulator?.agent.all ?? []], console: [...this.told.console, ...this.emulator?.console.all ?? []] };
    }

    async close(): Promise<void> {
        const { emulator } = this;
        this.stop();
        this.forget();
        this.booted?.ram.close();
        this.booted = null;
        rmSync(this.ownArchive, { force: true });
        await emulator?.end();
    }

    private attendance: Attendance = {};
    private spoiled = false;
    private tidies = false;

    /** A machine in the state right after the boot. */
    private async begin(): Promise<void> {
        const booted = this.booted!;
        booted.lacks.forEach((each) => this.lacks.add(each));
        const shared = this.options.keepsRaces === true;
        await this.start(shared ? booted.ram.copy(this.store.folder) : booted.ram, shared, booted.devices);
        this.clean = true;
        this.spoiled = false;
    }

    private async boot(): Promise<void> {
        const { kernel, progress } = this.options;
        progress(`booting Linux ${kernel.release}`);
        const started = Date.now();
        const ram = RamFile.scratch(this.store.folder);
        await this.start(ram, true, null);
        for (;;) {
            // A panic may have come before anybody waited.
            const line = this.panicked ? null : await this.emulator!.agent.next(Math.max(1, this.patience.boot - (Date.now() - started)));
            if (line === null || this.panicked) {
                if (this.emulator!.agent.isOver) {
                    await this.emulator!.end();
                }
                const last = this.consoleLines.slice(-5).map(({ text }) => text).join('\n');
                throw new LabProblem(`Linux ${kernel.release} ${this.panicked ? 'panicked while it booted' : this.emulator!.isRunning ? 'does not come up' : 'ended while it booted'}${last === '' ? '; the console is silent' : `. The console ended with:\n${last}`}${this.emulator!.stderr === '' ? '' : `\n${this.emulator!.stderr}`}`, this.emulator!.lacksRoom ? 'The memory of the guest is a file: look for room in /dev/shm, or on the disk of the cache.' : `Check that the kernel boots on ${this.type.words} with a serial console and runs an initramfs.`);
            }
            if (line.startsWith('l\t')) {
                this.lacks.add(line.slice(2));
            }
            if (line === 'r') {
                break;
            }
        }
        this.bootMs = Date.now() - started;
        progress('keeping the state of the booted machine');
        const devices = await this.emulator!.takeDevices(this.ownDevices);
        this.booted = this.store.keep({ ram, devices, lacks: [...this.lacks], archive: existsSync(this.ownArchive) ? this.ownArchive : null });
        if (this.options.keepsRaces === true) {
            await this.begin();
        } else {
            await this.emulator!.goOn();
            this.clean = true;
            this.spoiled = false;
        }
    }

    /** A machine that runs is ended. @param shared the file is the machine's own */
    private async start(file: RamFile, shared: boolean, devices: Buffer | null, paused = false): Promise<void> {
        this.stop();
        this.scratch = shared ? file : null;
        this.consoleLines = [];
        this.panicked = false;
        this.oopsed = false;
        this.tidies = false;
        const { qemu } = this.options;
        const initramfs = existsSync(this.ownArchive) ? this.ownArchive : this.store.file('cpio');
        this.emulator = await Emulator.start({ qemu, type: this.type, kernelImage: this.bootable, initramfs, ram: { file, shared }, devices, paused, parameters: this.options.parameters ?? '' }, (line) => this.onConsole(line));
    }

    /** Nobody waits for its end. */
    private stop(): void {
        const { emulator } = this;
        this.emulator = null;
        if (emulator !== null) {
            this.told.agent.push(...emulator.agent.all);
            this.told.console.push(...emulator.console.all);
            void emulator.end();
        }
        this.scratch?.close();
        this.scratch = null;
    }

    private onConsole(line: string): void {
        const text = line.replace(STAMP, '');
        const step = /^hwp-lab: step (-?\d+)$/.exec(text);
        if (step !== null) {
            this.consoleStep = Number(step[1]);
        }
        if (this.consoleLines.length < FLOOD) {
            this.consoleLines.push({ step: this.consoleStep, text });
        } else {
            this.flooded = true;
        }
        this.oopsed ||= OOPS.test(text);
        if (text.startsWith('Kernel panic - not syncing')) {
            this.panicked = true;
            this.emulator?.agent.wakeUp();
            this.attendance.onPanic?.();
        }
    }

    /** Reads what the agent says up to the end of the plan, or of the machine. */
    private async follow(lines: string[]): Promise<Ending['how']> {
        const { emulator } = this;
        let since = Date.now();
        for (;;) {
            const line = await emulator!.agent.next(this.panicked ? PANIC_LOOK : Math.min(1000, this.patience.step));
            if (line !== null) {
                since = Date.now();
                if (this.attendance.until !== undefined && line.startsWith(this.attendance.until)) {
                    lines.push(line);
                    return 'done';
                }
                if (line === 'z') {
                    this.tidies = true;
                    return 'done';
                }
                this.attendance.onLine?.(line);
                if (line.startsWith('R\t')) {
                    await this.attendance.onRace?.(emulator!, line.split('\t').slice(1), lines);
                    since = Date.now();
                }
                if (line.startsWith('m\t')) {
                    await this.inject(line.slice(2));
                    emulator!.send('done\n');
                }
                lines.push(line);
            } else if (this.panicked) {
                if (Date.now() - since > PANIC_PATIENCE || this.consoleLines.at(-1)?.text.includes('end Kernel panic')) {
                    return 'panic';
                }
            } else if (!emulator!.isRunning) {
                return 'lost';
            } else if (this.flooded || Date.now() - since > (this.oopsed ? Math.min(OOPS_PATIENCE, this.patience.step) : this.patience.step)) {
                return 'hung';
            }
        }
    }

    /** What the monitor is to do: a command of its own, or a record of firmware. */
    private async inject(what: string): Promise<void> {
        if (what.startsWith('ghes ')) {
            await this.emulator!.injectRecord(this.type.recording!.command, errorStatusBlock(recordOfLine(what)));
        } else {
            await this.emulator!.command(what);
        }
    }

    /** The agent puts back what a scenario changed, while the host looks at what came of it; then it asks for the next plan. */
    private async settled(): Promise<void> {
        const until = Date.now() + this.patience.step;
        while (this.tidies && this.emulator?.isRunning === true && !this.panicked && Date.now() < until) {
            this.tidies = await this.emulator.agent.next(this.oopsed ? PANIC_LOOK : 1000) !== 'r';
        }
        this.spoiled ||= this.tidies || this.oopsed;
    }
}

/** Another file, or another content, has another one. */
function fileMark(file: string): string {
    const { dev, ino, size, mtimeMs } = statSync(file);
    return `${dev} ${ino} ${size} ${mtimeMs}`;
}

/** As the agent adds up the bytes of a plan. */
export function sumOf(lines: readonly string[]): number {
    let sum = 0;
    for (const line of lines) {
        for (const byte of Buffer.from(line, 'latin1')) {
            sum = (Math.imul(sum, 31) + byte) >>> 0;
        }
    }
    return sum;
}

/** Files of sessions whose process is no more. */
function removeStale(folder: string): void {
    for (const name of readdirSync(folder)) {
        const pid = /^run-(\d+)-/.exec(name)?.[1];
        if (pid !== undefined && !isRunning(Number(pid))) {
            rmSync(path.join(folder, name), { force: true });
        }
    }
}

function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}
