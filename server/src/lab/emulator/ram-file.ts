/** The RAM of a guest as a file: what the emulator writes is in it, and what is in it need not be loaded, for pages are read when the guest touches them. */
import { closeSync, ftruncateSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { RAM_BYTES } from './machine-types.js';

/** A file system in memory, where there is one: what the guest writes is not flushed to a disk. */
const IN_MEMORY = '/dev/shm';
const TMPFS_MAGIC = 0x0102_1994;
/** RAM of a machine that runs, and as much again for what is kept of one before a race. */
const ROOM = 2 * RAM_BYTES;

const CHUNK = 2 ** 20;
/** Of the holes that a copy has. */
const PIECE = 2 ** 14;
const ZEROS = Buffer.alloc(CHUNK);

export class RamFile {
    readonly fd: number;
    private isOpen = true;

    private constructor(fd: number) {
        this.fd = fd;
    }

    /** Empty, and without a name: nothing is left of it, however the program ends. */
    static scratch(folder: string): RamFile {
        const fd = unnamed(hasRoom(IN_MEMORY) ? IN_MEMORY : folder);
        ftruncateSync(fd, RAM_BYTES);
        return new RamFile(fd);
    }

    /** One that was kept. */
    static open(file: string): RamFile {
        return new RamFile(openSync(file, 'r+'));
    }

    copy(folder: string): RamFile {
        const to = RamFile.scratch(folder);
        this.copyInto(to.fd);
        return to;
    }

    /** @throws where the disk is full, with nothing left behind */
    writeTo(file: string): void {
        const fd = openSync(file, 'w', 0o600);
        try {
            ftruncateSync(fd, RAM_BYTES);
            this.copyInto(fd);
        } catch (error) {
            rmSync(file, { force: true });
            throw error;
        } finally {
            closeSync(fd);
        }
    }

    close(): void {
        if (this.isOpen) {
            this.isOpen = false;
            closeSync(this.fd);
        }
    }

    /** What is zero is not written: nine tenths of a booted machine's RAM. */
    private copyInto(fd: number): void {
        const chunk = Buffer.allocUnsafe(CHUNK);
        for (let at = 0; at < RAM_BYTES; at += CHUNK) {
            const got = readSync(this.fd, chunk, 0, CHUNK, at);
            if (chunk.compare(ZEROS, 0, got, 0, got) !== 0) {
                for (const { start, end } of piecesOf(chunk.subarray(0, got))) {
                    writeWhole(fd, chunk.subarray(start, end), at + start);
                }
            }
        }
    }
}

/** The name is there for a moment; who sees to stale files of a folder knows it. */
function unnamed(folder: string): number {
    const file = path.join(folder, `run-${process.pid}-${performance.now()}.ram`);
    const fd = openSync(file, 'wx+', 0o600);
    rmSync(file);
    return fd;
}

/** Where something stands in it. */
function* piecesOf(bytes: Buffer): Generator<{ readonly start: number; readonly end: number }> {
    let start = -1;
    for (let at = 0; at < bytes.length; at += PIECE) {
        const end = Math.min(at + PIECE, bytes.length);
        const isZero = bytes.compare(ZEROS, 0, end - at, at, end) === 0;
        if (isZero && start >= 0) {
            yield { start, end: at };
        }
        start = isZero ? -1 : start < 0 ? at : start;
    }
    if (start >= 0) {
        yield { start, end: bytes.length };
    }
}

function writeWhole(fd: number, bytes: Buffer, position: number): void {
    for (let at = 0; at < bytes.length;) {
        at += writeSync(fd, bytes, at, bytes.length - at, position + at);
    }
}

function hasRoom(folder: string): boolean {
    try {
        const { type, bavail, bsize } = statfsSync(folder);
        return type === TMPFS_MAGIC && bavail * bsize >= ROOM;
    } catch {
        return false;
    }
}
