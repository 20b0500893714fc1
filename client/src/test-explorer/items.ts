/** Walks through items of the Test Explorer. */
import type * as vscode from 'vscode';

export function itemsOf(collection: vscode.TestItemCollection): vscode.TestItem[] {
    const items: vscode.TestItem[] = [];
    collection.forEach((item) => items.push(item));
    return items;
}

/** The items below an item that have a state of their own: variants, or scenarios without variants. */
export function leavesOf(item: vscode.TestItem): vscode.TestItem[] {
    return item.children.size === 0 ? [item] : itemsOf(item.children).flatMap(leavesOf);
}

/** From the nearest on. */
export function ancestorsOf({ parent }: vscode.TestItem): vscode.TestItem[] {
    return parent === undefined ? [] : [parent, ...ancestorsOf(parent)];
}
