/** Who acts: a process, one of its threads, `kernel`, `root`. */
import { type Actor, type Phrase, isIntroduction, isProcess, isThread } from '../../generated/ast.js';
import type { ActorKind, Operation } from '../../../vocabulary/operations.js';
import { visibleTasks } from '../../references/lookup.js';
import type { Context } from '../context.js';
import { formOfOperation } from '../step/phrases.js';
import { listed, suggest } from '../word/suggestions.js';

export interface ActingTask {
    readonly kind: ActorKind;
    /** `db`, `db.worker`, `kernel`, `root`. The main thread goes by the name of its process. */
    readonly name: string;
}

/** What stands before the colon; undefined after an error. */
export function lowerActor(node: Actor, context: Context): ActingTask | undefined {
    const name = node.process?.$refText ?? '';
    if (node.process?.ref !== undefined) {
        return lowerTask(node, context);
    }
    if (name === 'kernel') {
        return { kind: 'kernel', name };
    }
    if (name === 'root' || name === 'hardware') {
        return { kind: 'none', name };
    }
    const names = [...visibleTasks(node).keys()];
    if (reportGuestActor(node, context)) {
        return undefined;
    }
    const suggestions = suggest(name, [...names, 'kernel', 'root'], context.issues);
    const mend = suggestions.length > 0 ? `Did you mean \`${suggestions[0]}\`?` : names.length > 0 ? listed(names) : `Declare it: \`process ${name} { ... }\`.`;
    context.issues.report('hwp/unknown-name', node, `No process is called \`${name}\`. ${mend}`, { data: { suggestions } });
    return undefined;
}

/** Says how the steps of a virtual machine, or of a process in one, are written where the actor is one; answers whether it is. */
export function reportGuestActor(node: Actor, context: Context): boolean {
    const name = node.process?.$refText ?? '';
    const inGuest = node.process?.ref !== undefined || name === 'kernel' ? undefined : guestActor(name, context);
    if (inGuest !== undefined) {
        context.issues.report('hwp/unknown-name', node, inGuest.message, { data: { suggestions: inGuest.suggestions } });
    }
    return inGuest !== undefined;
}

/** The name is that of a virtual machine, or of a process in one: how its steps are written. */
function guestActor(name: string, { guests }: Context): { readonly message: string; readonly suggestions: readonly string[] } | undefined {
    for (const [guest] of guests) {
        const tasks = guest.items.filter(isProcess).map((task) => task.name);
        if (guest.name === name) {
            const [task = 'kernel'] = tasks;
            return { message: `\`${name}\` is a virtual machine: who acts in it stands behind it: \`in ${name} ${task}: ...\`.`, suggestions: [...tasks, 'kernel'].map((each) => `in ${name} ${each}`) };
        }
        if (tasks.includes(name)) {
            return { message: `\`${name}\` runs in the virtual machine \`${guest.name}\`: \`in ${guest.name} ${name}: ...\`.`, suggestions: [`in ${guest.name} ${name}`] };
        }
    }
    return undefined;
}

function lowerTask(node: Actor, { issues }: Context): ActingTask | undefined {
    const { process } = node;
    const thread = node.thread?.$refText;
    if (thread === undefined || thread === 'main') {
        return { kind: 'task', name: process.$refText };
    }
    if (node.thread?.ref === undefined) {
        const target = process.ref;
        const threads = ['main', ...target === undefined || isIntroduction(target) ? [] : target.items.filter(isThread).map((known) => known.name)];
        issues.report('process/unknown-thread', node, `\`${process.$refText}\` has no thread \`${thread}\`. It has ${quoted(threads)}.`,
            { data: { suggestions: suggest(thread, threads, issues).map((known) => `${process.$refText}.${known}`) } });
        return undefined;
    }
    return { kind: 'task', name: `${process.$refText}.${thread}` };
}

function quoted(words: readonly string[]): string {
    return words.map((word) => `\`${word}\``).join(', ');
}

/** Who takes the step of a phrase; undefined when nobody can. */
export function actorOf(phrase: Phrase, operation: Operation, context: Context): string | undefined {
    const { issues } = context;
    const form = formOfOperation(operation);
    if (phrase.actor === undefined) {
        const unspoken = actorUnspoken(operation);
        if (unspoken === undefined) {
            const names = [...visibleTasks(phrase).keys()];
            issues.report('step/actor-missing', phrase, `Who does \`${operation.id}\`? It is written \`${form}\`.`, { data: { suggestions: names.map((name) => `${name}: ${phrase.$cstNode?.text ?? ''}`) } });
        }
        return unspoken;
    }
    const actor = lowerActor(phrase.actor, context);
    if (actor === undefined || operation.actors.includes(actor.kind)) {
        return actor?.name;
    }
    const who = operation.actors.includes('task') ? 'a process does' : operation.actors.includes('kernel') ? 'the kernel does' : undefined;
    issues.report('step/actor-unfit', phrase.actor, who === undefined
        ? `\`${operation.id}\` stands without an actor: it is written \`${form}\`.` : `\`${operation.id}\` is something that ${who}, not \`${actor.name}\`: it is written \`${form}\`.`);
    return undefined;
}

/** Steps that nobody takes: they happen to the machine. */
const OF_THE_HARDWARE: ReadonlySet<string> = new Set(['machine-check', 'machine-check-registers', 'ghes', 'latent', 'scrub', 'dma', 'cec-threshold']);

/** Who does it when the text names nobody. */
function actorUnspoken({ id, actors }: Operation): string | undefined {
    if (actors.includes('none')) {
        return OF_THE_HARDWARE.has(id) ? 'hardware' : 'root';
    }
    return actors.every((actor) => actor === 'kernel') ? 'kernel' : undefined;
}
