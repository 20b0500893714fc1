import type { SourceId } from '../../simulator/program.js';
import type { DiagnosticKind } from './finding.js';

export const notModelled: DiagnosticKind = {
    code: 'not-modelled',
    severity: 'warning',
    doc: 'The model does not describe this. The scenario counts as unverified, whatever its expectations say.',
    find: ({ trace }) => {
        const gaps = new Map<SourceId, Set<string>>();
        for (const { source, what } of trace.notModelled) {
            gaps.set(source, (gaps.get(source) ?? new Set()).add(what));
        }
        return [...gaps].map(([source, whats]) => ({
            source, message: `Not modelled: ${[...whats].join('; ')}. The scenario counts as unverified.`,
        }));
    },
};
