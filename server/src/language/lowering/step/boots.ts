/** kexec, reboot and power-cycle: the next kernel, its memory, and how it hears of bad frames. */
import type { AstNode } from 'langium';
import { type Argument, type Kexec, type Phrase, isQuantity, isVersion } from '../../generated/ast.js';
import { BOOT_USES } from '../../../vocabulary/boot-uses.js';
import type { BootKind } from '../../../vocabulary/carriers.js';
import { CONSTRUCT_BY_WORD, type Construct } from '../../../vocabulary/settings.js';
import { bytesWords } from '../../../vocabulary/units.js';
import type { ArgumentValue, Place, PlacedUse } from '../../../simulator/program.js';
import { readArguments, type ArgumentReading } from '../word/attributes.js';
import type { Context } from '../context.js';
import { lowerKernel } from '../machine/machine-settings.js';
import { count, sizeBytes } from '../word/numbers.js';
import { lowerPlaceArguments, placeStartsAt } from './places.js';
import { textOf, wordOf } from '../word/words.js';
import { checkWord } from '../word/words-of-tables.js';

/** Most frames that one `where` or `error at` can name. */
export const MAX_PLACED_FRAMES = 65_536;

export interface LoweredBoot { readonly op: string; readonly actor: string; readonly args: Readonly<Record<string, ArgumentValue>> }

export function lowerKexec(node: Kexec, context: Context): LoweredBoot {
    const kernel = node.kernel === undefined ? undefined : lowerKernel(node.kernel, context);
    return { op: 'kexec', actor: 'root', args: { ...(kernel === undefined ? {} : { kernel: kernel.written, proposals: kernel.proposals }), ...argumentsOf('kexec', node.arguments, node, context) } };
}

export function lowerReboot(node: Phrase, boot: Exclude<BootKind, 'kexec'>, context: Context): LoweredBoot {
    if (node.introduces !== undefined) {
        context.issues.report('step/unexpected-argument', node.introduces, `\`${boot}\` brings in nothing that \`as ${node.introduces.name ?? ''}\` could name. Remove it.`);
    }
    return { op: boot, actor: 'root', args: argumentsOf(boot, node.arguments, node, context) };
}

function argumentsOf(boot: BootKind, all: readonly Argument[], node: AstNode, context: Context): Record<string, ArgumentValue> {
    const construct = CONSTRUCT_BY_WORD.get(boot)!;
    const args: Record<string, ArgumentValue> = {};
    const { rest, where, errors } = takePlaces(boot === 'kexec' ? withoutKernelWords(all, context) : all, construct, context);
    if (where.length > 0) {
        args['where'] = where;
    }
    if (errors.length > 0) {
        args['errors'] = errors;
    }
    const reading = readArguments(rest, construct, {}, node, context.issues);
    const carry = wordOf(reading.uses.get('carry')?.value);
    if (carry !== undefined) {
        args['carry'] = carry;
    }
    const memory = memoryOf(reading, context);
    if (memory !== undefined) {
        args['memory'] = memory;
    }
    for (const word of ['list', 'count', 'version']) {
        const value = reading.uses.get(word)?.value;
        const number = isQuantity(value) ? count(value.value, value, context.issues, `\`${word}\``) : undefined;
        if (number !== undefined) {
            args[word] = number;
        }
    }
    if (reading.uses.has('validate')) {
        args['reading'] = 'validate';
    }
    return args;
}

/** The parts that can be said more than once: `where PLACE is KIND`, `error at PLACE`. */
/** `kexec with kho-hwpoison`, `kexec 7.3`: what belongs to a kernel stands behind `kernel`. Answers the other arguments. */
function withoutKernelWords(all: readonly Argument[], context: Context): readonly Argument[] {
    const [first, second] = all;
    const [running] = context.facts.kernels;
    if (wordOf(first) === 'with' && first !== undefined) {
        const names = all.slice(1, all.findIndex((argument, index) => index > 0 && CONSTRUCT_BY_WORD.get('kexec')!.attributes.some(({ word }) => word === wordOf(argument))) >>> 0);
        const written = `kernel ${running?.written ?? 'VERSION'} with`;
        context.issues.report('hwp/unexpected-argument', first, `\`with\` stands behind a kernel: \`kexec ${written} ${textOf(second) || 'PROPOSAL'}\`.`, { data: { suggestions: running === undefined ? [] : [written] } });
        return all.slice(1 + names.length);
    }
    if (first !== undefined && (isQuantity(first) && first.unit === undefined || isVersion(first))) {
        context.issues.report('hwp/unexpected-argument', first, `\`kernel\` stands before the version: \`kexec kernel ${textOf(first)}\`.`, { data: { suggestions: [`kernel ${textOf(first)}`] } });
        return all.slice(1);
    }
    return all;
}

function takePlaces(all: readonly Argument[], construct: Construct, context: Context): { rest: Argument[]; where: PlacedUse[]; errors: PlacedUse[] } {
    const rest: Argument[] = [];
    const where: PlacedUse[] = [];
    const errors: PlacedUse[] = [];
    for (let index = 0; index < all.length;) {
        const word = wordOf(all[index]);
        const isError = word === 'error' && wordOf(all[index + 1]) === 'at';
        const start = isError ? index + 2 : index + 1;
        if (word !== 'where' && !isError) {
            rest.push(all[index]!);
            index++;
            continue;
        }
        if (!placeStartsAt(all, start)) {
            if (all[start] === undefined) {
                context.issues.report('hwp/missing-argument', all[start - 1]!, `\`${isError ? 'error at' : 'where'}\` needs a place such as \`heap[2]\`: it is written \`${construct.form}\`.`);
            } else {
                // Says what is unknown and what is near.
                lowerPlaceArguments(all, start, context);
            }
            index = skipUse(all, start + 1);
            continue;
        }
        const { place, next } = lowerPlaceArguments(all, start, context);
        index = next;
        const use = isError ? '' : useOf(all, next, construct, context);
        if (!isError) {
            index = skipUse(all, next);
        }
        if (place !== undefined && use !== undefined && fits(place, all[start]!, context)) {
            const other = isError ? undefined : where.find((each) => overlap(each.place, place));
            if (other !== undefined) {
                context.issues.report('hwp/conflicting-attributes', all[start]!, `\`${textOf(all[start])}\` is \`${other.use}\` already: a frame has one use at boot. Keep one of them.`, { data: { word: textOf(all[start]) } });
            }
            (isError ? errors : where).push({ place, use });
        }
    }
    return { rest, where, errors };
}

/** Do two places of one thing share a page? */
function overlap(one: Place, other: Place): boolean {
    if (!('pageCount' in one) || !('pageCount' in other)) {
        return JSON.stringify(one) === JSON.stringify(other);
    }
    const whole = (place: Place): string => JSON.stringify({ ...place, page: 0, pageCount: 0, byteOffset: 0 });
    return whole(one) === whole(other) && one.page < other.page + other.pageCount && other.page < one.page + one.pageCount;
}

/** `is` and the word behind it. */
function skipUse(all: readonly Argument[], index: number): number {
    return wordOf(all[index]) === 'is' ? Math.min(all.length, index + 2) : index;
}

function useOf(all: readonly Argument[], index: number, construct: Construct, context: Context): string | undefined {
    const use = all[index + 1];
    if (wordOf(all[index]) !== 'is' || use === undefined) {
        context.issues.report('hwp/missing-argument', all[index] ?? all[index - 1]!, `After \`where ${textOf(all[index - 1])}\` stands \`is\` and what the frame is then, such as \`slab\`: it is written \`${construct.form}\`.`);
        return undefined;
    }
    const word = wordOf(use);
    return checkWord(word ?? textOf(use), BOOT_USES, 'use of a frame at boot', use, context) ? word : undefined;
}

function fits(place: Place, node: AstNode, { issues }: Context): boolean {
    if ('pageCount' in place && place.pageCount > MAX_PLACED_FRAMES) {
        issues.report('quantity/too-large', node, `\`${textOf(node)}\` has ${place.pageCount} pages; at most ${MAX_PLACED_FRAMES} can be named here. Name a part of it, such as \`${textOf(node)}[0..15]\`.`);
        return false;
    }
    return true;
}

function memoryOf(reading: ArgumentReading, context: Context): number | undefined {
    const value = reading.uses.get('memory')?.value;
    const { facts, issues, pageBytes } = context;
    const bytes = isQuantity(value) ? sizeBytes(value, pageBytes, issues, 'The memory of the next kernel') : undefined;
    if (bytes === undefined || value === undefined) {
        return undefined;
    }
    if (bytes % pageBytes !== 0) {
        issues.report('machine/memory-unaligned', value, `Memory of ${bytesWords(bytes)} is no whole number of pages of ${bytesWords(pageBytes)}. Use a multiple of that.`);
        return undefined;
    }
    if (bytes > facts.ramBytes.value) {
        issues.report('boot/memory', value, `The machine has ${facts.ramBytes.value / 2 ** 20} MiB of RAM: no kernel can be given ${bytes / 2 ** 20} MiB of it. Write less, or set a larger \`memory\` above the first step.`, { data: { suggestions: [`${facts.ramBytes.value / 2 ** 20} MiB`] } });
        return undefined;
    }
    return bytes;
}
