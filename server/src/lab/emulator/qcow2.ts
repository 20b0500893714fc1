/** An empty disk image in which the emulator keeps the state of the booted machine: docs/interop/qcow2.rst of QEMU. */

const CLUSTER_BITS = 16;
const CLUSTER = 2 ** CLUSTER_BITS;
const DISK_BYTES = 2 ** 32;

/** Header, refcount table, refcount block and L1 table, a cluster each. */
export function emptyQcow2(): Buffer {
    const image = Buffer.alloc(4 * CLUSTER);
    const entriesInL2 = CLUSTER / 8;
    image.write('QFI\xfb', 0, 'latin1');
    image.writeUInt32BE(3, 4);
    image.writeUInt32BE(CLUSTER_BITS, 20);
    image.writeBigUInt64BE(BigInt(DISK_BYTES), 24);
    image.writeUInt32BE(Math.ceil(DISK_BYTES / (CLUSTER * entriesInL2)), 36);
    image.writeBigUInt64BE(BigInt(3 * CLUSTER), 40);
    image.writeBigUInt64BE(BigInt(CLUSTER), 48);
    image.writeUInt32BE(1, 56);
    // log2 of the bits of a refcount, and the length of the header.
    image.writeUInt32BE(4, 96);
    image.writeUInt32BE(104, 100);
    image.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER);
    for (let cluster = 0; cluster < 4; cluster += 1) {
        image.writeUInt16BE(1, 2 * CLUSTER + 2 * cluster);
    }
    return image;
}
