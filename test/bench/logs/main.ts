/** Triage of large logs against grep on the same file, and of many small ones on all cores against one. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Row } from '../benchmarks.js';
import { median } from '../measure.js';
import { writeLog, writeStorm } from './make-logs.js';

const QUICK = process.argv.includes('--quick');
const FOLDER = path.join('.cache', 'bench', 'logs');
const CLI = path.join('.cache', 'bench', 'triage', 'cli.js');
const BYTES = QUICK ? 2 ** 27 : 2 ** 30;
const ERRORS = 1000;
const LOGS = QUICK ? 1000 : 10_000;
const LOG_BYTES = 100 * 1024;
const ROUNDS = QUICK ? 3 : 5;
const GREP = ['-cE', 'Memory failure|Hardware Error|mce:|EDAC|soft offline|Kernel panic|Internal error|BUG:|Oops'];
const LIMIT_KB = 150 * 1024;
const STORM_LINES = QUICK ? 500_000 : 10_000_000;

interface Run { readonly ms: number; readonly kilobytes: number; }

/** Peak memory as GNU time measures it; 0 where there is none. */
function run(command: string, args: readonly string[]): Run {
    const timed = existsSync('/usr/bin/time');
    const start = performance.now();
    const { stderr } = timed ? spawnSync('/usr/bin/time', ['-f', '%M', command, ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 2 ** 28 }) : spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 2 ** 28 });
    return { ms: performance.now() - start, kilobytes: timed ? Number(stderr.trim().split('\n').at(-1)) : 0 };
}

function inTurns(...runs: readonly (() => Run)[]): Run[] {
    const times = runs.map((): Run[] => []);
    for (let round = 0; round <= ROUNDS; round += 1) runs.forEach((each, index) => { const found = each(); if (round > 0) times[index]!.push(found); });
    return times.map((of) => ({ ms: median(of.map(({ ms }) => ms)), kilobytes: Math.max(...of.map(({ kilobytes }) => kilobytes)) }));
}

const large = path.join(FOLDER, `large-${BYTES}.log`);
if (!existsSync(large) || statSync(large).size < BYTES) writeLog(large, BYTES, ERRORS);
const small = path.join(FOLDER, `small-${LOGS}`);
if (!existsSync(path.join(small, `${LOGS - 1}.log`))) {
    rmSync(small, { recursive: true, force: true });
    for (let log = 0; log < LOGS; log += 1) writeLog(path.join(small, `${log}.log`), LOG_BYTES, 1, log + 1);
}
const storm = path.join(FOLDER, `storm-${STORM_LINES}.log`);
if (!existsSync(storm)) writeStorm(storm, STORM_LINES);
const triage = (...args: readonly string[]) => (): Run => run(process.execPath, [CLI, 'triage', '--summary', ...args]);
const size = `${Math.round(BYTES / 2 ** 20)} MiB`;
const [grep, whole] = inTurns(() => run('grep', [...GREP, large]), triage(large));
const onlyOne = triage(storm)();
const [all, one] = inTurns(triage(small), triage('--jobs', '1', small));
const rows: Row[] = [
    { what: `triage of a log of ${size} with ${ERRORS} memory errors`, value: whole!.ms, unit: 'ms', floor: grep!.ms, floorIs: 'grep for nine words', target: 'within twice grep', met: whole!.ms <= grep!.ms * 2 },
    { what: `its memory`, value: whole!.kilobytes, unit: 'kB', floor: grep!.kilobytes, floorIs: 'grep', target: '< 150 MB', met: whole!.kilobytes < LIMIT_KB },
    { what: `triage of ${STORM_LINES.toLocaleString('en')} lines of one incident: its memory`, value: onlyOne.kilobytes, unit: 'kB', floor: whole!.kilobytes, floorIs: 'the log before', target: '< 150 MB', met: onlyOne.kilobytes < LIMIT_KB },
    { what: `triage of ${LOGS.toLocaleString('en')} logs of 100 KiB, ${availableParallelism()} cores`, value: all!.ms, unit: 'ms', floor: one!.ms, floorIs: 'one core', target: '1.7 times as fast', met: availableParallelism() < 2 || one!.ms / all!.ms >= 1.7 },
];
console.log(JSON.stringify(rows));
