/** The lab as a process of its own, for an editor: it blocks nobody, and ends with whoever started it. */
import path from 'node:path';
import { SourceLines } from '../../report/output/source-lines.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import type { LabCase } from '../run/lab-result.js';
import type { FromLab, ToLab } from './messages.js';

/** The folder of what runs. */
const HERE = path.dirname(process.argv[1]!);

type Lab = typeof import('../lab.js');

const lab: Promise<Lab> = import('../lab.js');
let kernel: ReturnType<Lab['chooseKernel']> | undefined;
let image: string | undefined;
let stopped = false;

function say(message: FromLab): void {
    process.send?.(message);
}

function progress(text: string): void {
    say({ t: 'progress', text });
}

async function choose({ wish }: ToLab & { t: 'choose' }): Promise<void> {
    const { cacheFolder, chooseKernel, findQemu, MACHINE_TYPES } = await lab;
    image = wish.image;
    kernel = chooseKernel(cacheFolder(), wish);
    findQemu(cacheFolder(), MACHINE_TYPES[kernel.arch]);
    say({ t: 'kernel', version: kernel.version, release: kernel.release });
}

async function setUp({ version }: ToLab & { t: 'setUp' }): Promise<void> {
    const { cacheFolder, platformNamed, setUpLab } = await lab;
    kernel = setUpLab(cacheFolder(), version, platformNamed(''), HERE, { found: (what, text) => progress(`${what}: ${text}`), fetching: progress });
    say({ t: 'kernel', version: kernel.version, release: kernel.release });
}

async function run({ cases, texts }: ToLab & { t: 'run' }): Promise<void> {
    const { byPlatforms, cacheFolder, isSamePlatform, kernelFor } = await lab;
    const sources = sourcesOf(texts);
    for (const group of byPlatforms((cases as readonly LabCase[]).map((each, at) => ({ ...each, at })))) {
        // They are predicted for one version: another machine has a kernel of the same, or none.
        const other = isSamePlatform(kernel!, group.platform) ? undefined : kernelFor(cacheFolder(), { version: kernel!.version, ...image === undefined ? {} : { image } }, group.platform);
        if (!stopped) {
            await runOn(other ?? kernel!, group.cases, sources);
        }
    }
    say({ t: 'done' });
}

async function runOn(own: NonNullable<typeof kernel>, cases: readonly (LabCase & { readonly at: number })[], sources: SourceTexts): Promise<void> {
    const { cacheFolder, openLab, placedResult, runCases } = await lab;
    const { session, races } = openLab(cacheFolder(), own, HERE, progress);
    try {
        for await (const { index, result } of runCases(cases, session, () => stopped, races)) {
            if (stopped) {
                break;
            }
            say({ t: 'result', index: cases[index]!.at, result: placedResult(result, sources, own.release) });
        }
    } catch (error) {
        if (!stopped) {
            throw error;
        }
    } finally {
        await session.close();
        await races.close();
    }
}

function sourcesOf(texts: Readonly<Record<string, string>>): SourceTexts {
    const lines = new SourceLines();
    Object.entries(texts).forEach(([uri, text]) => lines.add(uri, text));
    return { pathOf: (uri) => path.posix.basename(decodeURIComponent(uri)), textOf: (range) => lines.textOf(range) };
}

async function tellProblem(error: unknown): Promise<void> {
    const { endAllMachines, problemOf } = await lab;
    endAllMachines();
    const problem = problemOf(error);
    say({ t: 'problem', message: problem?.message ?? (error instanceof Error ? error.stack ?? error.message : String(error)), mend: problem?.mend ?? '' });
}

process.on('message', (message: ToLab) => {
    if (message.t === 'stop') {
        stopped = true;
        void lab.then(({ endAllMachines }) => endAllMachines());
        return;
    }
    const acts = message.t === 'choose' ? choose(message) : message.t === 'setUp' ? setUp(message) : run(message);
    acts.catch(tellProblem);
});
// Whoever started it is gone.
process.on('disconnect', () => void lab.then(({ endAllMachines }) => {
    endAllMachines();
    process.exit();
}));
