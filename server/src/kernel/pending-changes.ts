import type { Pfn } from '../machine/units.js';

/** What can change. */
export type ChangedThing = 'page' | 'mapping' | 'task' | 'counter' | 'file' | 'pool' | 'kernel';

/** A value before or after a change, as the kernel functions have it: it becomes text when somebody reads the trace. */
export type ChangedValue = string | number | boolean;

/** Values of one change in {@link PendingChanges.values}: of, name, number, field, before, after. */
export const CHANGE_VALUES = 6;

/**
 * State changes that belong to the next decision, in one list that is used again and again: six values for each. `number` is a frame of a page,
 * a page of a mapping, and undefined for all else, whose name is its whole key.
 */
export class PendingChanges {
    readonly values: (ChangedValue | undefined)[] = [];
    /** Of `values`, those in use. */
    length = 0;

    add(of: ChangedThing, name: string, number: Pfn | undefined, field: string, before: ChangedValue, after: ChangedValue): void {
        const { values } = this;
        let at = this.length;
        values[at++] = of;
        values[at++] = name;
        values[at++] = number;
        values[at++] = field;
        values[at++] = before;
        values[at++] = after;
        this.length = at;
    }

    clear(): void {
        this.length = 0;
    }

    /** Those that are noted now, to go back to. */
    copy(): PendingChanges {
        const copied = new PendingChanges();
        copied.become(this);
        return copied;
    }

    /** The same changes as another list. */
    become({ values, length }: PendingChanges): void {
        for (let at = 0; at < length; at += 1) this.values[at] = values[at];
        this.length = length;
    }
}
