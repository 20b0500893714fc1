/** Records of firmware (GHES), which the emulator's monitor hands over where it can. */
import type { Place, Program, Step } from '../../simulator/program.js';
import { frameWord } from './machine.js';
import type { PlanWriter } from './plan-writer.js';

/** Milliseconds of the guest, until its worker has looked at the record. */
const HANDLED = 700;
/** The source that the emulator injects into; the other one is read behind an abort. */
const INJECTED_SOURCE = 1;
/** What is said where a step says nothing. */
const USUAL_MASK = '0xfffffffffffff000';
const USUAL_TYPES: Readonly<Record<string, number>> = { corrected: 2, informational: 2 };
const MULTI_BIT = 3;
const PROCESSOR_ERRORS: Readonly<Record<string, number>> = { cache: 2, tlb: 4, bus: 8, 'micro-architectural': 16, none: 0 };

export function injectFirmwareRecord(writer: PlanWriter, { machine }: Program, step: Step): void {
    const { args, source, actor } = step;
    const text = (name: string): string | undefined => args[name] === undefined ? undefined : String(args[name]);
    const refused: readonly (readonly [boolean, string, string])[] = [
        [text('behind') !== undefined, 'ghes behind abort', 'nothing in the emulated machine makes the abort that would find it'],
        [writer.guest.noFirmwareRecords !== null, 'ghes', writer.guest.noFirmwareRecords ?? ''],
        [text('vendor') !== undefined, 'ghes vendor', 'what a vendor\'s section holds is not known'],
        [Number(args['source'] ?? INJECTED_SOURCE) !== INJECTED_SOURCE, `ghes source ${text('source') ?? ''}`, `the emulator hands over records of source ${INJECTED_SOURCE}`],
    ];
    const why = refused.find(([is]) => is);
    if (why !== undefined) {
        writer.cannot(why[1], why[2], source);
        return;
    }
    const address = addressWords(writer, machine, args['target'] as Place | undefined, actor, step);
    if (address === undefined) {
        return;
    }
    const severity = text('severity') ?? 'recoverable';
    const section = text('section') ?? severity;
    const processor = text('processor');
    const mask = text('mask');
    writer.harms('what firmware has said is remembered for a while, and counted');
    writer.monitor(['ghes', severity, section, processor === undefined ? 'memory' : 'processor', processor === undefined ? text('type') ?? USUAL_TYPES[section] ?? MULTI_BIT : PROCESSOR_ERRORS[processor] ?? 0, mask === undefined ? USUAL_MASK : BigInt(mask) === 0n ? '-' : mask, text('threshold') ?? '-', text('sections') ?? 1, address].join(' '));
    writer.must('r', 'sleep', HANDLED);
}

/** `$2*+16`, or a number; `-` without a target; undefined, and said, where nothing leads to it. */
function addressWords(writer: PlanWriter, machine: Program['machine'], place: Place | undefined, actor: string, step: Step): string | undefined {
    if (place === undefined) {
        return '-';
    }
    const { pageBytes } = writer.guest;
    const frame = frameWord(writer, machine, place, actor, step.source);
    const inPage = place.kind === 'phys' ? place.address % pageBytes : 'byteOffset' in place ? place.byteOffset % pageBytes : 0;
    return frame === undefined ? undefined : `${frame.startsWith('$') ? `${frame}*` : `0x${(Number(frame) * pageBytes).toString(16)}`}${inPage === 0 ? '' : `+${inPage}`}`;
}
