/** One emulated machine: started, talked to over sockets of its own, put back to its snapshot, ended. It has no network and no disk of the host. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { LabProblem } from '../lab-problem.js';
import { Debugger } from '../races/debugger.js';
import { LineStream } from './line-stream.js';
import type { Qemu } from './find-qemu.js';
import { RAM_BYTES, type MachineType } from './machine-types.js';

export interface MachineOptions {
    readonly qemu: Qemu;
    readonly type: MachineType;
    readonly kernelImage: string;
    readonly initramfs: string;
    /** A disk image of its own, for the state. */
    readonly stateImage: string;
    /** Go on from the state in the image instead of booting. */
    readonly resume: boolean;
    /** Boot parameters beside those of every machine. */
    readonly parameters: string;
}

export const SNAPSHOT = 'ready';

/** A tenth of a second each, until firmware has handed over the record before. */
const RECORD_TRIES = 20;

/** Milliseconds that an answer of the emulator itself may take: a snapshot of a busy host takes its time. */
const MONITOR_PATIENCE = 120_000;

/** The state image is nobody's only copy of anything: one that a crash of the host has spoiled does not load, and the machine boots anew. */
export function machineArguments({ qemu, type, kernelImage, initramfs, stateImage, resume, parameters }: MachineOptions): readonly string[] {
    return [
        ...qemu.arguments, '-accel', qemu.accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi', '-smp', '2', '-m', String(RAM_BYTES / 2 ** 20), ...machineOf(qemu, type),
        '-display', 'none', '-nodefaults', '-no-user-config', '-nic', 'none',
        '-kernel', kernelImage, '-initrd', initramfs, '-append', commandLine(type, parameters),
        '-chardev', 'socket,id=console,fd=4', '-serial', 'chardev:console', '-chardev', 'socket,id=agent,fd=3', ...type.agentDevice,
        '-chardev', 'socket,id=debugger,fd=5',
        '-chardev', 'stdio,id=monitor,signal=off', '-mon', 'chardev=monitor,mode=control',
        '-drive', `file=${stateImage},if=none,format=qcow2,cache=unsafe,id=state`,
        ...resume ? ['-loadvm', SNAPSHOT] : [],
    ];
}

/** One whose firmware hands over records of errors, where there is one. */
export function machineOf({ recording }: Qemu, type: MachineType): readonly string[] {
    return 'machine' in recording ? recording.machine : type.machine;
}

/** What stands behind `--` is for the agent, which is init: its port. */
export function commandLine({ parameters, agentPort }: MachineType, further: string): string {
    return `${parameters}${further === '' ? '' : ` ${further}`} -- ${agentPort}`;
}

/** Machines that run: ended with the program, however that ends. */
const running = new Set<ChildProcess>();

let over = false;

/** Ends them, and starts no other. */
export function endAllMachines(): void {
    over = true;
    for (const child of running) {
        child.kill('SIGKILL');
    }
}

/** Has somebody ended it all? */
export function isOver(): boolean {
    return over;
}

export class Emulator {
    readonly agent: LineStream;
    readonly console: LineStream;
    private readonly child: ChildProcess;
    private readonly monitor: LineStream;
    private readonly toAgent: Writable;
    private complaints = '';
    private debuggerPort: Debugger | null = null;

    private constructor(child: ChildProcess, onConsole: (line: string) => void) {
        this.child = child;
        const agent = child.stdio[3] as Duplex;
        this.toAgent = agent;
        agent.on('error', () => undefined);
        child.stdin!.on('error', () => undefined);
        this.agent = new LineStream(agent);
        this.console = new LineStream(child.stdio[4] as Readable, onConsole);
        this.monitor = new LineStream(child.stdout!);
        child.stderr!.setEncoding('utf8').on('data', (text: string) => {
            this.complaints += text;
        });
    }

    static async start(options: MachineOptions, onConsole: (line: string) => void): Promise<Emulator> {
        if (over) {
            throw new LabProblem('The lab was stopped.', 'Run it again.');
        }
        const { qemu } = options;
        const child = spawn(qemu.guard[0] ?? qemu.command, [...qemu.guard.slice(1), ...qemu.guard.length === 0 ? [] : [qemu.command], ...machineArguments(options)], {
            stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'], env: { ...process.env, ...qemu.environment },
        });
        running.add(child);
        child.on('exit', () => running.delete(child));
        const failed = new Promise<never>((_resolve, reject) => {
            child.on('error', (error) => reject(new LabProblem(`The emulator does not start: ${error.message}`, 'Check the installation of QEMU.')));
        });
        const emulator = new Emulator(child, onConsole);
        await Promise.race([failed, emulator.greet()]);
        failed.catch(() => undefined);
        return emulator;
    }

    get isRunning(): boolean {
        return this.child.exitCode === null && this.child.signalCode === null;
    }

    /** What QEMU said on its own behalf. */
    get stderr(): string {
        return this.complaints.trim();
    }

    send(text: string): void {
        this.toAgent.write(text, 'latin1');
    }

    /** A command of the monitor for people; what it answers is '' where all is well. */
    async command(line: string): Promise<string> {
        return String(await this.execute('human-monitor-command', { 'command-line': line })).trim();
    }

    /** Firmware hands over a record; one that was not read yet is waited for. */
    async injectRecord(command: string, block: Buffer): Promise<void> {
        for (let tries = 1; ; tries += 1) {
            try {
                await this.execute(command, { cper: block.toString('base64') });
                return;
            } catch (error) {
                if (tries === RECORD_TRIES) {
                    throw error;
                }
                await new Promise((resolve) => {
                    setTimeout(resolve, 100);
                });
            }
        }
    }

    /** The debugger port, with the machine standing still. */
    async debug(): Promise<Debugger> {
        if (this.debuggerPort === null) {
            const port = new Debugger((this.child.stdio as readonly unknown[])[5] as Duplex);
            const answer = await this.command('gdbserver chardev:debugger');
            if (/error|could not|unknown/i.test(answer)) {
                throw new LabProblem(`The emulator opens no debugger port: ${answer}`, 'Use QEMU 7.2 or newer.');
            }
            this.debuggerPort = port;
            await port.attach();
        } else {
            await this.debuggerPort.again();
        }
        return this.debuggerPort;
    }

    async saveState(name = SNAPSHOT): Promise<void> {
        const answer = await this.command(`savevm ${name}`);
        if (answer !== '') {
            throw new LabProblem(`The state of the booted machine cannot be kept: ${answer}`, 'Look for room on the disk of the cache.');
        }
    }

    /** Puts the machine back to where its state was kept. */
    async restore(name = SNAPSHOT): Promise<void> {
        const answer = await this.command(`loadvm ${name}`);
        if (answer !== '') {
            throw new LabProblem(`The kept state cannot be loaded: ${answer}`, 'Run hwp lab setup again.');
        }
        this.agent.forget();
        this.console.forget();
    }

    async forgetState(name: string): Promise<void> {
        await this.command(`delvm ${name}`);
    }

    /** Ends in good order: what it holds of its disk image is written. */
    async quit(): Promise<void> {
        const ended = new Promise<void>((resolve) => {
            this.child.once('exit', () => resolve());
        });
        await this.execute('quit', {});
        await ended;
    }

    async end(): Promise<void> {
        if (this.isRunning) {
            const ended = new Promise<void>((resolve) => {
                this.child.once('exit', () => resolve());
            });
            this.child.kill('SIGKILL');
            await ended;
        }
    }

    private async greet(): Promise<void> {
        await this.answer((message) => 'QMP' in message);
        await this.execute('qmp_capabilities', {});
    }

    private async execute(command: string, args: object): Promise<unknown> {
        this.child.stdin!.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
        const message = await this.answer((each) => 'return' in each || 'error' in each);
        if (message['error'] !== undefined) {
            throw new LabProblem(`The emulator refused ${command}: ${JSON.stringify(message['error'])}`, 'Use QEMU 7.2 or newer.');
        }
        return message['return'];
    }

    private async answer(is: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
        for (;;) {
            const line = await this.monitor.next(MONITOR_PATIENCE);
            if (line === null) {
                throw new LabProblem(`The emulator ${this.isRunning ? 'does not answer' : 'ended'}${this.stderr === '' ? '' : `: ${this.stderr}`}`, /lock|No space/i.test(this.stderr) ? 'Look at the disk of the cache.' : 'Check that this QEMU is 7.2 or newer.');
            }
            if (line.startsWith('{')) {
                const message = JSON.parse(line) as Record<string, unknown>;
                if (is(message)) {
                    return message;
                }
            }
        }
    }
}
