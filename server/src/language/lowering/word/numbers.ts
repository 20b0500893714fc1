/** Numbers of the text, exactly: no digit is lost, and what does not fit is reported. */
import type { AstNode } from 'langium';
import type { Offset, Quantity } from '../../generated/ast.js';
import { UNITS, type Unit, type UnitName } from '../../../vocabulary/units.js';
import type { Issues } from '../../issues.js';

/** Longest number that is read, in digits. */
export const MAX_DIGITS = 40;

/** Largest count, size or address: what plain numbers hold exactly. */
export const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A number as written: `digits / 10 ** decimals`. */
interface Decimal { readonly digits: bigint; readonly decimals: number }

function parseDecimal(text: string): Decimal | undefined {
    if (text.length > MAX_DIGITS) {
        return undefined;
    }
    if (/^[0-9]+$/.test(text)) {
        return { digits: BigInt(text), decimals: 0 };
    }
    const negative = text.startsWith('-');
    const plain = text.replace(/^-/, '').replaceAll('_', '');
    const [whole = '', fraction = ''] = plain.split('.');
    if (!/^(0[xX][0-9A-Fa-f]+|[0-9]+)$/.test(whole) || !/^[0-9]*$/.test(fraction)) {
        return undefined;
    }
    const digits = BigInt(whole.startsWith('0x') || whole.startsWith('0X') ? whole : whole + fraction);
    return { digits: negative ? -digits : digits, decimals: fraction.length };
}

/** The number times a factor, if that is whole. */
function scaled(number: Decimal, factor: bigint): bigint | undefined {
    const product = number.digits * factor;
    const divisor = 10n ** BigInt(number.decimals);
    return product % divisor === 0n ? product / divisor : undefined;
}

/** A whole number of any size; undefined and one issue when the text is none. */
export function wholeNumber(text: string, node: AstNode, issues: Issues): bigint | undefined {
    const number = parseDecimal(text);
    if (number === undefined) {
        issues.report(text.length > MAX_DIGITS ? 'quantity/too-large' : 'quantity/malformed', node, text.length > MAX_DIGITS
            ? `This number has ${text.length} characters; at most ${MAX_DIGITS} are read. Use a smaller number.` : `\`${text}\` is no number. Write decimal digits, or hex with 0x.`);
        return undefined;
    }
    const value = scaled(number, 1n);
    if (value === undefined) {
        issues.report('quantity/fraction', node, `\`${text}\` is no whole number. Leave the decimals out.`);
    }
    return value;
}

/** A whole number that plain numbers hold exactly and that is not below `least`. */
export function count(text: string, node: AstNode, issues: Issues, what: string, least = 0): number | undefined {
    const value = wholeNumber(text, node, issues);
    return value === undefined ? undefined : exact(value, node, issues, what, least);
}

/** A register of 64 bits, as hex text: all its digits count. */
export function register(text: string, node: AstNode, issues: Issues, what: string): string | undefined {
    const value = wholeNumber(text, node, issues);
    if (value !== undefined && (value < 0n || value >= 1n << 64n)) {
        issues.report('quantity/too-large', node, `${what} has 64 bits: from 0 to 0xffffffffffffffff. Use a number in that range.`);
        return undefined;
    }
    return value === undefined ? undefined : `0x${value.toString(16)}`;
}

/** Largest id of a task on Linux with 64 bits: PID_MAX_LIMIT is 4 Mi, and ids stay below it. */
const MAX_TASK_ID = 4 * 1024 * 1024 - 1;

/** A pid or tid. */
export function taskId(text: string, node: AstNode, issues: Issues, what: string): number | undefined {
    const id = count(text, node, issues, what, 1);
    if (id !== undefined && id > MAX_TASK_ID) {
        issues.report('quantity/too-large', node, `${what} is ${id}, but can be at most ${MAX_TASK_ID} (PID_MAX_LIMIT - 1). Use a smaller number.`);
        return undefined;
    }
    return id;
}

/** What a process can exit with: one byte, as a shell shows it. */
export function exitStatus(text: string, node: AstNode, issues: Issues): number | undefined {
    const status = count(text, node, issues, 'An exit status');
    if (status !== undefined && status > 255) {
        issues.report('quantity/too-large', node, `An exit status is ${status}, but can be at most 255. Use a smaller number.`);
        return undefined;
    }
    return status;
}

function exact(value: bigint, node: AstNode, issues: Issues, what: string, least: number, unit: '' | ' bytes' | ' ns' = ''): number | undefined {
    if (value < BigInt(least)) {
        issues.report('quantity/not-positive', node, `${what} is ${value}${unit}, but must be at least ${least}. Use a larger number.`);
        return undefined;
    }
    if (value > MAX_EXACT) {
        issues.report('quantity/too-large', node, `${what} is ${value}${unit}, but can be at most ${MAX_EXACT} (2^53 - 1). Use a smaller number.`);
        return undefined;
    }
    return Number(value);
}

/** Bytes of a size in bytes or pages. A plain number is refused, since it says not what it counts. */
export function sizeBytes(quantity: Quantity | Offset, pageBytes: number, issues: Issues, what: string, least = 1): number | undefined {
    const unit = quantity.unit === undefined ? undefined : unitOf(quantity.unit);
    if (unit === undefined) {
        if (isZero(quantity.value) && least === 0) {
            return 0;
        }
        issues.report('quantity/unit-missing', quantity, `${what} needs a unit: \`${quantity.value} pages\` or \`${quantity.value} KiB\`.`,
            { data: { suggestions: [...inBytes(quantity.value), ...['pages', 'KiB', 'MiB'].map((unit) => `${quantity.value} ${unit}`)] } });
        return undefined;
    }
    if (unit.of !== 'bytes' && unit.of !== 'pages') {
        issues.report('quantity/wrong-unit', quantity, `${what} is counted in bytes (B, KiB, MiB, GiB, TiB) or pages, not in \`${quantity.unit}\`.`);
        return undefined;
    }
    return product(quantity, unit.of === 'pages' ? BigInt(pageBytes) : BigInt(unit.factor), issues, what, least, ' bytes');
}

/** A number that is likely to count bytes, in the largest unit. */
function inBytes(text: string): string[] {
    const bytes = parseDecimal(text)?.digits ?? 0n;
    const unit = (['GiB', 'MiB', 'KiB'] as const).find((name) => bytes >= 4096n && bytes % BigInt(UNITS[name].factor) === 0n);
    return unit === undefined ? [] : [`${bytes / BigInt(UNITS[unit].factor)} ${unit}`];
}

/** Bytes of a size that may use all 64 bits, as decimal text. */
export function sizeText(quantity: Quantity | Offset, pageBytes: number, issues: Issues, what: string): string | undefined {
    const number = parseDecimal(quantity.value);
    const unit = quantity.unit === undefined ? undefined : unitOf(quantity.unit);
    const factor = unit === undefined ? 0n : unit.of === 'pages' ? BigInt(pageBytes) : BigInt(unit.factor);
    const value = number === undefined ? undefined : scaled(number, factor);
    if (value !== undefined && value >= 0n && value < 2n ** 64n && (unit?.of === 'bytes' || unit?.of === 'pages')) {
        return value.toString();
    }
    return sizeBytes(quantity, pageBytes, issues, what, 0)?.toString();
}

/** Bytes of an address or offset: a plain number counts bytes. */
export function byteOffset(quantity: Quantity | Offset, pageBytes: number, issues: Issues, what: string): number | undefined {
    return quantity.unit === undefined ? count(quantity.value, quantity, issues, what) : sizeBytes(quantity, pageBytes, issues, what, 0);
}

/** Nanoseconds of a time; a time needs a unit. */
export function timeNs(quantity: Quantity | Offset, issues: Issues, what: string): number | undefined {
    const unit = quantity.unit === undefined ? undefined : unitOf(quantity.unit);
    if (unit?.of !== 'time') {
        const found = quantity.unit === undefined ? 'a plain number' : `\`${quantity.unit}\``;
        issues.report(unit === undefined ? 'quantity/unit-missing' : 'quantity/wrong-unit', quantity, `${what} needs a unit of time (ns, us, ms, s, min, h), not ${found}.`,
            { data: { suggestions: [`${quantity.value}s`, `${quantity.value}ms`] } });
        return undefined;
    }
    return product(quantity, BigInt(unit.factor), issues, what, 0, ' ns');
}

function product(quantity: Quantity | Offset, factor: bigint, issues: Issues, what: string, least: number, unit: ' bytes' | ' ns'): number | undefined {
    const number = parseDecimal(quantity.value);
    if (number === undefined) {
        wholeNumber(quantity.value, quantity, issues);
        return undefined;
    }
    const value = scaled(number, factor);
    if (value === undefined) {
        issues.report('quantity/fraction', quantity, `${what} of \`${quantity.value} ${quantity.unit ?? ''}\` is no whole number of ${unit.trim()}. Use a smaller unit, or another number.`);
        return undefined;
    }
    return exact(value, quantity, issues, what, least, unit);
}

/** The unit of that name. */
export function unitOf(name: string): Unit | undefined {
    return Object.hasOwn(UNITS, name) ? UNITS[name as UnitName] : undefined;
}

function isZero(text: string): boolean {
    return parseDecimal(text)?.digits === 0n;
}
