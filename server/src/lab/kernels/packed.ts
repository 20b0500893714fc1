/** What kernels and their modules are packed with: told by the first bytes, unpacked by the host's programs. */
import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';

const PACKED: readonly { readonly magic: readonly number[]; readonly command?: readonly string[] }[] = [
    { magic: [0x1f, 0x8b] },
    { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], command: ['xz', '-dc', '--single-stream'] },
    { magic: [0x28, 0xb5, 0x2f, 0xfd], command: ['zstd', '-dcq'] },
    { magic: [0x02, 0x21, 0x4c, 0x18], command: ['lz4', '-dc'] },
];

/** Null: packed with something else, or nothing here unpacks it. What follows the packed bytes is left out. */
export function unpack(bytes: Buffer): Buffer | null {
    const form = PACKED.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte));
    if (form === undefined) {
        return null;
    }
    if (form.command === undefined) {
        try {
            return gunzipSync(bytes);
        } catch {
            return null;
        }
    }
    const run = spawnSync(form.command[0]!, form.command.slice(1), { input: bytes, maxBuffer: 2 ** 29 });
    return run.stdout !== null && run.stdout.length > 0 ? run.stdout : null;
}
