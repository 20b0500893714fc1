/** How deep each line is: blocks, expectations under their step, continued items, comments with what they stand above. */
import { columnOf, nextCodeLines, type Line } from './lines.js';

interface Block {
    readonly level: number;
    /** The latest step; undefined before the first. */
    step?: { readonly level: number; readonly column: number };
    readonly holdsSteps: boolean;
    /** An expectation stands deeper than its step: the text tells those of a step from those of the end. */
    hasDeeperExpectation: boolean;
}

/** An item that goes on in the next line. */
interface OpenItem {
    readonly level: number;
    readonly column: number;
    readonly word: string;
}

export interface Indentation {
    readonly level: number;
    /** Blanks of a continued line beyond those of the line that its item begins on. */
    readonly extra: string;
}

const CONTINUES_AFTER = new Set([',', '=', 'and', 'or', '<', '<=', '!=', '>=', '>']);
const CONTINUES_BEFORE = new Set(['and', 'or', 'when', '{']);
const UNDER_STEPS = new Set(['expect', 'race']);
const STEP_BLOCKS = new Set(['scenario', 'machine', 'repeat']);

export interface IndentOptions {
    /** Expectations at the end of a block that stand at the level of their step speak of the end, and stay there. */
    readonly keepsClosingExpectations: boolean;
}

/** The indentation of each line; `null` for lines that stay where they are. */
export function indentationsOf(lines: readonly Line[], options: IndentOptions): (Indentation | null)[] {
    return new LevelReader(lines, options).read();
}

class LevelReader {
    private readonly blocks: Block[] = [{ level: -1, holdsSteps: false, hasDeeperExpectation: false }];
    private readonly found: (Indentation | null)[] = [];
    private parentheses = 0;
    private open: OpenItem | undefined;
    /** The level that the next line must not leave downwards, or it would continue the line before. */
    private ceiling = Infinity;
    private readonly lines: readonly Line[];
    private readonly options: IndentOptions;
    private readonly next: readonly number[];
    private readonly closing = new Map<number, boolean>();

    constructor(lines: readonly Line[], options: IndentOptions) {
        this.lines = lines;
        this.options = options;
        this.next = nextCodeLines(lines);
    }

    read(): (Indentation | null)[] {
        this.lines.forEach((line, index) => {
            const isCode = !line.verbatim && line.code.length > 0;
            this.found.push(isCode ? this.indentationOf(line, index) : null);
            if (line.code.length > 0) {
                this.follow(line, index);
            }
        });
        this.placeComments();
        return this.found;
    }

    private get block(): Block {
        return this.blocks[this.blocks.length - 1]!;
    }

    private indentationOf(line: Line, index: number): Indentation {
        const code = line.code;
        const { open } = this;
        if (code[0]!.text === '}') {
            const other = code.findIndex(({ text }) => text !== '}');
            const count = other < 0 ? code.length : other;
            return { level: Math.max(0, this.blocks[Math.max(0, this.blocks.length - count)]!.level), extra: '' };
        }
        if (open !== undefined) {
            const extra = line.text.slice(open.column, columnOf(line));
            return code[0]!.text === '{' ? { level: open.level, extra: '' } : extra === '' ? { level: open.level + 1, extra } : { level: open.level, extra };
        }
        return { level: Math.min(this.levelOf(line, index), this.ceiling), extra: '' };
    }

    private levelOf(line: Line, index: number): number {
        const level = this.block.level + 1;
        const { step } = this.block;
        return UNDER_STEPS.has(line.code[0]!.text) && step !== undefined && this.block.holdsSteps && !this.isClosing(line, index, step.column) ? step.level + 1 : level;
    }

    /** From here to the end of the block there are only expectations, none deeper than the step. */
    private isClosing(line: Line, index: number, column: number): boolean {
        if (!this.options.keepsClosingExpectations || !this.block.hasDeeperExpectation || columnOf(line) > column) {
            return false;
        }
        const below = this.next[index]!;
        const first = this.lines[below]?.code[0]?.text;
        return first === '}' || first === 'expect' && columnOf(this.lines[below]!) <= column && this.closes(below, column);
    }

    /** Asked for each of the expectations in turn, so the answer is kept. */
    private closes(index: number, column: number): boolean {
        const known = this.closing.get(index);
        if (known !== undefined) {
            return known;
        }
        const run = [index];
        while (this.lines[this.next[run[run.length - 1]!]!]?.code[0]?.text === 'expect' && columnOf(this.lines[this.next[run[run.length - 1]!]!]!) <= column) {
            run.push(this.next[run[run.length - 1]!]!);
        }
        const answer = this.lines[this.next[run[run.length - 1]!]!]?.code[0]?.text === '}';
        run.forEach((each) => this.closing.set(each, answer));
        return answer;
    }

    private follow(line: Line, index: number): void {
        const code = line.code;
        const level = this.found[index]?.level ?? this.block.level + 1;
        const item = this.open ?? { level, column: columnOf(line), word: code[0]!.text };
        this.noteStep(item, level, line);
        for (const { text, kind } of code) {
            if (kind !== 'string') {
                this.brace(text, item);
            }
        }
        const last = code[code.length - 1]!;
        const next = this.lines[this.next[index]!];
        const wantsMore = CONTINUES_AFTER.has(last.text) && last.kind !== 'string';
        const goesOn = next !== undefined && CONTINUES_BEFORE.has(next.code[0]!.text) && last.text !== '{' && last.text !== '}';
        const continues = this.parentheses > 0 || goesOn || wantsMore && next !== undefined && columnOf(next) > columnOf(line);
        this.open = continues ? item : undefined;
        this.ceiling = wantsMore && !continues ? level : Infinity;
    }

    private brace(text: string, item: OpenItem): void {
        switch (text) {
            case '{': this.blocks.push({ level: item.level, holdsSteps: STEP_BLOCKS.has(item.word), hasDeeperExpectation: false }); this.parentheses = 0; break;
            case '}': if (this.blocks.length > 1) this.blocks.pop(); break;
            case '(': this.parentheses++; break;
            case ')': this.parentheses = Math.max(0, this.parentheses - 1); break;
        }
    }

    private noteStep({ word }: OpenItem, level: number, line: Line): void {
        const { block } = this;
        if (this.open !== undefined || word === '}') {
            return;
        }
        if (UNDER_STEPS.has(word)) {
            block.hasDeeperExpectation ||= block.step !== undefined && columnOf(line) > block.step.column;
        } else if (block.holdsSteps) {
            block.step = { level, column: columnOf(line) };
        }
    }

    /** Comments stand with the code below them; above a `}`, inside its block. */
    private placeComments(): void {
        let below: Indentation = { level: 0, extra: '' };
        for (let index = this.lines.length - 1; index >= 0; index--) {
            const line = this.lines[index]!;
            const found = this.found[index];
            if (found !== null && found !== undefined) {
                below = line.code[0]!.text === '}' ? { level: found.level + 1, extra: '' } : found;
            } else if (!line.verbatim && line.tokens.length > 0) {
                this.found[index] = below;
            }
        }
    }
}
