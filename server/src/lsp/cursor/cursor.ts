/** Where a cursor stands: in which block, after which words of its item, on which half-typed word. */
import { UNITS } from '../../vocabulary/units.js';
import { endOf, tokensOf, type TextToken } from './tokens.js';

export type BlockKind = 'file' | 'scenario' | 'machine' | 'process' | 'thread' | 'repeat' | 'outcomes';

export interface Cursor {
    readonly offset: number;
    readonly block: BlockKind;
    /** The words that open the enclosing blocks, outermost first. */
    readonly openers: readonly (readonly TextToken[])[];
    /** Tokens of the item before the word at the cursor. */
    readonly item: readonly TextToken[];
    /** The half-typed word: letters, digits, `_`, `-`, `.`; '' between words. */
    readonly prefix: string;
    /** Steps stand above in the same block or one around it. */
    readonly afterStep: boolean;
    /** The words of the step above, when the item is what follows a step. */
    readonly step: readonly TextToken[] | undefined;
    /** Set inside a string: its text up to the cursor. */
    readonly string?: string;
}

const CONTINUES_AFTER = new Set([',', '=', 'and', 'or', '<', '<=', '!=', '>=', '>']);
const CONTINUES_BEFORE = new Set(['and', 'or', 'when', '{']);
const BLOCKS: Readonly<Record<string, BlockKind>> = { scenario: 'scenario', machine: 'machine', process: 'process', thread: 'thread', guest: 'machine', repeat: 'repeat', expect: 'outcomes' };
/** First words of items that are no steps. */
const NO_STEPS = new Set(['expect', 'race', 'vary', 'region', 'filesystem', 'file', 'swap', 'pmem', 'cgroup', 'process', 'pin', 'page', 'machine', 'scenario', 'import',
    'kernel', 'arch', 'memory', 'cpus', 'vendor', 'ecc', 'firmware', 'boot', 'node', 'hole', 'offline', 'movable', 'thp', 'hugetlb', 'balloon', 'map', 'thread', 'prctl', 'sigbus', 'guest']);
/** Steps only after the first step; before it they say how things stand. */
const DECLARE_FIRST = new Set(['sysctl', 'filter', 'config', 'cpu']);

/** Undefined inside a comment. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
    const start = segmentStart(text, offset);
    const tokens = tokensOf(text.slice(start, offset), start);
    const last = tokens.at(-1);
    if (last?.kind === 'comment' && (last.text.startsWith('//') || !/^\/\*[\s\S]*\*\/$/.test(last.text))) {
        return undefined;
    }
    const visible = tokens.filter(({ kind }) => kind !== 'comment');
    const string = last?.kind === 'string' && !/^"([^"\\]|\\.)*"$/.test(last.text) ? last.text.slice(1) : undefined;
    const prefix = string ?? /[A-Za-z0-9_.%-]*$/.exec(text.slice(start, offset))![0].replace(/^.*\.\./, '');
    const before = visible.filter((token) => endOf(token) <= offset - prefix.length && token !== (string === undefined ? undefined : last));
    return { offset, prefix, ...new BlockReader(before, text).read(), ...(string === undefined ? {} : { string }) };
}

/** The start of the scenario or machine in the first column that the offset is in. */
function segmentStart(text: string, offset: number): number {
    const lineStart = /(?:^|[\r\n])(?:scenario|machine|import)\b/g;
    let start = 0;
    // Backwards in growing pieces: a file of many scenarios is not read for each keystroke.
    for (let size = 4096; ; size *= 4) {
        const from = Math.max(0, offset - size);
        for (const match of text.slice(from, offset).matchAll(lineStart)) {
            if (from === 0 || match.index > 0) {
                start = from + match.index;
            }
        }
        if (start > 0 || from === 0) {
            return start;
        }
    }
}

interface OpenBlock { readonly kind: BlockKind; readonly opener: readonly TextToken[]; readonly column: number; afterStep: boolean; step: readonly TextToken[] | undefined }

class BlockReader {
    private readonly blocks: OpenBlock[] = [{ kind: 'file', opener: [], column: -1, afterStep: false, step: undefined }];
    private item: TextToken[] = [];
    private depth = 0;
    private readonly tokens: readonly TextToken[];
    private readonly text: string;

    constructor(tokens: readonly TextToken[], text: string) {
        this.tokens = tokens;
        this.text = text;
    }

    read(): Pick<Cursor, 'block' | 'openers' | 'item' | 'afterStep' | 'step'> {
        this.tokens.forEach((token, index) => this.take(token, index));
        const { kind, step } = this.block;
        return { block: kind, openers: this.blocks.slice(1).map(({ opener }) => opener), item: this.item, afterStep: this.blocks.some(({ afterStep }) => afterStep), step };
    }

    private get block(): OpenBlock {
        return this.blocks[this.blocks.length - 1]!;
    }

    private take(token: TextToken, index: number): void {
        if (token.kind === 'line-end') {
            const next = this.tokens.slice(index + 1).find(({ kind }) => kind !== 'line-end');
            const last = this.item.at(-1);
            if (this.depth === 0 && !(last !== undefined && CONTINUES_AFTER.has(last.text)) && !(next !== undefined && CONTINUES_BEFORE.has(next.text))) {
                this.endItem();
            }
            return;
        }
        switch (token.text) {
            case '{': this.open(); return;
            case '}': this.endItem(); if (this.blocks.length > 1) this.blocks.pop(); return;
            case '(': this.depth++; break;
            case ')': this.depth = Math.max(0, this.depth - 1); break;
        }
        this.item.push(token);
    }

    private open(): void {
        const opener = this.item;
        const kind = BLOCKS[opener[0]?.text ?? ''] ?? this.block.kind;
        const outer = this.block;
        if (kind === 'repeat') {
            outer.afterStep = true;
        }
        this.blocks.push({ kind, opener, column: this.columnOf(opener[0]), afterStep: false, step: kind === 'outcomes' ? outer.step : undefined });
        this.item = [];
        this.depth = 0;
    }

    private columnOf(token: TextToken | undefined): number {
        return token === undefined ? 0 : token.start - this.text.lastIndexOf('\n', token.start) - 1;
    }

    private endItem(): void {
        this.depth = 0;
        const [first] = this.item;
        if (first !== undefined && isStep(this.item, this.block.afterStep)) {
            this.block.afterStep = true;
            this.block.step = this.item;
        }
        this.item = [];
    }
}

function isStep(item: readonly TextToken[], afterStep: boolean): boolean {
    const first = item[0]?.text ?? '';
    return item.some(({ text }) => text === ':') && first !== 'race' && !NO_STEPS_WITH_COLON.has(first) || !NO_STEPS.has(first) && (afterStep || !DECLARE_FIRST.has(first));
}

/** Declarations that can hold a colon: device numbers. */
const NO_STEPS_WITH_COLON = new Set(['filesystem', 'expect']);

/** Is the last token a number that a unit can follow? */
export function waitsForUnit(tokens: readonly TextToken[]): boolean {
    const last = tokens.at(-1);
    return last?.kind === 'number' && !Object.hasOwn(UNITS, last.text);
}
