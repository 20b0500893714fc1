// What point releases do that the recorded ones of their series do not: each with the commit that tells it.
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

/** Log lines, signals, data and errno of each step, without numbers of frames. */
async function stepsOn(written: string, body: string): Promise<readonly (readonly string[])[]> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n    kernel ${written}\n${body}\n}`);
    const [scenario] = scenarios;
    expect(scenario?.trace, JSON.stringify(scenario?.issues)).not.toBeNull();
    return scenario!.trace!.steps.map(({ events, outcome, skipped }) => skipped ? ['skipped'] : [
        ...events.flatMap((event) => event.t === 'log' ? [event.text.replaceAll(/0x[0-9a-f]+/g, 'PFN').trim()] : event.t === 'signal' ? [`${event.code} ${event.fate}`] : event.t === 'panic' ? [`panic ${event.text}`] : []),
        ...outcome.errno === null ? [] : [outcome.errno],
    ]);
}

const CLEAN = `    file f = ext4 1 page clean
    cpus 2
    process reader { sigbus handler longjmp; map m = f shared read }
    page bad = f[0]
    cpu 1 runs reader in user mode
    machine-check UCNA at bad cpu 0
    machine-check AR at bad cpu 1`;

// mm/hwpoison: do not send SIGBUS to processes with recovered clean pages (aaf99ac2ceb7)
test.each([
    ['6.14', true], ['6.14.3', false], ['6.12.23', true], ['6.12.24', false], ['6.1.134', true], ['6.1.135', false], ['6.6.88', false], ['6.12', false], ['7.3', false],
])('%s: a clean page that was dropped is signalled all the same: %s', async (written, signalled) => {
    const [, second] = await stepsOn(written, CLEAN);
    expect([second!.includes('mce: Memory error not recovered'), second!.includes('SI_KERNEL handled')]).toEqual([signalled, signalled]);
});

const HUGE = (place: string, more = ''): string => `    cpus 2
    process a { sigbus handler longjmp; map t = anon 2 MiB thp ${more} }
    cpu 1 runs a in user mode
    machine-check AR at ${place} cpu 1`;

// mm: prevent poison consumption when splitting THP (841a8bfcbad9)
describe('a huge page that is split reads its pages', () => {
    test.each([
        ['6.12.0', true], ['6.12.55', true], ['6.12.56', false], ['6.16', true], ['6.16.3', true], ['6.17.6', false], ['6.18', false], ['6.11', false], ['6.6', false], ['6.12', false],
    ])('%s: the bad line is the first of its page: panic %s', async (written, panics) => {
        const [step] = await stepsOn(written, HUGE('t[7]'));
        expect(step!.some((line) => line.startsWith('panic '))).toBe(panics);
        expect(step!.some((line) => line.startsWith('BUS_MCEERR_AR'))).toBe(!panics);
    });

    test.each([['t[7] + 0x80', '', false], ['t[7] + 0x80', 'content "\\0"', true], ['t[7] + 0x20', '', true], ['t[7]', 'mlocked', false]])('6.16, %s %s: panic %s', async (place, more, panics) => {
        const [step] = await stepsOn('6.16', HUGE(place, more));
        expect(step!.some((line) => line.startsWith('panic '))).toBe(panics);
    });
});

// mm/memory-failure: fix redundant updates for already poisoned pages (3be306cccdcc)
test.each([
    ['6.12.47', ['Memory failure: PFN: already hardware poisoned', 'Memory failure: PFN: recovery action for already poisoned: Failed'], 8],
    ['6.16.3', ['Memory failure: PFN: already hardware poisoned', 'Memory failure: PFN: recovery action for already poisoned: Failed'], 8],
    ['6.12.48', ['Memory failure: PFN: recovery action for already poisoned page: Failed'], 4],
    ['6.10', ['Memory failure: PFN: already hardware poisoned'], 4],
])('%s: a second failure on a page', async (written, lines, corrupted) => {
    const body = '    process p { map h = anon 1 page }\n    page bad = h[0]\n    corrupt-pfn bad\n    corrupt-pfn bad';
    const steps = await stepsOn(written, `${body}\n        expect HardwareCorrupted ${corrupted} KiB`);
    expect(steps[1]!.slice(1, -1)).toEqual(lines);
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n    kernel ${written}\n${body}\n        expect HardwareCorrupted ${corrupted} KiB\n}`);
    expect(scenarios[0]!.verdicts.map(({ status }) => status)).toEqual(['passed']);
});

// mm/memory-failure: fix missing ->mf_stats count in hugetlb poison (a148a2040191)
test.each([
    ['6.12.47', 'Memory failure: PFN: already hardware poisoned'],
    ['6.12.60', 'Memory failure: PFN: recovery action for already poisoned page: Failed'],
    ['6.12.69', 'Memory failure: PFN: recovery action for huge page: Failed'],
    ['6.6', 'Memory failure: PFN: already hardware poisoned'],
])('%s: another raw page of a hugetlb page', async (written, line) => {
    const body = '    hugetlb 2 MiB 1 page\n    process p { map h = hugetlb 2 MiB 1 page }\n    page one = h[3]\n    page two = h[4]\n    corrupt-pfn one\n    corrupt-pfn two';
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n    kernel ${written}\n    hugetlb 2 MiB 2 pages\n    file f = hugetlbfs 2 MiB\n    process p { map h = f shared }\n${body.split('\n').slice(2).join('\n')}\n        expect dmesg "${line.split('PFN: ')[1]}"\n        expect HardwareCorrupted 8 KiB\n}`);
    expect([scenarios[0]!.issues.filter(({ severity }) => severity === 'error'), scenarios[0]!.verdicts.map(({ status }) => status)]).toEqual([[], ['passed', 'passed']]);
});

// mm, hwpoison: try to recover from copy-on write faults (a873dfe1032a)
test.each([['6.1.36', true], ['6.1.37', false], ['6.1', false], ['6.2', false]])('%s: a copy on write that meets bad memory panics: %s', async (written, panics) => {
    const steps = await stepsOn(written, `    process p { sigbus handler longjmp; map h = anon 1 page }
    p: fork as c
    c: write h[0]`);
    expect(steps.at(-1)!.some((line) => line.startsWith('panic'))).toBe(false); // healthy memory is copied
    const bad = await stepsOn(written, `    vendor intel
    process p { sigbus handler longjmp; map h = anon 2 MiB thp; pin h[0] by longterm }
    page bad = h[9]
    machine-check AO at bad
    p: unpin h[0]
    p: fork as c
    c: write h[9]`);
    expect(bad.at(-1)!.some((line) => line.startsWith('panic'))).toBe(panics);
});

// mm: allocate THP on hugezeropage wp-fault (1ced09e0331f); asked of running 6.12.57, 6.16.3 and 6.16.12
test.each([['6.12.57', 'reserved kernel page: Ignored'], ['6.13', 'dirty LRU page: Recovered'], ['6.16.3', 'dirty LRU page: Recovered'], ['6.18', 'dirty LRU page: Recovered']])('%s: beside a store in the huge zero page there is: %s', async (written, line) => {
    const steps = await stepsOn(written, '    process p { sigbus handler longjmp; map t = anon 2 MiB thp read }\n    p: write t[3]\n    p: madvise t[4] MADV_HWPOISON');
    expect(steps.at(-1)!.filter((each) => each.includes('recovery action'))).toEqual([`Memory failure: PFN: recovery action for ${line}`]);
});

// x86/MCE: Always save CS register on AMD Zen IF Poison errors (4240e2ebe675)
test.each([['6.1.52', true], ['6.1.53', false], ['6.5', true], ['6.6', false], ['7.3', false]])('%s: a fetch of poison on AMD without any IP panics: %s', async (written, panics) => {
    const [step] = await stepsOn(written, '    vendor amd\n    process p { sigbus handler longjmp; map h = anon 1 page }\n    cpu 1 runs p in user mode\n    machine-check bank 1 status 0xbc80080000010150 mcg_status 4 at h[0] cpu 1');
    expect(step!.some((line) => line.startsWith('panic'))).toBe(panics);
});

// x86/mce: Handle Intel threshold interrupt storms (1f68ce2a0272)
test.each([['6.7', false], ['6.8', true], ['6.12', true]])('%s: five corrected errors of a bank are told as a storm: %s', async (written, told) => {
    const steps = await stepsOn(written, '    process p { map h = anon 8 pages }\n    repeat 5 { machine-check CE at h[1] }');
    expect(steps.at(-1)!.some((line) => line.includes('CMCI storm detected'))).toBe(told);
});

// Before it: the interrupts of a CPU within a second, by cmci_storm_detect() of 6.1.192.
test.each([['6.1', 15, 0], ['6.1', 16, 1], ['6.7', 40, 1], ['6.8', 40, 0]])('%s: %i corrected errors at once: told %i times as a storm of the CPU', async (written, errors, times) => {
    const steps = await stepsOn(written, `    process p { map h = anon 8 pages }\n    repeat ${errors} { machine-check CE at h[1] }`);
    expect(steps.flat().filter((line) => line === 'mce: CMCI storm detected: switching to poll mode')).toHaveLength(times);
});

test('6.1: the storm ends after five minutes without an error', async () => {
    const steps = await stepsOn('6.1', '    process p { map h = anon 8 pages }\n    repeat 20 { machine-check CE at h[1] }\n    wait 4min\n    machine-check CE at h[1]\n    wait 6min\n    machine-check CE at h[1]\n    repeat 3 { machine-check CE at h[1] }');
    expect(steps.map((lines) => lines.some((line) => line.startsWith('mce: CMCI storm subsided'))).flatMap((told, index) => told ? [index] : [])).toEqual([23]);
});

// mm: memory-failure: fix unexpected return value in soft_offline_page() (e2c1ab070fdc)
test.each([['6.1.49', '0'], ['6.1.50', 'EBUSY'], ['6.4.12', '0'], ['6.4.13', 'EBUSY'], ['7.3', 'EBUSY']])('%s: soft offline of a free huge page that is promised gives %s', async (written, errno) => {
    const [step] = await stepsOn(written, '    hugetlb 2 MiB 1 page reserved 1\n    region h = hugetlb-free 1 page\n    soft_offline_page h');
    expect(step!.at(-1)).toBe(errno);
});

// mm/memory-failure: fix VM_BUG_ON_PAGE(PagePoisoned(page)) when unpoison memory (d613f53c83ec)
test.each([['6.12.47', 'ENXIO'], ['6.12.48', 'EIO'], ['6.1.152', 'ENXIO'], ['6.1.153', 'EIO'], ['6.16.8', 'EIO'], ['7.3', 'EIO']])('%s: unpoison where there is no struct page gives %s', async (written, errno) => {
    const [step] = await stepsOn(written, '    memory 1 GiB\n    unpoison-pfn pfn 0x900000');
    expect(step!.at(-1)).toBe(errno);
});

describe('arm64', () => {
    const OWN = '    arch arm64\n    process a { sigbus handler longjmp; map h = anon 1 page }\n    cpu 0 runs a in user mode\n    machine-check AR at h[0] cpu 0';
    // ACPI: APEI: set memory failure flags as MF_ACTION_REQUIRED on synchronous events (a70297d22132)
    // Up to 6.17 a worker runs the handler before the task comes to it; what the task then meets is its own hwpoison entry.
    test.each([['6.1.76', 'no flags'], ['6.1.77', 'MF_ACTION_REQUIRED'], ['6.7', 'no flags'], ['6.8', 'MF_ACTION_REQUIRED']])('%s: the failure of a synchronous error is queued with %s', async (written, flags) => {
        const report = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n    kernel ${written}\n${OWN}\n}`);
        const queued = report.scenarios[0]!.trace!.steps[0]!.events.flatMap((event) => event.t === 'decision' && event.id === 'ghes_handle_memory_failure.recoverable' ? [event.note] : []);
        expect(queued).toEqual([expect.stringContaining(`synchronous: ${flags}`)]);
    });

    // ACPI: APEI: send SIGBUS to current task if synchronous memory error not recovered (79a5ae3c4c5e)
    test.each([['6.1.163', false], ['6.1.164', true], ['6.12.42', false], ['6.12.43', true], ['6.16', false], ['6.16.2', true]])('%s: nothing could be queued, SIGBUS: %s', async (written, signalled) => {
        const [step] = await stepsOn(written, '    arch arm64\n    memory 1 GiB\n    process a { sigbus handler longjmp; map h = anon 1 page }\n    cpu 0 runs a in user mode\n    machine-check AR at phys 0x900000000 cpu 0');
        expect(step!.some((line) => line.startsWith('SI_KERNEL'))).toBe(signalled);
    });
});

test('guards compare point releases', async () => {
    const text = (written: string): string => `scenario "k" {\n    kernel ${written}\n    process p { map h = anon 1 page }\n    corrupt-pfn h[0]\n        expect MF_MSG_DIRTY_LRU when kernel >= 6.12.24\n        expect MF_MSG_CLEAN_LRU when kernel < 6.12.24\n        expect errno 0 when kernel = 6.12\n}`;
    const judged = async (written: string): Promise<readonly string[]> => (await new TextAnalyzer().analyze('file:///k.hwp', text(written))).scenarios[0]!.verdicts.map(({ status }) => status);
    expect(await judged('6.12.20')).toEqual(['skipped', 'failed', 'passed']);
    expect(await judged('6.12.24')).toEqual(['passed', 'skipped', 'passed']);
    expect(await judged('6.12')).toEqual(['passed', 'skipped', 'passed']);
    expect(await judged('6.13')).toEqual(['passed', 'skipped', 'skipped']);
});
