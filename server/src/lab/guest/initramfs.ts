/** All that the guest sees of files: the agent, modules of its kernel, a file system image. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cpioArchive } from './cpio.js';

export interface Initramfs {
    readonly agent: string;
    /** Files of kernel modules, as they are packed. */
    readonly modules: readonly string[];
    readonly ext4: Buffer | null;
}

const FOLDERS = ['dev', 'proc', 'sys', 'tmp', 'mnt', 'modules', 'cgroup'];

export function initramfs({ agent, modules, ext4 }: Initramfs): Buffer {
    return cpioArchive([
        ...FOLDERS.map((name) => ({ name })),
        { name: 'init', data: readFileSync(agent) },
        ...modules.map((file) => ({ name: `modules/${path.basename(file)}`, data: readFileSync(file) })),
        ...ext4 === null ? [] : [{ name: 'ext4.parts', data: ext4 }],
    ]);
}
