// "Is it fixed in my kernel?" as a field of the JSON: what the step asks of its kernel, and which commit changed it.
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { runJson } from '../../server/src/report/output/json.js';
import { releasesOfSteps } from '../../server/src/report/step/releases.js';
import type { AskedOfKernel } from '../../server/src/report/step/releases.js';
import { breachesOfRunSchema } from './run-schema.js';

async function releasesOf(written: string, body: string): Promise<readonly (readonly AskedOfKernel[])[]> {
    const text = `scenario "k" {\n    kernel ${written}\n${body}\n}`;
    const report = await new TextAnalyzer().analyze('file:///k.hwp', text);
    const json = runJson([report], [], { pathOf: (uri) => uri, textOf: () => '' }, releasesOfSteps);
    expect(breachesOfRunSchema(JSON.parse(JSON.stringify(json)))).toBeNull();
    const { files } = JSON.parse(JSON.stringify(json)) as { files: { scenarios: { steps: { release: AskedOfKernel[] }[] }[] }[] };
    return files[0]!.scenarios[0]!.steps.map(({ release }) => release);
}

const CLEAN = '    file f = ext4 1 page clean\n    process p { sigbus handler longjmp; map m = f shared read }\n    page bad = f[0]\n    cpu 1 runs p in user mode\n    machine-check UCNA at bad\n    machine-check AR at bad cpu 1';

test.each([['6.12.23', true], ['6.12.24', false], ['7.3', false]])('%s: a clean page that was dropped is signalled all the same: %s', async (written, holds) => {
    const [, again] = await releasesOf(written, CLEAN);
    expect(again!.find(({ name }) => name === 'accessWithoutMappingFails')).toEqual({
        name: 'accessWithoutMappingFails', holds, releases: 'before 6.15, 6.14.3, 6.12.24, 6.6.88 and 6.1.135', effect: expect.stringContaining('a needless SIGBUS'), evidence: 'derived',
        commits: [{ title: 'mm/hwpoison: do not send SIGBUS to processes with recovered clean pages', commit: 'aaf99ac2ceb7', releases: '6.15, 6.14.3, 6.12.24, 6.6.88 and 6.1.135' }],
    });
});

test('each step for itself; none behind a panic', async () => {
    const [first, second] = await releasesOf('7.3', '    region s = slab\n    sysctl vm.panic_on_unrecoverable_memory_failure = 1\n    corrupt-pfn s\n        expect panic\n    corrupt-pfn s');
    expect(first!.map(({ name }) => name)).toContain('kernelOwnedPages');
    expect(second).toEqual([]);
});
