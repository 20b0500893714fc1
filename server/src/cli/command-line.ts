/** The commands and options of `hwp`, and what becomes of their errors. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseKernel, parseSysctl, type Parsed } from '../analysis/overrides.js';
import type { KernelChoice } from '../simulator/program.js';
import { checkCommand, type CheckOptions } from './check-command.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { packageVersion } from './package-version.js';
import { runCommand, type RunOptions } from './run-command.js';
import type { Terminal } from './terminal.js';

const EXIT_CODES = `
Exit codes:
  0  everything expected holds
  1  an expectation does not hold, or the machine stopped unexpectedly
  2  a file, an option or a scenario cannot be used as it is
  3  an error of hwp itself
  4  nothing failed, but something is not modelled`;

/** Runs the command line; never throws. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
    let code: ExitCode = EXIT.passed;
    const program = commands(terminal, (result) => {
        code = result;
    });
    try {
        await program.parseAsync(args, { from: 'user' });
        return code;
    } catch (error) {
        if (error instanceof CommanderError) {
            return error.exitCode === 0 ? EXIT.passed : EXIT.invalid;
        }
        terminal.err(`hwp: this is a bug in hwp: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
        return EXIT.internal;
    }
}

function commands(terminal: Terminal, finish: (code: ExitCode) => void): Command {
    const program = new Command('hwp')
        .description('Checks and runs hwpoison scenarios: what Linux does about memory errors.')
        .version(packageVersion(), '-V, --version', 'print the version')
        .helpOption('-h, --help', 'print this help')
        .helpCommand(false)
        .option('--no-color', 'no colours; NO_COLOR in the environment does the same')
        .exitOverride()
        .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
        .showHelpAfterError('(hwp --help lists commands and options)')
        .addHelpText('after', EXIT_CODES);
    overridable(program.command('check'))
        .description('Read scenarios and report what is wrong with them, without running them.')
        .addOption(new Option('--format <format>', 'form of the output').choices(['text', 'json']).default('text'))
        .action(async (paths: string[], options: CheckOptions) => finish(await checkCommand(paths, options, painted(terminal, program))));
    overridable(program.command('run'))
        .description('Run scenarios and hold them against their expectations.')
        .option('--explain', 'show the decisions of the kernel, the log and the counters of each step', false)
        .addOption(new Option('--format <format>', 'form of the output').choices(['text', 'json', 'dmesg']).default('text'))
        .action(async (paths: string[], options: RunOptions) => finish(await runCommand(paths, options, painted(terminal, program))));
    return program;
}

function overridable(command: Command): Command {
    return command
        .argument('<paths...>', 'files, folders (all .hwp files below) and globs')
        .option('--kernel <version>', 'run every scenario on this kernel, without proposals', (written): KernelChoice => required(parseKernel(written)))
        .option('--sysctl <name=value>', 'set a sysctl at the start of every scenario; may be repeated', collectSysctl, {});
}

function collectSysctl(assignment: string, collected: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const { name, value } = required(parseSysctl(assignment));
    return { ...collected, [name]: value };
}

function required<Value>(parsed: Parsed<Value>): Value {
    if ('error' in parsed) {
        throw new InvalidArgumentError(parsed.error);
    }
    return parsed.value;
}

function painted(terminal: Terminal, program: Command): Terminal {
    return { ...terminal, colours: terminal.colours && program.opts<{ color: boolean }>().color };
}
