/** What the model makes of a log, and what is asked of every answer. */
import { expect } from 'vitest';
import type { Overrides } from '../../server/src/analysis/overrides.js';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { messageEvent } from '../../server/src/log/events/reader.js';
import type { Incident, WhatIf } from '../../server/src/log/judgement/incident.js';
import { whatIf } from '../../server/src/log/scenario/what-if.js';
import { triageText } from '../../server/src/log/triage.js';
import { dmesgLines } from '../../server/src/report/output/dmesg.js';

const analyzer = new TextAnalyzer();
export const analyze = (text: string, overrides?: Overrides) => analyzer.analyze('test:candidate.hwp', text, overrides === undefined ? {} : { overrides });

/** What a line of memory_failure() says, in whatever wording. What a second or a refused unpoison says is not asked for. */
function sayings(text: string): string[] {
    return text.split('\n').flatMap((line) => {
        const event = messageEvent({ number: 1, text: line.replace(/^\[ *[\d.]+\] /, ''), speaker: 'kernel' });
        return event?.pfn === undefined || event.id.startsWith('inject') || (event.id.startsWith('un') && event.id !== 'unOk' && event.id !== 'unhandlable' && event.id !== 'unmapFail') ? [] : [`${event.id} ${event.pfn.toString(16)} ${event.type ?? ''} ${event.result ?? ''} ${event.task?.pid ?? ''}`];
    });
}

/** What is asked of every answer: it parses, its log holds the lines that it is said to, and where nothing differs, it passes and says all that the incident says. */
export async function holds(incident: Incident, found: WhatIf): Promise<void> {
    if (found.scenario === null) {
        expect(found.agrees).toEqual([]);
        return;
    }
    const { issues, scenarios } = await analyze(found.scenario);
    expect(issues.filter(({ severity }) => severity === 'error'), found.scenario).toEqual([]);
    const log = scenarios.flatMap(({ trace }) => (trace === null ? [] : dmesgLines(trace))).join('\n');
    for (const line of found.predicted) expect(log).toContain(line);
    const said = new Set(sayings(log));
    const own = sayings(found.agrees.join('\n'));
    for (const each of own) expect(said, found.scenario).toContain(each);
    if (found.differs.length > 0) return;
    expect(found.passes, found.scenario).toBe(true);
    expect(scenarios.map(({ status }) => status), found.scenario).toEqual(scenarios.map(() => 'passed'));
    if (incident.frameCount <= 4) for (const each of sayings(incident.handling.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n'))) expect(said, `${incident.title}\n${found.scenario}`).toContain(each);
}

export async function asked(text: string): Promise<(readonly [Incident, WhatIf | null])[]> {
    const { incidents, boots } = triageText(text);
    const found: (readonly [Incident, WhatIf | null])[] = [];
    for (const incident of incidents) found.push([incident, await whatIf(incident, boots.find(({ index }) => index === incident.boot)!, analyze)]);
    return found;
}
