/** A kernel of one's own: which version it is, and what it was built with. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ArchitectureName } from '../../vocabulary/architectures.js';
import { MACHINE_TYPES } from '../emulator/machine-types.js';
import { LabProblem } from '../lab-problem.js';
import { missingOptions, parseConfig } from './kernel-config.js';
import { isWantedModule, type LabKernel } from './lab-kernel.js';
import { unpack } from './packed.js';

/** What a file is told by, and where the kernel in it lies. */
interface ImageForm {
    readonly arch: ArchitectureName;
    readonly is: (bytes: Buffer) => boolean;
    /** As `uname -r` says it; '' where nothing in it does. */
    readonly release: (bytes: Buffer) => string;
    /** log2 bytes. */
    readonly pageShift: (bytes: Buffer) => number;
    /** The kernel without what unpacks it; null where nothing here does. */
    readonly kernel: (bytes: Buffer) => Buffer | null;
}

/** Offsets in a bzImage: Documentation/arch/x86/boot.rst. */
const BZIMAGE = { magic: 0x202, version: 0x20e, setupSectors: 0x1f1, payloadOffset: 0x248, payloadLength: 0x24c };
/** Offsets in an Image: Documentation/arch/arm64/booting.rst. Bits 1 and 2 of the flags: pages of 4, 16, 64 KiB as 1, 2, 3. */
const IMAGE = { flags: 24, magic: 56 };
const PAGE_SHIFTS = [12, 12, 14, 16];
const BANNER = 'Linux version ';

const FORMS: readonly ImageForm[] = [
    {
        arch: 'x86-64',
        is: (bytes) => bytes.toString('latin1', BZIMAGE.magic, BZIMAGE.magic + 4) === 'HdrS',
        release: (bytes) => upToBlank(bytes, bytes.readUInt16LE(BZIMAGE.version) + 0x200),
        pageShift: () => 12,
        kernel: (bytes) => {
            const start = ((bytes[BZIMAGE.setupSectors] || 4) + 1) * 512 + bytes.readUInt32LE(BZIMAGE.payloadOffset);
            return unpack(bytes.subarray(start, start + bytes.readUInt32LE(BZIMAGE.payloadLength)));
        },
    },
    {
        arch: 'arm64',
        is: (bytes) => bytes.toString('latin1', IMAGE.magic, IMAGE.magic + 4) === 'ARM\x64',
        release: bannerRelease,
        pageShift: (bytes) => PAGE_SHIFTS[bytes.readUInt32LE(IMAGE.flags) >> 1 & 3]!,
        kernel: (bytes) => bytes,
    },
];

/** A kernel that firmware unpacks (CONFIG_EFI_ZBOOT), as older emulators do not: where the packed Image lies in it, drivers/firmware/efi/libstub/zboot-header.S. */
const ZBOOT = { magic: 4, offset: 8, length: 12 };

/** The Image itself, of one that was packed as a whole; what is none comes back as it is. */
export function bootableImage(bytes: Buffer): Buffer {
    const isZboot = bytes.toString('latin1', 0, 2) === 'MZ' && bytes.toString('latin1', ZBOOT.magic, ZBOOT.magic + 4) === 'zimg';
    const start = isZboot ? bytes.readUInt32LE(ZBOOT.offset) : 0;
    return unpack(isZboot ? bytes.subarray(start, start + bytes.readUInt32LE(ZBOOT.length)) : bytes) ?? bytes;
}

export function kernelFromImage(image: string, modules: string | undefined): LabKernel {
    const bytes = bootableImage(readImage(image));
    const form = FORMS.find(({ is }) => bytes.length >= 0x300 && is(bytes));
    if (form === undefined) {
        throw new LabProblem(`${image} is ${bytes.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1')) ? 'an ELF file (vmlinux)' : 'no bzImage, and no Image for arm64'}.`, `Give ${Object.values(MACHINE_TYPES).map((type) => type.image.path).join(' or ')} of the build.`);
    }
    const type = MACHINE_TYPES[form.arch];
    const release = form.release(bytes);
    const version = /^\d+\.\d+(\.\d+)?/.exec(release)?.[0];
    if (version === undefined) {
        throw new LabProblem(`${image} says that it is "${release}": that is no version of Linux.`, `Give ${type.image.kind}.`);
    }
    const config = configBeside(image, release) ?? builtInConfig(form.kernel(bytes));
    const missing = missingOptions(config, type);
    if (missing.length > 0) {
        throw new LabProblem(`${image} (${release}) lacks ${missing.map((option) => `CONFIG_${option.name} (for ${option.for})`).join(', ')}.`, 'Build it with these options set to y.');
    }
    return { arch: form.arch, pageShift: form.pageShift(bytes), version, release, image: path.resolve(image), modules: modules === undefined ? [] : modulesBelow(modules), config };
}

function readImage(image: string): Buffer {
    try {
        return readFileSync(image);
    } catch (error) {
        throw new LabProblem(`${image} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'Give the path of a bzImage or of an Image.');
    }
}

function upToBlank(bytes: Buffer, at: number): string {
    const text = bytes.toString('latin1', at, Math.min(bytes.length, at + 256));
    return text.slice(0, Math.max(0, text.search(/[\0 ]/)));
}

/** Of what the kernel says of itself: the text that the words come from has a letter where the version stands. */
function bannerRelease(bytes: Buffer): string {
    for (let at = bytes.indexOf(BANNER); at >= 0; at = bytes.indexOf(BANNER, at + 1)) {
        const release = upToBlank(bytes, at + BANNER.length);
        if (/^\d/.test(release)) {
            return release;
        }
    }
    return '';
}

/** Where builds and distributions leave the configuration. */
function configBeside(image: string, release: string): ReadonlyMap<string, string> | null {
    const folder = path.dirname(path.resolve(image));
    const places = [path.join(folder, 'config'), path.join(folder, `config-${release}`), path.join(folder, '.config'), path.join(folder, '../../../.config')];
    const found = places.find((file) => existsSync(file));
    return found === undefined ? null : parseConfig(readFileSync(found, 'latin1'));
}

const IKCONFIG = 'IKCFG_ST';

/** CONFIG_IKCONFIG: a gzip file inside the kernel. Null where there is none, or nothing unpacks it. */
function builtInConfig(kernel: Buffer | null): ReadonlyMap<string, string> | null {
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

function modulesBelow(folder: string): readonly string[] {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
        throw new LabProblem(`${folder} is no folder.`, 'Give the folder that make modules_install filled (lib/modules/RELEASE).');
    }
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isWantedModule).map((file) => path.join(folder, file));
}
