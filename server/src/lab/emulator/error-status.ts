/** The block in which firmware hands over an error: ACPI 6.5, 18.3.2.7 (generic error status), and UEFI 2.10, appendix N (its sections). */

export interface RecordToInject {
    /** As the language calls them. */
    readonly severity: string;
    readonly sectionSeverity: string;
    readonly kind: 'memory' | 'processor';
    /** Memory: number of the kind of error. Processor: bits. */
    readonly errorType: number;
    /** null: not valid. */
    readonly mask: bigint | null;
    readonly address: bigint | null;
    readonly thresholdExceeded: boolean;
    readonly sections: number;
}

const SEVERITIES: Readonly<Record<string, number>> = { recoverable: 0, fatal: 1, corrected: 2, informational: 3 };
const THRESHOLD_EXCEEDED = 8;
const GUIDS = { memory: 'a5bc1114-6f64-4ede-b863-3e83ed7c83b1', processor: 'e19e3d16-bc11-11e4-9caa-c2051d5d46b0' } as const;

/** The whole block, with as many equal sections as are asked for. */
export function errorStatusBlock(record: RecordToInject): Buffer {
    const section = record.kind === 'memory' ? memorySection(record) : processorSection(record);
    const entry = Buffer.alloc(72);
    guidBytes(GUIDS[record.kind]).copy(entry);
    entry.writeUInt32LE(SEVERITIES[record.sectionSeverity]!, 16);
    entry.writeUInt16LE(0x300, 20);
    entry.writeUInt8(record.thresholdExceeded ? THRESHOLD_EXCEEDED : 0, 23);
    entry.writeUInt32LE(section.length, 24);
    const entries = Array.from({ length: record.sections }, () => [entry, section]).flat();
    const head = Buffer.alloc(20);
    head.writeUInt32LE(statusOf(record), 0);
    head.writeUInt32LE(record.sections * (entry.length + section.length), 12);
    head.writeUInt32LE(SEVERITIES[record.severity]!, 16);
    return Buffer.concat([head, ...entries]);
}

/** Bits 0 and 1: there is an uncorrected, a corrected error; 2 and 3: several; from 4 on, how many entries. */
function statusOf({ sectionSeverity, sections }: RecordToInject): number {
    const bit = { recoverable: 1, fatal: 1, corrected: 2 }[sectionSeverity] ?? 0;
    return bit | (sections > 1 ? bit << 2 : 0) | sections << 4;
}

/** Valid: bit 1 the address, 2 the mask, 14 the kind of error. */
function memorySection({ address, mask, errorType }: RecordToInject): Buffer {
    const bytes = Buffer.alloc(80);
    const masked = address !== null && mask !== null;
    bytes.writeBigUInt64LE(BigInt((address === null ? 0 : 1 << 1) | (masked ? 1 << 2 : 0) | 1 << 14));
    bytes.writeBigUInt64LE(address ?? 0n, 16);
    bytes.writeBigUInt64LE(masked ? mask : 0n, 24);
    bytes.writeUInt8(errorType, 72);
    return bytes;
}

/** Of one error, of which there was one more. Valid: the processor's number and state; of the error how often it was, its flags, its information, and bit 4 the address. */
function processorSection({ address, errorType }: RecordToInject): Buffer {
    const bytes = Buffer.alloc(72);
    bytes.writeUInt32LE(0b101, 0);
    bytes.writeUInt16LE(1, 4);
    bytes.writeUInt32LE(bytes.length, 8);
    bytes.writeBigUInt64LE(0x8000_0000n, 16);
    bytes.writeBigUInt64LE(0x411f_d070n, 24);
    bytes.writeUInt32LE(1, 32);
    const error = bytes.subarray(40);
    error.writeUInt8(error.length, 1);
    error.writeUInt16LE(0b111 | (address === null ? 0 : 1 << 4), 2);
    error.writeUInt8(errorType, 4);
    error.writeUInt16LE(1, 5);
    error.writeBigUInt64LE(address ?? 0n, 24);
    return bytes;
}

/** The first three parts are numbers, which lie in memory with their low byte first. */
function guidBytes(guid: string): Buffer {
    const parts = guid.split('-').map((part) => Buffer.from(part, 'hex'));
    return Buffer.concat(parts.map((part, index) => index < 3 ? part.reverse() : part));
}

/** `ghes SEVERITY SECTION KIND TYPE MASK THRESHOLD SECTIONS ADDRESS`, as plans write it; `-` where there is none, and what is added to an address behind `+`. */
export function recordOfLine(line: string): RecordToInject {
    const [, severity = '', sectionSeverity = '', kind, errorType, mask = '-', threshold, sections, address = '-'] = line.split(' ');
    const sum = (text: string): bigint | null => text === '-' ? null : text.split('+').reduce((total, part) => total + BigInt(part), 0n);
    return {
        severity, sectionSeverity, kind: kind === 'processor' ? 'processor' : 'memory', errorType: Number(errorType), mask: sum(mask), address: sum(address),
        thresholdExceeded: threshold === 'threshold', sections: Number(sections),
    };
}
