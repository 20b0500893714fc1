/** Each sign that a frame can have, from a scenario that gives it to a frame; and memory blocks that a step sets offline. */
import { expect, test } from 'vitest';
import { bandsOf } from '../../server/src/picture/drawing/map-bands.js';
import { svgFile } from '../../server/src/picture/drawing/svg.js';
import { SIGN_WORDS } from '../../server/src/picture/drawing/theme.js';
import { signsAfter } from '../../server/src/picture/shapes/frame-signs.js';
import { FRAME_SIGNS, type FrameSign, type MemoryMap, type ScenarioPicture } from '../../server/src/picture/shapes/picture.js';
import { partLines } from '../../server/src/picture/drawing/parts.js';
import { picturesOf } from './pictures.ts';
import { unreadable } from './placed-texts.ts';

const HEAP = 'process db { sigbus handler longjmp; map heap = anon 4 pages written }';

const SCENARIOS: Readonly<Record<FrameSign, string>> = {
    'recovered': `${HEAP}\ncorrupt-pfn heap[1]`,
    'poisoned': `${HEAP}\ncorrupt-pfn heap[1]`,
    'delayed': 'swap sw = device 64 MiB\nprocess db { sigbus handler longjmp; map heap = anon 16 KiB written swapcache dirty }\ncorrupt-pfn heap[1]',
    'failed': 'file log = vfat 16 KiB\nprocess db { map m = log shared written }\ncorrupt-pfn m[1]',
    'ignored': 'region dentry = slab 1 page\ncorrupt-pfn dentry',
    'offlined': `${HEAP}\nsoft_offline_page heap[1]`,
    'unpoisoned': 'region spare = free 2 pages\ncorrupt-pfn spare[1]\nunpoison-pfn spare[1]',
    'handed-out': 'kernel 7.3 with kho-hwpoison\nregion spare = free 2 pages\ncorrupt-pfn spare[0]\nkexec where spare[0] is slab',
    'bad': `${HEAP}\nlatent error at heap[1]`,
    'lost': 'file log = ext4 16 KiB\nprocess db { sigbus handler longjmp; map m = log shared written }\ncorrupt-pfn m[1]',
};

async function drawn(body: string): Promise<{ readonly picture: ScenarioPicture; readonly map: MemoryMap }> {
    const [picture] = await picturesOf('signs.hwp', `scenario "signs" {\n${body}\n}`) as [ScenarioPicture];
    expect(picture.notes).toEqual([]);
    return { picture, map: picture.parts.find((part): part is MemoryMap => part.kind === 'memory-map')! };
}

test.each(FRAME_SIGNS)('%s', async (sign) => {
    const { picture, map } = await drawn(SCENARIOS[sign]);
    const step = picture.steps.length - 1;
    expect(map.frames.flatMap((frame) => signsAfter(frame, step))).toContain(sign);
    // In the words beside the frame, in the legend and in the list below the picture.
    const svg = svgFile(picture);
    expect(svg.split(SIGN_WORDS[sign]).length - 1).toBeGreaterThanOrEqual(3);
    expect(unreadable(svg, 860)).toEqual([]);
});

test('a memory block is shown offline from the step on that sets it offline, until one sets it online', async () => {
    const { picture, map } = await drawn('memory 1 GiB\nregion spare = free 4 pages at pfn 0x8000\ncorrupt-pfn spare[1]\noffline-block spare\nonline-block spare\noffline-block pfn 0x18000\nonline-block pfn 0x18000');
    const linesAfter = (step: number): string[] => partLines(map, picture, step).filter((line) => line.includes('memory block'));
    const blocks = ['memory block 0x8000 to 0xffff: offline', 'memory block 0x18000 to 0x1ffff: offline'];
    expect([0, 1, 2, 3, 4].map(linesAfter)).toEqual([[], [blocks[0]], [blocks[0]], blocks, [blocks[0]]]);

    const wordsAfter = (step: number): string[] => [...new Set(bandsOf(map, step, 0).filter(({ isOffline, words }) => isOffline || words.includes('offline')).map(({ words }) => words))];
    expect(wordsAfter(0)).toEqual([]);
    const first = ['spare · 16 KiB of free, in a memory block that is offline', '4 KiB', '8 KiB', 'memory block, offline · 128.0 MiB'];
    expect(wordsAfter(1)).toEqual(first);
    expect(wordsAfter(3)).toEqual([...first, 'memory block, offline · 128 MiB']);
    expect(svgFile(picture)).toContain('memory block, offline · 128.0 MiB');
});
