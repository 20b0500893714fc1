// Makes a screenshot small: text on plain grounds needs no more colours than a palette has.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Channels of a pixel, 0 to 255 each, and how many pixels have them. */
interface Colour { readonly channels: readonly [number, number, number]; readonly count: number }

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Sizes of palettes, from the first that is tried on: with half of the colours a picture takes an eighth less. */
const COLOURS = [128, 64, 32];

/** Writes a PNG of 8-bit RGB or RGBA, not interlaced, again with a palette; transparency is dropped. @param maxBytes that it should have */
export function shrinkPng(file: string, maxBytes: number): void {
    const { width, height, pixels } = decode(readFileSync(file));
    for (const colours of COLOURS) {
        const png = encode(width, height, pixels, paletteOf(pixels, colours));
        writeFileSync(file, png);
        if (png.length <= maxBytes) break;
    }
}

function decode(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
    const chunks = chunksOf(png);
    const header = chunks.find(({ type }) => type === 'IHDR')!.data;
    const [width, height, depth, kind, interlace] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9], header[12]];
    if (depth !== 8 || (kind !== 2 && kind !== 6) || interlace !== 0) {
        throw new Error(`cannot shrink a PNG of depth ${depth}, colour type ${kind}, interlace ${interlace}`);
    }
    const pixelBytes = kind === 2 ? 3 : 4;
    const lines = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
    const lineBytes = width * pixelBytes;
    const pixels = new Uint32Array(width * height);
    let above = new Uint8Array(lineBytes);
    for (let y = 0; y < height; y++) {
        const start = y * (lineBytes + 1);
        const line = unfilter(lines[start]!, lines.subarray(start + 1, start + 1 + lineBytes), above, pixelBytes);
        for (let x = 0; x < width; x++) {
            const at = x * pixelBytes;
            pixels[y * width + x] = line[at]! << 16 | line[at + 1]! << 8 | line[at + 2]!;
        }
        above = line;
    }
    return { width, height, pixels };
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
    const chunks: { type: string; data: Buffer }[] = [];
    for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
        chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + png.readUInt32BE(at)) });
    }
    return chunks;
}

/** Undoes the filter of a line (PNG specification, chapter 9). */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(line.length);
    for (let at = 0; at < line.length; at++) {
        const a = at < pixelBytes ? 0 : result[at - pixelBytes]!;
        const b = above[at]!;
        const c = at < pixelBytes ? 0 : above[at - pixelBytes]!;
        result[at] = line[at]! + [0, a, b, a + b >> 1, paeth(a, b, c)][filter]!;
    }
    return result;
}

function paeth(a: number, b: number, c: number): number {
    const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}

/** Median cut: the group of colours that differ most is halved until there are as many groups as the palette has places. */
function paletteOf(pixels: Uint32Array, colours: number): { colours: readonly (readonly number[])[]; indexOf: ReadonlyMap<number, number> } {
    const counts = new Map<number, number>();
    pixels.forEach((pixel) => counts.set(pixel, (counts.get(pixel) ?? 0) + 1));
    const groups: Colour[][] = [[...counts].map(([pixel, count]) => ({ channels: [pixel >> 16, pixel >> 8 & 255, pixel & 255], count }))];
    while (groups.length < colours) {
        const widest = groups.map((group, index) => ({ index, ...widestChannel(group) })).reduce((best, each) => each.weight > best.weight ? each : best);
        if (widest.weight === 0) {
            break;
        }
        groups.splice(widest.index, 1, ...halves(groups[widest.index]!, widest.channel));
    }
    const indexOf = new Map(groups.flatMap((group, index) => group.map(({ channels: [r, g, b] }) => [r << 16 | g << 8 | b, index] as const)));
    return { colours: groups.map(mean), indexOf };
}

/** The channel in which a group differs most; wide groups of many pixels weigh more. */
function widestChannel(group: readonly Colour[]): { channel: number; weight: number } {
    const widths = [0, 1, 2].map((channel) => {
        const values = group.map(({ channels }) => channels[channel]!);
        return values.reduce((most, value) => Math.max(most, value), 0) - values.reduce((least, value) => Math.min(least, value), 255);
    });
    const width = Math.max(...widths);
    return { channel: widths.indexOf(width), weight: width * Math.sqrt(group.reduce((sum, { count }) => sum + count, 0)) };
}

function halves(group: readonly Colour[], channel: number): [Colour[], Colour[]] {
    const sorted = [...group].sort((left, right) => left.channels[channel]! - right.channels[channel]!);
    const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
    let cut = 0;
    for (let sum = 0; cut < sorted.length - 1 && (cut === 0 || sum + sorted[cut]!.count <= half); cut++) {
        sum += sorted[cut]!.count;
    }
    return [sorted.slice(0, cut), sorted.slice(cut)];
}

function mean(group: readonly Colour[]): number[] {
    const all = group.reduce((sum, { count }) => sum + count, 0);
    return [0, 1, 2].map((channel) => Math.round(group.reduce((sum, { channels, count }) => sum + channels[channel]! * count, 0) / all));
}

function encode(width: number, height: number, pixels: Uint32Array, { colours, indexOf }: ReturnType<typeof paletteOf>): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 3, 0, 0, 0], 8);
    const lines = Buffer.alloc((width + 1) * height);
    pixels.forEach((pixel, at) => lines[at + Math.floor(at / width) + 1] = indexOf.get(pixel)!);
    return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', Buffer.from(colours.flat())), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
}
