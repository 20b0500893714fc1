/** Pictures and pages of a run. A bundle of its own, read when somebody asks for one. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { svgFile } from '../picture/drawing/svg.js';
import { htmlPage } from '../picture/page/html-page.js';
import { markdownPage } from '../picture/page/markdown-page.js';
import { pageOf } from '../picture/page/pages.js';
import { scenarioPicture } from '../picture/shapes/scenario-picture.js';
import { freeName } from './file-names.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import type { UnreadFile } from '../report/output/json.js';
import type { SourceTexts } from '../report/output/source-texts.js';

export interface PictureOf { readonly file: string; readonly title: string; }

/**
 * Writes one file for each scenario.
 * @param taken why a file must not be written over, or null
 * @returns what was written, and the first that could not be
 */
export function writePictures(wanted: string, reports: readonly FileReport[], sources: SourceTexts, taken: (file: string) => string | null): { readonly written: readonly PictureOf[]; readonly error: string | null } {
    const scenarios = reports.flatMap((report) => report.scenarios);
    const names = pictureNames(wanted, scenarios.map(({ title }) => title));
    const written: PictureOf[] = [];
    for (const [index, scenario] of scenarios.entries()) {
        const picture = scenarioPicture(scenario, sources);
        const file = names[index]!;
        const refused = taken(file);
        if (refused !== null) {
            return { written, error: `the picture is not written to ${file}: ${refused}` };
        }
        try {
            writeFileSync(file, svgFile(picture));
        } catch (error) {
            return { written, error: `the picture cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}` };
        }
        written.push({ file, title: picture.title });
    }
    return { written, error: null };
}

/** Longest part of a title in the name of a file. */
const MAX_SLUG = 60;

/** The file that was asked for; of several scenarios each has its title behind the name: `memory-early-kill.svg`, `memory-early-kill-2.svg`. */
export function pictureNames(wanted: string, titles: readonly string[]): string[] {
    if (titles.length < 2) return titles.map(() => wanted);
    const { dir, name, ext } = path.parse(wanted);
    const used = new Set<string>();
    return titles.map((title) => {
        const slug = title.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, MAX_SLUG).replace(/^-+|-+$/g, '') || 'scenario';
        return path.join(dir, `${name}-${freeName(slug, used)}${ext}`);
    });
}

export function page(format: 'html' | 'markdown', reports: readonly FileReport[], unread: readonly UnreadFile[], sources: SourceTexts, version: string): string {
    const made = pageOf(reports, unread, sources);
    return format === 'html' ? htmlPage(made, version) : markdownPage(made);
}
