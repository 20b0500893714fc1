/** Tools for language models: the same engine, answers in words. One table for the Model Context Protocol and for the editor. */
import { simulationText } from './tool-answers.js';
import { logLines } from '../log/output/text.js';
import { plain } from '../report/output/paint.js';
import { issueLine } from '../report/output/text.js';
import { describeWord, allWords } from '../vocabulary/lookup.js';
import { nearestWords } from '../vocabulary/nearest.js';
import { reported, triaged } from './api.js';
import { InputError, type Settings } from './settings.js';

interface Field {
    readonly type: 'string' | 'sysctls';
    readonly required?: true;
    readonly doc: string;
}

export interface Tool {
    /** One line, for people. */
    readonly title: string;
    /** What it does and when to use it, for models. */
    readonly doc: string;
    readonly fields: Readonly<Record<string, Field>>;
    readonly answer: (input: Input) => string | Promise<string>;
}

type Input = Readonly<Record<string, unknown>>;

const SCENARIO: Readonly<Record<string, Field>> = {
    text: { type: 'string', required: true, doc: 'The scenarios, in the language hwp: the whole text of a .hwp file.' },
    kernel: { type: 'string', doc: 'Run every scenario on this kernel, such as "6.12" or "6.12.107", whatever the text says.' },
    sysctls: { type: 'sysctls', doc: 'Sysctls at the start of every scenario, by name, such as {"vm.memory_failure_early_kill": 1}.' },
};

export const TOOLS = {
    check: {
        title: 'Check hwpoison scenarios', fields: SCENARIO,
        doc: 'Reads scenarios of Linux memory errors (language hwp) without running them, and lists what is wrong with each place, reason and mend.',
        answer: async (input) => {
            const { report, texts } = await reported(textOf(input), settingsOf(input), false);
            const issues = [...report.issues, ...report.scenarios.flatMap((scenario) => scenario.issues)];
            return issues.length === 0 ? `Nothing is wrong: ${report.scenarios.length} scenarios.` : issues.map((issue) => issueLine(issue, { paint: plain, sources: texts.sources })).join('\n');
        },
    },
    run: {
        title: 'Run hwpoison scenarios', fields: SCENARIO,
        doc: 'Runs scenarios of Linux memory errors on a model of memory_failure(): for each step the MF type and result, the SIGBUS signals with code and lsb, errnos, panics; and whether what was expected holds.',
        answer: (input) => simulationText(textOf(input), settingsOf(input), false),
    },
    explain: {
        title: 'Explain hwpoison scenarios', fields: SCENARIO,
        doc: 'Runs scenarios as the tool "run" does, and says why: the decisions of each kernel function on the way, the state that they changed, the kernel log, signals and counters of each step.',
        answer: (input) => simulationText(textOf(input), settingsOf(input), true),
    },
    triage: {
        title: 'Triage a kernel log',
        doc: 'Reads a Linux kernel log (dmesg, journal, console): which memory errors there are, what became of them, which crash belongs to which, whose fault it is, what to do.',
        fields: { text: { type: 'string', required: true, doc: 'The log.' } },
        answer: (input) => logLines(triaged(textOf(input), 'log'), plain).join('\n'),
    },
    vocabulary: {
        title: 'Explain a word of hwpoison',
        doc: 'What a word means: MF types and results, page kinds, sysctls, operations, signals, errnos, kernels, madvise advice, config options. Without a word it lists all words.',
        fields: { word: { type: 'string', doc: 'The word, such as MF_MSG_DIRTY_LRU or vm.memory_failure_early_kill.' } },
        answer: ({ word }) => word === undefined ? allWords().join('\n') : meaningOf(word as string),
    },
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

/** The input of a tool as a JSON schema. */
export function inputSchema({ fields }: Tool): { readonly type: 'object'; readonly properties: Readonly<Record<string, object>>; readonly required: readonly string[]; readonly additionalProperties: false } {
    return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(fields).map(([name, { type, doc }]) => [name, {
            ...type === 'string' ? { type } : { type: 'object', additionalProperties: { type: 'integer' } }, description: doc,
        }])),
        required: Object.entries(fields).flatMap(([name, field]) => field.required === true ? [name] : []),
        additionalProperties: false,
    };
}

/** Answers what a model asks. @throws InputError when there is no such tool, or its input cannot be used */
export async function callTool(name: string, input: unknown): Promise<string> {
    if (!Object.hasOwn(TOOLS, name)) {
        const [near] = nearestWords(name, Object.keys(TOOLS));
        throw new InputError(`There is no tool "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} There are ${Object.keys(TOOLS).join(', ')}.`);
    }
    const tool: Tool = TOOLS[name as ToolName];
    return tool.answer(checked(name, tool, input ?? {}));
}

/** Models pass in anything. */
function checked(name: string, { fields }: Tool, input: unknown): Input {
    if (!isRecord(input)) {
        throw new InputError(`The input of "${name}" must be an object with ${Object.keys(fields).join(', ')}.`);
    }
    for (const [field, { type, required }] of Object.entries(fields)) {
        const value = input[field];
        if (value === undefined && required === true) {
            throw new InputError(`"${name}" needs "${field}": ${fields[field]!.doc}`);
        }
        if (value !== undefined && !TYPES[type].is(value)) {
            throw new InputError(`"${field}" of "${name}" must be ${TYPES[type].words}, not ${JSON.stringify(value)?.slice(0, 80)}.`);
        }
    }
    const [unknown] = Object.keys(input).filter((field) => !Object.hasOwn(fields, field));
    if (unknown !== undefined) {
        throw new InputError(`"${name}" takes no "${unknown}": it takes ${Object.keys(fields).join(', ')}.`);
    }
    return input;
}

const TYPES: Readonly<Record<Field['type'], { readonly is: (value: unknown) => boolean; readonly words: string }>> = {
    string: { is: (value) => typeof value === 'string', words: 'a string' },
    sysctls: { is: (value) => isRecord(value) && Object.values(value).every((each) => Number.isInteger(each)), words: 'an object of whole numbers by sysctl' },
};

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf({ text }: Input): string {
    return text as string;
}

function settingsOf({ kernel, sysctls }: Input): Settings {
    return { ...(kernel === undefined ? {} : { kernel: kernel as string }), ...(sysctls === undefined ? {} : { sysctls: sysctls as Record<string, number> }) };
}

function meaningOf(word: string): string {
    const found = describeWord(word);
    if (found === undefined) {
        const near = nearestWords(word, allWords());
        throw new InputError(`"${word}" is no word of hwpoison here.${near.length === 0 ? '' : ` Did you mean ${near.slice(0, 3).join(', ')}?`}`);
    }
    return `${found.title}\n${found.doc}`;
}
