import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Program } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { PageShift } from '../../server/src/vocabulary/architectures.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { choices } from './choices.js';
import { ENTRIES, reaches } from './entries.js';
import { poisonStays } from './invariants/poison.js';
import { randomProgram } from './random-program.js';

const STATES = ['anon', 'ext4 clean', 'ext4 dirty', 'slab', 'free'];

/** The same program with base pages of that size, page for page. */
function onArm64(program: Program, pageShift: PageShift): Program {
    const scale = 2 ** (pageShift - 12);
    const { machine } = program;
    return {
        ...program, arch: 'arm64', pageShift,
        machine: {
            ...machine, ramBytes: machine.ramBytes * scale, files: machine.files.map((file) => ({ ...file, bytes: file.bytes * scale, folioBytes: file.folioBytes * scale })),
            processes: machine.processes.map((each) => ({ ...each, mappings: each.mappings.map((mapping) => ({ ...mapping, folioBytes: mapping.folioBytes * scale })) })),
        },
    };
}

test.each([12, 14, 16] as const)('random programs on arm64 with pages of 2^%i bytes end, the same way each time, and poison stays', (pageShift) => {
    for (const name of STATES) {
        const state = PAGE_STATES[name];
        if (state === undefined) continue;
        for (const entry of ENTRIES.filter((each) => reaches(each, state))) {
            fc.assert(fc.property(choices, (chosen) => {
                const program = onArm64(randomProgram({ state, entry, choices: chosen }).program, pageShift);
                const trace = simulate(program);
                expect(simulate(program)).toEqual(trace);
                expect(poisonStays({ program, trace, bad: trace.end.frames['bad']?.pfn ?? null })).toEqual([]);
            }), { seed: 20260630, numRuns: 4 });
        }
    }
});
