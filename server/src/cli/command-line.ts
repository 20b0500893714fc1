/** The commands and options of `hwp`, and what becomes of their errors. Each command is loaded when it is called: reading a log needs no language. */
import { existsSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseKernel, parseSysctl, type Parsed } from '../analysis/overrides.js';
import type { KernelChoice } from '../simulator/program.js';
import { visible } from '../vocabulary/control-characters.js';
import type { CheckOptions } from './check-command.js';
import type { LabFuzzOptions, LabRunOptions } from './lab/lab-command.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { ExportOptions } from './export-command.js';
import { describeCommand, type CommandDescription } from './help/describe.js';
import { SHELLS, type Shell } from './help/shells.js';
import { KERNELS } from '../vocabulary/kernels.js';
import { SYSCTLS } from '../vocabulary/sysctls.js';
import { packageVersion } from './package-version.js';
import { REPORTERS } from '../report/reporters/table.js';
import { parseReport, type WantedReport } from './run/report-files.js';
import type { RunOptions } from './run/run-options.js';
import { parseFilter, parseShard, type Shard } from './run/selection.js';
import type { Terminal } from './terminal.js';
import type { TriageOptions } from './triage/triage-command.js';

const EXIT_CODES = `
Exit codes:
  0  everything expected holds
  1  an expectation does not hold, or the machine stopped unexpectedly
  2  a file, an option or a scenario cannot be used as it is, or there is none to run
  3  an error of hwp itself
  4  nothing failed, but something is not modelled
  5  with --strict: a scenario passed and nothing was checked in it`;

/** Runs the command line; never throws. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
    let code: ExitCode = EXIT.passed;
    const [first = ''] = args;
    const program = commands(terminal, (result) => {
        code = result;
    }, first);
    if (isFile(first, program)) {
        terminal.err(`hwp: '${visible(first)}' is a file, not a command. To run it: hwp run ${visible(args.join(' '))}. To read it only: hwp check ${visible(args.join(' '))}.\n`);
        return EXIT.invalid;
    }
    try {
        await program.parseAsync(helpWanted(args, program), { from: 'user' });
        return code;
    } catch (error) {
        if (error instanceof CommanderError) {
            return error.exitCode === 0 ? EXIT.passed : EXIT.invalid;
        }
        terminal.err(`hwp: this is a bug in hwp: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
        return EXIT.internal;
    }
}

/** Somebody who writes a file, or a folder, where the command stands. */
function isFile(word: string, program: Command): boolean {
    return word !== '' && !word.startsWith('-') && word !== 'help' && program.commands.every((command) => command.name() !== word) && (word.endsWith('.hwp') || existsSync(word));
}

/**
 * `hwp help lab run` asks what `hwp lab run --help` does. Words behind `help` that are no command stand for themselves: they are refused, with the
 * nearest one, instead of being answered by the help of all.
 */
function helpWanted(args: readonly string[], program: Command): readonly string[] {
    const [first, ...rest] = args;
    if (first !== 'help' || rest.length === 0 || rest.some((word) => word.startsWith('-'))) {
        return args;
    }
    let command = program;
    for (const [index, word] of rest.entries()) {
        const next = command.commands.find((each) => each.name() === word);
        if (next === undefined) {
            return command.commands.length === 0 ? [...rest.slice(0, index), '--help'] : rest.slice(0, index + 1);
        }
        command = next;
    }
    return [...rest, '--help'];
}

type Finish = (code: ExitCode) => void;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, (program: Command, terminal: Terminal, finish: Finish) => void>> = {
    check: checkOf, run: runOf, export: exportOf, triage: triageOf, completion: completionOf, mcp: mcpOf, lab: labOf,
};

/** @param first the first word written: where it names a command, nobody asks for the others */
function commands(terminal: Terminal, finish: Finish, first = ''): Command {
    const program = new Command('hwp')
        .description('Checks and runs hwpoison scenarios: what Linux does about memory errors.')
        .option('-V, --version', 'print the version')
        .on('option:version', () => {
            terminal.out(`${packageVersion()}\n`);
            throw new CommanderError(0, 'commander.version', 'the version was asked for');
        })
        .helpOption('-h, --help', 'print this help')
        .helpCommand('help [command]', 'print the help of a command')
        .option('--color', 'colours even where the output is no terminal; FORCE_COLOR in the environment does the same')
        .option('--no-color', 'no colours; NO_COLOR in the environment does the same')
        .exitOverride()
        .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
        .showHelpAfterError('(hwp --help lists commands and options)')
        .addHelpText('after', EXIT_CODES);
    for (const [name, add] of Object.entries(COMMANDS)) {
        if (name === first || !Object.hasOwn(COMMANDS, first)) add(program, terminal, finish);
    }
    return program;
}

function checkOf(program: Command, terminal: Terminal, finish: Finish): void {
    overridable(program.command('check'))
        .description('Read scenarios and report what is wrong with them, without running them.')
        .addOption(new Option('--format <format>', 'form of the output').choices(['text', 'json']).default('text'))
        .action(async (paths: string[], options: CheckOptions) => finish(await (await import('./scenario-commands.js')).checkCommand(paths, options, painted(terminal, program))))
        .addHelpText('after', examples('hwp check examples', 'hwp check --kernel 6.12 --format json \'**/*.hwp\''))
        .addHelpText('after', '\nIt ends with 0 if there are no errors, else with 2; hwp --help lists the exit codes.');
}

function runOf(program: Command, terminal: Terminal, finish: Finish): void {
    overridable(program.command('run'))
        .description('Run scenarios and hold them against their expectations.')
        .option('--strict', 'refuse scenarios in which nothing is checked (exit code 5) and kernels that are only approximated (2)')
        .addOption(filterOption())
        .option('--shard <part/of>', 'only that part of the scenarios, such as 2/5: every scenario is in exactly one part', (written): Shard => required(parseShard(written)))
        .option('--fail-fast', 'end with the first file in which something fails')
        .option('--jobs <count>', 'threads; default: as many as there are cores when a run takes longer', (written) => required(wholeNumber(written)))
        .option('--watch', 'run again what a change of a file concerns, until it is ended (Ctrl+C), or a path is gone (2)')
        .option('--list', 'name the scenarios and run none')
        .option('--report <name[=file]>', `write a report for other programs to a file, or after the text; may be repeated:\n${Object.entries(REPORTERS).map(([name, { doc }]) => `${name}: ${doc}`).join('\n')}`, collectReport)
        .option('--explain', 'show the decisions of the kernel, the log and the counters of each step; JSON always has them')
        .option('--picture <file.svg>', 'draw the scenario: time line, memory, sweeps, races, variants; of several, each to file-TITLE.svg')
        .addOption(new Option('--format <format>', 'form of the output; markdown and html are one page with pictures, explanation and log').choices(['text', 'json', 'dmesg', 'markdown', 'html']).default('text'))
        .action(async (paths: string[], options: RunOptions) => finish(await (await import('./scenario-commands.js')).runCommand(paths, options, painted(terminal, program))))
        .addHelpText('after', examples('hwp run early-kill.hwp', 'hwp run --explain early-kill.hwp', 'hwp run --kernel 6.12 --sysctl vm.memory_failure_early_kill=1 examples'))
        .addHelpText('after', EXIT_CODES);
}

function exportOf(program: Command, terminal: Terminal, finish: Finish): void {
    overridable(program.command('export'))
        .description('Write scenarios as programs for a real machine: the set-up, the steps, and the expectations as checks.')
        .addOption(new Option('--as <form>', 'a C program with TAP output, one for the kselftest harness, or what a shell script can do by debugfs and sysfs').choices(['c', 'sh', 'kselftest']).default('c'))
        .addOption(filterOption())
        .option('--variant <which>', 'only that variant of what a scenario varies: its number, or words of its name')
        .addOption(new Option('--checks <which>', 'what is checked: what the scenario expects (where it expects nothing, what the model predicts), or both').choices(['expected', 'predicted']).default('expected'))
        .option('-o, --output <folder>', 'write a file for each scenario and variant; without it the one program goes to the output')
        .action(async (paths: string[], options: ExportOptions) => finish(await (await import('./scenario-commands.js')).exportCommand(paths, options, painted(terminal, program))))
        .addHelpText('after', examples('hwp export early-kill.hwp > early-kill.c', 'hwp export --as kselftest --filter \'^early kill$\' early-kill.hwp', 'hwp export --checks predicted --output reproducers examples'))
        .addHelpText('after', `
Exit codes:
  0  everything of the scenario is in the program
  2  a file, an option or a scenario cannot be used, or it is not one program and there is no folder for several
  3  an error of hwp itself
  4  written, but something cannot be made on a real machine: it is named here and in the program (docs/export.md lists what)
The program itself ends with 0: as expected, 1: not, 4: the machine lacks what it needs.`);
}

function triageOf(program: Command, terminal: Terminal, finish: Finish): void {
    program.command('triage')
        .description('Read kernel logs: which memory errors there are, what became of them, and which crash belongs to them.')
        .argument('<paths...>', 'logs (gzip and zstd as they are), folders (all files below); - is the standard input')
        .addOption(new Option('--format <format>', 'form of the output; ndjson can be merged').choices(['text', 'json', 'ndjson']).default('text'))
        .option('--summary', 'count signatures over all logs instead of showing incidents')
        .option('--merge', 'the paths are results of --format ndjson: put them together')
        .option('--what-if', 'ask the model about each memory error: what it would have printed, what other kernels and sysctls would have done')
        .option('--scenarios <folder>', 'write a scenario for each memory error that the model reproduces')
        .option('--jobs <count>', 'threads; default: as many as there are cores', (written) => required(wholeNumber(written)))
        .action(async (paths: string[], options: TriageOptions) => finish(await (await import('./triage/triage-command.js')).triageCommand(paths, options, painted(terminal, program))))
        .addHelpText('after', examples('dmesg | hwp triage -', 'hwp triage --summary /var/crash', 'hwp triage --format ndjson node1.log > node1.ndjson'))
        .addHelpText('after', `
Exit codes:
  0  nothing that asks for action: no memory error, corrected ones only, or injected by a test
  1  hardware, or software that an error set off or that said so
  2  a log or an option cannot be used, or there is no log
  3  an error of hwp itself
  4  nothing of 1, but something that the log cannot decide`);
}

function completionOf(program: Command, terminal: Terminal): void {
    program.command('completion')
        .description('Print the completions of a shell: source <(hwp completion bash), hwp completion fish | source')
        .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
        .action(async (shell: Shell) => terminal.out((await import('./help/completion.js')).completionScript(shell, describedCommands())));
}

function mcpOf(program: Command, terminal: Terminal, finish: Finish): void {
    program.command('mcp')
        .description('Serve the Model Context Protocol on the standard input and output: check, run, explain, triage and vocabulary as tools of a language model. Reads no files and uses no network.')
        .action(async () => finish(await (await import('./mcp/mcp-command.js')).mcpCommand(painted(terminal, program))));
}

/** What Debian has kernels for. */
const LAB_PLATFORMS = ['x86-64', 'arm64', 'arm64-16k'];

function labOf(program: Command, terminal: Terminal, finish: Finish): void {
    const lab = program.command('lab').description('Real kernels, booted in an emulator: the same scenarios, made and observed there.');
    lab.command('setup')
        .description('Fetch what a run needs into the cache: a kernel of Debian\'s packages (the newest, or the version given), the emulator where there is none.')
        .argument('[version]', 'such as 7.3 or 6.12.107')
        .addOption(new Option('--arch <name>', 'what the kernel is built for').choices(LAB_PLATFORMS).default(LAB_PLATFORMS[0]))
        .action(async (version: string | undefined, options: { readonly arch: string }) => finish(await (await import('./scenario-commands.js')).labSetupCommand(version, options, painted(terminal, program))))
        .addHelpText('after', examples('hwp lab setup 7.3', 'hwp lab setup 7.3 --arch arm64-16k'));
    lab.command('fuzz')
        .description('Draw random scenarios, run them both ways, and write what differs, made as small as it gets, as scenarios.')
        .option('--scenarios <count>', 'how many', (written): number => required(numberFrom(1, written)), 100)
        .option('--seed <number>', 'what is drawn follows from it', (written): number => required(numberFrom(0, written)), 1)
        .option('--from <index>', 'the first one', (written): number => required(numberFrom(0, written)), 0)
        .option('--shrink <runs>', 'most runs that are spent on making one small', (written): number => required(numberFrom(0, written)), 60)
        .option('--kernel <version>', 'a kernel of the cache; default: its newest')
        .option('--kernel-image <file>', 'a kernel of your own: a bzImage, or an Image for arm64')
        .option('--modules <folder>', 'with --kernel-image: where its modules are')
        .option('--out <folder>', 'where scenarios that differ are written', '.')
        .action(async (options: LabFuzzOptions) => finish(await (await import('./scenario-commands.js')).labFuzzCommand(options, painted(terminal, program))))
        .addHelpText('after', examples('hwp lab fuzz --scenarios 500 --seed 7', 'hwp lab fuzz --seed 7 --from 133 --scenarios 1'));
    lab.command('run')
        .description('Run scenarios on a real kernel and hold it against the prediction for its version.')
        .argument('<paths...>', 'files, folders (all .hwp files below) and globs')
        .option('--kernel <version>', 'a kernel of the cache, such as 7.3 or 7.3.4+deb13-arm64; default: its newest for the machine of the scenario')
        .option('--kernel-image <file>', 'a kernel of your own: a bzImage, or an Image for arm64')
        .option('--modules <folder>', 'with --kernel-image: where its modules are (lib/modules/RELEASE)')
        .option('--predict <version>', 'hold it against the prediction for that version, instead of its own: does a backport do what mainline does?')
        .addOption(filterOption())
        .option('--jobs <count>', 'machines at a time, of 1 GiB each; races take one', (written) => required(wholeNumber(written)), 1)
        .option('--keep <folder>', 'keep what the agent and the console said there')
        .addOption(new Option('--format <format>', 'form of the output').choices(['text', 'json']).default('text'))
        .action(async (paths: string[], options: LabRunOptions) => finish(await (await import('./scenario-commands.js')).labRunCommand(paths, options, painted(terminal, program))))
        .addHelpText('after', examples('hwp lab setup 7.3', 'hwp lab run early-kill.hwp', 'hwp lab run --kernel-image arch/x86/boot/bzImage --modules /lib/modules/7.3.0-mine examples'))
        .addHelpText('after', `
Exit codes:
  0  the kernel did everything as predicted
  1  it did something else
  2  a file, an option or the machine cannot be used as it is, or it was stopped
  3  an error of hwp itself
  4  nothing differs, but something cannot be made or is not modelled`);
}

/** Everything that `--help` knows, as data. */
export function describedCommands(): CommandDescription {
    let printed = '';
    const program = commands({ out: (text) => void (printed += text), err: () => undefined, colours: false }, () => undefined);
    return describeCommand(program, { '--report': Object.keys(REPORTERS).flatMap((name) => [name, `${name}=`]), '--kernel': KERNELS.map(({ version }) => version), '--sysctl': Object.keys(SYSCTLS).map((name) => `${name}=`) }, (command) => {
        printed = '';
        command.outputHelp();
        return printed;
    });
}

function examples(...lines: readonly string[]): string {
    return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function overridable(command: Command): Command {
    return command
        .argument('<paths...>', 'files, folders (all .hwp files below) and globs; - is the standard input')
        .option('--kernel <version>', 'run every scenario on this kernel, without proposals', (written): KernelChoice => required(parseKernel(written)))
        .option('--sysctl <name=value>', 'set a sysctl at the start of every scenario; may be repeated', collectSysctl);
}

/** Commands that take a part of the scenarios only. */
function filterOption(): Option {
    return new Option('--filter <regex>', 'only the scenarios whose title matches, upper and lower case alike').argParser((written): RegExp => required(parseFilter(written)));
}

function collectSysctl(assignment: string, collected: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
    const { name, value } = required(parseSysctl(assignment));
    return { ...collected, [name]: value };
}

function numberFrom(least: number, written: string): Parsed<number> {
    return /^\d{1,9}$/.test(written) && Number(written) >= least ? { value: Number(written) } : { error: `it must be a whole number from ${least} on` };
}

function wholeNumber(written: string): Parsed<number> {
    return /^[1-9]\d{0,3}$/.test(written) ? { value: Number(written) } : { error: 'it must be a whole number from 1 to 9999' };
}

function collectReport(written: string, collected: readonly WantedReport[] = []): readonly WantedReport[] {
    return [...collected, required(parseReport(written, collected))];
}

function required<Value>(parsed: Parsed<Value>): Value {
    if ('error' in parsed) {
        throw new InvalidArgumentError(parsed.error);
    }
    return parsed.value;
}

function painted(terminal: Terminal, program: Command): Terminal {
    return { ...terminal, colours: program.opts<{ color?: boolean }>().color ?? terminal.colours };
}
