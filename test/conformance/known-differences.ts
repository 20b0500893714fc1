// Cases whose record and trace disagree, with the reason. The list is exact: what is missing and what is stale fails the test.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Field } from './compare.js';

export interface KnownDifference {
    readonly kernel: string;
    readonly case: string;
    readonly fields: readonly Field[];
    readonly reason: string;
}

export function readKnownDifferences(): KnownDifference[] {
    return JSON.parse(readFileSync(path.resolve(import.meta.dirname, 'known-differences.json'), 'utf8')) as KnownDifference[];
}
