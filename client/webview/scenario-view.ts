/** The view of pictures: draws what the extension sends, and tells it what somebody chooses. It keeps nothing and asks nobody else. */
import { h, render, type ComponentChild } from 'preact';
import { Leads } from '../../server/src/picture/drawing/element.js';
import { DRAWING_RULES, editorRules } from '../../server/src/picture/drawing/theme.js';
import type { FromView, ScenarioPicture, ToView } from '../../server/src/lsp/protocol.js';
import { PartView } from './part-view.js';

declare function acquireVsCodeApi(): { postMessage(message: FromView): void; setState(state: unknown): void };

/** Narrower windows scroll. */
const LEAST_WIDTH = 180;

const RULES = `${editorRules(':root')}${DRAWING_RULES}
body{padding:0 8px 16px;background:var(--hwp-ground);color:var(--hwp-text);font-family:var(--vscode-font-family);font-size:var(--vscode-font-size)}
h1{font-size:1.2em;margin:.6em 0 .2em;overflow-wrap:anywhere}h2{font-size:1.05em;margin:1.2em 0 .2em;overflow-wrap:anywhere}
p.about{color:var(--hwp-faint);margin:.2em 0}p.note{border-left:3px solid var(--hwp-doubtful);padding-left:8px}
.old svg{opacity:.6}
svg{display:block;max-width:none}ul{margin:.3em 0;padding-left:1.4em}summary{cursor:pointer;color:var(--hwp-faint)}
.item[role=link]{cursor:pointer}.item:focus,summary:focus,select:focus{outline:2px solid var(--vscode-focusBorder,var(--hwp-note));outline-offset:1px}
.item[role=link]:hover text{text-decoration:underline}
select{max-width:100%;background:var(--vscode-dropdown-background);color:var(--vscode-dropdown-foreground);border:1px solid var(--vscode-dropdown-border,var(--hwp-line))}`;

let api: ReturnType<typeof acquireVsCodeApi>;
const send = (message: FromView): void => api.postMessage(message);

let picture: ScenarioPicture | null = null;
let step: number | null = null;
let note = 'Waiting for the language server.';

function Whole({ width }: { readonly width: number }): ComponentChild {
    const notes = [...note === '' ? [] : [note], ...picture?.notes ?? []];
    return h('main', { 'class': note === '' ? '' : 'old' },
        ...picture === null ? [] : [
            h('h1', null, picture.title), h('p', { 'class': 'about' }, [picture.status, picture.machine].filter((each) => each !== '').join(' · ')),
            ...picture.variants.length < 2 ? [] : [h('p', null, h('label', null, 'Variant ', h('select', {
                value: picture.variants[picture.shown], onChange: (event: Event) => send({ t: 'variant', name: (event.target as HTMLSelectElement).value }),
            }, ...picture.variants.map((name) => h('option', { value: name }, name)))))],
        ],
        h('div', { role: 'status' }, ...notes.map((words) => h('p', { 'class': 'note' }, words))),
        h(Leads.Provider, { value: true }, ...picture === null ? [] : picture.parts.map((part, index) => h(PartView, { key: `${part.kind} ${index}`, part, picture: picture!, width, step, send }))));
}

function draw(): void {
    const begun = performance.now();
    const width = Math.max(LEAST_WIDTH, Math.floor(document.body.clientWidth - 18));
    render(h(Whole, { width }), document.getElementById('view')!);
    send({
        t: 'drawn', title: picture?.title ?? '', step, note, width, milliseconds: performance.now() - begun,
        parts: [...document.querySelectorAll('section')].map((section) => ({
            title: section.getAttribute('aria-label') ?? '', items: [...section.querySelectorAll('.item')].map((item) => item.getAttribute('aria-label') ?? ''),
        })),
    });
}

function receive(message: ToView): void {
    switch (message.t) {
        case 'picture':
            ({ picture, step } = message);
            note = '';
            api.setState(message.keep);
            break;
        case 'cursor':
            ({ step } = message);
            break;
        case 'note':
            note = message.words;
            break;
    }
    draw();
}

/** Takes the window. */
export function openView(): void {
    api = acquireVsCodeApi();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.addEventListener('message', ({ data }: MessageEvent<ToView>) => receive(data));
    let lastWidth = document.body.clientWidth;
    new ResizeObserver(() => {
        if (document.body.clientWidth !== lastWidth) {
            lastWidth = document.body.clientWidth;
            draw();
        }
    }).observe(document.body);
    draw();
    send({ t: 'ready' });
}
