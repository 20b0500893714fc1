// move_pages() to a node, after do_pages_move() of 6.12.117.
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

const TWO_NODES = 'memory 2 GiB\n    node 0 at phys 0 size 1 GiB\n    node 1 at phys 1 GiB size 1 GiB';

/** What each step gave back. */
async function given(body: string): Promise<{ readonly steps: readonly string[]; readonly notModelled: readonly string[] }> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n    ${TWO_NODES}\n${body}\n}`);
    const { steps, notModelled } = scenarios[0]!.trace!;
    return { steps: steps.map(({ outcome }) => outcome.text ?? outcome.value ?? outcome.errno), notModelled: notModelled.map(({ what }) => what) };
}

const P = 'process p { sigbus handler longjmp; map m = anon 4 pages written }';

test.each<[string, string, readonly string[]]>([
    ['anonymous memory goes, and is found where it went', `${P}\n    p: move_pages m[1] node 1\n    p: move_pages m[1]\n    p: read m[1]`, ['status=1', 'status=1', 'B']],
    ['a page that is there stays', `${P}\n    p: move_pages m[1] node 0`, ['status=0']],
    ['a whole huge page goes', 'process p { map m = anon 2 MiB written thp }\n    p: move_pages m[9] node 1\n    p: move_pages m[400]', ['status=1', 'status=1']],
    ['hugetlb of a file', 'hugetlb 2 MiB 4 pages\n    file f = hugetlbfs 2 MiB 1 page\n    process p { map m = f shared written }\n    p: move_pages m[0] node 1\n    p: move_pages m[5]\n    p: read m[0]', ['status=1', 'status=1', 'a']],
    ['a page of a file', 'file f = ext4 4 pages\n    process p { map m = f shared read }\n    p: move_pages m[2] node 1\n    p: read m[2]\n    corrupt-pfn p.m[2]', ['status=1', 'c', '0']],
    ['what a child maps too is refused', `${P}\n    p: fork as c\n    p: move_pages m[1] node 1`, ['0', 'status=-13']],
    ['a page that is held does not go, and is counted', `${P}\n    kernel: get p.m[1]\n    p: move_pages m[1] node 1`, ['0', 'no status']],
    ['an isolated page is busy', `${P}\n    kernel: isolate p.m[1]\n    p: move_pages m[1] node 1`, ['0', 'status=-16']],
    ['a bad page is no page', `${P}\n    corrupt-pfn p.m[1]\n    p: move_pages m[1] node 1`, ['0', 'status=-2']],
    ['a node that there is not', `${P}\n    p: move_pages m[1] node 5`, ['ENODEV']],
])('%s', async (_name, body, steps) => {
    expect(await given(body)).toEqual({ steps, notModelled: [] });
});
