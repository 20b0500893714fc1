/** Every form of the question when to panic, page kind by page kind: the fourth version beside 7.3, and what is known of the first three. */
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';

const SYSCTL = 'vm.panic_on_unrecoverable_memory_failure';

interface Answer { readonly type: string; readonly panics: boolean }
type Answers = readonly [v4: Answer, released: Answer];

const kernel = (panics: boolean): Answer => ({ type: 'MF_MSG_KERNEL', panics });
const grab: Answer = { type: 'MF_MSG_GET_HWPOISON', panics: false };

/** Both panic; only 7.3 does; neither does. */
const RESERVED: Answers = [kernel(true), kernel(true)];
const TYPED: Answers = [grab, kernel(true)];
const PLAIN: Answers = [grab, grab];

const KINDS: Readonly<Record<string, Answers>> = {
    'reserved': RESERVED, 'kernel-text': RESERVED, 'kernel-rodata': RESERVED, 'kernel-data': RESERVED, 'kernel-bss': RESERVED, 'percpu-boot': RESERVED, 'memmap': RESERVED,
    'slab': TYPED, 'slab-tail': TYPED, 'page-table': TYPED, 'large-kmalloc': TYPED, 'large-kmalloc-tail': TYPED,
    'vmalloc': PLAIN, 'kernel-stack': PLAIN, 'module': PLAIN, 'driver': PLAIN, 'driver-compound': PLAIN, 'high-order-tail': PLAIN, 'percpu': PLAIN, 'balloon': PLAIN, 'zsmalloc': PLAIN, 'offline-type': PLAIN,
};

async function stepOf(lines: string): Promise<StepTrace> {
    const { scenarios: [scenario] } = await new TextAnalyzer().analyze('file:///test.hwp', `scenario "s" {\n${lines}\n}\n`);
    expect(scenario?.issues.filter(({ severity, origin }) => severity === 'error' && origin === 'text')).toEqual([]);
    return scenario!.trace!.steps.at(-1)!;
}

function answerOf(step: StepTrace): Answer & { readonly result: string; readonly text: string | undefined } {
    const result = step.events.find((event) => event.t === 'result');
    const panic = step.events.find((event) => event.t === 'panic');
    return { type: result?.type ?? '', result: result?.result ?? '', panics: panic !== undefined, text: panic?.text };
}

const onKernel = (choice: string, sysctl: 0 | 1, rest: string): Promise<StepTrace> => stepOf(`kernel ${choice}\nsysctl ${SYSCTL} = ${sysctl}\n${rest}`);

describe.each(Object.entries(KINDS))('%s', (kind, [v4, released]) => {
    const inject = `region r = ${kind} 1 page\ncorrupt-pfn r`;

    test.each([['7.0 with panic-unrecoverable-v4', v4], ['7.2 with panic-unrecoverable-v4', v4], ['7.3', released]] as const)('%s', async (choice, { type, panics }) => {
        const on = await onKernel(choice, 1, inject);
        expect(answerOf(on)).toEqual({ type, result: 'MF_IGNORED', panics, text: panics ? expect.stringMatching(/^Memory failure: 0x[0-9a-f]+: unrecoverable page$/) as string : undefined });
        // The panic follows the event, the counters and the line.
        expect(on.counters.poisonedPages).toBe(1);
        expect(on.events.some((event) => event.t === 'log' && event.text.includes('recovery action for'))).toBe(true);
        expect(answerOf(await onKernel(choice, 0, inject))).toMatchObject({ type, panics: false });
    });

    test('versions 2 and 3 draw the line where the fourth does, the first where no reference could be had', async () => {
        for (const version of ['v2', 'v3']) {
            expect(answerOf(await onKernel(`7.0 with panic-unrecoverable-${version}`, 1, inject))).toMatchObject(v4);
        }
        expect(answerOf(await onKernel('7.0 with panic-unrecoverable-v1', 1, inject))).toMatchObject({ type: 'MF_MSG_GET_HWPOISON', panics: true });
    });

    test('soft offline refuses with EIO before 7.3 names what the kernel owns', async () => {
        const refuse = `region r = ${kind} 1 page\nsoft_offline_page r`;
        const errnos = [(await onKernel('7.0 with panic-unrecoverable-v4', 1, refuse)).outcome.errno, (await stepOf(`kernel 7.3\n${refuse}`)).outcome.errno];
        // Pages with movable operations are migrated.
        expect(errnos).toEqual(kind === 'balloon' || kind === 'zsmalloc' ? ['0', '0'] : ['EIO', released.type === 'MF_MSG_KERNEL' ? 'ENOTRECOVERABLE' : 'EIO']);
    });
});

describe('the zero page', () => {
    const page = 'process db { map z = anon 1 page read }\n';
    test.each([['7.0 with panic-unrecoverable-v4', true], ['7.3', true], ['7.0', false]] as const)('%s', async (choice, panics) => {
        const sysctl = panics ? `sysctl ${SYSCTL} = 1\n` : '';
        for (const step of ['db: madvise z[0] MADV_HWPOISON', 'corrupt-pfn z[0]']) {
            expect(answerOf(await stepOf(`kernel ${choice}\n${sysctl}${page}${step}`))).toMatchObject({ type: panics ? 'MF_MSG_KERNEL' : 'MF_MSG_GET_HWPOISON', result: 'MF_IGNORED', panics });
        }
    });
});

describe('a free page that is taken under the handler', () => {
    const race = 'region buf = free 1 page\nprocess app { map heap = anon 1 page untouched }\ncorrupt-pfn buf\nrace app: write heap[0] from buf';
    test.each([['7.0 with panic-unrecoverable-v4', true], ['7.0 with panic-unrecoverable-v2', true], ['7.3', false]] as const)('%s', async (choice, panics) => {
        const { race: raced } = await onKernel(choice, 1, race);
        const lost = raced?.outcomes.map(({ step }) => answerOf(step)).filter(({ type }) => type === 'MF_MSG_KERNEL_HIGH_ORDER');
        expect(lost).toMatchObject([{ result: 'MF_IGNORED', panics }]);
    });
});

test('applied to a kernel that has its own form, a version of the series is refused', async () => {
    const { scenarios: [scenario] } = await new TextAnalyzer().analyze('file:///test.hwp', 'scenario "s" {\nkernel 7.3 with panic-unrecoverable-v4\ncorrupt-pfn pfn 1\n}\n');
    expect(scenario?.issues.map(({ code }) => code)).toContain('kernel/proposal-does-not-apply');
});
