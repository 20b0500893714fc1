import { describe, expect, test } from 'vitest';
import { sumOf } from '../../server/src/lab/session.js';
import { word } from '../../server/src/lab/plan/plan-writer.js';
import { notMadeOf, planOf } from './scenario.js';

const VICTIM = `    process victim {
        sigbus handler longjmp
        prctl PR_MCE_KILL_EARLY
        map heap = anon 16 KiB written
    }
`;

function scenario(body: string): string {
    return `scenario "s" {\n${body}\n}`;
}

describe('the plan of a scenario', () => {
    test.each([['memfd 16 KiB', '-0'], ['secretmem 16 KiB absent', '-secret'], ['memfd-hugetlb 2 MiB 2 pages absent', '-1409286148'], ['tmpfs 16 KiB', '/mnt/tmpfs/f.copy']])('copies %s into a file of the same file system', async (file, target) => {
        const { lines } = await planOf(scenario(`    hugetlb 2 MiB 2 pages\n    file f = ${file}\n    process a { map m = f shared read }\n    a: copy_file_range f[0]`));
        expect(lines.find((line) => line.includes('copy-range'))?.split(' ').at(-1)).toBe(target);
    });

    test('makes the process, its policy and its pages, then takes the steps', async () => {
        const { lines, tasks, ranges, steps, alone } = await planOf(scenario(`${VICTIM}    corrupt-pfn victim.heap[1]\n    victim: read heap[2]`));
        expect(tasks).toEqual(['victim']);
        expect(ranges).toEqual([['victim:heap']]);
        expect(steps).toEqual([0, 1]);
        expect(alone).toBe('');
        expect(lines).toEqual([
            '?r set /sys/kernel/mm/transparent_hugepage/enabled always',
            'p 0 victim',
            '?0 disposition longjmp',
            '?0 map 0 16384 3 1048610 - 0 15 17592186044416',
            '?0 fill @0 4 4096 ABCDEFGHIJKLMNOPQRSTUVWXYZ',
            '?0 prctl 33 1 1 0 0',
            '@ 0',
            '?r frame-of 0 @0+4096 $0',
            'r file /sys/kernel/debug/hwpoison/corrupt-pfn $0',
            '.',
            '@ 1',
            '0 read @0+8192 1',
            '.',
        ]);
    });

    test('asks the process that has opened a description', async () => {
        const { lines } = await planOf(scenario(`    file f = ext4 16 KiB dirty\n    process p { map m = f shared written }\n    p: open f as a\n    fsync a`));
        expect(lines.some((line) => /^0 fsync #\d+$/.test(line))).toBe(true);
        expect(lines.some((line) => /^r fsync #\d+$/.test(line) && lines.indexOf(line) > lines.indexOf('@ 1'))).toBe(false);
    });

    test('waits for the poller where a record is left in its bank, and makes none that the emulator would raise an exception for', async () => {
        const body = (registers: string): string => `    ecc simulated\n${VICTIM}    cpu 1 runs victim in user mode\n    machine-check bank 9 status ${registers} at victim.heap[1] cpu 1`;
        expect((await planOf(scenario(body('0xbc0000000000009f mcg_status 0xd')))).lines).toContain('?r set /sys/devices/system/machinecheck/machinecheck0/check_interval 1');
        expect((await planOf(scenario(body('0xbd000000000000c0 mcg_status 0xd')))).lines.join()).not.toContain('check_interval');
        expect(await notMadeOf(scenario(body('0xbc0000000000009f mcg_status 0')))).toEqual(['uncorrected record without an exception']);
    });

    test('leaves what becomes of a free frame to chance', async () => {
        const freed = `${VICTIM}    page bad = victim.heap[1]\n    victim: munmap heap[1]\n    corrupt-pfn bad`;
        expect((await planOf(scenario(freed))).chance).toContain('free frame');
        expect((await planOf(scenario(`${VICTIM}    corrupt-pfn victim.heap[1]`))).chance).toBe('');
    });

    test('lets a child use the addresses of its parent by its own name', async () => {
        const { tasks, ranges, lines } = await planOf(scenario(`${VICTIM}    victim: fork as child\n    child: read heap[1]`));
        expect(tasks).toEqual(['victim', 'child']);
        expect(ranges).toEqual([['victim:heap', 'child:heap']]);
        expect(lines).toContain('0 fork 1');
        expect(lines).toContain('1 read @0+4096 1');
    });

    test.each([
        ['    sysctl vm.memory_failure_recovery = 0\n', 'stop'],
        ['    hugetlb 2 MiB 4 pages\n', 'huge pages'],
        ['    region cache = slab 1 page\n', 'slab'],
    ])('gives a machine of its own to what may harm it: %s', async (declaration, why) => {
        expect((await planOf(scenario(`${declaration}${VICTIM}    corrupt-pfn victim.heap[1]`))).alone).toContain(why);
    });

    test.each([
        ['    region stack = kernel-stack 1 page\n    corrupt-pfn stack', 'region kernel-stack'],
        ['    region cache = slab 1 page\n    kexec', 'kexec'],
        ['    swap sw = zram 64 MiB\n    process p { map a = anon 4 KiB written }\n    kernel: reclaim p.a[0]', 'reclaim'],
        ['    memory 4 GiB\n    corrupt-pfn pfn 0x9000', 'a frame by its number'],
        ['    process p { map a = anon 4 KiB written }\n    corrupt-pfn p.a[0]\n        race p: exit', 'race'],
        ['    process a { map m = anon 4 KiB written }\n    process b { map m = anon 4 KiB written }\n    a: vmsplice m[0]\n    b: read-pipe', 'read-pipe by another process'],
        ['    process a { map m = vvar }\n    a: madvise m[0] length 2 pages MADV_HWPOISON', 'madvise beyond what is declared of memory of the kernel'],
        ['    file f = block-device 16 KiB\n    file g = block-device 16 KiB\n    fsync f', 'second file on block-device'],
        ['    file f = secretmem 16 KiB absent\n    process a { map m = f shared read }\n    a: unlink f', 'unlink of that'],
    ])('names what cannot be made: %s', async (body, construct) => {
        expect(await notMadeOf(scenario(body))).toContain(construct);
    });

    test('is not made on a kernel that lacks what it takes', async () => {
        expect(await notMadeOf(scenario(`${VICTIM}    corrupt-pfn victim.heap[1]`), new Set(['hwpoison-inject']))).toEqual(['corrupt-pfn']);
        expect(await notMadeOf(scenario(`${VICTIM}    victim: madvise heap[1] MADV_HWPOISON`), new Set(['hwpoison-inject']))).toEqual([]);
    });
});

test('a word has no space, and is read back as it was', () => {
    expect([word(''), word('a b%'), word('0x10'), word('\n')]).toEqual(['%', 'a%20b%25', '0x10', '%0a']);
});

test('the sum of a plan is that of the agent: 31 times, plus the byte, in 32 bits', () => {
    expect(sumOf(['p 0 victim'])).toBe([...'p 0 victim'].reduce((sum, letter) => Number((BigInt(sum) * 31n + BigInt(letter.charCodeAt(0))) % 2n ** 32n), 0));
});
