/** Writes the scenarios that reproduce the incidents of a log. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogResult } from '../../log/output/results.js';
import { reasonOf } from '../read-source.js';
import type { Terminal } from '../terminal.js';

/** `dmesg-1.2.hwp` for incident 1.2 of `dmesg.txt`. */
export function writeScenarios({ path: log, incidents }: LogResult, folder: string, terminal: Terminal): void {
    for (const { id, whatIf } of incidents) {
        if (whatIf?.scenario == null) continue;
        const file = path.join(folder, `${path.basename(log).replace(/\.\w{1,5}$/, '').replace(/[<>]/g, '')}-${id}.hwp`);
        try {
            mkdirSync(folder, { recursive: true });
            writeFileSync(file, whatIf.scenario);
        } catch (error) {
            terminal.err(`hwp: ${file}: ${reasonOf(error)}\n`);
        }
    }
}
