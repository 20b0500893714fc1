import type { Pfn } from '../../machine/units.js';

export type AccessKind = 'read' | 'write' | 'exec';

/** What handle_mm_fault() gives: a frame, or why there is none. `lsbBits` is log2 bytes of the poisoned mapping, `copied` the frame that a copy could not be made of. */
export type FaultResult =
    | { readonly kind: 'ok'; readonly pfn: Pfn }
    | { readonly kind: 'hwpoison'; readonly lsbBits: number; readonly copied?: Pfn }
    | { readonly kind: 'sigbus' }
    | { readonly kind: 'segv'; readonly code: 'SEGV_MAPERR' | 'SEGV_ACCERR' };
