/** Units that a number can carry. */

export interface Unit {
    readonly of: 'bytes' | 'pages' | 'time' | 'percent';
    /** Bytes, base pages, nanoseconds or percent in one of it. */
    readonly factor: number;
    readonly doc: string;
}

const ROWS = {
    B: { of: 'bytes', factor: 1, doc: 'Bytes.' },
    KiB: { of: 'bytes', factor: 2 ** 10, doc: '1024 bytes.' },
    MiB: { of: 'bytes', factor: 2 ** 20, doc: '1024 KiB.' },
    GiB: { of: 'bytes', factor: 2 ** 30, doc: '1024 MiB.' },
    TiB: { of: 'bytes', factor: 2 ** 40, doc: '1024 GiB.' },
    page: { of: 'pages', factor: 1, doc: 'A base page: 4 KiB unless `page size` says otherwise.' },
    pages: { of: 'pages', factor: 1, doc: 'Base pages: 4 KiB each unless `page size` says otherwise.' },
    ns: { of: 'time', factor: 1, doc: 'Nanoseconds.' },
    us: { of: 'time', factor: 1e3, doc: 'Microseconds.' },
    ms: { of: 'time', factor: 1e6, doc: 'Milliseconds.' },
    s: { of: 'time', factor: 1e9, doc: 'Seconds.' },
    min: { of: 'time', factor: 60e9, doc: 'Minutes.' },
    h: { of: 'time', factor: 3600e9, doc: 'Hours.' },
    '%': { of: 'percent', factor: 1, doc: 'Per cent of the pages of a sweep.' },
} as const satisfies Record<string, Unit>;

export type UnitName = keyof typeof ROWS;

const SPANS: readonly UnitName[] = ['h', 'min', 's', 'ms', 'us', 'ns'];

/** A span of time in a unit that fits it, to three digits: `67 s`, `2.5 min`. */
export function durationWords(ns: number): string {
    const unit = SPANS.find((name) => ns >= ROWS[name].factor * (name === 'h' || name === 'min' ? 2 : 1)) ?? 'ns';
    return `${Number((ns / ROWS[unit].factor).toPrecision(3))} ${unit}`;
}

/** `8 KiB`: bytes in the largest binary unit that divides them. */
export function bytesWords(bytes: number): string {
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
    let value = bytes;
    let unit = 0;
    while (unit < units.length - 1 && value !== 0 && value % 1024 === 0) {
        value /= 1024;
        unit++;
    }
    return value === 0 ? '0' : `${value} ${units[unit]}`;
}

export const UNITS: Readonly<Record<UnitName, Unit>> = ROWS;
