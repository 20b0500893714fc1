/** The table of messages, read backwards: from a line of a log to the message and its values. */
import { EARLIER_TYPE_WORDS, EARLIER_WORDINGS, READ_ONLY_MESSAGES, type LogMessageId } from '../../vocabulary/message-wordings.js';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../../vocabulary/message-templates.js';
import { MF_RESULTS, type MfResult } from '../../vocabulary/mf-results.js';
import { MF_TYPES, type MfType } from '../../vocabulary/mf-types.js';

export interface ReadMessage {
    readonly id: LogMessageId;
    readonly values: Readonly<Record<string, string>>;
    /** Not a wording of a kernel that is described. */
    readonly old: boolean;
}

/** What a placeholder of message-templates.ts stands for in a line. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
    pfn: '0x[0-9a-f]{1,16}', phys: '0x[0-9a-f]{1,16}', cperAddress: '0x[0-9a-f]{1,16}', pfnBare: '[0-9a-f]{1,16}', address: '(?:0x)?[0-9a-f]{1,16}', mcg: '[0-9a-f]{1,16}',
    status: '[0-9a-f]{1,16}', esr: '[0-9a-f]{1,16}', task: '.{0,64}:-?\\d{1,10}', comm: '.{0,64}', string: '.{1,80}?', result: '[A-Z][a-z]{1,15}',
    users: '-?\\d{1,10}', count: '-?\\d{1,10}', rc: '-?\\d{1,10}', cpu: '\\d{1,6}', bank: '\\d{1,4}', cpus: '[\\d,-]{1,400}', pid: '-?\\d{1,10}', expected: '-?\\d{1,10}',
    first: '[0-9a-f]{1,16}', last: '[0-9a-f]{1,16}', errorType: '0x[0-9a-f]{2,16}',
    kind: 'page|hugepage|thp', flags: '.{0,400}', event: '(?:\\{\\d{1,10}\\})?', function: '\\w{1,64}', stage: '[\\w ]{1,40}', parameters: '.*', reason: '.{0,400}', text: '.*',
};

/** Ids whose wordings say nothing of memory errors by themselves: other readers look at them. */
const READ_ELSEWHERE: ReadonlySet<LogMessageId> = new Set<LogMessageId>([
    'cperSource', 'cperCorrected', 'cperSeverity', 'cperErrorType', 'cperSection', 'cperVendorSection', 'cperAddress', 'cperMask', 'cperMemoryErrorType',
    'cperArmSection', 'cperArmMidr', 'cperArmMpidr', 'cperArmRunning', 'cperArmPsci', 'cperArmInfo', 'cperArmErrors', 'cperArmErrorType', 'cperArmErrorInfo', 'cperArmAddress',
    'mceHeader', 'mceHeaderPolled', 'mceReason', 'mceDecodedAmd', 'panic', 'oopsPageFault', 'armInternalError', 'callbacksSuppressed', 'commandLine', 'irqBegin', 'irqEnd', 'lmceUnlocked', 'kernelOffset',
]);

interface Pattern { readonly id: LogMessageId; readonly regexp: RegExp; readonly names: readonly string[]; readonly old: boolean; readonly literal: string; /** As the table has it. */ readonly text: string; }

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function patternOf(id: LogMessageId, text: string, old: boolean): Pattern {
    const parts = text.trimEnd().split(/\{(\w+)\}/);
    const names = parts.filter((_, index) => index % 2 === 1);
    const source = parts.map((part, index) => index % 2 === 0 ? escaped(part) : `(${PLACEHOLDERS[part] ?? '.{0,400}?'})`).join('');
    const literal = parts.filter((_, index) => index % 2 === 0).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
    return { id, regexp: new RegExp(`^${source}\\s*$`), names, old, literal, text };
}

function allPatterns(): Pattern[] {
    const described = (Object.entries(MESSAGE_TEMPLATES) as [keyof typeof MESSAGE_TEMPLATES, MessageTemplate][])
        .filter(([id]) => !READ_ELSEWHERE.has(id))
        .flatMap(([id, { text, old }]) => [patternOf(id, text, false), ...(old === undefined ? [] : [patternOf(id, old.text, false)])]);
    const earlier = (Object.entries(EARLIER_WORDINGS) as [keyof typeof EARLIER_WORDINGS, readonly string[]][])
        .flatMap(([id, texts]) => texts.map((text) => patternOf(id, text, true)));
    const readOnly = (Object.entries(READ_ONLY_MESSAGES) as [keyof typeof READ_ONLY_MESSAGES, { texts: readonly string[] }][])
        .flatMap(([id, { texts }]) => texts.map((text) => patternOf(id, text, false)));
    const seen = new Set<string>();
    // Two messages with one wording are told apart by nobody: the first stands for both.
    return [...described, ...readOnly, ...earlier].filter(({ regexp }) => !seen.has(regexp.source) && seen.add(regexp.source));
}

const PATTERNS = allPatterns();
/** The patterns that fitted last are tried first: storms repeat their lines. No line fits two patterns, so this changes no answer. */
const latest: Pattern[] = [];
const MOST_LATEST = 6;

/** A line with none of these words is no message; patterns without one are tried on every line (there is none: a test says so). */
const HINT = /emory failure|emory error|MCE|mce: |oft[ _-]offlin|npoison|SIGBUS|hwpoison|hardware memory|nadequate|Injecting|RAS: |GHES: |huge_memory|get_any_page|buffer overflow when|Machine check|Machine Check|metadata version|accessed poison|Run the above|Shutting down cpus|stopping secondary CPUs|CPU features: 0x|Memory Limit: |EFI runtime from NMI|offlining attempted|CMCI storm/;
const UNHINTED = PATTERNS.filter(({ literal, text }) => !HINT.test(literal) && !HINT.test(text));

/** The message that a line is, if it is one of the table. */
export function readMessage(text: string): ReadMessage | undefined {
    if (UNHINTED.length === 0 && !HINT.test(text)) return undefined;
    for (const pattern of latest) {
        const again = text.includes(pattern.literal) ? matched(pattern, text) : undefined;
        if (again !== undefined) return again;
    }
    for (const pattern of PATTERNS) {
        if (!text.includes(pattern.literal)) continue;
        const read = matched(pattern, text);
        if (read !== undefined) {
            latest.unshift(pattern);
            latest.length = Math.min(latest.length, MOST_LATEST);
            return read;
        }
    }
    return undefined;
}

function matched({ id, regexp, names, old }: Pattern, text: string): ReadMessage | undefined {
    const match = regexp.exec(text);
    if (match === null) return undefined;
    const values: Record<string, string> = {};
    names.forEach((name, index) => { values[name] = match[index + 1]!; });
    return { id, values, old };
}

const TYPES = new Map<string, MfType>(Object.entries(EARLIER_TYPE_WORDS));
for (const [type, { string, traceString, oldString }] of Object.entries(MF_TYPES) as [MfType, (typeof MF_TYPES)[MfType]][]) {
    for (const word of [string, traceString, oldString?.text ?? '']) {
        if (word === '') continue;
        if (!TYPES.has(word)) TYPES.set(word, type);
        // 2.6.32 to 4.0 wrote "page" outside of the word.
        const bare = word.replace(/ page$/, '');
        if (bare !== word && !TYPES.has(bare)) TYPES.set(bare, type);
    }
}
const RESULTS = new Map((Object.entries(MF_RESULTS) as [MfResult, { string: string }][]).map(([result, { string }]) => [string, result]));

/** The enum value for the words of a `recovery action` line. */
export function typeOfWords(words: string): MfType | undefined {
    return TYPES.get(words);
}

export function resultOfWord(word: string): MfResult | undefined {
    return RESULTS.get(word);
}

/** Patterns that the words before the search do not cover. */
export function unhintedWordings(): readonly string[] {
    return UNHINTED.map(({ text }) => text);
}

/** All wordings by id, for documentation and tests. */
export function wordingsOf(id: LogMessageId): readonly string[] {
    return PATTERNS.filter((pattern) => pattern.id === id).map(({ regexp }) => regexp.source);
}
