/** race and sweep: checked and counted; exploring them is the simulator's. */
import type { Phrase, Race, Sweep } from '../generated/ast.js';
import { isPlace } from '../generated/ast.js';
import { visibleNames } from '../references/lookup.js';
import { lowerStepPhrase } from './actions.js';
import type { Context } from './context.js';
import { suggest } from './suggestions.js';
import { wordOf } from './words.js';

/** Checks a race below the step with that index; -1 when there is none. */
export function lowerRace(item: Race, step: number, context: Context): void {
    if (step < 0) {
        context.issues.report('race/no-step', item, 'A race stands below the step whose windows it uses. Move it below one.');
    }
    if (item.phrase !== undefined) {
        const args = item.phrase.arguments;
        const from = args.findIndex((argument, index) => index > 0 && wordOf(argument) === 'from');
        lowerStepPhrase(from < 0 ? item.phrase : { ...item.phrase, arguments: args.slice(0, from) }, context);
        if (from >= 0) {
            checkSource(args.slice(from + 1), item, context);
        }
    }
    context.leaveOut(item, step, 'races');
}

function checkSource([source, extra]: Phrase['arguments'], item: Race, { issues }: Context): void {
    if (!isPlace(source) || extra !== undefined) {
        issues.report('hwp/missing-argument', extra ?? source ?? item, 'After `from` stands the region whose frame the allocator hands out.');
    } else if (source.target?.ref === undefined) {
        const name = source.target?.$refText ?? '';
        const suggestions = suggest(name, visibleNames(item).keys(), issues);
        issues.report('hwp/unknown-name', source, `Nothing is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ''} Name the region whose frame the allocator hands out.`, { data: { suggestions } });
    }
}

export function lowerSweep(item: Sweep, step: number, context: Context): void {
    const target = item.over?.target;
    if (target !== undefined && target.ref === undefined) {
        const suggestions = suggest(target.$refText, visibleNames(item).keys(), context.issues);
        context.issues.report('hwp/unknown-name', item.over, `Nothing is called \`${target.$refText}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ''} A sweep is over a machine, a process, a mapping, a file or a region.`, { data: { suggestions } });
    }
    if (item.phrase !== undefined) {
        lowerStepPhrase(item.phrase, context);
    }
    context.leaveOut(item, step, 'sweeps');
}
