/** Every construct of a program has an entry: it is made, or it is named. */
import { expect, test } from 'vitest';
import { CLAIM_CONSTRUCTS } from '../../server/src/export/constructs/claims.js';
import type { Construct } from '../../server/src/export/constructs/construct.js';
import { FILE_STATES, fileConstruct } from '../../server/src/export/constructs/files.js';
import { MACHINE_CONSTRUCTS } from '../../server/src/export/constructs/machine.js';
import { REGION_CONSTRUCTS } from '../../server/src/export/constructs/memory.js';
import { PROCESS_CONSTRUCTS, SPECIAL_CONSTRUCTS } from '../../server/src/export/constructs/processes.js';
import { STEP_CONSTRUCTS, STEP_MODIFIERS } from '../../server/src/export/constructs/steps.js';
import { STEP_WRITERS } from '../../server/src/export/c/program.js';
import { kpfDefine } from '../../server/src/export/c/helpers.js';
import { pageFinding } from '../../server/src/export/page-finding.js';
import { SHELL_WRITERS } from '../../server/src/export/shell/program.js';
import { FILESYSTEMS, type FilesystemType } from '../../server/src/vocabulary/filesystems.js';
import { KPAGEFLAGS } from '../../server/src/vocabulary/page-flags.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { PAGE_KINDS, type PageKindName } from '../../server/src/vocabulary/page-kinds.js';
import { SPECIAL_MAPPINGS } from '../../server/src/vocabulary/special-mappings.js';

const TABLES: Readonly<Record<string, Readonly<Record<string, Construct>>>> = {
    steps: STEP_CONSTRUCTS, modifiers: STEP_MODIFIERS, claims: CLAIM_CONSTRUCTS, regions: REGION_CONSTRUCTS, states: FILE_STATES, processes: PROCESS_CONSTRUCTS, special: SPECIAL_CONSTRUCTS, machine: MACHINE_CONSTRUCTS,
    files: Object.fromEntries((Object.keys(FILESYSTEMS) as FilesystemType[]).map((type) => [type, fileConstruct(type)])),
};

test('every operation has a row, and nothing else but the sweep', () => {
    expect(Object.keys(STEP_CONSTRUCTS).sort()).toEqual([...OPERATIONS.map(({ id }) => id), 'sweep'].sort());
});

test('every page kind, special mapping and file system has a row', () => {
    expect(Object.keys(REGION_CONSTRUCTS).sort()).toEqual(Object.keys(PAGE_KINDS).sort());
    expect(Object.keys(SPECIAL_CONSTRUCTS).sort()).toEqual(Object.keys(SPECIAL_MAPPINGS).sort());
    expect(Object.keys(TABLES['files']!).sort()).toEqual(Object.keys(FILESYSTEMS).sort());
});

test('what is said to be made has a writer, and nothing else has', () => {
    expect(Object.keys(STEP_WRITERS).sort()).toEqual(Object.entries(STEP_CONSTRUCTS).filter(([, { c }]) => c !== null).map(([id]) => id).sort());
    expect(Object.keys(SHELL_WRITERS).sort()).toEqual(Object.entries(STEP_CONSTRUCTS).filter(([, { sh }]) => sh !== null).map(([id]) => id).sort());
});

test.each(Object.keys(TABLES))('what is not made of the %s says why', (name) => {
    for (const [key, { c, limit }] of Object.entries(TABLES[name]!)) if (c === null) expect(limit?.length ?? 0, key).toBeGreaterThan(20);
});

test('a page that is looked for has flags or a range that tell it', () => {
    for (const [kind, { c }] of Object.entries(REGION_CONSTRUCTS) as [PageKindName, Construct][]) {
        if (c === null) continue;
        const how = pageFinding(kind);
        if (how.by === 'flags') expect(how.set, kind).not.toEqual([]);
    }
});

test('the bits of /proc/kpageflags are those of the vocabulary', () => {
    for (const [name, { bit }] of Object.entries(KPAGEFLAGS)) {
        const define = kpfDefine(name);
        if (define !== undefined) expect(define).toBe(`#define KPF_${name}\t\t(1ULL << ${bit})`);
    }
});
