/** What tasks print, and what the contributed problem matchers make of it and of `hwp run` and `hwp check`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCode, runLines } from '../../client/src/tasks/run-lines.js';
import { runCommandLine } from '../../server/src/cli/command-line.js';

interface Pattern { readonly regexp: string; readonly file?: number; readonly line?: number; readonly column?: number; readonly severity?: number; readonly message?: number; readonly code?: number }

interface Manifest {
    readonly activationEvents: readonly string[];
    readonly contributes: {
        readonly taskDefinitions: readonly { readonly type: string }[];
        readonly problemPatterns: readonly (Pattern & { readonly name: string; readonly patterns?: readonly Pattern[] })[];
        readonly problemMatchers: readonly { readonly name: string; readonly pattern: string }[];
    };
}

const root = path.resolve(import.meta.dirname, '../..');
const { contributes, activationEvents } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;

/** As the editor reads output: the lines of a pattern one behind the other, what they capture for the same part one below the other. */
function problems(matcher: string, lines: readonly string[]): string[] {
    const pattern = contributes.problemPatterns.find(({ name }) => `$${name}` === contributes.problemMatchers.find(({ name: each }) => each === matcher)!.pattern)!;
    const parts = pattern.patterns ?? [pattern];
    return lines.flatMap((_, from) => {
        const matches = parts.map(({ regexp }, index) => new RegExp(regexp).exec(lines[from + index] ?? ''));
        if (matches.some((match) => match === null)) return [];
        const words = (part: keyof Omit<Pattern, 'regexp'>): string => matches.flatMap((match, index) => parts[index]![part] === undefined ? [] : [match![parts[index]![part]]]).filter((word) => word !== undefined).join('\n');
        return [[words('file'), words('line'), words('column'), words('severity'), words('message'), words('code')].join('|')];
    });
}

async function output(...args: string[]): Promise<string[]> {
    let text = '';
    await runCommandLine(args, { out: (words) => void (text += words), err: () => undefined, colours: false });
    return text.split('\n').map((line) => line.replace(`${root}/`, ''));
}

describe('problem matchers', () => {
    const file = 'test/cli/transcripts/failing.hwp';
    test('read hwp check and hwp run', async () => {
        const unknown = `${file}|15|17|error|Nothing is called \`txet\`. Did you mean \`text\`?|hwp/unknown-name`;
        expect(problems('hwp', await output('check', path.join(root, file)))).toEqual([unknown]);
        const lines = await output('run', path.join(root, file));
        expect(problems('hwp', lines)).toEqual([unknown]);
        expect(problems('hwp-expectations', lines)).toEqual([`${file}|8|16||expected  SIGBUS BUS_MCEERR_AO to db\nactual    no signal|`]);
        expect(problems('hwp-expectations', await output('run', path.join(root, 'test/cli/transcripts/vary.hwp')))).toEqual(['test/cli/transcripts/vary.hwp|8|16||expected  no panic\nactual    panic "Memory failure: 0x4001: unrecoverable page"|']);
        const warnings = problems('hwp', await output('run', path.join(root, 'test/cli/transcripts/unchecked.hwp')));
        expect(warnings.map((line) => line.split('|').slice(0, 4).join('|'))).toEqual(['test/cli/transcripts/unchecked.hwp|5|5|warning', 'test/cli/transcripts/unchecked.hwp|6|9|warning']);
    });

    test('read what a task prints; nothing that passes is a problem', () => {
        const failure = { message: 'Expected no panic,\n but: \u001b[2Jpanic.', expected: 'no panic', actual: 'panic', uri: 'file:///w/a.hwp', range: { start: { line: 7, character: 15 }, end: { line: 7, character: 20 } } };
        const scenario = { id: 's', title: 'a: 1:2: error: no', range: failure.range, met: 0, variants: [] };
        const lines = runLines({ uri: failure.uri, scenarios: [{ ...scenario, status: 'failed', failures: [failure] }, { ...scenario, title: 'good', status: 'passed', failures: [] }] }, (uri) => uri.replace('file:///w/', ''));
        expect(lines).toEqual(['a.hwp', '  ✗ a: 1:2: error: no', '      a.hwp:8:16: error: Expected no panic, but: ?[2Jpanic.', '  ✓ good']);
        expect(problems('hwp', lines.slice(2))).toEqual(['a.hwp|8|16|error|Expected no panic, but: ?[2Jpanic.|']);
    });

    test('a task ends as hwp run does', () => {
        const of = (...statuses: ('passed' | 'failed' | 'invalid' | 'unverified')[]): number => exitCode(statuses.map((status) => ({ status })));
        expect([of('passed'), of('passed', 'failed'), of('failed', 'invalid'), of('unverified', 'passed'), of()]).toEqual([0, 1, 2, 4, 2]);
    });

    test('a task starts the extension', () => {
        for (const { type } of contributes.taskDefinitions) expect(activationEvents).toContain(`onTaskType:${type}`);
    });
});
