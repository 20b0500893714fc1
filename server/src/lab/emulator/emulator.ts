/** One emulated machine: started from nothing or from a kept state, talked to over sockets of its own, ended. It has no network and no disk of the host. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import type { Duplex, Readable, Writable } from 'node:stream';
import { LabProblem } from '../lab-problem.js';
import { Debugger } from '../races/debugger.js';
import { LineStream } from './line-stream.js';
import type { Qemu } from './find-qemu.js';
import { RAM_BYTES, type MachineType } from './machine-types.js';
import type { RamFile } from './ram-file.js';

export interface MachineOptions {
    readonly qemu: Qemu;
    readonly type: MachineType;
    readonly kernelImage: string;
    readonly initramfs: string;
    /** null: memory that nobody else sees. */
    readonly ram: GuestRam | null;
    /** Go on from there instead of booting: what the devices were, when the RAM was as it is. */
    readonly devices: Buffer | null;
    /** It stands still until somebody lets it go on. */
    readonly paused?: boolean;
    /** Boot parameters beside those of every machine. */
    readonly parameters: string;
}

export interface GuestRam {
    readonly file: RamFile;
    /** What the guest writes is in the file; else the file stays as it is. */
    readonly shared: boolean;
}

/** A tenth of a second each, until firmware has handed over the record before. */
const RECORD_TRIES = 20;

/** Milliseconds that an answer of the emulator itself may take: a snapshot of a busy host takes its time. */
const MONITOR_PATIENCE = 120_000;

/** Descriptors of the emulator, besides those that every process has. */
const FD = { agent: 3, console: 4, debugger: 5, devices: 6, ram: 7 } as const;

/**
 * A state is what the devices were, and the RAM, which is in a file already: none of it is sent. This is how machines are made from a template
 * elsewhere, too.
 */
const CAPABILITIES = ['x-ignore-shared', 'events'].map((capability) => ({ capability, state: true }));

/**
 * The emulator starts in half the time where its heap is of huge pages: glibc.malloc.hugetlb of glibc 2.35 and newer, which others do not know
 * and leave alone.
 */
const HUGE_HEAP = 'glibc.malloc.hugetlb=1';

export function machineArguments({ qemu, type, kernelImage, initramfs, ram, devices, parameters }: MachineOptions): readonly string[] {
    return [
        ...qemu.arguments, '-accel', qemu.accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi', '-smp', '2', '-m', String(RAM_BYTES / 2 ** 20), ...machineOf(qemu, type),
        '-display', 'none', '-nodefaults', '-no-user-config', '-nic', 'none',
        '-kernel', kernelImage, '-initrd', initramfs, '-append', commandLine(type, parameters),
        '-chardev', `socket,id=console,fd=${FD.console}`, '-serial', 'chardev:console', '-chardev', `socket,id=agent,fd=${FD.agent}`, ...type.agentDevice,
        '-chardev', `socket,id=debugger,fd=${FD.debugger}`,
        '-chardev', 'stdio,id=monitor,signal=off', '-mon', 'chardev=monitor,mode=control',
        ...ram === null ? [] : ['-object', `memory-backend-file,id=ram,size=${RAM_BYTES},mem-path=/dev/fd/${FD.ram},share=${ram.shared ? 'on' : 'off'}`, '-machine', 'memory-backend=ram'],
        ...devices === null ? [] : ['-incoming', 'defer'],
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
    /** How far the last one is, as the monitor says it. */
    private migration = '';

    private constructor(child: ChildProcess, onConsole: (line: string) => void) {
        this.child = child;
        const agent = child.stdio[FD.agent] as Duplex;
        this.toAgent = agent;
        agent.on('error', () => undefined);
        child.stdin!.on('error', () => undefined);
        [FD.debugger, FD.devices].forEach((fd) => this.port(fd).on('error', () => undefined));
        this.agent = new LineStream(agent);
        this.console = new LineStream(child.stdio[FD.console] as Readable, onConsole);
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
            stdio: ['pipe', 'pipe', 'pipe', ...Object.keys(FD).filter((name) => name !== 'ram').map(() => 'pipe' as const), ...options.ram === null ? [] : [options.ram.file.fd]],
            env: { ...process.env, ...qemu.environment, GLIBC_TUNABLES: [process.env['GLIBC_TUNABLES'] ?? [], HUGE_HEAP].flat().join(':') },
        });
        running.add(child);
        child.on('exit', () => running.delete(child));
        const failed = new Promise<never>((_resolve, reject) => {
            child.on('error', (error) => reject(new LabProblem(`The emulator does not start: ${error.message}`, 'Check the installation of QEMU.')));
        });
        const emulator = new Emulator(child, onConsole);
        failed.catch(() => undefined);
        try {
            await Promise.race([failed, emulator.greet()]);
            if (options.devices !== null) {
                await emulator.load(options.devices);
                if (options.paused !== true) {
                    await emulator.goOn();
                }
            }
            return emulator;
        } catch (error) {
            void emulator.end();
            throw error;
        }
    }

    get isRunning(): boolean {
        return this.child.exitCode === null && this.child.signalCode === null;
    }

    /** It ended when it wrote to its memory: a file for which there is no room. */
    get lacksRoom(): boolean {
        return this.child.signalCode === 'SIGBUS';
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

    /** The debugger port, with the machine standing still. Once in its life. */
    async debug(): Promise<Debugger> {
        const port = new Debugger(this.port(FD.debugger));
        const answer = await this.command('gdbserver chardev:debugger');
        if (/error|could not|unknown/i.test(answer)) {
            throw new LabProblem(`The emulator opens no debugger port: ${answer}`, 'Use QEMU 7.2 or newer.');
        }
        await port.attach();
        return port;
    }

    /**
     * What the devices are, with the machine standing still from then on: its RAM is in its file.
     * @param file where the emulator may write it: it takes a descriptor from nobody but a monitor that is a socket
     */
    async takeDevices(file: string): Promise<Buffer> {
        try {
            await this.execute('stop', {});
            await this.execute('migrate-set-capabilities', { capabilities: CAPABILITIES });
            await this.migrated('migrate', `exec:cat > '${file.replaceAll("'", `'\\''`)}'`);
            return readFileSync(file);
        } finally {
            rmSync(file, { force: true });
        }
    }

    /** A machine that stands still goes on. */
    async goOn(): Promise<void> {
        await this.execute('cont', {});
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

    private async load(devices: Buffer): Promise<void> {
        await this.execute('migrate-set-capabilities', { capabilities: CAPABILITIES });
        this.port(FD.devices).end(devices);
        await this.migrated('migrate-incoming', `fd:${FD.devices}`);
    }

    /** Until all of it has gone over. */
    private async migrated(command: string, uri: string): Promise<void> {
        this.migration = '';
        await this.execute(command, { uri });
        while (this.migration !== 'completed') {
            if (this.migration === 'failed') {
                throw new LabProblem(`The state of the machine does not go over${this.stderr === '' ? '' : `: ${this.stderr}`}`, 'Use QEMU 7.2 or newer.');
            }
            await this.answer((message) => message['event'] === 'MIGRATION');
        }
    }

    private port(fd: number): Duplex {
        return (this.child.stdio as readonly unknown[])[fd] as Duplex;
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
                if (message['event'] === 'MIGRATION') {
                    this.migration = (message['data'] as { readonly status: string }).status;
                }
                if (is(message)) {
                    return message;
                }
            }
        }
    }
}
