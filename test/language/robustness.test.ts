import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isScenario } from '../../server/src/language/generated/ast.js';
import { lowerScenario } from '../../server/src/language/lowering/scenario.js';
import { TextParser, type HwpDocument } from '../../server/src/language/parse.js';
import { MAX_FINDINGS, MAX_ITEM_TOKENS, MAX_SYNTAX_ERRORS, MAX_TEXT_LENGTH } from '../../server/src/language/parser/limits.js';
import { cpuTimeMs } from '../cpu-time.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const parser = new TextParser();

async function parse(text: string): Promise<HwpDocument> {
    return parser.parse('file:///test.hwp', text);
}

function codes(document: HwpDocument): string[] {
    return (document.diagnostics ?? []).map(({ code }) => String(code));
}

function programs(document: HwpDocument): (string | null)[] {
    return document.parseResult.value.elements.filter(isScenario).map((scenario) => lowerScenario(scenario).program?.title ?? null);
}

const GOOD = 'scenario "good" {\n    region spare = free 1 page\n    corrupt-pfn spare\n}\n';

describe('texts without end', () => {
    test('10,000 nested blocks: one clear error, and the next scenario is read', async () => {
        const depth = 10_000;
        const document = await parse(`scenario "deep" {\n${'repeat 2 {\n'.repeat(depth)}corrupt-pfn pfn 1\n${'}\n'.repeat(depth)}}\n${GOOD}`);
        expect(codes(document)).toEqual(['hwp/too-deep']);
        expect(programs(document)).toContain('good');
    });

    test('10,000 blocks that are never closed', async () => {
        const document = await parse(`scenario "deep" {\n${'process p {\n'.repeat(10_000)}`);
        expect(codes(document)).toContain('hwp/unclosed-block');
        expect(codes(document)).toContain('hwp/too-many-errors');
        expect(codes(document).length).toBeLessThan(MAX_FINDINGS + 2 * MAX_SYNTAX_ERRORS);
    });

    test('10,000 parentheses, negations, conjunctions', async () => {
        const nested = await parse(`scenario "a" {\ncorrupt-pfn pfn 1\nexpect panic when ${'('.repeat(10_000)}kernel >= 6.1${')'.repeat(10_000)}\n}\n${GOOD}`);
        expect(codes(nested)).toContain('hwp/too-deep');
        expect(programs(nested)).toContain('good');
        for (const word of ['not ', 'kernel >= 6.1 and ', 'kernel >= 6.1 or ']) {
            const long = await parse(`scenario "a" {\ncorrupt-pfn pfn 1\nexpect panic when ${word.repeat(10_000)}kernel >= 6.1\n}\n${GOOD}`);
            expect(codes(long)).toContain('hwp/item-too-long');
            expect(programs(long)).toContain('good');
        }
    });

    test('the longest condition within the limit', async () => {
        const terms = Math.floor((MAX_ITEM_TOKENS - 6) / 4);
        const document = await parse(`scenario "a" {\ncorrupt-pfn pfn 1\nexpect no panic when ${Array.from({ length: terms }, () => 'kernel >= 6.1').join(' and ')}\n}\n`);
        expect(codes(document)).toEqual([]);
        expect(programs(document)).toEqual(['a']);
    });

    test('a text over the size limit is refused at once', async () => {
        const text = `${GOOD}${' '.repeat(50 * 1024 * 1024)}\n`;
        const start = cpuTimeMs();
        const document = await parse(text);
        expect(cpuTimeMs() - start).toBeLessThan(2000);
        expect(codes(document)).toEqual(['hwp/text-too-long']);
        // Where the limit is passed: all of it is on the last line.
        expect(document.diagnostics?.[0]?.range.start.line).toBe(GOOD.split('\n').length - 1);
        expect(document.parseResult.value.elements).toEqual([]);
        expect(text.length).toBeGreaterThan(MAX_TEXT_LENGTH);
    });

    test('a line over the limit is refused, whatever stands on it', async () => {
        for (const piece of ['a', '\\a', '@', '{ ', '"']) {
            const document = await parse(`${GOOD}scenario "${piece.repeat(1_000_000)}`);
            expect(codes(document)).toEqual(['hwp/line-too-long']);
            expect(document.diagnostics?.[0]?.range.start.line).toBe(4);
        }
    });

    test('long texts of one thing take seconds, not minutes', async () => {
        for (const text of ['\n'.repeat(2_000_000), '// x\n'.repeat(400_000), '@'.repeat(200_000), '@ a\n'.repeat(200_000), '{\n'.repeat(500_000), '}\n'.repeat(500_000), 'scenario "x"\n'.repeat(20_000)]) {
            const start = cpuTimeMs();
            await parse(text);
            expect(cpuTimeMs() - start).toBeLessThan(20_000);
        }
    });

    test('names that nobody has declared, by the thousand', async () => {
        const lines = [...Array.from({ length: 2000 }, (_, index) => `region somewhere${index} = slab 1 page`), ...Array.from({ length: 3000 }, (_, index) => `corrupt-pfn anywhere${index}`)];
        const start = cpuTimeMs();
        const document = await parse(`scenario "a" {\n${lines.join('\n')}\n}\n`);
        expect(cpuTimeMs() - start).toBeLessThan(20_000);
        expect(codes(document).length).toBe(MAX_FINDINGS + 1);
    });

    test('warnings without end hide no error, and are none', async () => {
        const many = GOOD.repeat(1200);
        const severities = (document: HwpDocument): number[] => [...new Set((document.diagnostics ?? []).map(({ severity }) => severity ?? 1))];
        expect(severities(await parse(many))).toEqual([2]);
        const broken = await parse(`${many}${GOOD.replace('good', 'bad').replace('free', 'fre')}`);
        expect(codes(broken)).toContain('hwp/unknown-word');
        expect(codes(broken)).toContain('hwp/too-many-errors');
    });

    test('errors without end are counted, not listed', async () => {
        const document = await parse(`scenario "a" {\n${'@ # $\n'.repeat(5000)}corrupt-pfn pfn 1\n}\n`);
        expect(codes(document)).toContain('hwp/too-many-errors');
        expect(codes(document).length).toBeLessThan(1100);
    });

    test('too many values to vary', async () => {
        const document = await parse(`scenario "a" {\nvary sysctl vm.memory_failure_recovery ${Array.from({ length: 300 }, () => '1').join(', ')}\ncorrupt-pfn pfn 1\n}\n`);
        expect(codes(document)).toEqual(['vary/limit']);
    });
});

describe('numbers beyond what a machine counts with', () => {
    test.each([
        ['a size', 'region a = free 9223372036854775808 pages'],
        ['an address', 'hole at phys 0xffffffffffffffff size 4 KiB'],
        ['a pid', 'process p pid 18446744073709551616'],
        ['a page', 'process p { map m = anon 1 page }\npage f = m[9223372036854775808]'],
        ['a huge page count', 'hugetlb 2 MiB 9223372036854775808 pages'],
    ])('%s of 2^63', async (_what, line) => {
        const document = await parse(`scenario "a" {\n${line}\ncorrupt-pfn pfn 1\n}\n`);
        expect(codes(document)).toEqual(['quantity/too-large']);
        expect(programs(document)).toEqual([null]);
    });

    test('64-bit register values keep every digit', async () => {
        const document = await parse('scenario "a" {\nmachine-check status 0xbd80000000000134 mcg_status 0xf misc 0x8123456789abcdef\ncorrupt-pfn address 0xffff888012345678\n}\n');
        const scenario = document.parseResult.value.elements.find(isScenario)!;
        expect(lowerScenario(scenario).program?.steps.map(({ args }) => args)).toEqual([
            { status: '0xbd80000000000134', mcgStatus: '0xf', misc: '0x8123456789abcdef' }, { target: { kind: 'raw', address: '0xffff888012345678' } },
        ]);
    });
});

describe('a broken scenario', () => {
    test.each([
        ['a missing }', 'scenario "bad" {\n    process db {\n        map heap = anon 1 page\n'],
        ['a missing {', 'scenario "bad"\n    process db {\n        map heap = anon 1 page\n    }\n}\n'],
        ['a } too many', 'scenario "bad" {\n    process db { } }\n}\n}\n'],
        ['a string without end', 'scenario "bad {\n    region a = free 1 page\n}\n'],
        ['garbage', 'scenario "bad" {\n    )( = = "\n    [ [ [\n    process { map = = } }\n'],
        ['half a line', 'scenario "bad" {\n    map heap =\n    process db {\n        map heap =\n    }\n    corrupt-pfn\n'],
        ['a keyword and nothing else', 'scenario\n'],
        ['a block that nothing opens', 'scenario "bad" {\n    { { {\n    }\n'],
        ['a brace in a header', 'scenario "bad" {\n    process = { map heap = anon 1 page }\n    process { thread { prctl } }\n}\n'],
    ])('%s leaves the next ones intact', async (_what, text) => {
        const document = await parse(`${GOOD}${text}${GOOD.replace('good', 'next')}${GOOD.replace('good', 'last')}`);
        expect(codes(document).filter((code) => code !== 'scenario/empty')).not.toEqual([]);
        expect(programs(document)).toEqual(expect.arrayContaining(['good', 'next', 'last']));
    });

    test('line endings of every kind', async () => {
        for (const end of ['\n', '\r\n', '\r']) {
            const document = await parse(GOOD.replaceAll('\n', end));
            expect(codes(document)).toEqual([]);
        }
    });

    test('an empty text, spaces, a byte order mark', async () => {
        for (const text of ['', '   \n\n', '\ufeff', `\ufeff${GOOD}`, '// nothing', '/* nothing */']) {
            expect(codes(await parse(text))).toEqual([]);
        }
    });
});

describe('no text makes it throw', () => {
    const examples = readdirSync(EXAMPLES).filter((file) => file.endsWith('.hwp')).map((file) => readFileSync(path.join(EXAMPLES, file), 'utf8').slice(0, 2500));
    const fragment = fc.constantFrom('{', '}', '(', ')', '[', ']', '..', '.', ',', ':', '=', '+', '"', '\\', '\n', '\r', ';', '/*', '*/', '//', '\0', '\u2028', '0x', '-1', '1e9', '9'.repeat(50),
        'scenario', 'machine', 'import', 'process', 'expect', 'when', 'not', 'and', 'as', 'with', 'race', 'sweep', 'repeat', 'vary', 'kexec', 'mmap', 'cpu', 'at', 'page', '__proto__', 'constructor', 'toString');
    const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat({ max: 40 }), insert: fc.oneof(fragment, fc.string({ maxLength: 12 })) });

    async function survives(text: string): Promise<void> {
        const document = await parse(text);
        expect(codes(document)).not.toContain('hwp/internal');
        for (const scenario of document.parseResult.value.elements.filter(isScenario)) {
            JSON.stringify(lowerScenario(scenario).program);
        }
    }

    test('mutated examples', async () => {
        await fc.assert(fc.asyncProperty(fc.constantFrom(...examples), fc.array(mutation, { minLength: 1, maxLength: 6 }), async (text, mutations) => {
            let mutated = text;
            for (const { at, remove, insert } of mutations) {
                const index = Math.floor(at * mutated.length);
                mutated = mutated.slice(0, index) + insert + mutated.slice(index + remove);
            }
            await survives(mutated);
        }), { numRuns: 400 });
    });

    test('examples cut anywhere', async () => {
        await fc.assert(fc.asyncProperty(fc.constantFrom(...examples), fc.double({ min: 0, max: 1, noNaN: true }), async (text, at) => {
            await survives(text.slice(0, Math.floor(at * text.length)));
        }), { numRuns: 150 });
    });

    test('words in any order', async () => {
        const words = fc.array(fc.oneof(fragment, fc.constantFrom('heap', 'db', 'free', '1', 'page', 'pages', 'KiB', 'anon', 'at', 'pfn', 'MADV_HWPOISON', 'SIGBUS', 'to', 'lsb')), { maxLength: 60 });
        await fc.assert(fc.asyncProperty(words, async (list) => {
            await survives(`scenario "any" {\n    process db { map heap = anon 4 pages }\n    ${list.join(' ')}\n}\n`);
        }), { numRuns: 400 });
    });
});

test('a terabyte goes with its process in no time', async () => {
    const { TextAnalyzer } = await import('../../server/src/analysis/text-analyzer.js');
    const start = cpuTimeMs();
    const report = await new TextAnalyzer().analyze('file:///test.hwp', `scenario "large" {
    memory 4 TiB
    process db { map shm = shared-anon 1 TiB content "AB"; map heap = anon 1 TiB }
    page seen = shm[9]
    page other = shm[10]
    db: read shm[9]
        expect value "B"
    db: exit
    corrupt-pfn seen
        expect MF_MSG_BUDDY MF_RECOVERED
    corrupt-pfn other
        expect MF_MSG_BUDDY MF_RECOVERED
}
`);
    expect(report.scenarios.map(({ status }) => status)).toEqual(['passed']);
    expect(cpuTimeMs() - start).toBeLessThan(2000);
});
