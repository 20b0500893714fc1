/** All that the guest sees of files: the agent, modules of its kernel, a file system image. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unpack } from '../kernels/packed.js';
import { cpioArchive, type ArchivedFile } from './cpio.js';

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
        ...modules.map(moduleFile),
        ...ext4 === null ? [] : [{ name: 'ext4.parts', data: ext4 }],
    ]);
}

/** Unpacked by the host: an emulated machine takes a second for ext4 alone. What the host cannot unpack, the guest's kernel does. */
function moduleFile(file: string): ArchivedFile {
    const packed = readFileSync(file);
    const data = unpack(packed);
    const name = path.basename(file);
    return { name: `modules/${data === null ? name : name.replace(/\.(xz|zst|gz)$/, '')}`, data: data ?? packed };
}
