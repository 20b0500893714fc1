/** The program in the guest: compiled once with the system's compiler, then kept. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { MachineType } from '../emulator/machine-types.js';
import { LabProblem } from '../lab-problem.js';

const FLAGS = ['-O2', '-Wall', '-Wextra', '-Werror', '-static', '-pthread'];

/** The folder of its source: `lab` beside what runs, however deep that lies. */
export function agentSources(from: string): string {
    for (let folder = from; ; folder = path.dirname(folder)) {
        if (existsSync(path.join(folder, 'lab', 'agent.h'))) {
            return path.join(folder, 'lab');
        }
        if (folder === path.dirname(folder)) {
            throw new LabProblem('The source of the agent (lab/agent.h) is not there.', 'Install hwp anew.');
        }
    }
}

/** The host's compiler, or one for the other machine; which packages bring it, which variable names another. */
function compilerFor({ host, crossCompiler }: MachineType): { readonly compiler: string; readonly packages: string; readonly variable: string } {
    const native = host === process.arch;
    const variable = native ? 'CC' : crossCompiler.variable;
    return { compiler: process.env[variable] ?? (native ? 'cc' : crossCompiler.command), packages: native ? 'gcc and libc6-dev' : crossCompiler.packages, variable };
}

/** The path of the program. */
export function buildAgent(sources: string, cache: string, type: MachineType): string {
    const { compiler, packages, variable } = compilerFor(type);
    const files = readdirSync(sources).filter((name) => name.endsWith('.c') || name.endsWith('.h')).sort();
    const hash = createHash('sha256');
    for (const name of files) {
        hash.update(name).update(readFileSync(path.join(sources, name)));
    }
    const program = path.join(cache, `agent-${type.arch}-${hash.update(FLAGS.join(' ')).digest('hex').slice(0, 16)}`);
    if (existsSync(program)) {
        return program;
    }
    mkdirSync(cache, { recursive: true });
    const made = `${program}.${process.pid}`;
    const run = spawnSync(compiler, [...FLAGS, '-o', made, ...files.filter((name) => name.endsWith('.c')).map((name) => path.join(sources, name))], { encoding: 'utf8' });
    if (run.error !== undefined) {
        throw new LabProblem(`The program in the guest is compiled once, and there is no C compiler for ${type.arch} (${compiler}).`, `Install ${packages}, or set ${variable}.`);
    }
    if (run.status !== 0) {
        throw new LabProblem(`The program in the guest could not be compiled with ${compiler}:\n${run.stderr.trim()}`, /cannot find -l/.test(run.stderr) ? `Install the static C library (${packages} on Debian, glibc-static elsewhere).` : `Set ${variable} to another compiler.`);
    }
    renameSync(made, program);
    return program;
}
