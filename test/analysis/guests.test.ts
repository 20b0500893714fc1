// What is expected on the two sides of a virtual machine.
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

const scenario = (lines: string): string => `scenario "s" {
    vary kernel 6.12, 7.3
    process qemu {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map ram = anon 64 MiB
        guest vm backed by ram {
            kernel 7.3
            region dentry = slab 1 page
            process app { sigbus handler longjmp; map heap = anon 4 pages written }
        }
    }
    ${lines}
}
`;

async function statuses(lines: string): Promise<string[][]> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///s.hwp', scenario(lines));
    return scenarios[0]!.variants.map(({ verdicts }) => verdicts.map(({ status }) => status));
}

test('a condition of a claim on the guest\'s side speaks of the host, which tells variants apart', async () => {
    expect(await statuses('corrupt-pfn vm.heap[0]\n        expect in vm MF_MSG_DIRTY_LRU when kernel >= 7.3\n        expect in vm MF_MSG_BUDDY when kernel < 7.3')).toEqual([['skipped', 'failed'], ['passed', 'skipped']]);
});

test('what the guest\'s kernel has is asked of the guest\'s kernel', async () => {
    // 6.12 has no such type, and does not run here.
    expect(await statuses('in vm corrupt-pfn dentry\n        expect in vm MF_MSG_KERNEL MF_IGNORED')).toEqual([['passed'], ['passed']]);
});

test('claims below a sweep and below a race are held against the guest\'s side of each outcome', async () => {
    expect(await statuses('sweep every page of vm.dentry: corrupt-pfn\n        expect MF_RECOVERED\n        expect in vm MF_RECOVERED')).toEqual([['passed', 'failed'], ['passed', 'failed']]);
    expect(await statuses('corrupt-pfn vm.heap[0]\n        race qemu: munmap ram\n        expect in vm MF_MSG_DIRTY_LRU\n        expect in vm one of {\n            MF_MSG_DIRTY_LRU\n            no signal to app\n        }')).toEqual([['failed', 'passed'], ['failed', 'passed']]);
});
