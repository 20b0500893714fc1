import { mkdtempSync, readdirSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { RAM_BYTES } from '../../server/src/lab/emulator/machine-types.js';
import { RamFile } from '../../server/src/lab/emulator/ram-file.js';
import { cpioArchive } from '../../server/src/lab/guest/cpio.js';
import { partsOf } from '../../server/src/lab/guest/ext4-image.js';
import { bootableImage, kernelFromImage } from '../../server/src/lab/kernels/kernel-image.js';
import { byVersion, isVersion } from '../../server/src/lab/kernels/debian.js';
import { isWantedModule } from '../../server/src/lab/kernels/lab-kernel.js';

const folder = mkdtempSync(path.join(tmpdir(), 'hwp-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A bzImage without code: its header, and a kernel with its configuration. */
function bzImage(config: string): Buffer {
    const kernel = gzipSync(Buffer.concat([Buffer.from('IKCFG_ST'), gzipSync(config), Buffer.from('IKCFG_ED')]));
    const image = Buffer.alloc(0x400);
    image.write('HdrS', 0x202);
    image.writeUInt16LE(0x100, 0x20e);
    image.write('7.3.9-mine (me@there) #1 SMP\0', 0x300);
    image[0x1f1] = 1;
    image.writeUInt32LE(kernel.length, 0x24c);
    return Buffer.concat([image, kernel]);
}

const WHOLE = ['MEMORY_FAILURE', 'BLK_DEV_INITRD', 'BINFMT_ELF', 'DEVTMPFS', 'TMPFS', 'SERIAL_8250', 'SERIAL_8250_CONSOLE', 'PROC_PAGE_MONITOR', 'PRINTK', 'FUTEX'].map((name) => `CONFIG_${name}=y\n`).join('');

describe('a kernel of one\'s own', () => {
    function written(name: string, bytes: Buffer): string {
        const file = path.join(folder, name);
        writeFileSync(file, bytes);
        return file;
    }

    test('tells its version, and what it was built with', () => {
        expect(kernelFromImage(written('whole', bzImage(WHOLE)), undefined)).toMatchObject({ version: '7.3.9', release: '7.3.9-mine', modules: [] });
    });

    test('that lacks options is refused, with their names', () => {
        expect(() => kernelFromImage(written('small', bzImage(WHOLE.replace('CONFIG_MEMORY_FAILURE=y', '# CONFIG_MEMORY_FAILURE is not set').replace('TMPFS=y\nCONFIG_SERIAL_8250=y', 'TMPFS=y\nCONFIG_SERIAL_8250=m'))), undefined))
            .toThrow(/lacks CONFIG_MEMORY_FAILURE \(for memory_failure\(\) itself\), CONFIG_SERIAL_8250 \(/);
    });

    test.each([
        ['text', Buffer.from('hello'), /no bzImage/],
        ['elf', Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(0x400)]), /an ELF file/],
    ])('that is %s is refused, with what it is', (name, bytes, message) => {
        expect(() => kernelFromImage(written(name, bytes), undefined)).toThrow(message);
    });

    describe('for arm64', () => {
        const FOR_ARM64 = WHOLE.replace(/CONFIG_SERIAL_8250\w*=y\n/g, '') + ['SERIAL_AMBA_PL011', 'SERIAL_AMBA_PL011_CONSOLE', 'PCI_HOST_GENERIC', 'VIRTIO_PCI', 'VIRTIO_CONSOLE'].map((name) => `CONFIG_${name}=y\n`).join('');

        /** An Image without code: its header, what it says of itself, its configuration. @param pages 1, 2, 3: of 4, 16, 64 KiB */
        function armImage(config: string, pages: number): Buffer {
            const head = Buffer.alloc(0x400);
            head.writeUInt32LE(pages << 1, 24);
            head.write('ARM\x64', 56, 'latin1');
            return Buffer.concat([head, Buffer.from('Linux version %s (me)\0Linux version 7.3.9-mine (me@there) #1 SMP\0IKCFG_ST'), gzipSync(config), Buffer.from('IKCFG_ED')]);
        }

        /** As CONFIG_EFI_ZBOOT packs it. */
        function zboot(image: Buffer): Buffer {
            const packed = gzipSync(image);
            const head = Buffer.alloc(64);
            head.write('MZ\0\0zimg');
            head.writeUInt32LE(head.length, 8);
            head.writeUInt32LE(packed.length, 12);
            return Buffer.concat([head, packed, Buffer.from('what unpacks it')]);
        }

        test.each([
            ['as it is', 1, 12, (image: Buffer) => image],
            ['with pages of 16 KiB', 2, 14, (image: Buffer) => image],
            ['packed whole', 1, 12, (image: Buffer) => gzipSync(image)],
            ['packed for firmware', 3, 16, zboot],
        ])('tells its version and its pages, %s', (name, pages, pageShift, packed) => {
            expect(kernelFromImage(written(name, packed(armImage(FOR_ARM64, pages))), undefined)).toMatchObject({ arch: 'arm64', pageShift, version: '7.3.9', release: '7.3.9-mine' });
        });

        test('needs the devices of its machine, and none of a PC', () => {
            expect(() => kernelFromImage(written('no port', armImage(FOR_ARM64.replace('VIRTIO_CONSOLE=y', 'VIRTIO_CONSOLE=m'), 1)), undefined)).toThrow(/lacks CONFIG_VIRTIO_CONSOLE \(for what the agent says\)\.$/);
        });

        test('boots as what was packed', () => {
            const image = armImage(FOR_ARM64, 1);
            expect([bootableImage(zboot(image)).equals(image), bootableImage(image) === image]).toEqual([true, true]);
        });
    });

    test('that is not there is named', () => {
        expect(() => kernelFromImage(path.join(folder, 'nowhere'), undefined)).toThrow(/cannot be read/);
    });
});

test('an archive has a header, a name and data for each file, each at a multiple of four', () => {
    const archive = cpioArchive([{ name: 'dev' }, { name: 'init', data: Buffer.from('hello') }]).toString('latin1');
    expect(archive.length % 4).toBe(0);
    const heads = [...archive.matchAll(/070701([0-9a-f]{104})/g)];
    expect(heads.map(({ index }) => index % 4)).toEqual([0, 0, 0]);
    expect(heads.map(([, fields]) => parseInt(fields!.slice(8, 16), 16).toString(8))).toEqual(['40755', '100755', '0']);
    expect(archive).toContain(['init', 'hello', '', ''].join('\0').replace('hello', '\0hello').concat('\0'));
});

test('an image is sent without its empty blocks', () => {
    const image = Buffer.alloc(5 * 4096);
    image[4096] = 1;
    image[2 * 4096] = 2;
    image[4 * 4096] = 3;
    const parts = partsOf(image);
    expect(parts.length).toBe(16 + 2 * 4096 + 16 + 4096);
    expect([parts.readBigUInt64LE(0), parts.readBigUInt64LE(8), parts.readBigUInt64LE(16 + 2 * 4096)]).toEqual([4096n, 8192n, 16384n]);
});

test('of the RAM of a machine, a copy has what is not zero, at its place, and takes no more room', () => {
    const ram = RamFile.scratch(folder);
    const places = [0, 5000, 2 ** 20 - 1, RAM_BYTES - 3];
    places.forEach((at) => writeSync(ram.fd, 'abc', at));
    const file = path.join(folder, 'kept.ram');
    ram.writeTo(file);
    ram.close();
    const kept = RamFile.open(file);
    const read = (at: number): string => {
        const bytes = Buffer.alloc(3);
        readSync(kept.fd, bytes, 0, 3, at);
        return bytes.toString();
    };

    expect(places.map(read)).toEqual(['abc', 'abc', 'abc', 'abc']);
    expect(read(RAM_BYTES / 2)).toBe('\0\0\0');
    expect(statSync(file).size).toBe(RAM_BYTES);
    expect(statSync(file).blocks * 512).toBeLessThan(2 ** 20);
    expect(readdirSync(folder).filter((name) => name.startsWith('run-'))).toEqual([]);
    kept.close();
});

test('versions are ordered by their numbers', () => {
    expect(['7.2.12', '7.3.4', '6.12.117', '7.2.9'].sort(byVersion)).toEqual(['6.12.117', '7.2.9', '7.2.12', '7.3.4']);
    expect([isVersion('6.12.117', '6.12'), isVersion('6.12.117', '6.1'), isVersion('7.3.4', '7.3.4')]).toEqual([true, false, true]);
});

test('of all modules, those that the agent loads', () => {
    expect(['a/hwpoison-inject.ko.xz', 'a/ext4.ko', 'a/ext4.ko.txt', 'a/e1000.ko.xz'].map(isWantedModule)).toEqual([true, true, false, false]);
});
