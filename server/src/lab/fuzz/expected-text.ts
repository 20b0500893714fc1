/** A finding as a scenario whose expectation is what the real kernel did. */
import { observedTrace } from '../observation/observed-trace.js';
import type { ObservedStep } from '../observation/observation.js';
import type { Finding } from './fuzz.js';

export function expectedText({ text, result }: Finding, release: string): string {
    const [first] = result.differences;
    const { observation, variant } = result;
    if (first === undefined || observation === null || variant.trace === null) {
        return text;
    }
    const range = variant.program.sources[variant.program.steps[first.step]?.source ?? -1];
    const seen = observation.steps.find(({ index }) => index === first.step);
    const lines = text.split('\n');
    const about = result.differences.filter(({ step }) => step === first.step).flatMap(({ field, predicted, observed }) => [`// ${field}: predicted ${oneLine(predicted)}`, `// ${' '.repeat(field.length)}  real      ${oneLine(observed)}`]);
    if (range !== undefined && seen !== undefined) {
        lines.splice(range.endLine + 1, 0, ...expectations(seen, observedTrace(variant.trace, observation).pageShift).map((claim) => `        expect ${claim}`));
    }
    return [`// Linux ${release}`, ...about, ...lines].join('\n');
}

function oneLine(text: string): string {
    return text.replaceAll('\n', ' | ');
}

function expectations({ outcome, signals, log }: ObservedStep, pageShift: number): readonly string[] {
    return [
        ...outcome.errno === '' ? [] : [`errno ${outcome.errno}`],
        ...outcome.value === undefined || outcome.value < ' ' || outcome.value > '~' ? [] : [`value ${JSON.stringify(outcome.value)}`],
        ...signals.map(({ signal, code, task, mapping, offset, addressLsbBits }) => `${signal} ${code} to ${task}${mapping === undefined || offset === undefined ? '' : ` at ${task.split('.', 1)[0]}.${mapping}[${offset >> pageShift}]`}${addressLsbBits === null ? '' : ` lsb ${addressLsbBits}`}`),
        ...log.map(({ text }) => /recovery action for .*/.exec(text)?.[0]).filter((each) => each !== undefined).map((each) => `dmesg ${JSON.stringify(each)}`),
    ];
}
