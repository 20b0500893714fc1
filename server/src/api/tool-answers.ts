import { totalsOf } from '../report/judgement/totals.js';
import { plain } from '../report/output/paint.js';
import { fileLines, totalsLine } from '../report/output/text.js';
import { reported } from './api.js';
import type { Settings } from './settings.js';

/** A run as the terminal shows it, with or without the decisions. */
export async function simulationText(text: string, settings: Settings, explain: boolean): Promise<string> {
    const { report, texts } = await reported(text, settings, true);
    return [...fileLines(report, { explain, paint: plain, sources: texts.sources }), '', totalsLine(totalsOf(report), plain)].join('\n');
}
