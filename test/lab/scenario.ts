import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { Guest } from '../../server/src/lab/kernels/platforms.js';
import type { LabCase } from '../../server/src/lab/run/lab-result.js';
import { makePlan } from '../../server/src/lab/plan/make-plan.js';
import type { Plan } from '../../server/src/lab/plan/plan.js';

/** The one variant of the one scenario of a text. */
export async function caseOf(text: string): Promise<LabCase> {
    const uri = 'file:///lab.hwp';
    const report = await new TextAnalyzer().analyze(uri, text, { overrides: { kernel: { written: '7.3.4', version: '7.3', proposals: [] }, sysctls: {} } });
    const [scenario] = report.scenarios;
    const errors = [...report.issues, ...scenario?.issues ?? []].filter(({ severity, code }) => severity === 'error' && !code.startsWith('verdict/'));
    if (scenario?.variants[0] === undefined || errors.length > 0) {
        throw new Error(`the text has errors: ${errors.map(({ message }) => message).join('; ')}`);
    }
    return { uri, scenario, variant: scenario.variants[0] };
}

export async function planOf(text: string, lacks: ReadonlySet<string> = new Set(), guest?: Guest): Promise<Plan> {
    const { variant } = await caseOf(text);
    const planned = makePlan(variant.program, variant.trace, lacks, guest);
    if ('notMade' in planned) {
        throw new Error(`cannot be made: ${planned.notMade.map(({ construct }) => construct).join(', ')}`);
    }
    return planned.plan;
}

export async function notMadeOf(text: string, lacks: ReadonlySet<string> = new Set(), guest?: Guest): Promise<readonly string[]> {
    const { variant } = await caseOf(text);
    const planned = makePlan(variant.program, variant.trace, lacks, guest);
    return 'notMade' in planned ? planned.notMade.map(({ construct }) => construct) : [];
}
