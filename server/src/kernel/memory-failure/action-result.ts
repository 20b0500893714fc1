import { type Pfn, hex } from '../../machine/units.js';
import { MF_RESULTS, type MfResult } from '../../vocabulary/mf-results.js';
import { MF_TYPES, type MfType } from '../../vocabulary/mf-types.js';
import type { Errno, Kernel } from '../kernel.js';
import { khoForget, khoRecord } from '../kexec/kho-hwpoison.js';

/** Types that neither the poisoned-page count nor the node statistics see. */
const UNCOUNTED: ReadonlySet<MfType> = new Set<MfType>(['MF_MSG_ALREADY_POISONED', 'MF_MSG_PFN_MAP']);

const STATISTIC = { MF_IGNORED: 'ignored', MF_FAILED: 'failed', MF_DELAYED: 'delayed', MF_RECOVERED: 'recovered' } as const;

/** How a failure ended in words: those of the log line, and those of the decision. */
interface ResultWords { readonly printed: { readonly string: string; readonly result: string }; readonly decided: string }

const WORDS = new Map<MfType, Map<MfResult, ResultWords>>();

/** Made once for each type and result: a trace of many failures holds them again and again. */
function wordsOf(type: MfType, result: MfResult): ResultWords {
    return WORDS.get(type)?.get(result) ?? newWords(type, result);
}

function newWords(type: MfType, result: MfResult): ResultWords {
    const words = { printed: { string: MF_TYPES[type].string, result: MF_RESULTS[result].string }, decided: `${type} ${result}` };
    const ofType = WORDS.get(type) ?? new Map<MfResult, ResultWords>();
    WORDS.set(type, ofType.set(result, words));
    return words;
}

/** Counts a page as poisoned; with the kho-hwpoison proposal it joins the list. Follows num_poisoned_pages_inc(). */
export function numPoisonedPagesInc(kernel: Kernel, pfn: Pfn): void {
    countPoisoned(kernel, 1);
    khoRecord(kernel, pfn);
}

/** The page is no longer poisoned. Follows num_poisoned_pages_sub(). */
export function numPoisonedPagesSub(kernel: Kernel, pfn: Pfn): void {
    countPoisoned(kernel, -1);
    khoForget(kernel, pfn);
}

function countPoisoned(kernel: Kernel, by: 1 | -1): void {
    const { counters } = kernel.machine;
    kernel.changed('counter', 'HardwareCorrupted', 'pages', counters.poisonedPages, counters.poisonedPages + by);
    counters.poisonedPages += by;
}

/**
 * Reports how a failure ended: event, counters, log line, and the panic that the sysctl asks for.
 * Follows action_result().
 * @returns '0' for Recovered and Delayed, 'EBUSY' for Ignored and Failed
 */
export function actionResult(kernel: Kernel, pfn: Pfn, type: MfType, result: MfResult): Errno {
    const words = wordsOf(type, result);
    kernel.recorder.result(pfn, type, result);
    const again = type === 'MF_MSG_ALREADY_POISONED' && kernel.profile.has('alreadyPoisonedIsCounted');
    if (!UNCOUNTED.has(type) || again) {
        numPoisonedPagesInc(kernel, pfn);
        if (kernel.profile.has('nodeStatistics')) countNode(kernel, pfn, result);
    }
    kernel.printPfn('action', pfn, again ? { ...words.printed, string: MF_TYPES[type].traceString } : words.printed);
    kernel.decide('action_result', pfn, words.decided);
    if (kernel.profile.panicTypes.has(type) && result === 'MF_IGNORED' && kernel.machine.sysctl('vm.panic_on_unrecoverable_memory_failure') === 1) {
        kernel.decide('action_result.panic', pfn, 'vm.panic_on_unrecoverable_memory_failure 1');
        kernel.panic(`Memory failure: ${hex(pfn)}: unrecoverable page`);
    }
    return result === 'MF_RECOVERED' || result === 'MF_DELAYED' ? '0' : 'EBUSY';
}

/** update_per_node_mf_stats(). */
function countNode(kernel: Kernel, pfn: Pfn, result: MfResult): void {
    const at = kernel.machine.nodeOf(pfn);
    const node = kernel.machine.counters.nodes[at]!;
    const field = STATISTIC[result];
    kernel.changed('counter', `node${at}`, 'total', node.total, node.total + 1);
    kernel.changed('counter', `node${at}`, field, node[field], node[field] + 1);
    node.total += 1;
    node[field] += 1;
}
