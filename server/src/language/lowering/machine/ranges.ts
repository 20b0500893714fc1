import type { AstNode } from 'langium';
import { type Argument, isQuantity } from '../../generated/ast.js';
import type { Construct } from '../../../vocabulary/settings.js';
import { bytesWords } from '../../../vocabulary/units.js';
import type { PfnRange } from '../../../simulator/program.js';
import { readArguments, type ArgumentReading } from '../word/attributes.js';
import type { Context } from '../context.js';
import { byteOffset, count, sizeBytes } from '../word/numbers.js';

/** `at phys ADDRESS size SIZE` or `at pfn N size SIZE`, in whole pages; undefined after an error. */
export function readRange(args: readonly Argument[], construct: Construct, owner: AstNode, context: Context): PfnRange | undefined {
    const { issues, pageBytes } = context;
    const reading = readArguments(args, construct, {}, owner, issues);
    const size = reading.uses.get('size')?.value;
    const pfn = readPfn(reading, context);
    if (!isQuantity(size) || pfn === undefined) {
        if (!reading.uses.has('at phys') && !reading.uses.has('at pfn') || size === undefined) {
            issues.report('hwp/missing-argument', owner, `A range needs its start and its size: it is written \`${construct.form}\`.`);
        }
        return undefined;
    }
    const bytes = sizeBytes(size, pageBytes, issues, 'The range');
    if (bytes !== undefined && bytes % pageBytes !== 0) {
        issues.report('machine/memory-unaligned', size, `A range of ${bytesWords(bytes)} is no whole number of pages of ${bytesWords(pageBytes)}. Use a multiple of that.`);
        return undefined;
    }
    return bytes === undefined ? undefined : { pfn, pageCount: bytes / pageBytes };
}

/** The page frame number of `at pfn N` or `at phys ADDRESS`; undefined when neither stands there or it is wrong. */
export function readPfn(reading: ArgumentReading, { issues, pageBytes }: Context): number | undefined {
    const pfn = reading.uses.get('at pfn')?.value;
    if (isQuantity(pfn)) {
        return count(pfn.value, pfn, issues, 'A page frame number');
    }
    const phys = reading.uses.get('at phys')?.value;
    if (!isQuantity(phys)) {
        return undefined;
    }
    const address = byteOffset(phys, pageBytes, issues, 'A physical address');
    if (address !== undefined && address % pageBytes !== 0) {
        issues.report('machine/memory-unaligned', phys, `The address ${phys.value} is not the start of a page of ${bytesWords(pageBytes)}. Use 0x${(address - address % pageBytes).toString(16)}, where that page starts.`);
        return undefined;
    }
    return address === undefined ? undefined : address / pageBytes;
}
