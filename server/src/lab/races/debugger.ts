/** The emulator's debugger port: GDB's remote protocol, as far as holding one CPU of two takes. Threads are CPUs, counted from 1. */
import type { Duplex } from 'node:stream';
import { LabProblem } from '../lab-problem.js';

/** A CPU of the guest as the port counts them. */
export type Cpu = 1 | 2;

export interface Stop {
    readonly cpu: Cpu;
    /** Where its next instruction lies. */
    readonly rip: bigint;
    /** It was a watched word of memory. */
    readonly watched: boolean;
}

export interface Registers { readonly rax: bigint; readonly rdi: bigint; readonly rip: bigint }

/** What a watchpoint stops at. */
export type Watch = 'write' | 'access';

/** Milliseconds that an answer of the port may take. */
const PATIENCE = 60_000;

/** Order of the 64-bit registers in a `g` packet: gdb/features/i386/64bit-core.xml. */
const REGISTERS = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'] as const;

/** The machine has panicked, or is no more: nothing can be held any longer. */
export class MachineEnded extends Error {}

const PACKET = /\$([^#]*)#[0-9a-f]{2}/;

export class Debugger {
    private readonly stream: Duplex;
    private received = '';
    private wake: (() => void) | null = null;
    private ended = false;
    private running = false;
    private readonly breakpoints = new Set<bigint>();
    private watch: { readonly address: bigint; readonly kind: Watch } | null = null;

    constructor(stream: Duplex) {
        this.stream = stream;
        stream.on('data', (bytes: Buffer) => {
            this.received += bytes.toString('latin1');
            this.wake?.();
        });
        stream.on('close', () => this.end()).on('error', () => this.end());
    }

    /** To be called once the port is open: the machine stands still then. */
    async attach(): Promise<void> {
        await this.ask('qSupported:multiprocess-;swbreak+;hwbreak+');
        await this.ask('QStartNoAckMode');
        this.acknowledges = false;
        await this.ask('?');
        this.running = false;
    }

    async addBreakpoint(address: bigint): Promise<void> {
        if (!this.breakpoints.has(address)) {
            this.breakpoints.add(address);
            await this.must(`Z1,${address.toString(16)},1`);
        }
    }

    async removeBreakpoint(address: bigint): Promise<void> {
        if (this.breakpoints.delete(address)) {
            await this.must(`z1,${address.toString(16)},1`);
        }
    }

    /** One word of eight bytes, or of four, at a time. */
    async setWatch(address: bigint, bytes: number, kind: Watch): Promise<void> {
        await this.clearWatch();
        this.watch = { address, kind };
        this.watchBytes = bytes;
        await this.must(`Z${WATCHES[kind]},${address.toString(16)},${bytes.toString(16)}`);
    }

    async clearWatch(): Promise<void> {
        if (this.watch !== null) {
            const { address, kind } = this.watch;
            this.watch = null;
            await this.must(`z${WATCHES[kind]},${address.toString(16)},${this.watchBytes.toString(16)}`);
        }
    }

    async clear(): Promise<void> {
        await this.clearWatch();
        for (const address of [...this.breakpoints]) {
            await this.removeBreakpoint(address);
        }
    }

    /** Kernel memory, as that CPU sees it. Null: nothing is mapped there. */
    async memory(address: bigint, bytes: number, cpu: Cpu = 1): Promise<Buffer | null> {
        await this.must(`Hg${cpu}`);
        const parts: Buffer[] = [];
        for (let at = 0; at < bytes; at += CHUNK) {
            const answer = await this.ask(`m${(address + BigInt(at)).toString(16)},${Math.min(CHUNK, bytes - at).toString(16)}`);
            if (answer.startsWith('E') || answer === '') {
                return null;
            }
            parts.push(Buffer.from(answer, 'hex'));
        }
        return Buffer.concat(parts);
    }

    async physical(address: bigint, bytes: number): Promise<Buffer> {
        await this.must('Qqemu.PhyMemMode:1');
        const answer = await this.ask(`m${address.toString(16)},${bytes.toString(16)}`);
        await this.must('Qqemu.PhyMemMode:0');
        return Buffer.from(answer, 'hex');
    }

    async putPhysical(address: bigint, bytes: Buffer): Promise<void> {
        await this.must('Qqemu.PhyMemMode:1');
        await this.must(`M${address.toString(16)},${bytes.length.toString(16)}:${bytes.toString('hex')}`);
        await this.must('Qqemu.PhyMemMode:0');
    }

    async registers(cpu: Cpu): Promise<Registers> {
        await this.must(`Hg${cpu}`);
        const bytes = Buffer.from(await this.ask('g'), 'hex');
        const all = Object.fromEntries(REGISTERS.map((name, index) => [name, bytes.readBigUInt64LE(8 * index)])) as unknown as Registers;
        return all;
    }

    /**
     * Lets CPUs go on, all of them or one, until one stops.
     * @returns null where none does in time; the machine stands still then, too
     */
    async go(which: Cpu | 'all', milliseconds: number): Promise<Stop | null> {
        for (const cpu of which === 'all' ? [1, 2] as const : [which]) {
            const { rip } = await this.registers(cpu);
            if (this.breakpoints.has(rip)) {
                // It would stop where it is.
                await this.must(`z1,${rip.toString(16)},1`);
                const stepped = await this.resume(`vCont;s:${cpu}`, PATIENCE);
                await this.must(`Z1,${rip.toString(16)},1`);
                if (stepped === null) {
                    return null;
                }
            }
        }
        return await this.resume(which === 'all' ? 'vCont;c' : `vCont;c:${which}`, milliseconds);
    }

    /** Everything goes on, and nobody looks any more. */
    async letGo(): Promise<void> {
        await this.clear();
        this.send('vCont;c');
        this.running = true;
    }

    /** The machine stands still. */
    async interrupt(): Promise<void> {
        if (this.running) {
            this.stream.write('\x03');
            await this.answer(PATIENCE);
            this.running = false;
        }
    }

    /** Whoever waits for a stop looks around: the machine has come to its end. */
    giveUp(): void {
        this.givenUp = true;
        this.wake?.();
    }

    private acknowledges = true;
    private watchBytes = 8;
    private givenUp = false;

    private async resume(packet: string, milliseconds: number): Promise<Stop | null> {
        this.send(packet);
        this.running = true;
        const answer = await this.answer(milliseconds);
        if (answer === null) {
            this.mustGoOn();
            await this.interrupt();
            return null;
        }
        this.running = false;
        const thread = Number.parseInt(/thread:0*([0-9a-f]+)/.exec(answer)?.[1] ?? '1', 16);
        const cpu: Cpu = thread === 2 ? 2 : 1;
        return { cpu, rip: (await this.registers(cpu)).rip, watched: /watch:/.test(answer) };
    }

    private mustGoOn(): void {
        if (this.givenUp || this.ended) {
            throw new MachineEnded('the machine has ended');
        }
    }

    private async must(packet: string): Promise<void> {
        const answer = await this.ask(packet);
        if (answer !== 'OK') {
            throw new LabProblem(`The emulator's debugger port refused ${packet.slice(0, 40)}: ${answer === '' ? 'unknown' : answer}.`, 'Use QEMU 7.2 or newer.');
        }
    }

    private async ask(packet: string): Promise<string> {
        this.send(packet);
        const answer = await this.answer(PATIENCE);
        if (answer === null) {
            this.mustGoOn();
            throw new LabProblem('The emulator\'s debugger port does not answer.', 'Use QEMU 7.2 or newer.');
        }
        return answer;
    }

    private send(packet: string): void {
        const sum = [...Buffer.from(packet, 'latin1')].reduce((total, byte) => total + byte & 255, 0);
        this.stream.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
    }

    private async answer(milliseconds: number): Promise<string | null> {
        const end = Date.now() + milliseconds;
        for (;;) {
            const found = PACKET.exec(this.received);
            if (found !== null) {
                this.received = this.received.slice(found.index + found[0].length);
                if (this.acknowledges) {
                    this.stream.write('+');
                }
                return found[1]!;
            }
            const left = end - Date.now();
            if (left <= 0 || this.ended || this.givenUp) {
                return null;
            }
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, left);
                this.wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
            this.wake = null;
        }
    }

    private end(): void {
        this.ended = true;
        this.wake?.();
    }
}

const WATCHES: Readonly<Record<Watch, number>> = { write: 2, access: 4 };
/** Bytes of memory that one packet asks for. */
const CHUNK = 1024;
