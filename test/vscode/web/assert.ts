/** What the tests use of node:assert/strict, for a worker of a browser. */

function shown(value: unknown): string {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function same(left: unknown, right: unknown): boolean {
    if (Object.is(left, right)) {
        return true;
    }
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null || Array.isArray(left) !== Array.isArray(right)) {
        return false;
    }
    const keys = Object.keys(left);
    return keys.length === Object.keys(right).length
        && keys.every((key) => same((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]));
}

function check(holds: boolean, message: () => string): void {
    if (!holds) {
        throw new Error(message());
    }
}

function of(message: string | undefined, what: string): () => string {
    return () => message === undefined ? what : `${message}: ${what}`;
}

const assert = {
    ok: (value: unknown, message = 'not true'): void => check(Boolean(value), () => message),
    equal: (actual: unknown, expected: unknown, message?: string): void => check(Object.is(actual, expected), of(message, `${shown(actual)} is not ${shown(expected)}`)),
    notEqual: (actual: unknown, expected: unknown, message?: string): void => check(!Object.is(actual, expected), of(message, `it is ${shown(expected)}`)),
    deepEqual: (actual: unknown, expected: unknown, message?: string): void => check(same(actual, expected), of(message, `${shown(actual)} is not ${shown(expected)}`)),
    match: (actual: string, expected: RegExp, message?: string): void => check(expected.test(actual), of(message, `${shown(actual)} does not match ${String(expected)}`)),
};

export default assert;
