/** The manual page hwp(1), in mdoc(7), from the table that `--help` is printed from. */
import { allCommands, type CommandDescription, type OptionDescription } from './describe.js';

/** @param released the day of the version, as `2026-11-30` */
export function manualPage(program: CommandDescription, version: string, released: string): string {
    const commands = allCommands(program).filter(({ commands: below }) => below.length === 0);
    const common = blocksOf(program.more);
    const isCommon = (block: Block): boolean => common.some(({ title, lines }) => title === block.title && lines.join() === block.lines.join());
    return [
        `.Dd ${dayWords(released)}`, '.Dt HWP 1', '.Os',
        '.Sh NAME', '.Nm hwp', '.Nd what Linux does about memory errors',
        '.Sh SYNOPSIS', ...commands.flatMap(synopsis),
        '.Sh DESCRIPTION', ...sentences(program.doc),
        ...sentences('Scenarios describe a machine, its memory, its processes and the errors that hit it, in files that end in .hwp.'),
        ...sentences(`This page is of version ${version}.`),
        '.Pp', 'Options of all commands:', ...optionList(program.options),
        '.Sh COMMANDS',
        ...commands.flatMap((command) => [
            `.Ss ${command.name}`, ...sentences(command.doc), ...optionList(command.options.filter(({ flags }) => !flags.includes('--help'))),
            ...blocksOf(command.more).filter((block) => block.title !== EXAMPLES && !isCommon(block)).flatMap(blockLines),
        ]),
        '.Sh EXIT STATUS', 'Where a command says nothing else:', ...common.filter(({ title }) => title === EXIT_CODES).flatMap(({ lines }) => codeList(lines)),
        '.Sh EXAMPLES', ...commands.flatMap((command) => blocksOf(command.more).filter(({ title }) => title === EXAMPLES).flatMap(({ lines }) => lines.map((line) => `.Dl ${characters(line.trim())}`))),
        '.Sh SEE ALSO', '.Xr dmesg 1 ,', '.Xr madvise 2 ,', '.Xr prctl 2', '',
    ].join('\n');
}

const EXAMPLES = 'Examples';
const EXIT_CODES = 'Exit codes';

function synopsis(command: CommandDescription): string[] {
    return ['.Nm', `.Cm ${command.name.split(' ').slice(1).join(' ')}`, ...command.options.length > 1 ? ['.Op Ar options'] : [], ...command.args === '' ? [] : [`.Ar${argumentWords(command)}`]];
}

function argumentWords({ args }: CommandDescription): string {
    return args === '' ? '' : ` ${characters(args.replaceAll(/[<>]/g, ''))}`;
}

function optionList(options: readonly OptionDescription[]): string[] {
    return options.length === 0 ? [] : ['.Bl -tag -width Ds', ...options.flatMap(({ flags, value, doc, choices }) => [
        `.It ${flags.map((flag) => `Fl ${characters(flag.slice(1))}`).join(' , ')}${value === '' ? '' : ` Ar ${characters(value.replaceAll(/[<>]/g, ''))}`}`,
        ...doc.split('\n').flatMap((line, index) => [...index === 0 ? [] : ['.br'], ...sentences(doc.includes('\n') ? line : `${line}.`)]),
        ...choices.length === 0 ? [] : sentences(`One of ${choices.join(', ')}.`),
    ]), '.El'];
}

/** What `--help` prints behind the options: `Exit codes:` with the lines below it, or lines that stand alone. */
interface Block {
    readonly title: string;
    readonly lines: readonly string[];
}

function blocksOf(more: string): Block[] {
    return more.split(/\n\s*\n|\n(?=\S)/).filter((block) => block.trim() !== '').map((block) => {
        const [first = '', ...lines] = block.split('\n');
        return first.endsWith(':') && lines.length > 0 ? { title: first.slice(0, -1), lines } : { title: '', lines: [first, ...lines] };
    });
}

function blockLines({ title, lines }: Block): string[] {
    return ['.Pp', ...title === '' ? lines.flatMap(sentences) : [`${characters(title)}:`, ...codeList(lines)]];
}

/** `  2  a file cannot be used` */
function codeList(lines: readonly string[]): string[] {
    return ['.Bl -tag -width Ds', ...lines.flatMap((line) => {
        const [, code = '', words = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? ['', '', line.trim()];
        return [`.It ${code}`, ...sentences(`${words}.`)];
    }), '.El'];
}

/** Each on lines of its own, which are short: roff knows the end of a sentence by the end of its line. */
function sentences(words: string): string[] {
    return words.split(/(?<=[.?!]) (?=[A-Z`])/).flatMap((sentence) => sentence.match(/\S.{0,66}\S*/g) ?? []).map((line) => characters(line.trim()));
}

/** Characters that mean something to roff; a dot or a quote at the start of a line would be a request. */
function characters(words: string): string {
    return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq').replace(/^[.']/, '\\&$&');
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function dayWords(day: string): string {
    const [year = '', month = '', date = ''] = day.split('-');
    return `${MONTHS[Number(month) - 1] ?? ''} ${Number(date)}, ${year}`;
}
