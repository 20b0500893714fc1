import type { Platform } from './platforms.js';

/** A kernel that can be booted, and where what belongs to it lies. */
export interface LabKernel extends Platform {
    /** `7.3.4`: what the prediction is made for. */
    readonly version: string;
    /** As `uname -r` says it. */
    readonly release: string;
    readonly image: string;
    /** Files of modules, as they are packed; only those that the guest may need. */
    readonly modules: readonly string[];
    /** CONFIG_ options by name, without the prefix; null where nobody knows them. */
    readonly config: ReadonlyMap<string, string> | null;
}

/** Modules that the agent loads where they are there, in any order. */
const WANTED_MODULES: ReadonlySet<string> = new Set([
    'hwpoison-inject', 'brd', 'crc16', 'crc32c_generic', 'crc32c-cryptoapi', 'libcrc32c', 'mbcache', 'jbd2', 'ext4', 'loop', 'lz4_compress', 'lz4hc_compress', '842_compress', '842_decompress', 'zstd_compress', 'lzo_compress', 'lzo-rle', 'zsmalloc', 'zram',
]);
const MODULE = /([^/]+)\.ko(\.(xz|zst|gz))?$/;

export function isWantedModule(file: string): boolean {
    const name = MODULE.exec(file)?.[1];
    return name !== undefined && WANTED_MODULES.has(name);
}

/** Shell patterns of the wanted modules, as tar takes them. */
export function modulePatterns(): readonly string[] {
    return [...WANTED_MODULES].map((name) => `*/${name}.ko*`);
}
