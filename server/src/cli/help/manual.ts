/** The manual page hwp(1), in mdoc(7), from the table that `--help` is printed from. */
import { allCommands, type CommandDescription, type OptionDescription } from './describe.js';

/** @param released of the version, as `2026-11-30` */
export function manualPage(program: CommandDescription, version: string, released: string): string {
    const commands = allCommands(program).filter(({ commands: below }) => below.length === 0);
    const sections = sectionsOf(program.more);
    return [
        `.Dd ${dateWords(released)}`, '.Dt HWP 1', '.Os hwp',
        '.Sh NAME', '.Nm hwp', '.Nd what Linux does about memory errors',
        '.Sh SYNOPSIS', ...commands.flatMap((command) => ['.Nm hwp', `.Cm ${command.name.split(' ').slice(1).join(' ')}`, ...command.options.length > 1 ? ['.Op Ar options'] : [], ...command.args === '' ? [] : [`.Ar ${text(command.args.replaceAll(/[<>]/g, ''))}`]]),
        '.Sh DESCRIPTION', text(program.doc),
        '.Pp', 'Scenarios describe a machine, its memory, its processes and the errors that hit it, in files that end in', '.Pa .hwp .',
        'This describes version', text(version) + '.',
        '.Pp', 'Options of all commands:', ...optionList(program.options),
        ...commands.flatMap((command) => [
            `.Ss ${command.name}${command.args === '' ? '' : ` ${text(command.args.replaceAll(/[<>]/g, ''))}`}`, ...paragraph(command.doc), ...optionList(command.options),
            ...sectionsOf(command.more).filter(({ title }) => title !== 'Examples' && !sections.some((each) => each.lines.join() === [...each.lines].join() && each.title === title && command.more.includes(each.lines.join('\n')))).flatMap(({ title, lines }) => ['.Pp', ...title === '' ? lines.map(text) : [`${text(title)}:`, ...codeList(lines)]]),
        ]),
        '.Sh EXIT STATUS', ...codeList(sections.find(({ title }) => title === 'Exit codes')?.lines ?? []),
        '.Sh EXAMPLES', ...commands.flatMap((command) => sectionsOf(command.more).filter(({ title }) => title === 'Examples').flatMap(({ lines }) => lines.map((line) => line.trim()))).flatMap((line) => [`.Dl ${text(line)}`]),
        '.Sh SEE ALSO', '.Xr dmesg 1 ,', '.Xr prctl 2 ,', '.Xr madvise 2', '',
    ].filter((line) => line !== '').join('\n') + '\n';
}

function optionList(options: readonly OptionDescription[]): string[] {
    return ['.Bl -tag -width Ds', ...options.flatMap(({ flags, value, doc, words }) => [
        `.It ${flags.map((flag) => `Fl ${text(flag.slice(1))}`).join(' , ')}${value === '' ? '' : ` Ar ${text(value.replaceAll(/[<>]/g, ''))}`}`,
        ...paragraph(doc), ...words.length > 0 && words.length < 12 ? [`One of ${words.map(text).join(', ')}.`] : [],
    ]), '.El'];
}

interface Section {
    readonly title: string;
    readonly lines: readonly string[];
}

/** `Exit codes:` with the lines below it, and what stands alone. */
function sectionsOf(more: string): Section[] {
    return more.split(/\n\s*\n|\n(?=\S)/).filter((block) => block.trim() !== '').map((block) => {
        const [first = '', ...lines] = block.split('\n');
        return first.endsWith(':') && lines.length > 0 ? { title: first.slice(0, -1), lines } : { title: '', lines: [first, ...lines] };
    });
}

function codeList(lines: readonly string[]): string[] {
    return ['.Bl -tag -width Ds', ...lines.flatMap((line) => {
        const [, code = '', words = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? ['', '', line.trim()];
        return [`.It ${code}`, text(words)];
    }), '.El'];
}

/** Lines of their own stay so. */
function paragraph(doc: string): string[] {
    return doc.split('\n').flatMap((line, index) => [...index === 0 ? [] : ['.br'], text(line)]).map((line) => line === '.br' ? '.Pp' : line);
}

/** Characters that mean something to roff; a dot or a quote at the start of a line would be a request. */
function text(words: string): string {
    return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&').replaceAll('"', '\\(dq');
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function dateWords(released: string): string {
    const [year = '', month = '', day = ''] = released.split('-');
    return `${MONTHS[Number(month) - 1] ?? ''} ${Number(day)}, ${year}`;
}
