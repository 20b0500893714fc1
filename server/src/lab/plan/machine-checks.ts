/** Machine checks, which the emulator's monitor injects into a CPU while a task of the scenario runs there in user mode. */
import { mcg, recordOf, type ErrorMeaning } from '../../kernel/ras/mce-signatures.js';
import type { CpuRunSpec, Place, Program, Step } from '../../simulator/program.js';
import { DEFAULT_GENERATION, type Delivery } from '../../vocabulary/cpu-generations.js';
import type { McgStatusBit } from '../../vocabulary/mce.js';
import { frameWord } from './machine.js';
import type { PlanWriter } from './plan-writer.js';

interface Registers {
    readonly cpu: number;
    readonly bank: number;
    readonly status: bigint;
    readonly mcgStatus: bigint;
    readonly misc: bigint;
    readonly delivery: Delivery;
}

/** Milliseconds of the guest that the task spins before and after: the exception comes at once, its work a little later, a poll within its second. */
const SETTLED = 400;
const HANDLED = 1200;
const POLLED = 3500;
const POLL_INTERVAL = '/sys/devices/system/machinecheck/machinecheck0/check_interval';
const UC = 1n << 61n;
const S = 1n << 56n;
const MCIP = 1n << 2n;
const LMCES = 1n << 3n;

const MEANINGS: Readonly<Record<string, ErrorMeaning>> = { CE: 'CE', UCNA: 'UCNA', AO: 'AO', UE: 'AO', AR: 'AR', fatal: 'fatal' };
const NOT_VALID: Readonly<Record<string, readonly McgStatusBit[]>> = { 'no-ripv': ['RIPV'], 'no-eipv': ['EIPV'], 'no-ripv-no-eipv': ['RIPV', 'EIPV'] };

export function injectMachineCheck(writer: PlanWriter, program: Program, step: Step, running: readonly CpuRunSpec[]): void {
    const { machine } = program;
    const text = (name: string): string | undefined => step.args[name] === undefined ? undefined : String(step.args[name]);
    const place = step.args['target'] as Place | undefined;
    if (machine.ecc !== 'simulated') {
        writer.cannot('machine check of bad memory', 'the emulated memory stays healthy: write `ecc simulated`', step.source);
        return;
    }
    if (!writer.guest.hasMachineChecks) {
        writer.cannot('machine check', `the emulated machine is ${writer.guest.arch}, which has none`, step.source);
        return;
    }
    const registers = step.op === 'machine-check' ? byMeaning(program, step, running, place !== undefined) : byRegisters(step, running);
    const run = running.find(({ cpu }) => cpu === registers.cpu);
    if (registers.cpu >= 2 || run !== undefined && run.mode !== 'user') {
        writer.cannot(run === undefined ? `cpu ${registers.cpu}` : `cpu in ${run.mode} mode`, 'the guest has two CPUs, and what runs there runs in user mode', step.source);
        return;
    }
    const task = run === undefined ? undefined : writer.taskOf(run.task);
    if (task === undefined) {
        writer.cannot('machine check on an idle CPU', 'in which code of the kernel it comes is up to chance', step.source);
        return;
    }
    if (registers.delivery === 'poll' && (registers.status & UC) !== 0n) {
        writer.cannot('uncorrected record without an exception', 'the emulator raises one for each uncorrected record', step.source);
        return;
    }
    if (text('address') !== undefined) {
        writer.cannot('machine check at an address by its number', 'what lies there differs from boot to boot', step.source);
        return;
    }
    const frame = place === undefined ? undefined : frameWord(writer, machine, place, step.actor, step.source);
    if (place !== undefined && frame === undefined) {
        return;
    }
    writer.harms('a machine check leaves its mark');
    writer.chancy('the exception may come while the CPU is in the kernel');
    // What is not signalled stays in its bank when the exception is over, until the poller comes.
    const polled = (registers.status & S) === 0n;
    if (polled) {
        writer.must('r', 'set', POLL_INTERVAL, 1);
    }
    const other = registers.cpu === 0 ? 1 : 0;
    writer.must('r', 'cpu', other);
    writer.must(task, 'cpu', registers.cpu);
    writer.start(task, 'spin');
    writer.must('r', 'sleep', SETTLED);
    const hex = (value: bigint): string => `0x${value.toString(16)}`;
    writer.monitor(`mce ${registers.delivery === 'all' ? '-b ' : ''}${registers.cpu} ${registers.bank} ${hex(registers.status)} ${hex(registers.mcgStatus)} ${frame === undefined ? '0x0' : frame.startsWith('$') ? `${frame}*` : hex(BigInt(frame) * BigInt(writer.guest.pageBytes))} ${hex(registers.misc)}`);
    writer.must('r', 'sleep', polled ? POLLED : HANDLED);
    writer.await(task);
}

function cpuOf(step: Step, running: readonly CpuRunSpec[]): number {
    const busy = running.length === 0 ? 0 : Math.min(...running.map(({ cpu }) => cpu));
    return Number(step.args['cpu'] ?? busy);
}

function saidDelivery(step: Step): Delivery | undefined {
    const how = step.args['broadcast'];
    return how === 'broadcast' ? 'all' : how === 'poll' ? 'poll' : how === undefined ? undefined : 'one';
}

function byMeaning({ machine, pageShift }: Program, step: Step, running: readonly CpuRunSpec[], hasAddress: boolean): Registers {
    const meaning = MEANINGS[String(step.args['severity'])] ?? 'AO';
    const reporting = { cpuVendor: machine.cpuVendor, cpuGeneration: machine.cpuGeneration ?? DEFAULT_GENERATION[machine.cpuVendor], bootOptions: new Set<string>(), pageShift };
    const delivery = meaning === 'CE' || meaning === 'UCNA' ? 'poll' : saidDelivery(step);
    return recordOf(reporting, {
        cpu: cpuOf(step, running), meaning, address: hasAddress ? 0 : null, fetch: step.args['fetch'] === 'fetch', ...delivery === undefined ? {} : { delivery },
        unannounced: step.args['broadcast'] === 'single', without: NOT_VALID[String(step.args['restart'])] ?? [],
    });
}

function byRegisters(step: Step, running: readonly CpuRunSpec[]): Registers {
    const word = (name: string): bigint | undefined => step.args[name] === undefined ? undefined : BigInt(String(step.args[name]));
    const [status, mcgStatus] = [word('status') ?? 0n, word('mcgStatus') ?? mcg('MCIP', 'RIPV')];
    const delivery = (status & UC) === 0n ? 'poll' : saidDelivery(step) ?? ((mcgStatus & MCIP) === 0n ? 'poll' : (mcgStatus & LMCES) === 0n ? 'all' : 'one');
    return { cpu: cpuOf(step, running), bank: Number(step.args['bank'] ?? 9), status, mcgStatus, misc: word('misc') ?? 0x8cn, delivery };
}
