/**
 * Lines that do not parse, or not as they were meant, by what people usually mean with them: one row each, the first that
 * fits. Its finding takes the place of whatever else was said of the line.
 */
import { BOOT_USES } from '../../vocabulary/boot-uses.js';
import { FILESYSTEMS } from '../../vocabulary/filesystems.js';
import { MF_TYPES } from '../../vocabulary/mf-types.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { PAGE_KINDS } from '../../vocabulary/page-kinds.js';
import { CONSTRUCT_BY_WORD } from '../../vocabulary/settings.js';
import { STEP_SYNONYMS, UNIT_SYNONYMS } from '../../vocabulary/synonyms.js';
import type { CheckId } from '../checks.js';

/** What is known around the line. */
export interface Surroundings {
    readonly block: 'file' | 'scenario' | 'process';
    /** The processes of the virtual machine of that name; undefined when there is none. */
    readonly tasksIn: (guest: string) => readonly string[] | undefined;
}

export interface Mistake {
    readonly code: CheckId;
    readonly message: string;
    /** Columns of the line, blanks at its start counted. */
    readonly start: number;
    readonly end: number;
    readonly suggestions: readonly string[];
}

interface Row {
    readonly code?: CheckId;
    /** Also where the line parses: it has some other error. */
    readonly parses?: true;
    readonly pattern: RegExp;
    /** Undefined where it does not fit after all. `part` gives the columns of a group; 0 is the whole match. */
    readonly read: (groups: readonly string[], around: Surroundings) => { readonly message: string; readonly group?: number; readonly suggestions?: readonly string[] } | undefined;
}

const isStep = (word: string | undefined): boolean => word !== undefined && OPERATION_BY_ID.has(word);
const units = Object.keys(UNIT_SYNONYMS).join('|');

/** In a scenario or a machine these stand in a process. */
const OF_PROCESS: Readonly<Record<string, string>> = { map: 'A mapping', thread: 'A thread', prctl: 'A kill policy', sigbus: 'A disposition of SIGBUS', guest: 'A virtual machine' };

/** A place as it is written in one word. */
const PLACE = String.raw`[A-Za-z_][\w.-]*(?:\[[^\]]*\])?`;

/** What a machine check is called elsewhere: without a severity it says not what was found. */
const MACHINE_CHECKS = ['machine-check', ...Object.keys(STEP_SYNONYMS).filter((word) => STEP_SYNONYMS[word] === 'machine-check')].join('|');

const ROWS: readonly Row[] = [
    {
        code: 'kernel/malformed', pattern: /\bkernel\b\s+(v?(\d+\.\d+(?:\.\d+)?)(?:[-+~][\w.+~-]*|\.[a-z]\w*))/d,
        read: ([, written = '', version = '']) => ({ group: 1, message: `\`${written}\` is a release candidate, a branch or a distribution's kernel: what that changed is not described. Write the version that it is made from, such as \`${version}\`.` }),
    },
    {
        code: 'kernel/malformed', pattern: /\b(kernel\s|kexec\s)(?:.*?\b)?((?:v|[Ll]inux[-\s]v?)(\d+\.\d+[\w.]*))/d,
        read: ([all = '', , written = '', version = '']) => {
            const meant = all.includes('kernel') ? version : `kernel ${version}`;
            return { message: `\`${written}\` is written \`${meant}\`.`, group: 2, suggestions: [meant] };
        },
    },
    {
        code: 'hwp/unknown-word', parses: true, pattern: /\bkexec\s+((?:to|into)\s+v?(\d[\d.]*))/d,
        read: ([, written = '', version = '']) => ({ message: `\`${written}\` is written \`kernel ${version}\`.`, group: 1, suggestions: [`kernel ${version}`] }),
    },
    { pattern: /^\s*((kernel|memory|cpus|arch)\s*=\s*)(\S.*?)\s*$/d, read: ([, , word = '', value = '']) => ({ message: `No \`=\` stands behind \`${word}\`: \`${word} ${value}\`.`, group: 1, suggestions: [`${word} `] }) },
    { code: 'kernel/malformed', pattern: /\bkernel\s+("(\d[\d.]*)")/d, read: ([, , version = '']) => ({ message: `A version stands without quotes: \`kernel ${version}\`.`, group: 1, suggestions: [version] }) },
    {
        pattern: /^\s*(([A-Za-z_][\w-]*)\s*(?:,|\.|[-=]>)\s*([A-Za-z_][\w-]*))(?![\w-]|\s*:)/d,
        read: ([, , actor = '', verb], { block }) => block !== 'scenario' || !isStep(verb) ? undefined : { message: `\`${actor}\` is who acts; a colon stands behind it: \`${actor}: ${verb} ...\`.`, group: 1, suggestions: [`${actor}: ${verb}`] },
    },
    {
        pattern: /^\s*([A-Za-z_][\w-]*\s*:\s*(in\s+[A-Za-z_][\w-]*\s+[A-Za-z_][\w-]*\s*:))/d,
        read: ([, , inGuest = '']) => ({ message: `\`${inGuest}\` is who acts: nobody else stands before it.`, group: 1, suggestions: [inGuest] }),
    },
    {
        pattern: /^\s*(([A-Za-z_][\w-]*)\s+([A-Za-z_][\w-]*))\s*:/d,
        read: ([, written = '', guest = '', task = ''], { tasksIn }) => tasksIn(guest) === undefined ? undefined : { message: `\`${guest}\` is a virtual machine: \`in ${guest} ${task}: ...\`.`, group: 1, suggestions: [`in ${written}`] },
    },
    {
        pattern: /^\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?)\s+([\w-]+)(?![\w:-])/d,
        read: ([, actor = '', verb], { block }) => block !== 'scenario' || !isStep(verb) || CONSTRUCT_BY_WORD.has(actor) && actor !== 'kernel' || isStep(actor) ? undefined : { message: `\`${actor}\` is who acts; a colon stands behind it: \`${actor}: ${verb} ...\`.`, group: 1, suggestions: [`${actor}:`] },
    },
    {
        code: 'kernel/malformed', pattern: /^\s*(?:kexec\s+)?kernel\s+([^\s\d"=:]\S*)/d,
        read: ([, word = '']) => ({ message: `\`${word}\` is no kernel version. Write two or three numbers, such as \`7.3\` or \`6.12.107\`.`, group: 1 }),
    },
    {
        pattern: /^\s*(at\s+\+?[\d._]+\s*[a-z]+)\s*:/d,
        read: ([, time = '']) => ({ message: `No colon stands behind a time: \`${time} ...\`.`, group: 0, suggestions: [time] }),
    },
    {
        pattern: /(?:^|\s)(in\s+([A-Za-z_][\w-]*))\s*:/d,
        read: ([, written = '', guest = ''], { tasksIn }) => {
            const tasks = tasksIn(guest);
            return { message: `Behind \`${written}\` stands who acts there: \`${written} ${tasks?.[0] ?? 'kernel'}: ...\`.`, group: 1, suggestions: tasks === undefined ? [] : [...tasks, 'kernel'].map((task) => `${written} ${task}`) };
        },
    },
    {
        pattern: /^\s*([A-Za-z_][\w.-]*\s*:\s*(sysctl|filter|config|kexec|cpu|expect|vary|sweep|race|repeat))\b(.*)/d,
        read: ([, , word = '', rest = '']) => ({ message: `\`${word}\` stands without an actor: \`${CONSTRUCT_BY_WORD.get(word)?.form ?? word}\`.`, group: 1, suggestions: /^(sysctl|filter|config)$/.test(word) && !rest.includes('=') ? [] : [word] }),
    },
    {
        pattern: /(?:^|[{;])\s*(mmap)\s+[A-Za-z_]/d,
        read: (_all, { block }) => block !== 'process' ? undefined : { message: '`mmap` is written `map`.', group: 1, suggestions: ['map'] },
    },
    {
        pattern: /^\s*(m?map|thread|prctl|sigbus|guest)\b/d,
        read: ([all = '', written = ''], { block }) => {
            const word = written.replace('mmap', 'map');
            return block !== 'scenario' || all.includes(':') ? undefined : { message: `${OF_PROCESS[word]} stands in a process: \`process NAME { ${CONSTRUCT_BY_WORD.get(word)?.form ?? word} }\`.`, group: 1 };
        },
    },
    {
        pattern: /(?:^|[{;])\s*((early|late)[\s_-]?kill)\b/id,
        read: ([, , when = ''], { block }) => block !== 'process' ? undefined : { message: `The kill policy is written \`prctl PR_MCE_KILL_${when.toUpperCase()}\`.`, group: 1, suggestions: [`prctl PR_MCE_KILL_${when.toUpperCase()}`] },
    },
    {
        pattern: /^\s*(?:.*[{;]\s*)?([A-Za-z_][\w-]*)\s*=\s*([A-Za-z_][\w-]*)/d,
        read: ([, name = '', kind = ''], { block }) => {
            const word = block === 'process' ? 'map' : kind === 'anon' || kind === 'shared-anon' ? undefined : Object.hasOwn(PAGE_KINDS, kind) ? 'region' : Object.hasOwn(FILESYSTEMS, kind) ? 'file' : undefined;
            return word === undefined || CONSTRUCT_BY_WORD.has(name) ? undefined : { message: `What \`${name}\` is stands before its name: \`${word} ${name} = ${kind} ...\`.`, group: 1, suggestions: [`${word} ${name}`] };
        },
    },
    {
        pattern: /^\s*((sysctl|filter|config)\s+([\w.-]+)\s+([\w-]+))\s*$/d,
        read: ([, , word = '', name = '', value = '']) => ({ message: `An \`=\` stands before the value: \`${word} ${name} = ${value}\`.`, group: 1, suggestions: [`${word} ${name} = ${value}`] }),
    },
    {
        pattern: /^(?:\s*|.*[{;]\s*)((region|file|filesystem|swap|pmem|cgroup|map)\s+([A-Za-z_][\w-]*))\s+([A-Za-z_0-9].*)$/d,
        read: ([, written = '', word = '', name = '', rest = '']) => Object.hasOwn(PAGE_KINDS, name) || Object.hasOwn(FILESYSTEMS, name) || name === 'anon' || Object.hasOwn(BOOT_USES, name)
            ? { message: `A name and an \`=\` stand before the kind: \`${word} NAME = ${name} ${rest.replace(/[}\s]+$/, '')}\`.`, group: 1 }
            : { message: `An \`=\` stands behind the name: \`${written} = ${rest.replace(/[}\s]+$/, '')}\`.`, group: 1, suggestions: [`${written} =`] },
    },
    {
        pattern: /=\s*(([A-Za-z][\w-]*)\s*(?:,\s*(\d[\w.]*(?:\s+[A-Za-z]+)?)|\(\s*(\d[^)]*?)\s*\)))/d,
        read: ([, , kind = '', beside = '', within = '']) => {
            const size = `${beside}${within}`;
            return { message: `What is said of \`${kind}\` stands behind it: \`${kind} ${size}\`.`, group: 1, suggestions: [`${kind} ${size}`] };
        },
    },
    // Expectations, as the kernel's log and other languages write them.
    {
        pattern: /^\s*expect\s+((\w[\w -]*?) page: (Recovered|Ignored|Failed|Delayed))\b/d,
        read: ([, , type, result = '']) => {
            const found = Object.entries(MF_TYPES).find(([, { string }]) => string === type || string === `${type} page`)?.[0];
            return found === undefined ? undefined : asWritten(1, `${found} MF_${result.toUpperCase()}`);
        },
    },
    { pattern: /\bexpect\b.*?(SIG[A-Z]+\s*\(\s*(?:BUS_MCEERR_)?(A[OR])\s*\))/d, read: ([, , code = '']) => asWritten(1, `SIGBUS BUS_MCEERR_${code}`) },
    { code: 'expect/unknown-claim', parses: true, pattern: /\bexpect\b.*?((?:errno\s+)?-\s*(E[A-Z]{2,}))\b/d, read: ([, , errno = '']) => asWritten(1, `errno ${errno}`) },
    { pattern: /\bexpect\b.*?\b((errno|value|returns|lsb|times)\s*={1,2}\s*)(\S+)/d, read: ([, , word = '', value = '']) => ({ message: `No \`=\` stands behind \`${word}\`: \`${word} ${value}\`.`, group: 1, suggestions: [`${word} `] }) },
    { pattern: /^\s*expect\b(?:(?!\bwhen\b).)*?((\S+?)\s*(?:,|&&|\band\b)\s*)\S/d, read: ([, , before = '']) => ({ message: 'Claims stand side by side, with nothing between them.', group: 1, suggestions: [`${before} `] }) },
    { code: 'expect/unknown-claim', parses: true, pattern: /^\s*expect\b.*?\s((\S+)\s+expect)\b/d, read: ([, , before = '']) => ({ message: '`expect` stands once in a line; its claims follow each other.', group: 1, suggestions: [before] }) },
    { code: 'expect/same-line', pattern: /\S(\s*(?:,|[-=]>)\s*(?:expect\s+)?((?:MF_|SIG|no |errno |panic|oops)\S.*?)\s*)$/d, read: ([, , claim = '']) => ({ message: `What is expected stands on a line of its own, below the step: \`expect ${claim}\`.`, group: 1 }) },
    { code: 'expect/same-line', parses: true, pattern: /^\s*(?!expect\b)[A-Za-z_]\S*\s.*?\s(MF_(?:MSG_[A-Z_]+|RECOVERED|IGNORED|FAILED|DELAYED)\b.*?)\s*$/d, read: ([, claim = ''], { block }) => block !== 'scenario' ? undefined : { message: `What is expected stands on a line of its own, below the step: \`expect ${claim}\`.`, group: 1 } },
    { pattern: /\bwhen\b.*?\b(kernel\s+(\d+\.\d+[\d.]*))/d, read: ([, written = '', version = '']) => ({ message: `\`${written}\` is written \`kernel = ${version}\`.`, group: 1, suggestions: [`kernel = ${version}`] }) },
    { code: 'when/malformed', parses: true, pattern: /\bwhen\b.*?\b(arch\s+([\w-]+))/d, read: ([, , arch = '']) => asWritten(1, `arch = ${arch}`) },
    { code: 'step/missing-argument', parses: true, pattern: new RegExp(`^\\s*(?:at\\s+\\S+\\s+)?((?:${MACHINE_CHECKS})\\s+(?:at\\s+(${PLACE})|([A-Za-z_][\\w.-]*\\[[^\\]]*\\])))\\s*$`, 'd'), read: ([, , first = '', second = '']) => asWritten(1, `machine-check UE at ${first}${second}`) },
    { code: 'hwp/unknown-word', parses: true, pattern: /\bmachine-check\b.*?\s(on\s+(cpu\s+\d+))/d, read: ([, , cpu = '']) => asWritten(1, cpu) },
    { pattern: /^\s*(cpu\s+(\d+)\s+(?:runs\s+|is\s+|=\s*)?(?:idle|nothing))\b/d, read: ([, , cpu = '']) => ({ message: `CPU ${cpu} is idle when no line says what it runs: leave this one out.`, group: 1 }) },
    { pattern: /^\s*(import\s+'?([^\s"']+)'?)\s*$/d, read: ([, , file = ''], { block }) => block === 'file' ? asWritten(1, `import "${file}"`) : undefined },
    { pattern: /^\s*(?!expect\b)[A-Za-z_].*?\s(when\b.*?)\s*$/d, read: ([, condition = ''], { block }) => block !== 'scenario' ? undefined : { message: `A condition limits what is expected, not a step: \`expect ... ${condition}\`. \`vary\` runs the scenario on several kernels.`, group: 1 } },
    { parses: true, code: 'step/unexpected-argument', pattern: /\s((?:flags?\s*=?\s*)?MF_(?:ACTION_REQUIRED|COUNT_INCREASED|MUST_KILL|SOFT_OFFLINE|UNPOISON|SW_SIMULATED|NO_RETRY|MEM_PRE_REMOVE)\b.*?)\s*$/d, read: () => ({ message: 'The flags of memory_failure() follow from the step that calls it, such as MF_ACTION_REQUIRED from `machine-check AR`. Leave them out.', group: 1 }) },
    { parses: true, code: 'expect/unknown-claim', pattern: /\bexpect\b.*?\b((?:HugePages_|(?:nr|free)_hugepages)\w*)/d, read: ([, word = '']) => ({ message: `\`${word}\` is read by a step, \`hugepages\`: what it reads is expected below that.`, group: 1 }) },
    { parses: true, code: 'expect/unknown-claim', pattern: /\bexpect\s+(fails?|failure|error)\s*$/d, read: ([, word = '']) => ({ message: `\`${word}\` can be an errno of the call, \`errno EBUSY\`, or what memory_failure() makes of the page, \`MF_FAILED\`. Say which.`, group: 1, suggestions: ['MF_FAILED'] }) },
    { parses: true, code: 'hwp/unknown-word', pattern: /^\s*region\b.*\s(at\s+(0x[\da-fA-F]+))/d, read: ([, , number = '']) => ({ message: `Is that a frame or an address? \`at pfn ${number}\` or \`at phys ${number}\`.`, group: 1, suggestions: [`at pfn ${number}`, `at phys ${number}`] }) },
    { pattern: /^\s*(process|machine)\s+("(\w+)")/d, read: ([, word = '', , name = '']) => ({ message: `A name stands without quotes: \`${word} ${name}\`.`, group: 2, suggestions: [name] }) },
    { pattern: /\b([A-Za-z_][\w-]*)\s*\(\s*(\d+(?:\.\.\d+)?)\s*\)/d, read: ([, name = '', page = '']) => ({ message: `Pages stand in brackets: \`${name}[${page}]\`.`, group: 0, suggestions: [`${name}[${page}]`] }) },
    { pattern: /\s([A-Za-z_][\w-]*):([A-Za-z_][\w-]*(?:\[[^\]]*\])?)/d, read: ([all = '', process = '', mapping = '']) => isStep(mapping) ? undefined : { message: `A mapping of a process is written \`${process}.${mapping}\`.`, group: 0, suggestions: [`${all.charAt(0)}${process}.${mapping}`] } },
    {
        code: 'quantity/wrong-unit', parses: true, pattern: new RegExp(`\\b((0x[0-9a-fA-F]+|\\d[\\d_.]*)\\s*(${units}))(?![\\w=.:\\[])`, 'd'),
        read: ([, written = '', number = '', unit = '']) => ({ message: `\`${written}\` is written \`${number} ${UNIT_SYNONYMS[unit]}\`.`, group: 1, suggestions: [`${number} ${UNIT_SYNONYMS[unit]}`] }),
    },
];

function asWritten(group: number, words: string): ReturnType<Row['read']> {
    return { message: `It is written \`${words}\`.`, group, suggestions: [words] };
}

/** @param line without its comment; `parses` when only what it says is wrong */
export function usualMistake(line: string, parses: boolean, around: Surroundings): Mistake | undefined {
    const plain = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => parses ? `"${' '.repeat(Math.max(0, text.length - 2))}"` : text);
    for (const { pattern, read, code = 'hwp/syntax', parses: anyway } of ROWS) {
        const match = parses && anyway !== true ? null : pattern.exec(plain);
        const found = match === null ? undefined : read(match.map((group: string | undefined) => group ?? ''), around);
        const columns = match?.indices?.[found?.group ?? 0];
        if (found !== undefined && columns !== undefined) {
            const blanks = /^\s*/.exec(plain.slice(columns[0], columns[1]))![0].length;
            const keepsBlank = found.suggestions?.[0]?.startsWith(' ') === true;
            return { code, message: found.message, start: columns[0] + (keepsBlank ? 0 : blanks), end: columns[1], suggestions: found.suggestions ?? [] };
        }
    }
    return undefined;
}
