/** race: who competes with the step above. */
import { type Argument, type Phrase, type Race, isPlace } from '../../generated/ast.js';
import { visibleNames } from '../../references/lookup.js';
import { OPERATION_BY_ID, raceFitness } from '../../../vocabulary/operations.js';
import type { Competitor } from '../../../simulator/program.js';
import { lowerStepPhrase, type LoweredAction } from './actions.js';
import type { Context } from '../context.js';
import { lowerPlace, lowerPlaceArguments } from './places.js';
import { suggest } from '../word/suggestions.js';
import { wordOf } from '../word/words.js';

/** The competitor of a race below the step with that index (-1 when there is none); undefined after an error. */
export function lowerRace(item: Race, step: number, context: Context): Competitor | undefined {
    if (step < 0) {
        context.issues.report('race/no-step', item, 'A race stands below the step whose windows it uses. Move it below one.');
    }
    const { phrase } = item;
    if (phrase === undefined) {
        return undefined;
    }
    if (phrase.actor?.process.$refText === 'in' && phrase.actor.process.ref === undefined) {
        context.issues.report('race/unfit', phrase, `What happens in a guest while the host's handler runs is not described: a competitor acts on the host. Name one of its processes, or \`kernel\`.`);
        return undefined;
    }
    const from = phrase.arguments.findIndex((argument, index) => index > 0 && wordOf(argument) === 'from' && !takesFrom(phrase.verb, phrase.arguments[index + 1]));
    const lowered = lowerStepPhrase(from < 0 ? phrase : { ...phrase, arguments: phrase.arguments.slice(0, from) }, context);
    const source = from < 0 ? undefined : lowerSource(phrase.arguments.slice(from + 1), item, context);
    if (lowered === undefined || from >= 0 && source === undefined || !isCompetitor(lowered, phrase, context)) {
        return undefined;
    }
    return { source: context.sources.of(item), ...lowered, ...(source === undefined ? {} : { from: source }) };
}

/** `read-into heap[0] from pipe` has a `from` of its own. */
function takesFrom(verb: string, next: Argument | undefined): boolean {
    const parameter = OPERATION_BY_ID.get(verb)?.parameters.find(({ after }) => after === 'from');
    return parameter?.words?.includes(wordOf(next) ?? '') === true;
}

function isCompetitor({ op, args }: LoweredAction, phrase: Phrase, { issues }: Context): boolean {
    const fitness = raceFitness(op, args['advice']);
    if (fitness === 'serialised') {
        issues.report('race/serialised', phrase, `\`${op}\` waits until the handler is done: memory failures, soft offlines and unpoisons run under one mutex (mf_mutex). Make it a step of its own.`);
        return false;
    }
    if (fitness === 'alone') {
        issues.report('race/unfit', phrase, `\`${op}\` is nothing that another task does while the handler runs. A competitor is a step on memory, such as \`app: write heap[0] from buf\` or \`kernel: isolate heap[0]\`.`);
        return false;
    }
    return true;
}

function lowerSource([source, extra, ...more]: Phrase['arguments'], item: Race, context: Context): Competitor['from'] {
    const { issues } = context;
    const raw = wordOf(source) === 'pfn' || wordOf(source) === 'phys';
    if (raw && extra !== undefined && more.length === 0) {
        return lowerPlaceArguments([source!, extra], 0, context).place;
    }
    if (!isPlace(source) || extra !== undefined) {
        issues.report('hwp/missing-argument', extra ?? source ?? item, 'After `from` stands the region whose frame the allocator hands out.');
        return undefined;
    }
    if (source.target?.ref === undefined) {
        const name = source.target?.$refText ?? '';
        const suggestions = suggest(name, visibleNames(item).keys(), issues);
        issues.report('hwp/unknown-name', source, `Nothing is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ''} Name the region whose frame the allocator hands out.`, { data: { suggestions } });
        return undefined;
    }
    return lowerPlace(source, context);
}
