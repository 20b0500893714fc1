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
    const { emulator, host, hasKvm } = type;
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
    const recording = recordingMachine(type, { command, version, ...own }, cache);
    return { command, version, ...own, recording, guard: setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL'], accelerator: hasKvm && process.arch === host && isUsable('/dev/kvm') && process.env['HWP_LAB_ACCELERATOR'] !== 'tcg' ? 'kvm' : 'tcg' };
}

/** Asked of the emulator itself: which commands it has. */
function recordingMachine({ recording, emulator }: MachineType, { command, version, environment, arguments: places }: Pick<Qemu, 'command' | 'version' | 'arguments' | 'environment'>, cache: string): Qemu['recording'] {
    if (recording === null) {
        return { missing: 'the emulated firmware hands over no records' };
    }
    const has = askedOnce(cache, command, recording.command, () => {
        const { status, stdout } = spawnSync(command, [...places, '-machine', 'none', '-display', 'none', '-nodefaults', '-qmp', 'stdio'], {
            input: ['qmp_capabilities', 'query-commands', 'quit'].map((execute) => `${JSON.stringify({ execute })}\n`).join(''), encoding: 'utf8', timeout: 20_000, env: { ...process.env, ...environment },
        });
        return status === 0 ? String(stdout.includes(`"${recording.command}"`)) : undefined;
    });
    if (has !== 'true') {
        return { missing: `this QEMU (${version}) has no ${recording.command}; QEMU ${recording.since} has it` };
    }
    const firmware = process.env[recording.variable] ?? ['/', path.join(cache, emulator.folder)].map((root) => path.join(root, recording.firmware)).find((file) => existsSync(file));
    return firmware === undefined ? { missing: `there is no firmware for it: install ${recording.packageName}, or set ${recording.variable} to its QEMU_EFI.fd` } : { machine: [...recording.machine, '-bios', firmware] };
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
