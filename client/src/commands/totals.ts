import type { ScenarioItem, ScenarioStatus } from '../../../server/src/lsp/protocol.js';

const STATUSES: readonly ScenarioStatus[] = ['passed', 'failed', 'unverified', 'invalid'];

/** `3 passed, 1 failed`; of a single scenario only its state. */
export function totals(scenarios: readonly Pick<ScenarioItem, 'status'>[]): string {
    if (scenarios.length === 1) {
        return scenarios[0]?.status ?? '';
    }
    const counts = STATUSES.map((status) => ({ status, count: scenarios.filter((scenario) => scenario.status === status).length }));
    return counts.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`).join(', ') || 'no scenarios';
}
