/** The windows of a kernel, found in the running guest: symbols from its /proc/kallsyms, code from its memory. Kept in the cache by image. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabKernel } from '../kernels/lab-kernel.js';
import { LabProblem } from '../lab-problem.js';
import type { Plan } from '../plan/plan.js';
import type { LabSession } from '../session.js';
import { poisonBit, type KernelFunction } from './code.js';
import type { Debugger } from './debugger.js';
import { baseName, CALLERS, findPoints, WANTED_SYMBOLS, type FoundPoint } from './points.js';

/** Of the kernel that is raced. */
export interface KernelCode {
    readonly points: readonly FoundPoint[];
    /** Where struct page 0 would lie: of 64 bytes each. */
    readonly vmemmap: bigint;
    /** Undefined where it was not found. */
    readonly poisonBit: number | undefined;
    /** Addresses of functions by name. */
    readonly symbols: ReadonlyMap<string, bigint>;
}

/** Where struct pages lie without randomisation and with four levels of page tables: Documentation/arch/x86/x86_64/mm.rst. */
const VMEMMAP = 0xffffea0000000000n;
const LONGEST_FUNCTION = 16_384n;

interface KeptSymbol { readonly symbol: string; readonly address: string; readonly end: string }

/** Of kernels that were raced before: their images are not read again for each scenario. */
const known = new WeakMap<LabKernel, readonly KeptSymbol[]>();

export async function findSymbols(session: LabSession, kernel: LabKernel, cache: string): Promise<readonly KeptSymbol[]> {
    const symbols = known.get(kernel) ?? await lookUp(session, kernel, cache);
    known.set(kernel, symbols);
    return symbols;
}

async function lookUp(session: LabSession, kernel: LabKernel, cache: string): Promise<readonly KeptSymbol[]> {
    const folder = path.join(cache, 'symbols');
    const file = path.join(folder, `${createHash('sha256').update(readFileSync(kernel.image)).update(WANTED_SYMBOLS.join()).digest('hex').slice(0, 16)}.json`);
    if (existsSync(file)) {
        return JSON.parse(readFileSync(file, 'utf8')) as KeptSymbol[];
    }
    const symbols: KeptSymbol[] = [];
    await session.run(LOOKING_UP, false, {
        onLine: (line) => {
            const [kind, symbol = '', address = '', end = ''] = line.split('\t');
            if (kind === 'y') {
                symbols.push({ symbol, address, end });
            }
        },
    });
    if (!symbols.some(({ symbol }) => symbol === 'memory_failure')) {
        throw new LabProblem(`Linux ${kernel.release} does not tell where memory_failure() lies.`, 'Build it with CONFIG_KALLSYMS.');
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify(symbols));
    return symbols;
}

const LOOKING_UP: Plan = { pageBytes: 4096, lines: [`r symbols ${WANTED_SYMBOLS.join(' ')}`], tasks: [], ranges: [], steps: [], alone: '', harm: '', chance: '' };

/** @param port of the machine that stands still */
export async function readKernelCode(symbols: readonly KeptSymbol[], port: Debugger): Promise<KernelCode> {
    const functions: KernelFunction[] = [];
    for (const { symbol, address, end } of symbols) {
        const start = BigInt(address);
        const bytes = BigInt(end) - start;
        const code = CALLERS.has(baseName(symbol)) ? await port.memory(start, Number(bytes < LONGEST_FUNCTION ? bytes : LONGEST_FUNCTION)) : null;
        functions.push({ symbol, address: start, code: code ?? Buffer.alloc(0) });
    }
    const base = functions.find(({ symbol }) => symbol === 'vmemmap_base');
    const vmemmap = base === undefined ? null : await port.memory(base.address, 8);
    const handler = functions.find(({ symbol }) => symbol === 'memory_failure');
    return {
        points: findPoints(functions), vmemmap: vmemmap?.readBigUInt64LE(0) ?? VMEMMAP,
        poisonBit: handler && poisonBit(handler),
        symbols: new Map(functions.map(({ symbol, address }) => [baseName(symbol), address])),
    };
}
