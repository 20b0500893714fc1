/** An ext4 file system for the guest, without its empty blocks: the agent lays it out on a ram disk. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MEBIBYTES = 15;
const BLOCK = 4096;

/** Made once. Offset and length in eight bytes each, then the bytes; over and over. Null where the host cannot make one. */
export function ext4Parts(scratch: string): Buffer | null {
    const kept = path.join(scratch, 'ext4.parts');
    if (existsSync(kept)) {
        return readFileSync(kept);
    }
    const parts = newParts(scratch);
    if (parts !== null) {
        // Whoever else makes one meanwhile finds a whole one, too.
        writeFileSync(`${kept}.${process.pid}`, parts);
        renameSync(`${kept}.${process.pid}`, kept);
    }
    return parts;
}

function newParts(scratch: string): Buffer | null {
    const folder = mkdtempSync(path.join(scratch, 'ext4-'));
    const image = path.join(folder, 'image');
    try {
        const made = spawnSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', String(BLOCK), '-E', 'lazy_itable_init=0,nodiscard', image, `${MEBIBYTES}M`], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } });
        return made.status === 0 ? partsOf(readFileSync(image)) : null;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

export function partsOf(image: Buffer): Buffer {
    const empty = Buffer.alloc(BLOCK);
    const parts: Buffer[] = [];
    for (let at = 0; at < image.length;) {
        let end = at;
        while (end < image.length && !image.subarray(end, end + BLOCK).equals(empty.subarray(0, Math.min(BLOCK, image.length - end)))) {
            end = Math.min(end + BLOCK, image.length);
        }
        if (end > at) {
            const head = Buffer.alloc(16);
            head.writeBigUInt64LE(BigInt(at), 0);
            head.writeBigUInt64LE(BigInt(end - at), 8);
            parts.push(head, image.subarray(at, end));
        }
        at = Math.max(end, at + BLOCK);
    }
    return Buffer.concat(parts);
}
