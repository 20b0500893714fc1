/** A kernel of one's own: which version it is, and what it was built with. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LabProblem } from '../lab-problem.js';
import { missingOptions, parseConfig } from './kernel-config.js';
import { isWantedModule, type LabKernel } from './lab-kernel.js';
import { unpack } from './packed.js';

/** Offsets in a bzImage: Documentation/arch/x86/boot.rst. */
const HEADER = { magic: 0x202, version: 0x20e, setupSectors: 0x1f1, payloadOffset: 0x248, payloadLength: 0x24c };

export function kernelFromImage(image: string, modules: string | undefined): LabKernel {
    const bytes = readImage(image);
    const release = releaseOf(bytes, image);
    const version = /^\d+\.\d+(\.\d+)?/.exec(release)?.[0];
    if (version === undefined) {
        throw new LabProblem(`${image} says that it is "${release}": that is no version of Linux.`, 'Give a bzImage.');
    }
    const config = configBeside(image, release) ?? builtInConfig(bytes);
    const missing = missingOptions(config);
    if (missing.length > 0) {
        throw new LabProblem(`${image} (${release}) lacks ${missing.map((option) => `CONFIG_${option.name} (for ${option.for})`).join(', ')}.`, 'Build it with these options set to y.');
    }
    return { version, release, image: path.resolve(image), modules: modules === undefined ? [] : modulesBelow(modules), config };
}

function readImage(image: string): Buffer {
    try {
        return readFileSync(image);
    } catch (error) {
        throw new LabProblem(`${image} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'Give the path of a bzImage.');
    }
}

function releaseOf(bytes: Buffer, image: string): string {
    if (bytes.length < 0x300 || bytes.toString('latin1', HEADER.magic, HEADER.magic + 4) !== 'HdrS') {
        const kind = bytes.length >= 64 && bytes.toString('latin1', 56, 60) === 'ARM\x64' ? 'an Image for arm64' : bytes.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1')) ? 'an ELF file (vmlinux)' : 'no bzImage';
        throw new LabProblem(`${image} is ${kind}; the lab boots bzImages of x86-64.`, 'Give arch/x86/boot/bzImage of the build.');
    }
    const at = bytes.readUInt16LE(HEADER.version) + 0x200;
    const text = bytes.toString('latin1', at, Math.min(bytes.length, at + 256));
    return text.slice(0, Math.max(0, text.search(/[\0 ]/)));
}

/** Where builds and distributions leave the configuration. */
function configBeside(image: string, release: string): ReadonlyMap<string, string> | null {
    const folder = path.dirname(path.resolve(image));
    const places = [path.join(folder, 'config'), path.join(folder, `config-${release}`), path.join(folder, '.config'), path.join(folder, '../../../.config')];
    const found = places.find((file) => existsSync(file));
    return found === undefined ? null : parseConfig(readFileSync(found, 'latin1'));
}

const IKCONFIG = 'IKCFG_ST';

/** CONFIG_IKCONFIG: a gzip file inside the kernel, which is packed itself. Null where there is none, or nothing unpacks it. */
function builtInConfig(bytes: Buffer): ReadonlyMap<string, string> | null {
    const kernel = unpackKernel(bytes);
    const at = kernel?.indexOf(IKCONFIG) ?? -1;
    if (kernel === null || at < 0) {
        return null;
    }
    try {
        const end = kernel.indexOf('IKCFG_ED', at);
        return parseConfig(gunzipSync(kernel.subarray(at + IKCONFIG.length, end < 0 ? undefined : end)).toString('latin1'));
    } catch {
        return null;
    }
}

function unpackKernel(bytes: Buffer): Buffer | null {
    const start = ((bytes[HEADER.setupSectors] || 4) + 1) * 512 + bytes.readUInt32LE(HEADER.payloadOffset);
    return unpack(bytes.subarray(start, start + bytes.readUInt32LE(HEADER.payloadLength)));
}

function modulesBelow(folder: string): readonly string[] {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
        throw new LabProblem(`${folder} is no folder.`, 'Give the folder that make modules_install filled (lib/modules/RELEASE).');
    }
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isWantedModule).map((file) => path.join(folder, file));
}
