/** Reads the arguments of claims one after the other; what does not fit is reported and left out. */
import type { AstNode } from 'langium';
import { type Argument, isPlace, isProcess, isQuantity, isText, isThread } from '../../generated/ast.js';
import type { Place } from '../../../simulator/program.js';
import { visibleTasks } from '../../references/lookup.js';
import { isTaskNode } from '../../references/scenario-symbols.js';
import type { Context } from '../context.js';
import { count } from '../word/numbers.js';
import { lowerPlaceArguments } from '../step/places.js';
import { listed, suggest } from '../word/suggestions.js';
import { textOf, wordOf } from '../word/words.js';

export class ArgumentCursor {
    protected index = 0;
    protected readonly args: readonly Argument[];
    protected readonly owner: AstNode;
    protected readonly context: Context;

    constructor(args: readonly Argument[], owner: AstNode, context: Context) {
        this.args = args;
        this.owner = owner;
        this.context = context;
    }

    /** The word `ahead` arguments further on. */
    protected wordAt(ahead: number): string | undefined {
        return wordOf(this.args[this.index + ahead]);
    }

    /** `db` or `db.worker`. */
    protected readTask(node: Argument): string | undefined {
        const argument = this.args[this.index];
        if (!isPlace(argument) || argument.pages !== undefined || argument.offset !== undefined) {
            this.incomplete(node, 'To whom? `to db` or `to db.worker`');
            return undefined;
        }
        this.index++;
        const target = argument.target.ref;
        if (target === undefined || !isTaskNode(target)) {
            this.unknownTask(argument);
            return undefined;
        }
        const member = argument.member;
        if (member === undefined) {
            return argument.target.$refText;
        }
        if (member.$refText !== 'main' && member.ref?.$type !== 'Thread' && member.ref?.$type !== 'Introduction') {
            const threads = isProcess(target) ? target.items.filter(isThread).map((thread) => thread.name) : [];
            this.context.issues.report('process/unknown-thread', argument, `\`${target.name}\` has no thread \`${member.$refText}\`. It has ${['main', ...threads].map((name) => `\`${name}\``).join(', ')}.`,
                { data: { suggestions: ['main', ...threads].map((name) => `${target.name}.${name}`) } });
            return undefined;
        }
        return `${argument.target.$refText}.${member.$refText}`;
    }

    protected readPlace(node: Argument): Place | undefined {
        if (this.args[this.index] === undefined) {
            this.incomplete(node, 'Where? `heap[2]`');
            return undefined;
        }
        const { place, next } = lowerPlaceArguments(this.args, this.index, this.context);
        if (next === this.index) {
            this.incomplete(node, `Where? A place such as \`heap[2]\`, not \`${textOf(this.args[this.index])}\``);
        }
        this.index = next;
        return place;
    }

    protected readNumber(node: Argument, what: string): number | undefined {
        const argument = this.args[this.index];
        if (!isQuantity(argument) || argument.unit !== undefined) {
            this.incomplete(node, `${what} is a plain number`);
            return undefined;
        }
        this.index++;
        return count(argument.value, argument, this.context.issues, what);
    }

    protected optionalText(): { text?: string } {
        const argument = this.args[this.index];
        if (!isText(argument)) {
            return {};
        }
        this.index++;
        return { text: argument.text };
    }

    protected incomplete(node: AstNode, message: string): undefined {
        this.context.issues.report('expect/incomplete', node, `${message}.`);
        return undefined;
    }

    protected unknownTask(node: Argument): void {
        const name = isPlace(node) ? node.target.$refText : textOf(node);
        const names = [...visibleTasks(this.owner).keys()];
        const suggestions = suggest(name, names, this.context.issues);
        this.context.issues.report('hwp/unknown-name', node, `No process is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : names.length > 0 ? ` ${listed(names)}` : ''}`,
            { data: { suggestions } });
    }
}
