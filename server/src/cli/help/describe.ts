/** The commands and options as data, for completions and the manual: read from the same table that `--help` is printed from. */
import type { Argument, Command, Option } from 'commander';

export interface OptionDescription {
    /** `--format`, with `-h` before it where there is a short form. */
    readonly flags: readonly string[];
    /** `<name=value>`; '' for a switch. */
    readonly value: string;
    readonly doc: string;
    /** What may stand there, and nothing else; empty where anything may. */
    readonly choices: readonly string[];
    /** What to offer there. */
    readonly words: readonly string[];
}

export interface CommandDescription {
    /** `hwp lab run`. */
    readonly name: string;
    readonly doc: string;
    /** `<paths...>`. */
    readonly args: string;
    readonly argWords: readonly string[];
    readonly options: readonly OptionDescription[];
    readonly commands: readonly CommandDescription[];
    /** Examples, exit codes: what `--help` prints behind the options. */
    readonly more: string;
}

/** Words for values by option, where the option does not list them itself. */
export type ValueWords = Readonly<Record<string, readonly string[]>>;

/** @param printed what a command prints by `outputHelp` */
export function describeCommand(command: Command, words: ValueWords, printed: (command: Command) => string, above = ''): CommandDescription {
    const name = above === '' ? command.name() : `${above} ${command.name()}`;
    const help = command.createHelp();
    return {
        name, doc: command.description(),
        args: command.registeredArguments.map(argumentWords).join(' '),
        argWords: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
        options: help.visibleOptions(command).map((option) => describeOption(option, words)),
        commands: help.visibleCommands(command).filter((each) => command.commands.includes(each)).map((each) => describeCommand(each, words, printed, name)),
        more: printed(command).slice(command.helpInformation().length).trim(),
    };
}

function describeOption(option: Option, words: ValueWords): OptionDescription {
    const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
    return {
        flags, value: /[<[].*/.exec(option.flags)?.[0] ?? '', doc: option.description,
        choices: option.argChoices ?? [], words: option.argChoices ?? words[flags.at(-1) ?? ''] ?? [],
    };
}

function argumentWords(argument: Argument): string {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
}

/** The command itself and all below it. */
export function allCommands(command: CommandDescription): CommandDescription[] {
    return [command, ...command.commands.flatMap(allCommands)];
}
