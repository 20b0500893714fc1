/** Claims of an `expect` line, by their first word. */
import type { AstNode } from 'langium';
import { type Argument, isPlace, isQuantity, isText } from '../../generated/ast.js';
import { ERRNOS, type ErrnoName } from '../../../vocabulary/errnos.js';
import { MF_RESULTS, MF_TYPES } from '../../../vocabulary/mf-types.js';
import { CLAIMS } from '../../../vocabulary/settings.js';
import { SIGNAL_CODES, SIGNALS } from '../../../vocabulary/signals.js';
import { CLAIM_PARTS } from '../../../vocabulary/choices.js';
import { CLAIM_SYNONYMS, synonymIn } from '../../../vocabulary/synonyms.js';
import type { Claim, Place } from '../../../simulator/program.js';
import { isTaskNode } from '../../references/scenario-symbols.js';
import { ArgumentCursor } from './claim-arguments.js';
import type { Context } from '../context.js';
import { count, exitStatus, sizeBytes } from '../word/numbers.js';
import { textOf, wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';
import { meant, suggest } from '../word/suggestions.js';

/** A claim without its source: the reader adds it. */
type Body = Claim extends infer Each ? Each extends Claim ? Omit<Each, 'source'> : never : never;

/** si_addr_lsb says which bits of an address of 64 bits count. */
const MAX_LSB = 63;

const NODE_COUNTERS = ['total', 'ignored', 'failed', 'delayed', 'recovered'] as const;
const DATA_STATES = ['lost', 'stale', 'intact'] as const;

/** The claims on one line; what is wrong is reported and left out. */
export function lowerClaims(args: readonly Argument[], owner: AstNode, context: Context): Claim[] {
    return new ClaimReader(args, owner, context).read();
}

class ClaimReader extends ArgumentCursor {
    read(): Claim[] {
        const claims: Claim[] = [];
        while (this.index < this.args.length) {
            const start = this.index;
            const body = this.readOne(this.args[start]!);
            // A reader that took nothing still consumes the word it failed on.
            this.index = Math.max(this.index, start + 1);
            if (body === undefined && this.context.issues.all.at(-1)?.code === 'expect/incomplete') {
                // What stands in the place of what lacks is said with it.
                this.index--;
                this.skipToNextClaim();
            }
            if (body !== undefined) {
                const source = this.context.sources.between(this.args[start]!, this.args[this.index - 1]!);
                claims.push(this.withShare({ source, ...body } as Claim, start));
            }
        }
        // An array that has grown has room for seventeen: programs are kept.
        return claims.slice();
    }

    /** `at most 0.5 %` after a claim makes it a claim on the share of the pages of a sweep. */
    private withShare(claim: Claim, start: number): Claim {
        const bound = this.wordAt(1);
        if (this.wordAt(0) !== 'at' || bound !== 'most' && bound !== 'least') {
            return claim;
        }
        const share = this.args[this.index + 2];
        if (!isQuantity(share) || share.unit !== '%') {
            this.incomplete(this.args[this.index]!, 'A share is a percentage: `at most 0.5 %`');
            this.index += isQuantity(share) ? 3 : 2;
            return claim;
        }
        this.index += 3;
        const percent = Number(share.value);
        if (!(percent <= 100)) {
            this.incomplete(share, `A share is at most 100 %, not ${share.value} %`);
            return claim;
        }
        return { ...claim, source: this.context.sources.between(this.args[start]!, share), share: { bound, percent } };
    }

    private readOne(first: Argument): Body | undefined {
        const word = wordOf(first);
        const written = this.otherwise();
        if (written !== undefined) {
            return this.rewrite(written);
        }
        if (word === undefined) {
            this.unknown(first);
            return undefined;
        }
        this.index++;
        if (word.startsWith('MF_')) {
            return this.readResult(word, first);
        }
        if (Object.hasOwn(SIGNALS, word)) {
            return this.readSignal(word);
        }
        switch (word) {
            case 'errno': return this.readErrno(first);
            case 'no': return this.readNo(first);
            case 'killed': case 'survives': return this.readProcess(word, first);
            case 'exited': return this.readExited(first);
            case 'panic': case 'oops': return { kind: word, ...this.optionalText() };
            case 'dmesg': return this.readText(first, 'dmesg');
            case 'text': return this.readText(first, 'text');
            case 'HardwareCorrupted': return this.readHardwareCorrupted(first);
            case 'node': return this.readNode(first);
            case 'poisoned': return this.readPoisoned(first, 'poisoned');
            case 'not': return this.readNot(first);
            case 'contents': return this.readContents(first);
            case 'value': return this.readValue(first);
            case 'returns': return this.readReturns(first);
            default:
                this.index--;
                this.unknown(first);
                return undefined;
        }
    }

    private readResult(word: string, node: Argument): Body | undefined {
        if (word.startsWith('MF_MSG_')) {
            if (!checkWord(word, MF_TYPES, 'MF type', node, this.context)) {
                return undefined;
            }
            const next = this.wordAt(0);
            if (next === undefined || !next.startsWith('MF_') || next.startsWith('MF_MSG_')) {
                return { kind: 'result', type: word };
            }
            const resultNode = this.args[this.index++]!;
            return checkWord(next, MF_RESULTS, 'MF result', resultNode, this.context) ? { kind: 'result', type: word, result: next } : undefined;
        }
        return checkWord(word, MF_RESULTS, 'MF result', node, this.context) ? { kind: 'result', result: word } : undefined;
    }

    private readSignal(signal: string): Body | undefined {
        let code: string | undefined;
        let to: string | undefined;
        let at: Place | undefined;
        let addressLsbBits: number | undefined;
        let times: number | undefined;
        const next = this.wordAt(0);
        if (next !== undefined && (Object.hasOwn(SIGNAL_CODES, next) || /^(BUS|SEGV|SI)_/.test(next))) {
            const node = this.args[this.index++]!;
            if (!checkWord(next, SIGNAL_CODES, 'signal code', node, this.context)) {
                return undefined;
            }
            code = next;
        }
        for (;;) {
            const node = this.args[this.index];
            const word = wordOf(node);
            if (word === 'to') {
                this.index++;
                to = this.readTask(node!);
            } else if (word === 'at' && !this.isShare()) {
                this.index++;
                at = this.readPlace(node!);
            } else if (word === 'lsb') {
                this.index++;
                addressLsbBits = this.readLsb(node!);
            } else if (word === 'times') {
                this.index++;
                times = this.readNumber(node!, 'The number of signals');
            } else {
                break;
            }
        }
        return {
            kind: 'signal', signal, ...(code === undefined ? {} : { code }), ...(to === undefined ? {} : { to }), ...(at === undefined ? {} : { at }),
            ...(addressLsbBits === undefined ? {} : { addressLsbBits }), ...(times === undefined ? {} : { count: times }),
        };
    }

    /** The kernel gives the size of what is lost as a power of two. */
    private readLsb(node: Argument): number | undefined {
        const bits = this.readNumber(node, 'The lsb');
        return bits !== undefined && bits > MAX_LSB ? this.incomplete(this.args[this.index - 1]!, 'The lsb is the logarithm of a size: `lsb 12` for 4 KiB, `lsb 21` for 2 MiB') : bits;
    }

    private isShare(): boolean {
        const bound = this.wordAt(1);
        return (bound === 'most' || bound === 'least') && isQuantity(this.args[this.index + 2]);
    }

    private readErrno(node: Argument): Body | undefined {
        const argument = this.args[this.index];
        if (isQuantity(argument)) {
            this.index++;
            const value = count(argument.value, argument, this.context.issues, 'An errno');
            const name = Object.keys(ERRNOS).find((known) => ERRNOS[known as ErrnoName].value === value);
            if (value === 0 || name !== undefined) {
                return { kind: 'errno', errno: value === 0 ? '0' : name as ErrnoName };
            }
            if (value !== undefined) {
                this.context.issues.report('hwp/unknown-word', argument, `No errno that the modelled calls return has the number ${value}. Write its name, such as \`EBUSY\`.`);
            }
            return undefined;
        }
        const word = wordOf(argument);
        if (argument === undefined || word === undefined) {
            return this.incomplete(node, 'Which errno? `errno EBUSY`, or `errno 0` for success');
        }
        this.index++;
        return checkWord(word, ERRNOS, 'errno that the modelled calls return', argument, this.context) ? { kind: 'errno', errno: word as ErrnoName } : undefined;
    }

    private readNo(node: Argument): Body | undefined {
        const what = this.wordAt(0);
        const argument = this.args[this.index];
        switch (what) {
            case 'signal': {
                this.index++;
                if (this.wordAt(0) !== 'to') {
                    return { kind: 'no-signal' };
                }
                this.index++;
                const to = this.readTask(argument!);
                return to === undefined ? undefined : { kind: 'no-signal', to };
            }
            case 'panic': this.index++; return { kind: 'no-panic' };
            case 'oops': this.index++; return { kind: 'no-oops' };
            case 'dmesg': this.index++; return this.readText(argument!, 'no-dmesg');
            default:
                if (argument !== undefined && what !== undefined) {
                    this.index++;
                    checkWord(what, ['signal', 'panic', 'oops', 'dmesg'], 'thing that can be absent', argument, this.context);
                    return undefined;
                }
                return this.incomplete(node, 'No what? `no signal`, `no panic`, `no oops`, `no dmesg "text"`');
        }
    }

    private readProcess(kind: 'killed' | 'survives', node: Argument, form = `${kind} db`): Body & { readonly process: string } | undefined {
        const argument = this.args[this.index];
        if (!isPlace(argument) || wordOf(argument) === undefined) {
            return this.incomplete(node, `Which process? \`${form}\``);
        }
        this.index++;
        const target = argument.target.ref;
        if (target === undefined || !isTaskNode(target)) {
            this.unknownTask(argument);
            return undefined;
        }
        return { kind, process: argument.target.$refText };
    }

    private readExited(node: Argument): Body | undefined {
        const died = this.readProcess('killed', node, 'exited db 135');
        if (died === undefined) {
            return undefined;
        }
        const argument = this.args[this.index];
        if (!isQuantity(argument)) {
            return this.incomplete(node, `With what status? \`exited ${died.process} 135\``);
        }
        this.index++;
        const status = exitStatus(argument.value, argument, this.context.issues);
        return status === undefined ? undefined : { kind: 'exit-status', process: died.process, status };
    }

    private readText(node: Argument, kind: 'dmesg' | 'no-dmesg' | 'text'): Body | undefined {
        const { text } = this.optionalText();
        return text === undefined ? this.incomplete(node, `Which text? It stands in quotes`) : { kind, text };
    }

    private readHardwareCorrupted(node: Argument): Body | undefined {
        const argument = this.args[this.index];
        if (!isQuantity(argument)) {
            return this.incomplete(node, 'How much? `HardwareCorrupted 8 KiB`');
        }
        this.index++;
        const bytes = sizeBytes(argument, this.context.pageBytes, this.context.issues, 'HardwareCorrupted', 0);
        return bytes === undefined ? undefined : { kind: 'hardware-corrupted', bytes };
    }

    private readNode(node: Argument): Body | undefined {
        const id = this.readNumber(node, 'A node');
        const counter = NODE_COUNTERS.find((word) => word === this.wordAt(0));
        if (id === undefined || counter === undefined) {
            const argument = this.args[this.index];
            if (id !== undefined && wordOf(argument) !== undefined) {
                this.index++;
                checkWord(wordOf(argument)!, NODE_COUNTERS, 'counter of a node', argument!, this.context);
                this.index += isQuantity(this.args[this.index]) ? 1 : 0;
                return undefined;
            }
            return id === undefined ? undefined : this.incomplete(node, 'Which counter? `node 0 recovered 1`');
        }
        this.index++;
        const value = this.readNumber(this.args[this.index - 1]!, 'A counter');
        return value === undefined ? undefined : { kind: 'node-counter', node: id, counter, value };
    }

    private readPoisoned(node: Argument, kind: 'poisoned' | 'not-poisoned'): Body | undefined {
        const place = this.readPlace(node);
        return place === undefined ? undefined : { kind, place };
    }

    private readNot(node: Argument): Body | undefined {
        if (this.wordAt(0) !== 'poisoned') {
            return this.incomplete(node, '`not` is followed by `poisoned`: `not poisoned heap[2]`');
        }
        this.index++;
        return this.readPoisoned(node, 'not-poisoned');
    }

    private readContents(node: Argument): Body | undefined {
        const place = this.readPlace(node);
        const state = DATA_STATES.find((word) => word === this.wordAt(0));
        if (state === undefined) {
            return place === undefined ? undefined : this.incomplete(node, 'What became of them? `contents heap[2] lost`, `stale` or `intact`');
        }
        this.index++;
        return place === undefined ? undefined : { kind: 'contents', place, state };
    }

    private readValue(node: Argument): Body | undefined {
        const { text } = this.optionalText();
        return text === undefined ? this.incomplete(node, 'Which value? One character in quotes: `value "C"`') : { kind: 'value', value: text };
    }

    private readReturns(node: Argument): Body | undefined {
        const value = this.readNumber(node, 'A return value');
        return value === undefined ? undefined : { kind: 'returns', value };
    }

    /** What stands here in other words than the language's, and how many arguments it takes: the kernel log's, those of a hint, of C, the other way round. */
    private otherwise(): { readonly words: string; readonly count: number } | undefined {
        const first = this.args[this.index];
        const word = wordOf(first);
        const next = this.wordAt(1);
        if (word === undefined) {
            return isPlace(first) ? this.turnedRound(first) : isText(first) ? this.bareText(first.text) : undefined;
        }
        const type = typeOf(word);
        if (type !== undefined && type !== word) {
            const result = next === undefined || next.startsWith('MF_') ? undefined : resultOf(next);
            return { words: result === undefined ? type : `${type} ${result}`, count: result === undefined ? 1 : 2 };
        }
        const result = resultOf(word);
        if (result !== undefined && result !== word) {
            return { words: result, count: 1 };
        }
        if (type !== undefined || result !== undefined) {
            return undefined;
        }
        if (Object.hasOwn(SIGNALS, word)) {
            return this.signalOtherwise(word, next);
        }
        if (word === 'signal' && Object.hasOwn(SIGNALS, next ?? '')) {
            return { words: next!, count: 2 };
        }
        if (Object.hasOwn(ERRNOS, word)) {
            return { words: `errno ${word}`, count: 1 };
        }
        if (word === 'not' && ['panic', 'oops', 'signal', 'dmesg'].includes(next ?? '')) {
            return { words: `no ${next}`, count: 2 };
        }
        if (word === 'no' && Object.hasOwn(SIGNALS, next ?? '')) {
            return { words: 'no signal', count: 2 };
        }
        const number = this.args[this.index + 1];
        if (word === 'errno' && isQuantity(number) && number.value.startsWith('-')) {
            const name = Object.keys(ERRNOS).find((known) => ERRNOS[known as ErrnoName].value === -Number(number.value));
            return name === undefined ? undefined : { words: `errno ${name}`, count: 2 };
        }
        if (CLAIMS.some((claim) => claim.word === word || claim.word.endsWith('_') && word.startsWith(claim.word))) {
            return undefined;
        }
        const synonym = synonymIn(CLAIM_SYNONYMS, word);
        return synonym !== undefined ? { words: synonym, count: 1 } : isPlace(first) ? this.turnedRound(first) : undefined;
    }

    /** `SIGBUS AO db`: a code without its beginning, a task without `to`. */
    private signalOtherwise(signal: string, next: string | undefined): { readonly words: string; readonly count: number } | undefined {
        if (next === undefined) {
            return undefined;
        }
        const code = Object.keys(SIGNAL_CODES).find((known) => known === next || known.endsWith(`_${next.toUpperCase()}`));
        const taskAt = code === undefined ? 1 : 2;
        const task = this.args[this.index + taskAt];
        const bare = isPlace(task) && task.target.ref !== undefined && isTaskNode(task.target.ref) && wordOf(task) !== 'to' ? ` to ${textOf(task)}` : '';
        return code === next && bare === '' || code === undefined && bare === '' ? undefined : { words: `${signal}${code === undefined ? '' : ` ${code}`}${bare}`, count: bare === '' ? taskAt : taskAt + 1 };
    }

    /** `db killed`, `heap[2] poisoned`: what is said of something stands before it. */
    private turnedRound(place: AstNode): { readonly words: string; readonly count: number } | undefined {
        const said = this.wordAt(1) ?? '';
        const claim = said === 'not' && this.wordAt(2) === 'poisoned' ? 'not poisoned' : synonymIn(CLAIM_SYNONYMS, said) ?? said;
        return ['killed', 'survives', 'poisoned', 'not poisoned'].includes(claim) ? { words: `${claim} ${textOf(place)}`, count: claim === 'not poisoned' ? 3 : 2 }
            : ['lost', 'stale', 'intact'].includes(said) ? { words: `contents ${textOf(place)} ${said}`, count: 2 } : undefined;
    }

    /** A text alone is a type or a result as the log prints it, a value, or a line of the log. */
    private bareText(text: string): { readonly words: string; readonly count: number } {
        const type = (Object.entries(MF_TYPES) as [string, { readonly string: string }][]).find(([, { string }]) => string === text)?.[0];
        const result = this.wordAt(1) === undefined ? undefined : resultOf(this.wordAt(1)!);
        return type !== undefined ? { words: result === undefined ? type : `${type} ${result}`, count: result === undefined ? 1 : 2 } : { words: `${text.length === 1 ? 'value' : 'dmesg'} ${textOf(this.args[this.index])}`, count: 1 };
    }

    private rewrite({ words, count: taken }: { readonly words: string; readonly count: number }): undefined {
        const [first, last] = [this.args[this.index]!, this.args[this.index + taken - 1]!];
        const text = this.args.slice(this.index, this.index + taken).map(textOf).join(' ');
        this.context.issues.report('expect/unknown-claim', first, `\`${text}\` is written \`${words}\`.`, { last, data: { suggestions: [words] } });
        this.index += taken;
        // What goes on with the claim that is meant has been understood.
        while (this.index < this.args.length && !this.claimBegins()) {
            this.index++;
        }
        return undefined;
    }

    private claimBegins(): boolean {
        const word = this.wordAt(0);
        return word !== undefined && (word.startsWith('MF_') || Object.hasOwn(SIGNALS, word) || CLAIMS.some((claim) => claim.word === word));
    }

    private unknown(node: Argument): void {
        const word = wordOf(node) ?? textOf(node);
        const words = [...Object.keys(MF_TYPES), ...Object.keys(MF_RESULTS), ...Object.keys(SIGNALS), ...CLAIMS.map((claim) => claim.word).filter((known) => !known.endsWith('_'))];
        const suggestions = suggest(word, words, this.context.issues);
        const part = Object.hasOwn(CLAIM_PARTS, word) ? ` It is a part of one: \`${CLAIMS.find(({ form }) => new RegExp(`\\b${word}\\b`).test(form))?.form ?? 'SIGBUS'}\`.` : undefined;
        const hint = part ?? (suggestions.length > 0 ? meant(word, suggestions) : ` Claims begin with ${CLAIMS.map((claim) => `\`${claim.word}\``).join(', ')}.`);
        this.context.issues.report('expect/unknown-claim', node, `\`${word}\` begins no claim.${hint}`, { data: { suggestions: part === undefined ? suggestions : [] } });
        this.skipToNextClaim();
    }

    /** After an unknown word the arguments up to the next claim belong to it. */
    private skipToNextClaim(): void {
        this.index++;
        while (this.index < this.args.length) {
            if (this.claimBegins()) {
                return;
            }
            this.index++;
        }
    }
}

/** `MF_MSG_DIRTY_LRU` of itself, of `DIRTY_LRU` and of `MF_DIRTY_LRU`. */
function typeOf(word: string): string | undefined {
    return [word, `MF_MSG_${word}`, word.replace(/^MF_/, 'MF_MSG_')].find((name) => Object.hasOwn(MF_TYPES, name));
}

/** `MF_RECOVERED` of itself, of `Recovered` and of `recovered`. */
function resultOf(word: string): string | undefined {
    return [word, `MF_${word.toUpperCase()}`].find((name) => Object.hasOwn(MF_RESULTS, name));
}
