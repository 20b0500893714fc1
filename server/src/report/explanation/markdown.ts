/** The explanation of a step as markdown, for hovers. */
import { kernelWords } from '../../simulator/kernel-words.js';
import type { RaceTrace, Trace } from '../../simulator/trace.js';
import { RACE_WINDOWS } from '../../vocabulary/race-windows.js';
import { stepDmesgLines } from '../output/dmesg.js';
import { escaped } from '../output/markdown-text.js';
import { explain, type Explanation, type PathPart } from './explain.js';
import { guestsIn, traceOfGuest } from '../step/guests.js';
import { limitWords, moveLines, pathWords, waysWords } from '../step/races.js';
import { summarizeOwn } from '../step/summary.js';
import { sweepHeadline, sweepTables, type Table } from '../sweeps/tables.js';
import { changeWords, decisionWords } from './text-explanation.js';
import type { VariantReport } from '../judgement/scenario-report.js';
import { groupedByText, outcomesOf, outcomeTable, summarizeOutcomes } from '../step/variants.js';
import { countWords, signalWords } from '../step/wording.js';

/** Most rows of a table of variants. */
const MAX_ROWS = 40;

/** Most explanations of one step, where variants differ. */
const MAX_EXPLANATIONS = 3;

/** Which variant does what, and the explanation of each that differs, as far as they are few. */
export function variantsMarkdown(variants: readonly VariantReport[], indexes: readonly number[]): string {
    const outcomes = outcomesOf(variants, indexes);
    const { heads, rows } = outcomeTable(outcomes);
    const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
    const table = rows.length < 2 || heads.length === 0 ? [] : [[row(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.slice(0, MAX_ROWS).map(row)].join('\n')];
    const explained = groupedByText(variants, ({ trace }) => trace === null ? [] : indexes.slice(0, 1).map((index) => shortExplanation(trace, index)));
    return [
        `**${escaped(summarizeOutcomes(outcomes) || countWords(outcomes.length, 'variant'))}**`,
        ...table,
        ...rows.length > MAX_ROWS ? [`${rows.length - MAX_ROWS} more rows are not shown.`] : [],
        ...explained.slice(0, MAX_EXPLANATIONS).map((group) => ['---', ...group.variants === '' ? [] : [`In ${escaped(group.variants)}:`], ...group.lines].join('\n\n')),
        ...explained.length > MAX_EXPLANATIONS ? [`${explained.length - MAX_EXPLANATIONS} more ways are not explained here; the command *Explain Step* has them.`] : [],
    ].join('\n\n');
}

/** Of a sweep the outcomes only: the table of the regions has a row for each, in each variant. */
function shortExplanation(trace: Trace, index: number): string {
    const { sweep } = trace.steps[index] ?? {};
    const [outcomes] = sweep === undefined ? [] : sweepTables(sweep, trace.pageShift);
    return sweep === undefined || outcomes === undefined ? explanationMarkdown(trace, index)
        : [escaped(sweepHeadline(sweep, trace.pageShift)), tableMarkdown(outcomes), 'The command *Explain Step* tells it by region.'].join('\n\n');
}

/** Result, decision path, log, signals, counters and changed state of the step at an index of `trace.steps`; '' outside. */
export function explanationMarkdown(trace: Trace, index: number): string {
    const explanation = explain(trace, index);
    const step = trace.steps[index];
    if (explanation === null || step === undefined) {
        return '';
    }
    if (step.sweep !== undefined) {
        return [headline(explanation), escaped(sweepHeadline(step.sweep, trace.pageShift)), ...sweepTables(step.sweep, trace.pageShift).map((table) => tableMarkdown(table))].join('\n\n');
    }
    return [
        headline(explanation),
        ...step.race === undefined ? [] : [outcomesMarkdown(step.race)],
        ...explanation.path.map(pathMarkdown),
        section('Log', codeBlock(stepDmesgLines(step))),
        section('Signals', list(explanation.signals.map((signal) => escaped(signalWords(signal, trace.pageShift))))),
        section('Counters', list(explanation.counters.map(({ name, before, after }) => `${escaped(name)}: ${before} → ${after}`))),
        section('State', list(explanation.changes.map((change) => escaped(changeWords(change))))),
        ...guestsIn(step).map((guest) => guestMarkdown(trace, index, guest)),
    ].filter((part) => part !== '').join('\n\n');
}

/** The same as a virtual machine's kernel sees it. */
function guestMarkdown(trace: Trace, index: number, guest: string): string {
    const side = traceOfGuest(trace, guest);
    const explained = side === null ? '' : explanationMarkdown(side, index);
    return side === null || explained === '' ? '' : `---\n\n**In ${escaped(guest)}**, Linux ${escaped(kernelWords(side.kernel))}\n\n${explained}`;
}

function headline({ summary, panic, oops }: Explanation): string {
    const stops = [['panic', panic], ['oops', oops]].filter(([, text]) => text !== '').map(([kind, text]) => `  \n${kind}: ${escaped(text ?? '')}`);
    return `**${escaped(summary === '' ? 'ok' : summary)}**${stops.join('')}`;
}

/** The set with the windows of each outcome, one way to each, and what the windows are. The path below the list is that of nobody interfering. */
function outcomesMarkdown(race: RaceTrace): string {
    const limit = limitWords(race);
    const rows = race.outcomes.map((outcome) => [
        `- **${escaped(summarizeOwn(outcome.step))}**: ${escaped(waysWords(outcome))}`,
        ...moveLines(outcome.ways[0] ?? [], race).map((line) => `  - ${escaped(line)}`),
        `  - ${escaped(pathWords(outcome))}`,
    ].join('\n'));
    const used = [...new Set(race.outcomes.flatMap(({ ways }) => ways.flatMap((way) => way.map(({ window }) => window))))];
    return [
        section(`${race.outcomes.length} ${race.outcomes.length === 1 ? 'outcome' : 'outcomes'} in ${race.interleavings} interleavings`, rows.join('\n')),
        ...limit === null ? [] : [escaped(`${limit}.`)],
        section('Windows', list(race.windows.filter((window) => used.includes(window)).map((window) => escaped(`${window}: between ${RACE_WINDOWS[window].between}. ${RACE_WINDOWS[window].follows}`)))),
        '**When nobody interferes**',
    ].filter((part) => part !== '').join('\n\n');
}

function pathMarkdown(part: PathPart): string {
    const title = part.function === '' ? 'meanwhile\n' : `\`${part.function}()\`\n`;
    return title + list(part.decisions.map((decision) => escaped(decisionWords(decision))));
}

function section(title: string, body: string): string {
    return body === '' ? '' : `**${title}**\n\n${body}`;
}

/** Most rows of a table of a sweep: a hover has little room. */
const MAX_SWEEP_ROWS = 12;

function tableMarkdown({ headings, numbers, rows }: Table): string {
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    return [line(headings), line(headings.map((_heading, column) => numbers.includes(column) ? '--:' : '---')), ...rows.slice(0, MAX_SWEEP_ROWS).map(({ cells }) => line(cells.map(escaped)))].join('\n')
        + (rows.length > MAX_SWEEP_ROWS ? `\n\n${rows.length - MAX_SWEEP_ROWS} more rows: the command *Explain Step* has them.` : '');
}

function list(items: readonly string[]): string {
    return items.map((item) => `- ${item}`).join('\n');
}

// Log lines hold no backticks; should one, the fence is longer than any run of them.
function codeBlock(lines: readonly string[]): string {
    if (lines.length === 0) {
        return '';
    }
    const longest = Math.max(2, ...[...lines.join('\n').matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return [fence + 'text', ...lines, fence].join('\n');
}
