/** One picture in the view: its drawing, keys that go from part to part of it, and the same in words. */
import { h, type ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { drawPart, partLines, partTitle } from '../../server/src/picture/drawing/parts.js';
import type { PicturePart, ScenarioPicture } from '../../server/src/picture/shapes/picture.js';
import type { FromView } from '../../server/src/lsp/protocol.js';
import { nextIndex } from './keys.js';

export interface PartProps {
    readonly part: PicturePart;
    readonly picture: ScenarioPicture;
    readonly width: number;
    readonly step: number | null;
    readonly send: (message: FromView) => void;
}

export function PartView({ part, picture, width, step, send }: PartProps): ComponentChild {
    const svg = useRef<SVGSVGElement>(null);
    const at = useRef(0);
    const { height, nodes } = drawPart(part, { width, step }, picture);
    const title = titleWith(part, picture, step);
    useLayoutEffect(() => { at.current = rove(itemsOf(svg.current), at.current, false); });
    useEffect(() => {
        const now = part.kind === 'time-line' ? svg.current?.querySelector('.now') : undefined;
        now?.scrollIntoView?.({ block: 'nearest' });
    }, [step]);
    return h('section', { 'aria-label': title },
        h('h2', null, title),
        h('svg', {
            'ref': svg, 'class': 'hwp', width, 'height': Math.ceil(height), 'viewBox': `0 0 ${width} ${Math.ceil(height)}`, 'role': 'group', 'aria-label': `${title}. Arrow keys go from part to part.`,
            'onClick': (event: MouseEvent) => goTo(itemAround(event.target), send),
            'onKeyDown': (event: KeyboardEvent) => {
                const items = itemsOf(svg.current);
                const index = items.indexOf(itemAround(event.target)!);
                if (event.key === 'Enter' || event.key === ' ') {
                    event.preventDefault();
                    goTo(items[index] ?? null, send);
                    return;
                }
                const next = index < 0 || event.altKey || event.ctrlKey || event.metaKey ? null : nextIndex(event.key, index, items.length);
                if (next !== null) {
                    event.preventDefault();
                    at.current = rove(items, next, true);
                }
            },
            'onFocusIn': (event: FocusEvent) => {
                const items = itemsOf(svg.current);
                const index = items.indexOf(itemAround(event.target)!);
                if (index >= 0) at.current = rove(items, index, false);
            },
        }, ...nodes),
        h('details', null, h('summary', null, `${title} in words`), h('ul', null, ...partLines(part, picture, step).map((line) => h('li', null, line)))));
}

/** `Memory after corrupt-pfn bad`. */
function titleWith(part: PicturePart, { steps }: ScenarioPicture, step: number | null): string {
    const words = step === null || part.kind !== 'memory-map' ? undefined : steps[step]?.words;
    return words === undefined ? partTitle(part) : `${partTitle(part)} after ${words}`;
}

function itemsOf(svg: SVGSVGElement | null): SVGElement[] {
    return svg === null ? [] : [...svg.querySelectorAll<SVGElement>('.item')];
}

function itemAround(target: EventTarget | null): SVGElement | null {
    return (target as Element | null)?.closest<SVGElement>('.item') ?? null;
}

/** Lets Tab come to one part only. @returns its index */
function rove(items: readonly SVGElement[], wanted: number, focus: boolean): number {
    const index = Math.min(wanted, Math.max(0, items.length - 1));
    items.forEach((item, at) => item.setAttribute('tabindex', at === index ? '0' : '-1'));
    if (focus) items[index]?.focus();
    return index;
}

function goTo(item: SVGElement | null, send: (message: FromView) => void): void {
    const { uri, line, column } = item?.dataset ?? {};
    if (uri !== undefined) send({ t: 'goTo', uri, line: Number(line), column: Number(column) });
}
