import type { KernelChoice, Value, Vary } from '../../generated/ast.js';
import type { VariedValue } from '../../../vocabulary/vary.js';

/** A value that one variant takes. */
export interface Choice {
    readonly varied: VariedValue;
    readonly node: KernelChoice | Value;
}

/** The value chosen for a line; null where the kernel does not have what is varied. A line without an entry is not chosen for. */
export type Chosen = ReadonlyMap<Vary, Choice | null>;
