/** Completions for shells: scripts that know the words and ask nobody. */
import { allCommands, type CommandDescription, type OptionDescription } from './describe.js';
import type { Shell } from './shells.js';

export function completionScript(shell: Shell, program: CommandDescription): string {
    return SCRIPTS[shell](program);
}

const SCRIPTS: Readonly<Record<Shell, (program: CommandDescription) => string>> = { bash, zsh, fish };

/** Scenarios for commands that take paths; `hwp triage` and options with files take any. */
function takesScenarios({ name, args }: CommandDescription): boolean {
    return args.includes('path') && name !== 'hwp triage';
}

function takesFiles({ args }: CommandDescription): boolean {
    return args !== '';
}

/** `check run`: the words behind `hwp`. */
function below({ name }: CommandDescription): string {
    return name.split(' ').slice(1).join(' ');
}

/** What `name=file` takes behind the equals sign is a file, as is an option that says so. */
function isFile({ value }: OptionDescription): boolean {
    return /file|folder/.test(value);
}

function isFolder({ value }: OptionDescription): boolean {
    return value.includes('folder');
}

/** `NAME=FILE`: one of its words, and behind the equals sign a file. */
function isNamedFile(option: OptionDescription): boolean {
    return isFile(option) && option.words.length > 0;
}

/** The options of a command, and those of `hwp` itself, which may stand behind it as well. */
function optionsOf(command: CommandDescription, program: CommandDescription): readonly OptionDescription[] {
    const own = new Set(command.options.flatMap(({ flags }) => flags));
    return command === program ? command.options : [...command.options, ...program.options.filter(({ flags }) => !flags.some((flag) => own.has(flag)))];
}

function bash(program: CommandDescription): string {
    const commands = allCommands(program);
    const valued = (command: CommandDescription): readonly OptionDescription[] => optionsOf(command, program).filter(({ value }) => value !== '');
    const rows = commands.flatMap((command) => valued(command).map((option) => `        "${below(command)} ${option.flags.at(-1)}") words='${option.words.join(' ')}'; files='${isFolder(option) ? '-d' : isFile(option) ? '-f' : ''}'; value=1 ;;`));
    return `# bash completion for hwp:  source <(hwp completion bash)
_hwp() {
    local line=\${COMP_LINE:0:COMP_POINT} typed word previous='' command='' words='' files='' value='' count
    read -r -a typed <<< "$line"
    [[ $line == *[[:space:]] ]] && typed+=('')
    local current=\${typed[\${#typed[@]}-1]}
    count=\${#typed[@]}
    local index
    for ((index = 1; index < count - 1; index++)); do
        word=\${typed[index]}
        case "$command $word" in
${commands.slice(1).map((command) => `            '${[...below(command).split(' ').slice(0, -1)].join(' ')} ${below(command).split(' ').at(-1)}') command='${below(command)}' ;;`).join('\n')}
        esac
        previous=$word
    done
    if [[ $current == --*=* ]]; then
        previous=\${current%%=*}
        current=\${current#*=}
    fi
    case "$command $previous" in
${rows.join('\n')}
    esac
    if [[ -z $value && $current == -* ]]; then
        case "$command" in
${commands.map((command) => `            '${below(command)}') words='${optionsOf(command, program).flatMap(({ flags }) => flags).join(' ')}' ;;`).join('\n')}
        esac
    elif [[ -z $value ]]; then
        case "$command" in
${commands.map((command) => `            '${below(command)}') words='${[...command.commands.map(({ name }) => name.split(' ').at(-1)), ...command.argWords].join(' ')}'; files='${command.argWords.length > 0 || !takesFiles(command) ? '' : takesScenarios(command) ? 'hwp' : '-f'}' ;;`).join('\n')}
        esac
    fi
    local before=''
    if [[ $current == *=* && $files == -f ]]; then
        before=\${current%%=*}=
        current=\${current#*=}
        words=''
    fi
    COMPREPLY=()
    [[ -n $words ]] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    case $files in
        hwp) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X '!*.hwp' -- "$current"; compgen -d -- "$current") ;;
        -f | -d) [[ -z $words ]] && mapfile -t COMPREPLY < <(compgen "$files" -- "$current") ;;
    esac
    [[ -n $files ]] && compopt -o filenames 2> /dev/null
    # The shell takes what stands before an equals sign for a word of its own, unless it was told otherwise.
    [[ -n $before && $COMP_WORDBREAKS != *=* ]] && COMPREPLY=("\${COMPREPLY[@]/#/$before}")
    if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("\${COMPREPLY[@]#"\${current%=*}="}")
    fi
    [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2> /dev/null
    return 0
}
complete -F _hwp hwp
`;
}

function zsh(program: CommandDescription): string {
    const functions = allCommands(program).map((command) => {
        const specs = optionsOf(command, program).map((option) => `        ${zshOption(option)}`);
        const rest = command.commands.length > 0
            ? ["        '1: :->command'", "        '*:: :->arguments'"]
            : [`        '*: :${command.argWords.length > 0 ? `(${command.argWords.join(' ')})` : !takesFiles(command) ? '' : takesScenarios(command) ? '_files -g "*.hwp(-.) *(-/)"' : '_files'}'`];
        const state = command.commands.length === 0 ? '' : `
    case $state in
        command)
            local -a commands=(
${command.commands.map((each) => `                ${quoted(`${each.name.split(' ').at(-1)}:${firstLine(each.doc)}`)}`).join('\n')}
            )
            _describe -t commands command commands ;;
        arguments)
            case $words[1] in
${command.commands.map((each) => `                ${each.name.split(' ').at(-1)}) ${zshName(each)} ;;`).join('\n')}
            esac ;;
    esac`;
        return `${zshName(command)}() {
    local context state state_descr line
    typeset -A opt_args
    _arguments -C \\
${[...specs, ...rest].join(' \\\n')}${state}
}
`;
    });
    return `#compdef hwp
# zsh completion for hwp:  source <(hwp completion zsh), behind compinit; or as a file _hwp in $fpath
${functions.join('\n')}
if [[ $funcstack[1] == _hwp ]]; then
    _hwp "$@"
else
    compdef _hwp hwp
fi
`;
}

function zshName({ name }: CommandDescription): string {
    return `_${name.replaceAll(' ', '_')}`;
}

function zshOption(option: OptionDescription): string {
    const { flags, value, doc, words } = option;
    const described = `[${firstLine(doc).replaceAll(/[[\]\\]/g, '\\$&').replaceAll(':', '\\:')}]`;
    const name = value.replaceAll(/[<>[\].]/g, '').replaceAll(':', ' ');
    const action = isNamedFile(option) ? `{ if compset -P "*="; then _files; else compadd -S "" -- ${words.join(' ')}; fi }` : words.length > 0 ? `(${words.map((word) => word.replaceAll(/[()\\: ]/g, '\\$&')).join(' ')})` : isFolder(option) ? '_files -/' : isFile(option) ? '_files' : ' ';
    const takes = value === '' ? '' : `:${name}:${action}`;
    return flags.length > 1 ? `'(${flags.join(' ')})'{${flags.join(',')}}${quoted(`${described}${takes}`)}`
        : quoted(`${doc.includes('may be repeated') ? '*' : ''}${flags[0]}${value === '' ? '' : '='}${described}${takes}`);
}

function fish(program: CommandDescription): string {
    const lines = allCommands(program).flatMap((command) => {
        const path = below(command).split(' ').filter((word) => word !== '');
        const names = command.commands.map(({ name }) => name.split(' ').at(-1)!);
        const here = path.length === 0 ? '__fish_use_subcommand' : `__hwp_behind ${path.join(' ')}`;
        const options = path.length === 0 ? '' : ` -n ${fishQuoted(here)}`;
        return [
            ...command.commands.map((each, index) => `complete -c hwp -n ${fishQuoted(path.length === 0 ? here : `${here}; and not __fish_seen_subcommand_from ${names.join(' ')}`)} -a ${names[index]} -d ${fishQuoted(firstLine(each.doc))}`),
            ...command.argWords.map((word) => `complete -c hwp${options} -a ${word}`),
            ...command.commands.length > 0 || !takesFiles(command) || command.argWords.length > 0 ? [] : [`complete -c hwp${options} -k -a ${fishQuoted(takesScenarios(command) ? '(__fish_complete_suffix .hwp)' : '(__fish_complete_path (commandline -ct))')}`],
            ...command.options.map((option) => ({ ...option, takes: fishValue(option) })).map(({ flags, value, doc, takes }) => `complete -c hwp${options}${flags.map((flag) => flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`).join('')}${value === '' ? '' : takes} -d ${fishQuoted(firstLine(doc))}`),
        ];
    });
    return `# fish completion for hwp:  hwp completion fish | source
function __hwp_behind --description 'whether the commands were written one behind the other'
    set -l words (commandline -opc)
    set -e words[1]
    set -l commands (string match -v -- '-*' $words)
    for index in (seq (count $argv))
        test "$commands[$index]" = "$argv[$index]"; or return 1
    end
end
function __hwp_value --description 'what is written of a value so far'
    string replace -r -- '^--[a-z-]+=' '' (commandline -ct)
end
function __hwp_named_file --description 'words, and files behind one with an equals sign'
    set -l value (__hwp_value)
    set -l name (string match -r -- '^[^=]*=' $value)
    or begin
        printf '%s\\n' $argv
        return
    end
    printf "$name%s\\n" (__fish_complete_path (string replace -- $name '' $value))
end
complete -c hwp -f
${lines.join('\n')}
`;
}

/** What an option takes that takes something. */
function fishValue(option: OptionDescription): string {
    const { words } = option;
    return isNamedFile(option) ? ` -x -a ${fishQuoted(`(__hwp_named_file ${words.join(' ')})`)}` : words.length > 0 ? ` -x -a ${fishQuoted(words.join(' '))}`
        : isFolder(option) ? ` -x -a ${fishQuoted('(__fish_complete_directories (__hwp_value))')}` : isFile(option) ? ' -r -F' : ' -x';
}

function firstLine(doc: string): string {
    return doc.split('\n', 1)[0] ?? '';
}

function quoted(text: string): string {
    return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}

function fishQuoted(text: string): string {
    return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
