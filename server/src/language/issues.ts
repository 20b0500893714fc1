import type { AstNode, CstNode } from 'langium';
import { CHECKS, type CheckId, type CheckSeverity } from './checks.js';
import type { IssueData } from './issue-data.js';
import { findNodeForProperty } from './parser/syntax-search.js';

/** A finding of lowering or validation: place, reason, mend. Lines and columns come from `node`, and `last` if the place is longer. */
export interface Issue {
    readonly code: CheckId;
    readonly severity: CheckSeverity;
    readonly message: string;
    readonly node: AstNode;
    readonly last?: AstNode;
    /** The part of the node that is meant. */
    readonly at?: CstNode;
    readonly data?: IssueData;
}

/** The part of a node that is one of its properties, ready to be spread into a report. */
export function property(node: AstNode, name: string, index?: number): { readonly at?: CstNode } {
    const at = findNodeForProperty(node.$cstNode, name, index);
    return at === undefined ? {} : { at };
}

/** Longest word or piece of text that a message quotes in full, in characters. */
const MAX_QUOTED = 200;

/** What is kept of a longer one. */
const KEPT_OF_QUOTED = 60;

/** A message without the rest of what would fill a screen. */
function shortened(message: string): string {
    return message.length <= MAX_QUOTED ? message : message.replaceAll(/`[^`]+`/g, (quoted) => quoted.length <= MAX_QUOTED + 2 ? quoted : `${quoted.slice(0, KEPT_OF_QUOTED)}…\``);
}

/** Collects issues; the severity comes from the table of checks. */
export class Issues {
    readonly all: Issue[] = [];

    report(code: CheckId, node: AstNode, message: string, more: Pick<Issue, 'last' | 'at' | 'data'> = {}): void {
        this.all.push({ code, severity: CHECKS[code].severity, message: shortened(message), node, ...more });
    }

    get hasErrors(): boolean {
        return this.all.some((issue) => issue.severity === 'error');
    }
}
