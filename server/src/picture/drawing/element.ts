/** The elements of a picture. */
import { symbol, symbolAsterisk, symbolCircle, symbolCross, symbolDiamond, symbolPlus, symbolSquare, symbolStar, symbolTimes, symbolTriangle, symbolWye, type SymbolType } from 'd3-shape';
import { createContext, h, type ComponentChild, type ComponentChildren, type VNode } from 'preact';
import { useContext } from 'preact/hooks';
import type { FrameSign, Spot } from '../shapes/picture.js';
import { fitted, textWidth, type Font } from './text-width.js';
import { SIGN_TOKENS, type Token } from './theme.js';

export type Node = VNode;

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element by its name; attributes go to the page as they are, texts as texts. */
export function element(name: string, attributes: Attributes, ...children: readonly (ComponentChild | ComponentChildren)[]): Node {
    return h<object>(name, attributes, ...children) as Node;
}

/** What stands where, and how high it is. */
export interface Drawing {
    readonly height: number;
    readonly nodes: readonly Node[];
}

/** Room and circumstances of a drawing. */
export interface Canvas {
    /** Pixels from the left edge to the right. */
    readonly width: number;
    /** Step whose state is shown; null: the last. */
    readonly step: number | null;
}

export const PLAIN: Font = { size: 12 };
export const SMALL: Font = { size: 11 };
/** From the middle of a line to the foot of its letters. */
const FOOT = 4;

export interface TextOptions {
    readonly font?: Font;
    readonly token?: Token;
    readonly anchor?: 'start' | 'end';
    /** Pixels that it may take. */
    readonly width: number;
}

/** A line of text around a height; cut with an ellipsis where it does not fit, and then whole in its title. */
export function words(x: number, middle: number, text: string, { font = PLAIN, token = 'text', anchor = 'start', width }: TextOptions): Node[] {
    const shown = fitted(text, width, font);
    if (shown === '') return [];
    return [element('text', {
        x: at(x), y: at(middle + FOOT), 'font-size': font.size, 'class': `f-${token}${font.bold === true ? ' strong' : ''}`, ...(anchor === 'end' ? { 'text-anchor': 'end' } : {}),
    }, ...shown === text ? [text] : [element('title', {}, text), shown])];
}

/** Where a text that begins at x ends. */
export function endOf(x: number, text: string, width: number, font: Font = PLAIN): number {
    return x + textWidth(fitted(text, width, font), font);
}

export function box(x: number, y: number, width: number, height: number, classes: string, more: Attributes = {}): Node {
    return element('rect', { x: at(x), y: at(y), width: at(Math.max(0, width)), height: at(Math.max(0, height)), 'class': classes, ...more });
}

export function line(x1: number, y1: number, x2: number, y2: number, classes: string): Node {
    return element('line', { x1: at(x1), y1: at(y1), x2: at(x2), y2: at(y2), 'class': classes });
}

export function path(d: string | null, classes: string, more: Attributes = {}): Node[] {
    return d === null ? [] : [element('path', { d: d.replaceAll(/\d+\.\d{2,}/g, (number) => String(at(Number(number)))), 'class': classes, ...more })];
}

/** An arrow from side to side. */
export function arrow(x1: number, x2: number, y: number, token: Token): Node[] {
    const back = x2 > x1 ? -5 : 5;
    return [line(x1, y, x2 + back, y, `s-${token} hairline`), ...path(`M${at(x2)},${at(y)}L${at(x2 + back)},${at(y - 3.5)}L${at(x2 + back)},${at(y + 3.5)}Z`, `f-${token}`)];
}

/** A break in a scale: something is left out. */
export function zigzag(x: number, y: number, width: number, token: Token): Node[] {
    const teeth = Math.max(1, Math.round(width / 8));
    const points = Array.from({ length: teeth * 2 + 1 }, (_each, index) => `${at(x + width * index / (teeth * 2))},${at(y + (index % 2 === 0 ? 2 : -2))}`);
    return path(`M${points.join('L')}`, `s-${token} hairline`);
}

const SIGN_SYMBOLS: Readonly<Record<FrameSign, SymbolType>> = {
    'recovered': symbolCircle, 'delayed': symbolWye, 'failed': symbolPlus, 'ignored': symbolTriangle, 'offlined': symbolSquare, 'unpoisoned': symbolStar, 'handed-out': symbolAsterisk, 'bad': symbolDiamond, 'poisoned': symbolTimes, 'lost': symbolCross,
};

/** Signs that are lines: they have nothing to fill. */
const STROKED: ReadonlySet<SymbolType> = new Set([symbolPlus, symbolTimes, symbolAsterisk]);

/** The sign of a state around a point. @param token by default its own colour */
export function sign(name: FrameSign, x: number, y: number, token: Token = SIGN_TOKENS[name], area = 60): Node[] {
    return mark(SIGN_SYMBOLS[name], x, y, token, area);
}

export function mark(type: SymbolType, x: number, y: number, token: Token, area = 60): Node[] {
    const stroked = STROKED.has(type);
    return path(symbol(type, stroked ? area * 0.8 : area)(), stroked ? `s-${token} thick` : `f-${token}`, { transform: `translate(${at(x)},${at(y)})` });
}

/** Whether what is shown leads to lines of a text: in an editor. A file that goes elsewhere says nothing of where its text lies. */
export const Leads = createContext(false);

interface ItemProps { readonly label: string; readonly spot: Spot | null; readonly children?: ComponentChildren; }

function Item({ label, spot, children }: ItemProps): Node {
    const leads = useContext(Leads) && spot !== null;
    return element('g', {
        'class': 'item', 'role': leads ? 'link' : 'img', 'aria-label': label,
        ...(leads ? { 'data-uri': spot.uri, 'data-line': spot.line, 'data-column': spot.column } : {}),
    }, children);
}

/** Something that can be pointed at, reached by keys and read aloud, and that may lead to a line of the text. */
export function item(label: string, spot: Spot | null, nodes: readonly Node[]): Node {
    return h(Item, { label, spot }, ...nodes) as Node;
}

/** One decimal is enough for a screen, and keeps files small. */
export function at(value: number): number {
    return Math.round(value * 10) / 10;
}
