import { expect, test } from 'vitest';
import type { Step } from '../../server/src/simulator/program.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';
import { at, mapping, process, step } from '../simulator/programs.js';
import { BAD } from './injections.js';
import { stepsAfter } from './observed.js';
import { DEVICE_MEMORY, HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY } from './page-states/index.js';
import { inRegion } from './page-states/page-state.js';
import { corrupt, madvise, softOffline, write } from './steps-on-m.js';
import { checkTimelines } from './timeline-rows.js';

const AT_PFN = 'Injecting memory failure at pfn PFN';
const AGAIN = 'Memory failure: PFN: recovery action for already poisoned page: Failed';
const SIGBUS = 'Memory failure: PFN: Sending SIGBUS to db due to hardware memory corruption';
const ANOTHER_RAW = 'Memory failure: PFN: recovery action for huge page: Failed';
const AO = 'AO db m+0x1000 lsb 12 handled';
const AR = 'AR db m+0x1000 lsb 12 handled';
const HUGE_AO = 'AO db m+0x3000 lsb 21 handled';

function consumedBy(cpu: number): Step {
    return step('machine-check', { severity: 'AR', target: BAD, cpu });
}

const RUNNING = { running: [{ source: 0, cpu: 0, task: 'db', mode: 'user' as const }] };
const corruptRaw = (page: number): Step => step('corrupt-pfn', { target: at('db', 'm', page) });

checkTimelines('a page that is poisoned already', {
    'anonymous': { section: '9.9', page: USER_MEMORY.anon, steps: [[corrupt, `0, ${AO}`], [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'slab': { section: '9.9', page: KERNEL_MEMORY.slab, steps: [[corrupt, 'EBUSY'], [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'free': { section: '9.9', page: KERNEL_MEMORY.free, steps: [[corrupt, '0'], [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'by the owner, through a hwpoison entry: not reached': { section: '1.3 a', page: USER_MEMORY.anon, steps: [[corrupt, `0, ${AO}`], [madvise(1, 'MADV_HWPOISON'), 'EFAULT', []]] },
    'by the owner, while it is still mapped': {
        section: '4.6', page: USER_MEMORY['thp pinned'],
        steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [madvise(5, 'MADV_HWPOISON'), 'EHWPOISON, AR db m+0x5000 lsb 12 handled', ['Injecting memory failure for pfn PFN at process virtual address VA', SIGBUS, AGAIN]]],
    },
    'another page of an unsplit thp': { section: '2.4 step 14', page: USER_MEMORY['thp pinned'], steps: [[corrupt, 'EHWPOISON, AO db m+0x5000 lsb 21 handled'], [corruptRaw(6), 'EHWPOISON, AO db m+0x6000 lsb 21 handled']] },
    'soft-offlined before': { section: '9.9, as recorded', page: USER_MEMORY.anon, steps: [[softOffline, '0'], [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'consumed again through a hwpoison entry': { section: '4.6', page: USER_MEMORY.anon, machine: RUNNING, steps: [[corrupt, `0, ${AO}`], [consumedBy(0), AR]] },
    'consumed again, mapped no more': { section: '4.6', page: PAGE_CACHE['ext4 clean'], machine: RUNNING, steps: [[corrupt, '0'], [consumedBy(0), '']] },
    'consumed by a task that does not map it': {
        section: '4.6', page: USER_MEMORY.anon, machine: { processes: [process('db', [mapping('m')]), process('web', [mapping('m')])], running: [{ source: 0, cpu: 0, task: 'web', mode: 'user' }] },
        steps: [[corrupt, '0'], [consumedBy(0), '']],
    },
    'not for fsdax': { section: '2.7', page: DEVICE_MEMORY['fsdax on ext4'], steps: [[corrupt, `0, ${AO}`], [write(1), "'Z'"], [corrupt, `0, ${AO}`]] },
});

const HUGE_HIT = [corrupt, `0, ${HUGE_AO}`] as const;

checkTimelines('a huge page that is poisoned already', {
    'anonymous: an ordinary page by now': { section: '9.4 hugetlb_free', page: HUGETLB['hugetlb anon'], steps: [HUGE_HIT, [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'file, the same raw page': { section: '9.4 hugetlb_same_raw', page: HUGETLB['hugetlb file'], steps: [HUGE_HIT, [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'free and promised, the same raw page': { section: '9.4 hugetlb_same_raw', page: HUGETLB['hugetlb free, all reserved'], steps: [[corrupt, 'EBUSY'], [corrupt, 'EHWPOISON', [AT_PFN, AGAIN]]] },
    'free and promised, another raw page': { section: '9.4 hugetlb_second_raw', page: HUGETLB['hugetlb free, all reserved'], steps: [[corrupt, 'EBUSY'], [step('corrupt-pfn', { target: inRegion('free', 9) }), 'EHWPOISON', [AT_PFN, ANOTHER_RAW]]] },
    'file, consumed again': { section: '9.4 hugetlb_same_raw', page: HUGETLB['hugetlb file'], machine: RUNNING, steps: [HUGE_HIT, [consumedBy(0), 'AR db m+0x3000 lsb 21 handled']] },
    'anonymous, consumed again through the entry of the huge page': { section: '4.6', page: HUGETLB['hugetlb anon'], machine: RUNNING, steps: [HUGE_HIT, [consumedBy(0), 'AR db m+0x3000 lsb 21 handled']] },
});

/** The notes of the decisions of a step with that id. */
function notesOf(steps: readonly StepTrace[], index: number, id: string): (string | undefined)[] {
    return steps[index]!.events.flatMap((event) => event.t === 'decision' && event.id === id ? [event.note] : []);
}

test('4.6: the reference of a caller who meets a poisoned page is given back', () => {
    const { steps: quiet } = stepsAfter(USER_MEMORY['thp pinned'], [corrupt, corruptRaw(6)]);
    const { steps } = stepsAfter(USER_MEMORY['thp pinned'], [corrupt, madvise(5, 'MADV_HWPOISON'), corruptRaw(6)]);
    expect(notesOf(steps, 2, 'get_any_page.in-use')).toEqual(notesOf(quiet, 1, 'get_any_page.in-use'));
    expect(notesOf(steps, 2, 'get_any_page.in-use')).toHaveLength(1);
});

test('4.6: a task that does not map the page counts as recovered: the page leaves the direct map', () => {
    const { steps } = stepsAfter(USER_MEMORY.anon, [corrupt, consumedBy(0)], { processes: [process('db', [mapping('m')]), process('web', [mapping('m')])], running: [{ source: 0, cpu: 0, task: 'web', mode: 'user' }] });
    expect(notesOf(steps, 1, 'set_mce_nospec')).toHaveLength(1);
    const { steps: mapped } = stepsAfter(USER_MEMORY.anon, [corrupt, consumedBy(0)], RUNNING);
    expect(notesOf(mapped, 1, 'set_mce_nospec')).toHaveLength(0);
});
