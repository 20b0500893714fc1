import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { LabProblem } from '../lab-problem.js';
import { askedOnce } from './asked-once.js';
import type { MachineType } from './machine-types.js';

export interface Qemu {
    readonly command: string;
    /** `7.2.22`. */
    readonly version: string;
    /** What is put before the command, so that it ends with the program that started it. */
    readonly guard: readonly string[];
    /** Where its firmware lies, if not where it looks itself. */
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly accelerator: 'kvm' | 'tcg';
    /** The machine whose firmware hands over records, or why there is none. */
    readonly recording: { readonly machine: readonly string[] } | { readonly missing: string };
}

/** What starts it. */
type Program = Pick<Qemu, 'command' | 'arguments' | 'environment'>;

const OLDEST = 7.2;

function onPath(command: string): string | undefined {
    return (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

/** The emulator: the one that the environment names (HWP_QEMU, HWP_QEMU_ARM64), an installed one, or that of the cache. */
export function findQemu(cache: string, type: MachineType): Qemu {
    const { emulator } = type;
    const given = process.env[emulator.variable];
    const unpacked = path.join(cache, emulator.folder, 'usr', 'bin', emulator.command);
    const command = given ?? onPath(emulator.command) ?? (existsSync(unpacked) ? unpacked : undefined);
    if (command === undefined) {
        throw new LabProblem(`There is no emulator: ${emulator.command} is neither installed nor in the cache.`, `Install ${emulator.packageName}, or run hwp lab setup on Debian, which unpacks it into the cache.`);
    }
    const own = command === unpacked ? unpackedPlaces(path.join(cache, emulator.folder)) : { arguments: [], environment: {} };
    const version = askedOnce(cache, command, 'version', () => {
        const asked = spawnSync(command, ['--version'], { encoding: 'utf8', env: { ...process.env, ...own.environment } });
        const said = /version (\d+\.\d+(?:\.\d+)?)/.exec(asked.stdout ?? '')?.[1];
        if (said === undefined) {
            throw new LabProblem(`${command} does not run: ${(asked.error?.message ?? asked.stderr ?? '').trim()}`, `Install ${emulator.packageName} anew, or set ${emulator.variable}.`);
        }
        return said;
    })!;
    if (Number.parseFloat(version) < OLDEST) {
        throw new LabProblem(`${command} is QEMU ${version}; the lab needs ${OLDEST} or newer.`, `Install a newer one, or set ${emulator.variable}.`);
    }
    const setpriv = onPath('setpriv');
    const recording = recordingMachine(type, { command, ...own }, version, cache);
    return { command, version, ...own, recording, guard: setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL'], accelerator: kvmRuns(type, { command, ...own }) ? 'kvm' : 'tcg' };
}

/** Asked of the emulator itself: which commands it has. */
function recordingMachine({ recording, emulator }: MachineType, qemu: Program, version: string, cache: string): Qemu['recording'] {
    if (recording === null) {
        return { missing: 'the emulated firmware hands over no records' };
    }
    const has = askedOnce(cache, qemu.command, recording.command, () => {
        const answers = asked(qemu, ['-machine', 'none'], 'query-commands');
        return answers === null ? undefined : String(answers.includes(`"${recording.command}"`));
    });
    if (has !== 'true') {
        return { missing: `this QEMU (${version}) has no ${recording.command}; QEMU ${recording.since} has it` };
    }
    const firmware = process.env[recording.variable] ?? ['/', path.join(cache, emulator.folder)].map((root) => path.join(root, recording.firmware)).find((file) => existsSync(file));
    return firmware === undefined ? { missing: `there is no firmware for it: install ${recording.packageName}, or set ${recording.variable} to its QEMU_EFI.fd` } : { machine: [...recording.machine, '-bios', firmware] };
}

/** A device that can be opened is not enough: inside other virtual machines it may have no processors to give, or none with local machine checks. */
function kvmRuns({ hasKvm, host, machine }: MachineType, qemu: Program): boolean {
    if (!hasKvm || process.arch !== host || !isUsable('/dev/kvm') || process.env['HWP_LAB_ACCELERATOR'] === 'tcg') {
        return false;
    }
    return asked(qemu, ['-accel', 'kvm', ...machine, '-S']) !== null;
}

/** What an emulator that starts and ends at once answers on QMP; null: it does not start so. */
function asked({ command, environment, arguments: places }: Program, machine: readonly string[], ...commands: readonly string[]): string | null {
    const { status, stdout } = spawnSync(command, [...places, ...machine, '-display', 'none', '-nodefaults', '-qmp', 'stdio'], {
        input: ['qmp_capabilities', ...commands, 'quit'].map((execute) => `${JSON.stringify({ execute })}\n`).join(''), encoding: 'utf8', timeout: 20_000, env: { ...process.env, ...environment },
    });
    return status === 0 ? stdout : null;
}

function isUsable(device: string): boolean {
    try {
        accessSync(device, constants.R_OK | constants.W_OK);
        return true;
    } catch {
        return false;
    }
}

/** A package that was unpacked and not installed finds neither its libraries nor its firmware by itself. */
function unpackedPlaces(root: string): Pick<Qemu, 'arguments' | 'environment'> {
    const libraries = [path.join(root, 'usr/lib/x86_64-linux-gnu'), path.join(root, 'lib/x86_64-linux-gnu'), path.join(root, 'usr/lib/x86_64-linux-gnu/pulseaudio')];
    return {
        arguments: ['-L', path.join(root, 'usr/share/seabios'), '-L', path.join(root, 'usr/share/qemu')],
        environment: { LD_LIBRARY_PATH: libraries.join(':'), QEMU_MODULE_DIR: path.join(root, 'usr/lib/x86_64-linux-gnu/qemu') },
    };
}
