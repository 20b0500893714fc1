/** From an edit to a drawn picture: the run, its shapes, their way to the view, and the drawing of every part. The browser's own painting is not in it. */
import { svgFile } from '../../server/src/picture/drawing/svg.js';
import type { ScenarioPicture } from '../../server/src/picture/shapes/picture.js';
import { scenarioPicture } from '../../server/src/picture/shapes/scenario-picture.js';
import type { Program } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import { at, machine, mapping, process, program, step } from '../simulator/programs.js';
import { timeInTurns, type Repetition } from './measure.js';
import { typicalScenario } from './typical-scenario.js';
import type { Row } from './benchmarks.js';

/** A view of usual width, pixels. */
const WIDTH = 640;

function pictureOf(spec: Program): ScenarioPicture {
    const trace = simulate(spec);
    const run = { status: 'passed', program: spec, trace, verdicts: [] } as const;
    const range = { uri: 'file:///bench.hwp', startLine: 0, startColumn: 0, endLine: 99, endColumn: 1 };
    return scenarioPicture({ title: spec.title, range, ...run, variants: [{ values: [], ...run }], leftOut: [], issues: [] }, { pathOf: () => 'bench.hwp', textOf: () => '' });
}

const sent = (picture: ScenarioPicture): ScenarioPicture => JSON.parse(JSON.stringify(picture)) as ScenarioPicture;

function manyRegions(): Program {
    const regions = Array.from({ length: 1000 }, (_each, index) => ({ name: `r${index}`, source: 0, kind: 'slab', pageCount: 2, content: '' }));
    return program(machine({ regions }), [step('corrupt-pfn', { target: { kind: 'region', region: 'r999', page: 1, pageCount: 1, byteOffset: 0 } })]);
}

function manyProcesses(): Program {
    const processes = Array.from({ length: 100 }, (_each, index) => process(`p${index}`, [mapping('heap', { pageCount: 16 })]));
    return program(machine({ processes }), processes.map(({ name }) => step('corrupt-pfn', { target: at(name, 'heap', 3) })));
}

export function* pictureBenchmarks(repetition: Repetition): Generator<Row> {
    for (const [what, spec, limit] of [['typical scenario', typicalScenario(), 100], ['1,000 regions', manyRegions(), 300], ['100 processes, an error in each', manyProcesses(), 300]] as const) {
        const known = pictureOf(spec);
        const [time, floor] = timeInTurns([{ run: () => svgFile(sent(pictureOf(spec)), WIDTH), runs: 10 }, { run: () => sent(known), runs: 100 }], repetition);
        yield { what: `edit to picture, ${what}`, wall: time!.wall, value: time!.cpu, unit: 'ms CPU', floor: floor!.cpu, floorIs: 'the way of the shapes to the view', target: `< ${limit} ms`, met: time!.cpu < limit };
    }
}
