/** `hwp completion`: what real shells offer; and the manual page, as those read it who print such pages. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureCommands } from '../../scripts/vscode/debian-packages.mjs';
import { describedCommands } from '../../server/src/cli/command-line.js';
import { completionScript } from '../../server/src/cli/help/completion.js';
import { allCommands } from '../../server/src/cli/help/describe.js';
import { SHELLS, type Shell } from '../../server/src/cli/help/shells.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'hwp-completion-'));
const script = (shell: Shell): string => path.join(folder, `completion.${shell}`);

beforeAll(() => {
    ensureCommands(SHELLS.map((shell) => ({ command: shell, packageName: shell })));
    SHELLS.forEach((shell) => writeFileSync(script(shell), completionScript(shell, describedCommands())));
    mkdirSync(path.join(folder, 'here/suite'), { recursive: true });
    ['a.hwp', 'b.log'].forEach((file) => writeFileSync(path.join(folder, 'here', file), ''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): string {
    const { stdout, stderr } = spawnSync(command, args, { cwd: path.join(folder, 'here'), encoding: 'utf8', timeout: 600_000, killSignal: 'SIGKILL', env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb' } });
    expect(stderr).toBe('');
    return stdout;
}

/** What a shell offers at the end of each of some lines. */
const OFFERS: Readonly<Record<Shell, (lines: readonly string[]) => string[][]>> = {
    bash: (lines) => lines.map((line) => run('bash', ['--norc', '-c', 'source "$1"; COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDBREAKS=$\' \\t\\n"\\\'><;|&(:\'; _hwp; printf "%s\\n" "${COMPREPLY[@]}"', 'bash', script('bash'), line]).split('\n')),
    zsh: (lines) => {
        const answers = path.join(folder, 'answers');
        writeFileSync(answers, '');
        run('zsh', ['-f', path.join(import.meta.dirname, 'ask.zsh'), script('zsh'), answers, ...lines]);
        return readFileSync(answers, 'utf8').split('\n\n').map((text) => text.split('\n'));
    },
    fish: (lines) => lines.map((line) => run('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', '--', script('fish'), line]).split('\n').map((offer) => offer.split('\t')[0]!)),
};

/** Behind `--option=`, and `junit=`, some offer the value, some the whole word; behind a folder's name a slash. */
function offered(shell: Shell, lines: readonly string[]): Record<string, string[]> {
    const offers = OFFERS[shell](lines).map((words) => [...new Set(words.map((word) => word.replace(/^(?:--)?\w+=(?=.)|\/$/g, '').replace(/^\w+=(?=.)/, '')))].filter((word) => word !== '').sort());
    return Object.fromEntries(lines.map((line, index) => [line, offers[index] ?? []]));
}

describe.each(SHELLS)('%s', (shell) => {
    test('offers commands, options, what they take, and files', () => {
        const expected: Readonly<Record<string, string[]>> = {
            'hwp ': ['check', 'completion', 'export', 'lab', 'mcp', 'run', 'triage'],
            'hwp lab ': ['fuzz', 'run', 'setup'],
            'hwp completion ': ['bash', 'fish', 'zsh'],
            'hwp run --re': ['--report'],
            'hwp run --report ma': ['markdown', 'markdown='],
            'hwp run --report junit=b': ['b.log'],
            'hwp run --report=tap=a': ['a.hwp'],
            'hwp run --co': ['--color'],
            'hwp export --output ': ['suite'],
            'hwp lab run --keep=': ['suite'],
            'hwp run --report=ta': ['tap', 'tap='],
            'hwp run --kernel 6.1 --format ': ['dmesg', 'html', 'json', 'markdown', 'text'],
            'hwp run --kernel 6.': ['6.1', '6.12', '6.18', '6.6'],
            'hwp lab run --k': ['--keep', '--kernel', '--kernel-image'],
            'hwp run --sysctl vm.e': ['vm.enable_soft_offline='],
            'hwp triage ': ['a.hwp', 'b.log', 'suite'],
            'hwp check a': ['a.hwp'],
            // fish puts what does not fit last, and leaves nothing out.
            'hwp run ': shell === 'fish' ? ['a.hwp', 'b.log', 'suite'] : ['a.hwp', 'suite'],
        };
        expect(offered(shell, Object.keys(expected))).toEqual(expected);
    });

    test('offers every option that --help names, of every command', () => {
        const commands = allCommands(describedCommands()).filter(({ commands: below }) => below.length === 0);
        const offers = offered(shell, commands.map(({ name }) => `${name} --`));
        for (const { name, options } of commands) {
            expect(offers[`${name} --`], name).toEqual([...new Set([...options, ...describedCommands().options].flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--'))))].sort());
        }
    });
});

describe('the manual page', () => {
    const page = path.resolve(import.meta.dirname, '../../docs/hwp.1');
    beforeAll(() => ensureCommands([{ command: 'mandoc', packageName: 'mandoc' }, { command: 'groff', packageName: 'groff-base' }]));

    test('mandoc has nothing to say about it', () => {
        expect(spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
    });

    test('groff, which man prints with, has no warning', () => {
        expect(run('groff', ['-ww', '-mdoc', '-Tascii', page])).toContain('hwp');
        expect(spawnSync('groff', ['-ww', '-mdoc', '-Tascii', page], { encoding: 'utf8' }).stderr).toBe('');
    });

    test('has every option, example and exit code that --help has', () => {
        // Bold is a letter twice, with a step back between.
        const printed = spawnSync('mandoc', ['-T', 'ascii', '-O', 'width=1000', page], { encoding: 'utf8' }).stdout.split('\b').map((part, index, parts) => index === parts.length - 1 ? part : part.slice(0, -1)).join('');
        for (const { name, options, more } of allCommands(describedCommands())) {
            expect(printed).toContain(name);
            for (const { flags } of options) expect(printed).toContain(flags.join(', '));
            for (const line of more.split('\n').filter((each) => /^ {2}\S/.test(each))) expect(printed).toContain(line.trim().replace(/^\d+ +/, ''));
        }
    });
});
