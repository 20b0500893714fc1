import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS } from '../faults/faults.mts';

const MODEL = path.resolve(import.meta.dirname, '../../server/src');

test.each(FAULTS)('the text that a seeded fault changes stands once: $what', ({ file, from }) => {
    expect(readFileSync(path.join(MODEL, file), 'utf8').split(from).length - 1).toBe(1);
});
