/** Each part of a picture: its name, its drawing, and the same in words. */
import type { MemoryMap, PicturePart, ScenarioPicture } from '../shapes/picture.js';
import { areaWords, frameWords, offlineBlocks } from './map-bands.js';
import { drawMemoryMap } from './memory-map.js';
import { drawRaces } from './races.js';
import { drawShares } from './shares.js';
import { drawTimeLine } from './time-line.js';
import { drawVariants } from './variants.js';
import type { Canvas, Drawing } from './element.js';
import { hex } from '../../report/step/wording.js';
import { durationWords } from '../../vocabulary/units.js';
import { signsAfter } from '../shapes/frame-signs.js';

/** Lines of one part in words. */
const MAX_LINES = 200;

/** `Time line`, `Memory of vm`, `Sweep: machine-check UE`. */
export function partTitle(part: PicturePart): string {
    switch (part.kind) {
        case 'time-line': return 'Time line';
        case 'memory-map': return part.guest === '' ? 'Memory' : `Memory of ${part.guest}`;
        case 'shares': return `Sweep: ${part.title}`;
        case 'variants': return 'Variants';
        case 'races': return `Races: ${part.title}`;
    }
}

export function drawPart(part: PicturePart, canvas: Canvas, { steps }: ScenarioPicture): Drawing {
    switch (part.kind) {
        case 'time-line': return drawTimeLine(part, canvas, steps);
        case 'memory-map': return drawMemoryMap(part, canvas, steps.length - 1);
        case 'shares': return drawShares(part, canvas);
        case 'variants': return drawVariants(part, canvas, steps);
        case 'races': return drawRaces(part, canvas);
    }
}

/** The part in words, a line each: for whoever cannot see it, and for where no picture can be shown. @param step state after that step; null: the last */
export function partLines(part: PicturePart, { steps }: ScenarioPicture, step: number | null): string[] {
    const lines = linesOf(part, steps, step ?? steps.length - 1);
    return lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} lines more`];
}

function linesOf(part: PicturePart, steps: ScenarioPicture['steps'], step: number): string[] {
    switch (part.kind) {
        case 'time-line': return part.rows.map((row) => {
            if (row.t === 'fold') return `steps ${row.firstStep + 1} to ${row.lastStep + 1}`;
            const marks = row.marks.filter(({ sort }) => sort !== 'act' && sort !== 'decision').map(({ words, detail }) => detail === undefined ? words : `${words} ${detail}`);
            return `${row.gapNs >= 1e8 ? `${durationWords(row.gapNs)} later: ` : ''}${steps[row.step]?.words ?? ''}${row.skipped ? ': not reached' : marks.length === 0 ? '' : `: ${marks.join(', ')}`}`;
        });
        case 'memory-map': return mapLines(part, step);
        case 'shares': return [part.headline, ...part.groups.flatMap(({ name, bars }) => bars.map((bar) => `${name}: ${bar.name} (${bar.size}): ${bar.shares.map(({ percent, fate }) => `${percent} ${fate}`).join(', ')}`))];
        case 'variants': return part.rows.map((row) => `${row.name}: ${row.status}${part.columns.map(({ step: at, outcomes }, column) => `; ${steps[at]?.words ?? ''}: ${outcomes[row.outcomes[column] ?? 0] ?? ''}`).join('')}`);
        case 'races': return [part.headline, ...part.outcomes.map(({ words, interleavings, ways }) => `${words} (${interleavings}): ${ways.map((way) => way.length === 0 ? 'nobody interferes' : way.map(({ window, what }) => `${part.windows[window]?.id ?? ''} ${what}`).join(', then ')).join('; or ')}`)];
    }
}

/** Frames where something happened first, then what lies where, then who maps it. */
function mapLines(map: MemoryMap, step: number): string[] {
    const mappings = map.processes.flatMap(({ name, mappings: own, ends }) => own.map((mapping) =>
        `${name}:${mapping.name}, ${mapping.pageCount} pages${ends !== null && ends <= step ? ', ended' : ''}`));
    return [
        ...map.frames.filter((frame) => signsAfter(frame, step).length > 0).map((frame) => frameWords(frame, step)),
        ...offlineBlocks(map, step).map(({ pfn, pageCount }) => `memory block ${hex(pfn)} to ${hex(pfn + pageCount - 1)}: offline`),
        ...map.areas.map((area) => areaWords(area, map)), ...mappings,
    ];
}
