import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { MemoryState } from '../../server/src/simulator/trace.js';

/** Where everything lay before the first step, as `name kind first+pages` and `mapping[first+pages] at frame`. */
async function start(declarations: string, of: (state: MemoryState) => readonly string[]): Promise<readonly string[]> {
    const report = await new TextAnalyzer().analyze('file:///start.hwp', `scenario "s" {\n${declarations}\n    corrupt-pfn pfn 0x300\n}`);
    expect(report.scenarios[0]!.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    return of(report.scenarios[0]!.trace!.start!);
}

const memory = ({ memory: runs }: MemoryState): string[] => runs.filter(({ name }) => name !== '').map(({ name, kind, pfn, pageCount, order }) => `${name} ${kind} ${pfn.toString(16)}+${pageCount} order ${order}`);
const mappings = ({ mappings: runs }: MemoryState): string[] => runs.map(({ process, mapping, page, pageCount, pfn }) => `${process}:${mapping}[${page}+${pageCount}] at ${pfn.toString(16)}`);

describe('the trace tells where everything lay before the first step', () => {
    test('regions by their names, mappings by whose they are, files by theirs', async () => {
        expect(await start(`    region dentries = slab 3 pages at pfn 0x9000
    file log = ext4 8 KiB
    process db { map heap = anon 16 KiB written; map code = log }`, memory)).toEqual(['log ext4 4001+2 order 0', 'db.heap anon 4003+4 order 0', 'dentries slab 9000+3 order 0']);
    });
    test('a huge page is one run of its order', async () => {
        expect(await start('    process db { map heap = anon 4 MiB thp }', memory)).toEqual(['db.heap thp 4200+1024 order 9']);
    });
    test('mappings lead to their frames: pages that were never touched to none', async () => {
        expect(await start('    process db { map heap = anon 16 KiB written; map later = anon 1 MiB untouched }', mappings)).toEqual(['db:heap[0+4] at 4001']);
    });
    test('a forked process maps the frames of its parent', async () => {
        expect(await start('    process db { map heap = anon 16 KiB written }\n    process child forked from db { }', mappings)).toEqual(['db:heap[0+4] at 4001', 'child:heap[0+4] at 4001']);
    });
    test('looking at it changes nothing: a machine of a tebibyte stays as it was declared', async () => {
        expect(await start('    memory 1 TiB\n    process db { map heap = anon 512 GiB written }', mappings)).toHaveLength(1);
    });
});
