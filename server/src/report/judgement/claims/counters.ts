/** Claims about HardwareCorrupted and the statistics of a node, after the step. */
import type { Claim } from '../../../simulator/program.js';
import type { Counters } from '../../../simulator/trace.js';
import { bytesWords } from '../../step/wording.js';
import type { Finding, Scene } from '../scene.js';

export function judgeHardwareCorrupted(claim: Claim & { kind: 'hardware-corrupted' }, scene: Scene): Finding {
    const bytes = countersAfter(scene).poisonedPages * 2 ** scene.trace.pageShift;
    return {
        holds: bytes === claim.bytes,
        expected: `HardwareCorrupted ${bytesWords(claim.bytes)}`,
        actual: `HardwareCorrupted ${bytesWords(bytes)}`,
        at: null,
    };
}

export function judgeNodeCounter(claim: Claim & { kind: 'node-counter' }, scene: Scene): Finding {
    const value = countersAfter(scene).nodes[claim.node]?.[claim.counter];
    return {
        holds: value === claim.value,
        expected: `node ${claim.node} ${claim.counter} ${claim.value}`,
        actual: value === undefined ? `this kernel has no statistics of node ${claim.node}` : `node ${claim.node} ${claim.counter} ${value}`,
        at: null,
    };
}

function countersAfter(scene: Scene): Counters {
    return scene.trace.steps[scene.last]?.counters ?? scene.trace.end.counters;
}
