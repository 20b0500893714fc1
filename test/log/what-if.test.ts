import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { Overrides } from '../../server/src/analysis/overrides.js';
import type { WhatIf } from '../../server/src/log/judgement/incident.js';
import { whatIf } from '../../server/src/log/scenario/what-if.js';
import { triageText } from '../../server/src/log/triage.js';
import { dmesgLines } from '../../server/src/report/output/dmesg.js';
import { GIVEN_LOGS } from './given.js';

const analyzer = new TextAnalyzer();
const analyze = (text: string, overrides?: Overrides) => analyzer.analyze('test:candidate.hwp', text, overrides === undefined ? {} : { overrides });

async function asked(text: string): Promise<WhatIf[]> {
    const { incidents, boots } = triageText(text);
    const found: WhatIf[] = [];
    for (const incident of incidents) {
        const each = await whatIf(incident, boots.find(({ index }) => index === incident.boot)!, analyze);
        if (each !== null) found.push(each);
    }
    return found;
}

/** Incidents whose every memory-failure line the model prints on the kernel of the log, or on the newest that has the wording. */
const REPRODUCED: Readonly<Record<string, number>> = { '01': 1, '03': 1, '05': 1, '06': 2, '14': 1, '21': 1, '24': 1, '27': 1, '38': 1, '39': 1, '42': 1 };
/** What the model differs from: a race or a fault of a kernel that it does not describe. */
const DIFFERENT: Readonly<Record<string, number>> = { '08': 1, '13': 1, '28': 1, '34': 1, '35': 1 };

describe('what the model makes of the given logs', () => {
    test.each(GIVEN_LOGS)('$name', async ({ number, text }) => {
        const found = await asked(text);
        expect(found.filter(({ passes }) => passes)).toHaveLength(REPRODUCED[number] ?? 0);
        expect(found.filter(({ differs }) => differs.length > 0)).toHaveLength(DIFFERENT[number] ?? 0);
        for (const { scenario, agrees, predicted, passes, differs } of found) {
            if (scenario === null) {
                expect(agrees).toEqual([]);
                continue;
            }
            const report = await analyze(scenario);
            // It parses, it runs, and its log holds what is said to agree.
            expect(report.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
            const log = report.scenarios.flatMap(({ trace }) => (trace === null ? [] : dmesgLines(trace))).join('\n');
            for (const line of predicted) expect(log).toContain(line);
            if (differs.length === 0) {
                expect(passes).toBe(true);
                expect(report.scenarios.map(({ status }) => status)).toEqual(report.scenarios.map(() => 'passed'));
            }
        }
    });

    test('a slab page under the panic sysctl panics where that is switched on, and is told apart by kernel', async () => {
        const [found] = await asked('[    1.000000] Linux version 6.12.9 (x)\n[    5.000000] mce: Uncorrected hardware memory error in user-access at 2000080\n[    5.000100] Memory failure: 0x2000: unhandlable page.\n[    5.000200] Memory failure: 0x2000: recovery action for get hwpoison page: Ignored\n');
        expect(found!.kernel).toBe('6.12.9');
        expect(found!.others.find(({ of }) => of === 'Linux 7.3')!.results).toEqual(['MF_MSG_KERNEL MF_IGNORED']);
        expect(found!.others.find(({ of }) => of.startsWith('vm.panic_on'))!.panic).toContain('unrecoverable page');
    });
});
