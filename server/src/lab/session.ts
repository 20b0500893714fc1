/** A booted machine that takes one scenario after the other. Those that may harm it begin from the state right after the boot. */
import { createHash } from 'node:crypto';
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, Emulator, isOver, machineOf } from './emulator/emulator.js';
import type { Qemu } from './emulator/find-qemu.js';
import { errorStatusBlock, recordOfLine } from './emulator/error-status.js';
import { MACHINE_TYPES, RAM_BYTES, type MachineType } from './emulator/machine-types.js';
import { emptyQcow2 } from './emulator/qcow2.js';
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
/** The name of a state that is kept before a race. */
const BEFORE_RACE = 'race';

const STAMP = /^(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? /;

export class LabSession {
    /** What plans need to know of this machine. */
    readonly guest: Guest;
    /** What it lacks of what they may ask for. */
    readonly lacks = new Set<string>();
    /** From the start of the emulator to the agent's first word; milliseconds. Null: it went on from a kept state. */
    bootMs: number | null = null;
    /** How often a kept state was loaded into the running machine, and the milliseconds that it took. */
    readonly spent = { restores: 0, restoring: 0 };
    private emulator: Emulator | null = null;
    private clean = false;
    private readonly options: SessionOptions;
    private readonly patience: Patience;
    private readonly type: MachineType;
    private readonly stateImage: string;
    private readonly ownImage: string;
    /** What the emulator boots: the image, or what was packed in it. */
    private readonly bootable: string;
    private readonly keptArchive: string;
    private readonly ownArchive: string;
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
        const folder = path.join(options.cache, 'machines');
        const image = readFileSync(options.kernel.image);
        const key = createHash('sha256').update(image).update(readFileSync(options.agent)).update(options.kernel.modules.join()).update(`${options.qemu.version} ${options.qemu.accelerator} ${commandLine(this.type, options.parameters ?? '')} ${machineOf(options.qemu, this.type).join(' ')} ${RAM_BYTES} ${options.ext4 === null}`).digest('hex').slice(0, 16);
        this.stateImage = path.join(folder, `${key}.qcow2`);
        LabSession.opened += 1;
        const own = path.join(folder, `run-${process.pid}-${LabSession.opened}-${key}`);
        this.ownImage = `${own}.qcow2`;
        this.bootable = bootableImage(image) === image ? options.kernel.image : path.join(folder, `${key}.image`);
        this.keptArchive = path.join(folder, `${key}.cpio`);
        this.ownArchive = `${own}.cpio`;
    }

    /** Boots, or goes on from the state that an earlier session left; a machine that runs is kept. */
    async open(): Promise<void> {
        if (this.emulator?.isRunning === true) {
            return;
        }
        this.prepare();
        if (existsSync(this.stateImage)) {
            try {
                await this.resume();
                return;
            } catch (error) {
                if (isOver()) {
                    throw error;
                }
                // A state that cannot be loaded any more, or what stands beside it: boot anew.
                await this.stop();
                rmSync(this.stateImage, { force: true });
            }
        }
        for (let tries = 1; ; tries += 1) {
            try {
                await this.boot();
                return;
            } catch (error) {
                await this.stop();
                if (!(error instanceof LabProblem) || tries === BOOT_TRIES || isOver()) {
                    throw error;
                }
                this.options.progress(`${error.message}\ntrying once more`);
            }
        }
    }

    /** Runs a plan. One that needs a machine of its own gets one. */
    async run(plan: Plan, ownMachine = plan.alone !== '', attendance: Attendance = {}): Promise<Observation> {
        if (this.emulator?.isRunning !== true) {
            await this.open();
        } else if (ownMachine && !this.clean || this.spoiled) {
            const started = performance.now();
            await this.emulator.restore();
            this.spent.restores += 1;
            this.spent.restoring += performance.now() - started;
        }
        const lines: string[] = [];
        this.begin(attendance);
        this.emulator!.send(`${plan.lines.join('\n')}\ngo ${sumOf(plan.lines)}\n`);
        const how = await this.follow(lines);
        this.spoiled = ownMachine || how !== 'done' || attendance.until !== undefined;
        return readObservation(plan, lines, { how, console: this.consoleLines, flooded: this.flooded });
    }

    /** Keeps the machine as it is: it stands before a race. */
    async keep(): Promise<void> {
        await this.emulator!.saveState(BEFORE_RACE);
    }

    async forget(): Promise<void> {
        if (this.emulator?.isRunning === true) {
            await this.emulator.forgetState(BEFORE_RACE);
        }
    }

    /** The race once more, from the state that was kept. */
    async runAgain(race: KeptRace, attendance: Attendance): Promise<Observation> {
        if (this.emulator?.isRunning !== true) {
            throw new LabProblem('The emulator ended between two races.', 'Run the scenario again.');
        }
        await this.emulator.restore(BEFORE_RACE);
        this.begin(attendance);
        this.consoleStep = race.step;
        const lines = [...race.lines];
        await attendance.onRace?.(this.emulator, race.fields, lines);
        const how = await this.follow(lines);
        this.spoiled = true;
        return readObservation(race.plan, lines, { how, console: this.consoleLines, flooded: this.flooded });
    }

    /** What the emulator reads, and room for what it writes. */
    private prepare(): void {
        const { agent, kernel, ext4 } = this.options;
        const folder = path.dirname(this.ownArchive);
        mkdirSync(folder, { recursive: true });
        removeStale(folder);
        if (!existsSync(this.bootable)) {
            writeFileSync(`${this.bootable}.${process.pid}`, bootableImage(readFileSync(kernel.image)));
            renameSync(`${this.bootable}.${process.pid}`, this.bootable);
        }
        if (!existsSync(this.keptArchive) && !existsSync(this.ownArchive)) {
            writeFileSync(this.ownArchive, initramfs({ agent, modules: kernel.modules, ext4 }));
        }
    }

    private begin(attendance: Attendance): void {
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
        return { agent: this.emulator?.agent.all ?? [], console: this.emulator?.console.all ?? [] };
    }

    async close(): Promise<void> {
        await this.stop();
        rmSync(this.ownImage, { force: true });
        rmSync(this.ownArchive, { force: true });
    }

    private attendance: Attendance = {};
    private spoiled = false;

    private async resume(): Promise<void> {
        copyFileSync(this.stateImage, this.ownImage, constants.COPYFILE_FICLONE);
        const about = JSON.parse(readFileSync(`${this.stateImage}.json`, 'utf8')) as { lacks: string[] };
        about.lacks.forEach((each) => this.lacks.add(each));
        await this.start(true);
        this.clean = true;
        this.spoiled = false;
    }

    private async boot(): Promise<void> {
        const { kernel, progress } = this.options;
        progress(`booting Linux ${kernel.release}`);
        const started = Date.now();
        writeFileSync(this.ownImage, emptyQcow2());
        await this.start(false);
        for (;;) {
            // A panic may have come before anybody waited.
            const line = this.panicked ? null : await this.emulator!.agent.next(Math.max(1, this.patience.boot - (Date.now() - started)));
            if (line === null || this.panicked) {
                const last = this.consoleLines.slice(-5).map(({ text }) => text).join('\n');
                throw new LabProblem(`Linux ${kernel.release} ${this.panicked ? 'panicked while it booted' : this.emulator!.isRunning ? 'does not come up' : 'ended while it booted'}${last === '' ? '; the console is silent' : `. The console ended with:\n${last}`}${this.emulator!.stderr === '' ? '' : `\n${this.emulator!.stderr}`}`, `Check that the kernel boots on ${this.type.words} with a serial console and runs an initramfs.`);
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
        await this.emulator!.saveState();
        this.publish();
        this.clean = true;
        this.spoiled = false;
    }

    /**
     * Others go on from here, now and later: the emulator has written all of the state, and nothing else goes to that disk. Each file comes
     * to its place whole.
     */
    private publish(): void {
        const put = (file: string, fill: (made: string) => void): void => {
            const made = `${this.ownImage}.kept`;
            try {
                fill(made);
                renameSync(made, file);
            } finally {
                rmSync(made, { force: true });
            }
        };
        if (existsSync(this.ownArchive)) {
            put(this.keptArchive, (made) => copyFileSync(this.ownArchive, made, constants.COPYFILE_FICLONE));
        }
        put(`${this.stateImage}.json`, (made) => writeFileSync(made, JSON.stringify({ lacks: [...this.lacks] })));
        put(this.stateImage, (made) => copyFileSync(this.ownImage, made, constants.COPYFILE_FICLONE));
    }

    private async start(resume: boolean): Promise<void> {
        const { qemu } = this.options;
        this.consoleLines = [];
        this.panicked = false;
        this.emulator = await Emulator.start({ qemu, type: this.type, kernelImage: this.bootable, initramfs: existsSync(this.ownArchive) ? this.ownArchive : this.keptArchive, stateImage: this.ownImage, resume, parameters: this.options.parameters ?? '' }, (line) => this.onConsole(line));
    }

    private async stop(): Promise<void> {
        await this.emulator?.end();
        this.emulator = null;
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
                    await this.ready();
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

    /** The agent asks for the next plan. */
    private async ready(): Promise<void> {
        for (let line: string | null = ''; line !== 'r' && line !== null;) {
            line = await this.emulator!.agent.next(this.patience.step);
        }
    }
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
