/** Triage for a person: a paragraph for each incident, a time line, the lines that decide. */
import { visible } from '../../vocabulary/control-characters.js';
import { plain, type Paint, type Tone } from '../../report/output/paint.js';
import { VERDICT_WORDS, type BootSummary, type Incident, type Verdict, type WhatIf } from '../judgement/incident.js';
import type { LogResult } from './results.js';
import type { Summary } from './summary.js';

const TONES: Readonly<Record<Verdict | 'none', Tone>> = {
    'hardware': 'bad', 'known-software-fault': 'bad', 'software': 'bad', 'injected': 'faint', 'corrected-only': 'doubtful', 'undecided': 'doubtful', 'none': 'good',
};

const MAX_TEXT = 160;
const TIME_LINE = 18;

/** `1 in 1,200,000`: how likely a match by chance is. */
function odds(chance: number): string {
    return chance === 0 ? 'named by the kernel' : `by chance 1 in ${Math.max(1, Math.round(1 / chance)).toLocaleString('en')}`;
}

function bootWords({ release, arch, pageShift, pageShiftBy, guest }: BootSummary): string {
    const words = [
        release === null ? undefined : `Linux ${visible(release)}`, arch ?? undefined, pageShift === null ? undefined : `pages of ${2 ** (pageShift - 10)} KiB${pageShiftBy === null || arch === 'x86-64' ? '' : ` (${pageShiftBy})`}`,
        guest === null ? undefined : `a guest of ${visible(guest)}`,
    ].filter((each) => each !== undefined);
    return words.join(', ');
}

export function logLines(log: LogResult, paint: Paint = plain): string[] {
    const verdict = log.verdict === 'none' ? 'no memory error' : VERDICT_WORDS[log.verdict];
    const out = [`${paint('strong', visible(log.path))}: ${paint(TONES[log.verdict], verdict)}${log.host === null ? '' : ` on ${visible(log.host)}`}`];
    if (log.note !== null) out.push(`  ${paint('doubtful', log.note)}`);
    for (const boot of log.boots) {
        const incidents = log.incidents.filter((incident) => incident.boot === boot.index);
        if (incidents.length === 0) continue;
        const words = bootWords(boot);
        if (words !== '' || log.boots.length > 1) out.push(`  ${paint('faint', `boot ${boot.index + 1}${words === '' ? '' : `: ${words}`}`)}`);
        for (const incident of incidents) out.push('', ...incidentLines(incident, paint).map((line) => `  ${line}`));
    }
    if (log.crashes.length > 0) {
        out.push('', `  ${log.crashes.length === 1 ? 'A crash that belongs' : `${log.crashes.length} crashes that belong`} to no memory error:`);
        log.crashes.slice(0, 10).forEach(({ line, title, signature }) => out.push(`    line ${line}: ${cut(title)} ${paint('faint', `[${visible(signature)}]`)}`));
        if (log.crashes.length > 10) out.push(`    and ${log.crashes.length - 10} more`);
    }
    if (log.left.suppressed > 0) out.push(`  The kernel left out ${log.left.suppressed} messages ("callbacks suppressed").`);
    if (log.left.dropped > 0) out.push(`  ${log.left.dropped} events beyond the limits of a boot are counted nowhere else.`);
    return out;
}

function cut(text: string): string {
    const shown = visible(text);
    return shown.length > MAX_TEXT ? `${shown.slice(0, MAX_TEXT)}…` : shown;
}

export function incidentLines(incident: Incident, paint: Paint = plain): string[] {
    const { id, verdict, certainty, title, reasons, followed, parts, frames, frameCount, wouldDecide, lines, victims, inUse, signature } = incident;
    const out = [`${paint('strong', id)}  ${paint(TONES[verdict], `${VERDICT_WORDS[verdict]}${certainty === 'likely' && verdict !== 'undecided' ? ' (likely)' : ''}`)}: ${cut(title)}`];
    for (const { text, quotes } of reasons) out.push(`     ${visible(text)}${quotes.length === 0 ? '' : paint('faint', ` [line ${quotes[0]!.line}]`)}`);
    for (const { crash, evidence, afterUs } of followed) {
        const after = afterUs === null ? '' : `${(afterUs / 1_000_000).toFixed(afterUs < 1_000_000 ? 3 : 1)} s later: `;
        out.push(`     ${paint('strong', 'followed by')} ${after}${cut(crash.title)}${crash.function === null ? '' : ` in ${visible(crash.function)}()`}${paint('faint', ` [line ${crash.line}]`)}`);
        evidence.forEach(({ text, chance }) => out.push(`       ${visible(text)} (${odds(chance)})`));
    }
    if (parts.length > 0) out.push(`     part: ${parts.map(visible).join('; ')}`);
    if (frameCount > 1) out.push(`     frames: ${frames.slice(0, 12).join(' ')}${frameCount > 12 ? ` and ${frameCount - 12} more` : ''}`);
    if (victims.length > 0) out.push(`     hit: ${victims.slice(0, 8).map(({ comm, pid, what }) => `${visible(comm)}:${pid} (${what})`).join(', ')}${victims.length > 8 ? ` and ${victims.length - 8} more` : ''}`);
    if (inUse) out.push(`     ${paint('doubtful', 'the page is still in use')}`);
    if (incident.whatIf !== undefined) out.push(...whatIfLines(incident.whatIf, paint));
    if (wouldDecide !== null) out.push(`     ${paint('doubtful', 'would decide:')} ${visible(wouldDecide)}`);
    const shown = lines.slice(0, TIME_LINE);
    shown.forEach(({ line, text }) => out.push(`     ${paint('faint', `${String(line).padStart(6)} | ${cut(text)}`)}`));
    if (lines.length > shown.length) out.push(`     ${paint('faint', `       | and ${lines.length - shown.length} more lines`)}`);
    out.push(`     ${paint('faint', `signature: ${visible(signature)}`)}`);
    return out;
}

function whatIfLines({ kernel, kernelBasis, agrees, differs, others, scenario, passes }: WhatIf, paint: Paint): string[] {
    const out = [`     ${paint('strong', 'by the model')} (Linux ${kernel}; ${visible(kernelBasis)}): ${agrees.length} line${agrees.length === 1 ? '' : 's'} agree${agrees.length === 1 ? 's' : ''}, ${differs.length} differ${differs.length === 1 ? 's' : ''}${scenario === null ? '' : passes ? '; a scenario reproduces it' : '; a scenario reproduces what agrees'}`];
    differs.forEach((line) => out.push(`       not printed by the model: ${cut(line)}`));
    for (const { of, results, signals, panic, unmodelled } of others) {
        const words = unmodelled !== null && results.length === 0 ? unmodelled : [results.map((each) => each.replaceAll('MF_', '').replace('MSG_', '')).join(', ') || 'no result', ...signals, ...(panic === null ? [] : ['panic'])].join('; ');
        out.push(`       ${paint('faint', `${of}:`)} ${cut(words)}`);
    }
    return out;
}

export function summaryLines(summary: Summary, paint: Paint = plain): string[] {
    const counts = Object.entries(summary.verdicts).filter(([, count]) => count > 0).map(([verdict, count]) => `${count} ${verdict === 'none' ? 'without a memory error' : VERDICT_WORDS[verdict as Verdict]}`);
    const out = [`${summary.logs} log${summary.logs === 1 ? '' : 's'}: ${counts.join(', ')}${summary.unread === 0 ? '' : `; ${summary.unread} not read`}`];
    for (const { signature, verdict, incidents, errors, logs, hosts, first, last, parts } of summary.signatures) {
        out.push('', `${paint(TONES[verdict], VERDICT_WORDS[verdict])}: ${visible(signature)}`);
        out.push(`  ${incidents} incident${incidents === 1 ? '' : 's'}, ${errors} error${errors === 1 ? '' : 's'}, in ${logs} log${logs === 1 ? '' : 's'}${first === null ? '' : `, from ${first} to ${last}`}`);
        if (hosts.length > 0) out.push(`  hosts: ${hosts.slice(0, 8).map(visible).join(', ')}${hosts.length > 8 ? ` and ${hosts.length - 8} more` : ''}`);
        if (parts.length > 0) out.push(`  parts: ${parts.slice(0, 6).map(({ part, errors: each }) => `${visible(part)} (${each})`).join('; ')}${parts.length > 6 ? ` and ${parts.length - 6} more` : ''}`);
    }
    if (summary.crashes.length > 0) {
        out.push('', 'Crashes that belong to no memory error:');
        summary.crashes.slice(0, 20).forEach(({ signature, count, logs }) => out.push(`  ${String(count).padStart(6)} in ${logs} log${logs === 1 ? '' : 's'}: ${visible(signature)}`));
        if (summary.crashes.length > 20) out.push(`  and ${summary.crashes.length - 20} more signatures`);
    }
    return out;
}
