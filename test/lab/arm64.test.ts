// What the lab tells an arm64 machine to do: the same plans with its own sizes and addresses, and what it cannot make.
import { describe, expect, test } from 'vitest';
import { machineArguments } from '../../server/src/lab/emulator/emulator.js';
import { errorStatusBlock, recordOfLine } from '../../server/src/lab/emulator/error-status.js';
import { MACHINE_TYPES } from '../../server/src/lab/emulator/machine-types.js';
import { guestOf } from '../../server/src/lab/kernels/platforms.js';
import { byPlatforms } from '../../server/src/lab/open-lab.js';
import { readObservation } from '../../server/src/lab/observation/read-observation.js';
import { caseOf, notMadeOf, planOf } from './scenario.js';

const [FOUR, SIXTEEN] = [guestOf({ arch: 'arm64', pageShift: 12 }), guestOf({ arch: 'arm64', pageShift: 14 })];
const MACHINE = '    memory 1 GiB at phys 1 GiB\n';

function scenario(body: string, arch = 'arch arm64'): string {
    return `scenario "s" {\n    ${arch}\n${MACHINE}${body}\n}`;
}

describe('the emulator', () => {
    const argumentsOf = (arch: 'x86-64' | 'arm64'): string => machineArguments({
        qemu: { command: 'qemu', version: '7.2.0', guard: [], arguments: [], environment: {}, accelerator: 'tcg', recording: { missing: '' } }, type: MACHINE_TYPES[arch],
        kernelImage: '/image', initramfs: '/archive', ram: null, devices: null, parameters: 'init_on_free=1',
    }).join(' ');

    test('is given the machine, its console, and the port of the agent, which init is told', () => {
        expect(argumentsOf('arm64')).toContain('-machine virt -cpu neoverse-n1');
        expect(argumentsOf('arm64')).toContain('-device virtio-serial-pci -device virtconsole,chardev=agent');
        expect(argumentsOf('arm64')).toMatch(/-append console=ttyAMA0 .* init_on_free=1 -- hvc0 /);
        expect(argumentsOf('x86-64')).toContain('-serial chardev:agent');
        expect(argumentsOf('x86-64')).toMatch(/-append console=ttyS0,115200 .* init_on_free=1 -- ttyS1 /);
    });

    test.each(['x86-64', 'arm64'] as const)('gives no guest a network, on %s', (arch) => {
        expect(argumentsOf(arch)).toContain('-nodefaults -no-user-config -nic none');
    });
});

describe('a plan for pages of 16 KiB', () => {
    test('counts in them', async () => {
        const { lines, pageBytes } = await planOf(scenario('    process p {\n        map heap = anon 64 KiB written\n    }\n    corrupt-pfn p.heap[1]\n    p: read heap[2]', 'arch arm64 page size 16 KiB'), new Set(), SIXTEEN);
        expect(pageBytes).toBe(16384);
        expect(lines).toContain('?r frame-of 0 @0+16384 $0');
        expect(lines).toContain('0 read @0+32768 1');
        expect(lines.find((line) => line.startsWith('?0 fill'))).toContain(' 4 16384 ');
    });

    test('asks for a transparent huge page of 32 MiB', async () => {
        const thp = (size: string): Promise<readonly string[]> => planOf(scenario(`    process p {\n        map heap = anon ${size} written thp\n    }\n    p: read heap[2]`, 'arch arm64 page size 16 KiB'), new Set(), SIXTEEN).then(({ lines }) => lines.filter((line) => line.includes(' has ')));
        expect(await thp('32 MiB')).toEqual(['?0 has @0 22 5 25']);
    });

    test('a poisoned page is 16 kB of the counter', async () => {
        const plan = await planOf(scenario('    process p {\n        map heap = anon 64 KiB written\n    }\n    corrupt-pfn p.heap[1]', 'arch arm64 page size 16 KiB'), new Set(), SIXTEEN);
        const { steps } = readObservation(plan, ['c\t-1\t0\t0\t0\t0\t0\t0', 'g\t0', 'o\t0\t0', 'c\t0\t16\t1\t0\t0\t0\t1'], { how: 'done', console: [] });
        expect(steps[0]!.counters).toMatchObject({ poisonedPages: 1 });
    });
});

describe('pools of huge pages', () => {
    test.each([['64 KiB', FOUR, []], ['32 MiB', FOUR, []], ['1 GiB', FOUR, ['hugetlb pages of 1024 MiB']]])('of %s', async (size, guest, notMade) => {
        expect(await notMadeOf(scenario(`    hugetlb ${size} 1 pages\n    hugepages`), new Set(), guest)).toEqual(notMade);
    });

    test('are counted by the size of the scenario', async () => {
        expect((await planOf(scenario('    hugetlb 64 KiB 2 pages\n    hugepages'), new Set(), FOUR)).lines).toContain('r hugepages 65536');
        expect((await planOf(scenario('    hugetlb 2 MiB 2 pages\n    hugepages'), new Set(), FOUR)).lines).toContain('r hugepages 2097152');
    });
});

describe('records of firmware', () => {
    const RECORDING = guestOf({ arch: 'arm64', pageShift: 12 }, null);
    const VICTIM = '    process p {\n        map heap = anon 16 KiB written\n    }\n';
    const monitorLine = async (step: string): Promise<string | undefined> => (await planOf(scenario(`${VICTIM}    ${step}`), new Set(), RECORDING)).lines.find((line) => line.startsWith('! '));

    test.each([
        ['ghes recoverable at p.heap[1]', '! ghes recoverable recoverable memory 3 0xfffffffffffff000 - 1 $0*'],
        ['ghes recoverable at p.heap[1] + 0x10 mask 0', '! ghes recoverable recoverable memory 3 - - 1 $0*+16'],
        ['ghes corrected at p.heap[1] threshold', '! ghes corrected corrected memory 2 0xfffffffffffff000 threshold 1 $0*'],
        ['ghes fatal at phys 0x50000080 section recoverable processor cache', '! ghes fatal recoverable processor 2 0xfffffffffffff000 - 1 0x50000000+128'],
        ['ghes recoverable sections 2', '! ghes recoverable recoverable memory 3 0xfffffffffffff000 - 2 -'],
    ])('%s', async (step, line) => {
        expect(await monitorLine(step)).toBe(line);
    });

    test('lie in their block as firmware writes them', () => {
        const block = errorStatusBlock(recordOfLine('ghes fatal recoverable memory 3 0xfffffffffffff000 threshold 1 0x40000000+16'));
        // Status: an uncorrected error, one entry; then no raw data, the length of the entry, the severity.
        expect([0, 4, 8, 12, 16].map((at) => block.readUInt32LE(at))).toEqual([0x11, 0, 0, 152, 1]);
        expect(block.subarray(20, 36).toString('hex')).toBe('1411bca5646fde4eb8633e83ed7c83b1');
        expect([block.readUInt32LE(36), block.readUInt16LE(40), block[43], block.readUInt32LE(44)]).toEqual([0, 0x300, 8, 80]);
        const section = block.subarray(92);
        expect([section.readBigUInt64LE(0), section.readBigUInt64LE(16), section.readBigUInt64LE(24), section[72]]).toEqual([0x4006n, 0x4000_0010n, 0xffff_ffff_ffff_f000n, 3]);
    });

    test('of a processor name one error with its address', () => {
        const section = errorStatusBlock(recordOfLine('ghes corrected corrected processor 4 - - 1 0x40000000')).subarray(92);
        expect([section.readUInt32LE(0), section.readUInt16LE(4), section.readUInt32LE(8)]).toEqual([5, 1, 72]);
        expect([section[41], section.readUInt16LE(42), section[44], section.readBigUInt64LE(64)]).toEqual([32, 0b10111, 4, 0x4000_0000n]);
    });

    test('without an address, and two of them, say so', () => {
        const block = errorStatusBlock(recordOfLine('ghes corrected corrected memory 2 0xfffffffffffff000 - 2 -'));
        expect([block.readUInt32LE(0), block.readUInt32LE(12)]).toEqual([2 | 8 | 2 << 4, 304]);
        expect(block.readBigUInt64LE(92)).toBe(0x4000n);
    });

    test.each([
        ['ghes recoverable at p.heap[1] behind abort', 'ghes behind abort'],
        ['ghes recoverable at p.heap[1] source 0', 'ghes source 0'],
    ])('cannot be made: %s', async (step, construct) => {
        expect(await notMadeOf(scenario(`${VICTIM}    ${step}`), new Set(), RECORDING)).toEqual([construct]);
    });
});

describe('what another machine cannot make', () => {
    test.each([
        ['pages of another size', scenario('    corrupt-pfn pfn 0x40000', 'arch arm64 page size 16 KiB'), FOUR, ['arch arm64 with pages of 16 KiB']],
        ['an arm64 machine on a PC', scenario('    corrupt-pfn pfn 0x50000'), undefined, ['arch arm64', 'a frame by its number']],
        ['frames where it has no RAM', 'scenario "s" {\n    arch arm64\n    memory 1 GiB\n    corrupt-pfn pfn 0x4000\n}', FOUR, ['a frame by its number']],
        ['records of firmware', scenario('    ghes recoverable at pfn 0x50000'), FOUR, ['ghes']],
        ['an external abort', scenario('    region gap = mmio 4 pages at phys 0xb000000\n    latent error at gap[0] unclaimed'), FOUR, ['region at a frame', 'latent']],
        ['races', scenario('    process p {\n        map a = anon 4 KiB written\n    }\n    corrupt-pfn p.a[0]\n        race p: exit'), FOUR, ['race']],
    ])('%s', async (_name, text, guest, expected) => {
        expect((await notMadeOf(text, new Set(), guest)).slice(0, expected.length)).toEqual(expected);
    });

    test('says what fetches a kernel for it', async () => {
        const { variant } = await caseOf(scenario('    corrupt-pfn pfn 0x40000', 'arch arm64 page size 16 KiB'));
        const { makePlan } = await import('../../server/src/lab/plan/make-plan.js');
        expect(makePlan(variant.program, variant.trace)).toMatchObject({ notMade: [{ reason: 'the kernel is one for x86-64; hwp lab setup --arch arm64-16k fetches one for that' }, expect.anything()] });
    });
});

test('cases run by the machine that they are on', async () => {
    const cases = await Promise.all([scenario('    corrupt-pfn pfn 0x50000'), 'scenario "s" {\n    corrupt-pfn pfn 0x5000\n}', scenario('    corrupt-pfn pfn 0x60000')].map(caseOf));
    expect(byPlatforms(cases).map(({ platform, cases: those }) => [platform.arch, platform.pageShift, those.map((each) => cases.indexOf(each))])).toEqual([['arm64', 12, [0, 2]], ['x86-64', 12, [1]]]);
});
