/** The page as Markdown: the summary that `--report markdown` writes, then each scenario. Pictures stand in it as data; who shows none reads their words. */
import { escaped } from '../../report/output/markdown-text.js';
import { markdownReport } from '../../report/reporters/markdown.js';
import type { PicturePart, ScenarioPicture } from '../shapes/picture.js';
import { partLines, partTitle } from '../drawing/parts.js';
import { dataUri, svgOfPart } from '../drawing/svg.js';
import type { Page, PageSection } from './pages.js';

export function markdownPage({ run, sections }: Page): string {
    return `${[markdownReport(run), ...sections.map(sectionText)].join('\n')}`;
}

function sectionText({ picture, place, text, explanation, logs }: PageSection): string {
    return [
        `### ${escaped(picture.title)}`, '', escaped([picture.status, picture.machine, place].filter((each) => each !== '').join(' · ')), '',
        ...picture.notes.flatMap((note) => [escaped(note), '']),
        ...fenced(text, 'hwp'), ...picture.parts.flatMap((part) => pictureLines(part, picture)),
        '#### Explanation', '', ...fenced(explanation, 'text'),
        ...logs.length === 0 ? [] : ['#### Kernel log', '', ...logs.flatMap(({ variant, text: log }) => [...variant === '' ? [] : [escaped(variant), ''], ...fenced(log, 'text')])],
    ].join('\n');
}

function pictureLines(part: PicturePart, picture: ScenarioPicture): string[] {
    return [
        `#### ${escaped(partTitle(part))}`, '', `![${escaped(partTitle(part))}](${dataUri(svgOfPart(part, picture))})`, '',
        ...partLines(part, picture, null).map((line) => `- ${escaped(line)}`), '',
    ];
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string[] {
    const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))));
    return [`${fence}${language}`, text, fence, ''];
}
