// Runs the recorded cases on a kernel of the lab's cache and keeps what came of them.
import path from 'node:path';
import process from 'node:process';
import { cacheFolder } from '../../../server/src/lab/cache.js';
import { endAllMachines } from '../../../server/src/lab/emulator/emulator.js';
import { chooseKernel, openLab } from '../../../server/src/lab/open-lab.js';
import { runCases } from '../../../server/src/lab/run/run-cases.js';
import { labCases } from './lab-cases.js';
import { readLabRecords, recordedObservation, writeLabRecords, type LabRecord } from './lab-record.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export async function main(args: readonly string[]): Promise<number> {
    process.env['HWP_CACHE'] ??= path.join(ROOT, '.cache/lab');
    const [version = ''] = args;
    const minutes = args.includes('--minutes') ? Number(args[args.indexOf('--minutes') + 1]) : Infinity;
    const kernel = chooseKernel(cacheFolder(), { version });
    const records: LabRecord[] = [...readLabRecords(kernel.version)];
    const known = new Set(records.map((record) => `${record.group}/${record.case}`));
    const cases = await labCases(kernel.version, (name, group) => !known.has(`${group}/${name}`));
    const end = Date.now() + minutes * 60_000;
    let stopped = false;
    process.on('SIGINT', () => { stopped = true; }).on('exit', endAllMachines);
    const { session } = openLab(cacheFolder(), kernel, ROOT, (text) => { console.error(text); });
    const started = Date.now();
    let ran = 0;
    const counts = new Map<string, number>();
    try {
        await session.open();
        for await (const { index, result } of runCases(cases.map(({ each }) => each), session, () => stopped || Date.now() > end, undefined, true)) {
            const { case: name, group } = cases[index]!;
            const why = result.notMade.map(({ construct, reason }) => `${construct}: ${reason}`).join('; ');
            records.push({ case: name, group, ...result.verdict === 'not made' || result.observation === null ? { notMade: why } : recordedObservation(result.observation) });
            ran += result.observation === null ? 0 : 1;
            counts.set(result.verdict, (counts.get(result.verdict) ?? 0) + 1);
            if (result.verdict === 'differs') console.log(`${group}/${name}: ${result.differences.slice(0, 2).map(({ step, field, predicted, observed }) => `step ${step} ${field}: ${predicted} / ${observed}`.replaceAll('\n', ' | ')).join('; ')}`);
            if (records.length % 10 === 0) writeLabRecords(kernel.version, records);
        }
    } finally {
        writeLabRecords(kernel.version, records);
        await session.close();
    }
    const seconds = (Date.now() - started) / 1000;
    console.log(`Linux ${kernel.release}: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')} of ${cases.length}; ${ran} run in ${seconds.toFixed(0)} s, ${(seconds / Math.max(1, ran)).toFixed(2)} s a case`);
    return 0;
}
