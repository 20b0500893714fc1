/** Reads one log, whatever its size and compression, and judges it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { ByteReader } from '../../log/formats/byte-reader.js';
import type { LogResult } from '../../log/output/results.js';
import { Triage } from '../../log/triage.js';
import { reasonOf, STANDARD_INPUT } from '../read-source.js';

/** A file, and its name for people. */
export interface LogFile { readonly path: string; readonly shown: string; }

export type FileTriage = { readonly log: LogResult } | { readonly error: string };

/** A text of so many bytes that it is worth all threads; it was not read. */
export interface LargeText { readonly large: number; }

/** Texts of so many bytes are worth the threads. */
const LARGE = 64 * 1024 * 1024;
/** What is packed is read as it comes. */
const PACKED = /\.(?:gz|zst|xz|bz2|journal)$/;

/** Of what is packed. */
const CHUNK = 64 * 1024;
/** Bytes that say how something is packed. */
const MAGIC = 4;
/** What a text does not have so much of. */
const MAX_CONTROLS = 0.05;

const UTF_16 = 'it is UTF-16. Save it as UTF-8';

/** What a file begins with that is no text. */
const NO_LOGS: readonly (readonly [Uint8Array, string])[] = [
    [Uint8Array.from('LPKSHHRH', (each) => each.charCodeAt(0)), 'it is a journal of systemd. Export it: journalctl --file FILE -o export | hwp triage -'],
    [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), 'it is an ELF file. Of a core dump of the kernel: vmcore-dmesg FILE | hwp triage -'],
    [Uint8Array.from('KDUMP   ', (each) => each.charCodeAt(0)), 'it is a dump of kdump. Take its log: makedumpfile --dump-dmesg FILE LOG'],
    [Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a), 'it is xz. Unpack it: xz -dc FILE | hwp triage -'],
    [Uint8Array.of(0x42, 0x5a, 0x68), 'it is bzip2. Unpack it: bzip2 -dc FILE | hwp triage -'],
    [Uint8Array.of(0xff, 0xfe), UTF_16],
    [Uint8Array.of(0xfe, 0xff), UTF_16],
];

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
    return bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);
}

/**
 * Never throws: what cannot be read is an error of that file alone.
 * @param most bytes of a text that is read here
 */
export async function triageFile(path: string, shown: string, most = LARGE): Promise<FileTriage | LargeText> {
    let descriptor: number;
    try {
        descriptor = path === STANDARD_INPUT ? 0 : openSync(path, 'r');
    } catch (error) {
        return { error: reasonOf(error) };
    }
    try {
        if (descriptor !== 0) {
            const stat = fstatSync(descriptor);
            if (stat.isDirectory()) return { error: 'it is a folder' };
            if (stat.isFile() && stat.size >= most && !PACKED.test(path)) return { large: stat.size };
        }
        return await read(descriptor, shown);
    } catch (error) {
        return { error: reasonOf(error) };
    } finally {
        if (descriptor !== 0) closeSync(descriptor);
    }
}

async function read(descriptor: number, shown: string): Promise<FileTriage> {
    const triage = new Triage();
    const reader = new ByteReader(triage);
    let note: string | null = null;
    try {
        const kind = firstBytes(descriptor, reader);
        if ('error' in kind) return kind;
        if (kind.unpack === undefined) while (reader.fill((into) => readChunk(descriptor, into)) > 0) { /* the next chunk */ }
        else note = await unpacked(kind.unpack, descriptor, kind.head, reader);
    } finally {
        reader.end();
    }
    return { log: { path: shown, note, ...triage.finish() } };
}

interface Packed { readonly head: Uint8Array; readonly unpack: Transform; }

/** What a file is, by how it begins. A text is read on the spot. */
function firstBytes(descriptor: number, reader: ByteReader): Packed | { readonly unpack?: undefined } | { readonly error: string } {
    let kind: Packed | { readonly unpack?: undefined } | { readonly error: string } = {};
    reader.fill((into) => {
        const length = readChunk(descriptor, into);
        const head = into.subarray(0, length);
        const unusable = NO_LOGS.find(([magic]) => startsWith(head, magic));
        const unpack = unpackerFor(head);
        if (unusable !== undefined) kind = { error: unusable[1] };
        else if (typeof unpack === 'string') kind = { error: unpack };
        else if (unpack !== undefined) kind = { head: head.slice(), unpack };
        else if (wide(head)) kind = { error: UTF_16 };
        else if (binary(head)) kind = { error: 'it is not a text' };
        else return length;
        return 0;
    });
    return kind;
}

/** How the bytes are unpacked; undefined where they are not packed, a text where they cannot be. */
function unpackerFor(head: Uint8Array): Transform | string | undefined {
    if (startsWith(head, Uint8Array.of(0x1f, 0x8b))) return createGunzip();
    // Frames that hold no text stand before the others where several threads packed.
    if (!startsWith(head, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)) && !startsWith(head.subarray(1), Uint8Array.of(0x2a, 0x4d, 0x18))) return undefined;
    const create = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
    return create === undefined ? 'it is zstd, which this version of Node cannot unpack (22.15 can). Unpack it: zstd -dc FILE | hwp triage -' : create();
}

/** Feeds what is unpacked; returns what was wrong with the rest, if anything. Node's unpackers end with the first frame of zstd, and say how many bytes that was. */
async function unpacked(first: Transform, descriptor: number, head: Uint8Array, reader: ByteReader): Promise<string | null> {
    const buffer = new Uint8Array(CHUNK);
    // The buffer is used again: what is handed over is a copy.
    const next = (): Uint8Array => buffer.slice(0, readChunk(descriptor, buffer));
    let bytes = head;
    for (let unpack: Transform | string | undefined = first; typeof unpack === 'object'; unpack = unpackerFor(bytes)) {
        const { ended, left } = await unpackedFrame(unpack, bytes, next, reader);
        if (ended !== null || left.length === 0) return ended;
        bytes = left.length < MAGIC ? Uint8Array.from([...left, ...next()]) : left;
    }
    // Zeros fill a block of a tape or of a disk.
    return bytes[0] === 0 ? null : `it is damaged after line ${reader.lines - 1}: what follows is not packed`;
}

/** One frame: what was wrong with it, and the bytes that are no part of it. */
async function unpackedFrame(unpack: Transform, head: Uint8Array, next: () => Uint8Array, reader: ByteReader): Promise<{ readonly ended: string | null; readonly left: Uint8Array }> {
    let ended: string | null | undefined;
    const done = new Promise<void>((resolve) => {
        const end = (how: string | null): void => {
            ended ??= how;
            resolve();
        };
        unpack.on('data', (bytes: Uint8Array) => reader.feed(bytes));
        unpack.on('end', () => end(null));
        unpack.on('error', (error) => end(`it is damaged after line ${reader.lines - 1}: ${error.message}`));
    });
    let fed = 0;
    for (let bytes = head; bytes.length > 0; bytes = next()) {
        fed += bytes.length;
        await Promise.race([new Promise((resolve) => unpack.write(bytes, resolve)), done]);
        if (ended !== undefined) return { ended, left: bytes.subarray(bytes.length - (fed - (unpack as Transform & { readonly bytesWritten: number }).bytesWritten)) };
    }
    unpack.end();
    await done;
    return { ended: ended ?? null, left: new Uint8Array(0) };
}

function readChunk(descriptor: number, buffer: Uint8Array): number {
    for (;;) {
        try {
            return readSync(descriptor, buffer);
        } catch (error) {
            const code = error instanceof Error && 'code' in error ? error.code : '';
            if (code === 'EOF') return 0;
            if (code !== 'EAGAIN') throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        }
    }
}

/** Control characters other than those of consoles, in what comes first. A ring buffer's zeros are not counted. */
function binary(head: Uint8Array): boolean {
    const looked = head.subarray(0, 8192);
    let controls = 0;
    let zeros = 0;
    // eslint-disable-next-line @typescript-eslint/prefer-for-of -- a twelfth of a small log is looked at here, and an iterator takes a third of the time that finding the words does
    for (let at = 0; at < looked.length; at += 1) {
        const byte = looked[at]!;
        if (byte >= 32) continue;
        if (byte === 0) zeros += 1;
        else if (byte < 9 || (byte > 13 && byte !== 27)) controls += 1;
    }
    const rest = looked.length - zeros;
    return rest > 0 && controls > rest * MAX_CONTROLS;
}

/** UTF-16 without its mark: every second byte of the first line is zero, and only those. */
function wide(head: Uint8Array): boolean {
    const looked = head.subarray(0, 64);
    const zeros = looked.reduce((sum, byte, at) => sum + (byte === 0 && looked[at - 1] !== 0 && looked[at + 1] !== 0 ? 1 : 0), 0);
    return looked.length >= 4 && zeros * 2 >= looked.length * 0.9;
}
