/**
 * Tasks whose policy is varied or asked for: `vary prctl db.worker ...`, `when prctl db = ...`. What stands there depends
 * on the word before, so that the grammar has a plain name and no reference.
 */
import type { AstNode } from 'langium';
import { isComparison, isVary } from '../../language/generated/ast.js';
import { findMember, findTask, sceneOf } from '../../language/references/lookup.js';
import { findNodeForProperty } from '../../language/parser/syntax-search.js';

/** A name, and what it stands for. Offsets count from the start of the text. */
export interface TaskUse {
    readonly target: AstNode;
    readonly start: number;
    readonly end: number;
}

/** The uses in one node, nodes in it aside: of a process, and behind the dot of its thread. */
export function tasksNamedIn(node: AstNode): TaskUse[] {
    const written = isVary(node) && node.word === 'prctl' || isComparison(node) && node.subject === 'prctl' ? node.name : undefined;
    const part = written === undefined ? undefined : findNodeForProperty(node.$cstNode, 'name');
    const scene = part === undefined ? undefined : sceneOf(node);
    const [name = '', thread] = part?.text.split('.').map((word) => word.trim()) ?? [];
    const task = scene === undefined ? undefined : findTask(scene, name);
    if (part === undefined || scene === undefined || task === undefined) {
        return [];
    }
    const member = thread === undefined ? undefined : findMember(scene, task, thread);
    return [
        { target: task, start: part.offset, end: part.offset + name.length },
        ...member === undefined || thread === undefined ? [] : [{ target: member, start: part.end - thread.length, end: part.end }],
    ];
}
