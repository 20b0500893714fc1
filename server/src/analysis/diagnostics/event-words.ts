import { describeDecision } from '../../report/explanation/explain.js';
import { bootWords, resultWords, signalWords } from '../../report/step/wording.js';
import type { Trace, TraceEvent } from '../../simulator/trace.js';

/** An event in a few words, for a link to it. */
export function stepEventWords(event: TraceEvent | undefined, trace: Trace): string {
    switch (event?.t) {
        case 'decision': return describeDecision(event.id).text;
        case 'log': return event.text;
        case 'signal': return signalWords(event, trace.pageShift);
        case 'result': return resultWords(event);
        case 'panic': return `panic "${event.text}"`;
        case 'oops': return `oops "${event.text}"`;
        case 'exit': return event.signal === null ? `${event.process} exits` : `${event.process} is killed by ${event.signal}`;
        case 'data': return `${event.what} ${event.fate}`;
        case 'boot': return bootWords(event).join(' · ');
        case 'guest': return `${event.guest}: ${stepEventWords(event.event, trace)}`;
        case undefined: return '';
    }
}
