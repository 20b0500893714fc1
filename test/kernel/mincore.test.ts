// mincore() of huge pages, after walk_hugetlb_range() and mincore_unmapped_range() of 7.3.4.
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

/** What the last step of `b` gives where `a` has brought the first of two huge pages in, and what is not modelled of it. */
async function given(body: string): Promise<{ readonly text: string; readonly gaps: number }> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {
    hugetlb 2 MiB 5 pages
    file data = memfd-hugetlb 2 MiB 2 pages absent
    process a { map m = data shared untouched }
    process b { map m = data shared untouched }
    a: read m[2]
    ${body}
}`);
    const { steps, notModelled } = scenarios[0]!.trace!;
    return { text: steps.at(-1)!.outcome.text ?? '', gaps: notModelled.length };
}

test.each([
    ['the page that somebody else has brought in is up to the page tables of those who have touched nothing', 'b: mincore m[1]', { text: '0', gaps: 1 }],
    ['what is in no page cache is not resident', 'b: mincore m[600]', { text: '0', gaps: 0 }],
    ['where there is a page table nobody asks the cache', 'b: read m[600]\n    b: mincore m[1]', { text: '0', gaps: 0 }],
    ['what is mapped is resident', 'b: read m[1]\n    b: mincore m[5]', { text: '1', gaps: 0 }],
])('%s', async (_name, body, expected) => {
    expect(await given(body)).toEqual(expected);
});
