/** The page as HTML: one file, which asks for nothing from anywhere and runs nothing. */
import { renderToString } from 'preact-render-to-string';
import { countWords } from '../../report/step/wording.js';
import { STATUSES } from '../../report/judgement/scenario-status.js';
import type { PicturePart, ScenarioPicture } from '../shapes/picture.js';
import { element, type Node } from '../drawing/element.js';
import { drawPart, partLines, partTitle } from '../drawing/parts.js';
import { FILE_WIDTH } from '../drawing/svg.js';
import { DRAWING_RULES, paletteRules } from '../drawing/theme.js';
import type { Page, PageSection } from './pages.js';

const RULES = `${paletteRules(':root')}${DRAWING_RULES}
:root{color-scheme:light dark}
body{margin:0 auto;padding:1rem;max-width:${FILE_WIDTH + 40}px;background:var(--hwp-ground);color:var(--hwp-text);font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,DejaVu Sans,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.25rem;border-bottom:1px solid var(--hwp-line);padding-bottom:.25rem;margin-top:2.5rem}h3{font-size:1.05rem;margin-bottom:.25rem}
a{color:var(--hwp-note)}p.about{color:var(--hwp-faint);margin-top:0}
pre{background:var(--hwp-area);padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px;line-height:1.4;border-radius:4px}
figure{margin:0;overflow-x:auto}summary{cursor:pointer}ul.words{font-size:.9rem}
.good{color:var(--hwp-good)}.bad{color:var(--hwp-bad)}.doubtful{color:var(--hwp-doubtful)}
@media print{details{display:block}}`;

const MARKS = { passed: ['✓', 'good'], failed: ['✗', 'bad'], unverified: ['?', 'doubtful'], invalid: ['!', 'bad'] } as const;

/** Forbids everything that a page could load or run. */
const POLICY = 'default-src \'none\'; style-src \'unsafe-inline\'';

export function htmlPage({ run, sections, errors }: Page, version: string): string {
    const cases = run.files.flatMap((file) => file.cases);
    const counts = STATUSES.flatMap((status) => {
        const count = cases.filter((each) => each.status === status).length;
        return count === 0 ? [] : [`${count} ${status}`];
    });
    const title = sections.length === 1 ? sections[0]!.picture.title : 'hwpoison scenarios';
    const document = element('html', { lang: 'en' },
        element('head', {},
            element('meta', { charset: 'utf-8' }), element('meta', { 'http-equiv': 'Content-Security-Policy', 'content': POLICY }), element('meta', { name: 'viewport', content: 'width=device-width' }),
            element('title', {}, title), element('style', {}, RULES)),
        element('body', {},
            element('h1', {}, title), element('p', { 'class': 'about' }, `${countWords(cases.length, 'scenario')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`} · hwp ${version}`),
            ...errors.map((error) => element('p', { 'class': 'bad' }, error)),
            ...sections.length < 2 ? [] : [element('nav', { 'aria-label': 'Scenarios' }, element('ul', {}, ...sections.map(({ picture }, index) => element('li', {}, statusMark(picture), ' ', element('a', { href: `#s${index + 1}` }, picture.title)))))],
            ...sections.map(sectionNode)));
    return `<!DOCTYPE html>\n${renderToString(document)}\n`;
}

function statusMark({ status }: ScenarioPicture): Node {
    const [mark, tone] = MARKS[status];
    return element('span', { 'class': tone, 'role': 'img', 'aria-label': status }, mark);
}

function sectionNode({ picture, place, text, explanation, logs }: PageSection, index: number): Node {
    return element('section', { id: `s${index + 1}` },
        element('h2', {}, statusMark(picture), ` ${picture.title}`), element('p', { 'class': 'about' }, [picture.status, picture.machine, place].filter((each) => each !== '').join(' · ')),
        ...picture.notes.map((note) => element('p', {}, note)),
        element('pre', {}, text),
        ...picture.parts.flatMap((part, at) => figure(part, picture, `s${index + 1}p${at + 1}`)),
        element('h3', {}, 'Explanation'), element('pre', {}, explanation),
        ...logs.length === 0 ? [] : [element('h3', {}, 'Kernel log'), ...logs.flatMap(({ variant, text: log }) => [...variant === '' ? [] : [element('p', {}, variant)], element('pre', {}, log)])]);
}

/** A picture, and below it the same in words. */
function figure(part: PicturePart, picture: ScenarioPicture, id: string): Node[] {
    const { height, nodes } = drawPart(part, { width: FILE_WIDTH, step: null }, picture);
    const size = { width: FILE_WIDTH, height: Math.ceil(height) };
    return [
        element('h3', { id }, partTitle(part)),
        element('figure', {}, element('svg', { 'class': 'hwp', ...size, 'viewBox': `0 0 ${size.width} ${size.height}`, 'role': 'img', 'aria-labelledby': id }, ...nodes)),
        element('details', {}, element('summary', {}, `${partTitle(part)} in words`), element('ul', { 'class': 'words' }, ...partLines(part, picture, null).map((line) => element('li', {}, line)))),
    ];
}
