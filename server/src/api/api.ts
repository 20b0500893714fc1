/** What the npm package gives to programs: text in, the JSON of the command out. No files, no network, no clock. */
import { TextAnalyzer } from '../analysis/text-analyzer.js';
import { LineFeed } from './line-feed.js';
import { checkJson, runJson } from '../report/output/json.js';
import { releasesOfSteps } from '../report/step/releases.js';
import { triageJson } from '../log/output/results.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import { checkedSettings, InputError, overridesOf, Texts, type Settings } from './settings.js';

export { InputError, type Settings };

/** Reads scenarios without running them: what `hwp check --format json` prints. Never throws on any text. @throws InputError when a setting cannot be used */
export async function analyze(text: string, settings: Settings = {}): Promise<object> {
    const { report, texts } = await reported(text, settings, false);
    return checkJson([report], [], texts.sources);
}

/** Runs scenarios: what `hwp run --format json` prints. Never throws on any text. @throws InputError when a setting cannot be used */
export async function simulate(text: string, settings: Settings = {}): Promise<object> {
    const { report, texts } = await reported(text, settings, true);
    return runJson([report], [], texts.sources, releasesOfSteps);
}

/** Triage of a kernel log: what `hwp triage --format json` prints. @throws InputError when it is no text, or a setting cannot be used */
export function readLog(text: string, settings: Pick<Settings, 'path'> = {}): Promise<object> {
    // A promise, so that a log may be read in pieces one day.
    return Promise.resolve().then(() => {
        const { path = 'log' } = checkedSettings(settings, ['path']);
        return triageJson({ logs: [triaged(text, path)], unread: [] });
    });
}

export async function reported(text: string, settings: Settings, simulates: boolean): Promise<{ readonly report: FileReport; readonly texts: Texts }> {
    const checked = checkedSettings(settings);
    const texts = new Texts(textIn(text), checked);
    const report = await new TextAnalyzer(texts.read, texts.uris).analyze(texts.uri, text, { overrides: overridesOf(checked), simulate: simulates });
    return { report, texts };
}

export function triaged(text: string, path: string): ReturnType<LineFeed['result']> {
    const feed = new LineFeed();
    feed.push(textIn(text));
    return feed.result(path);
}

/** Callers in JavaScript pass in anything. */
function textIn(text: unknown): string {
    if (typeof text !== 'string') {
        throw new InputError(`A text is expected, not ${text === null ? 'null' : typeof text}.`);
    }
    return text;
}
