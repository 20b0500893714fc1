import type { Folio, PinnedFolio, Process } from '../../machine/mm-types.js';
import type { Kernel } from '../kernel.js';
import { folioPut } from './page-alloc.js';

/**
 * References that last, taken by a ring, a pipe or another user. Follows pin_user_pages() and what registers a buffer:
 * a huge page of the buffer is one reference, in older kernels one for each of its pages that are in the buffer.
 * @param pageCount pages of the folio in the buffer
 */
export function takePin(kernel: Kernel, process: Process, folio: Folio, pfn: number, pageCount: number, longterm: boolean): void {
    const references = longterm && kernel.profile.has('pinsEachPage') ? pageCount : 1;
    folio.references += references;
    folio.pins += references;
    if (longterm) folio.longtermPins += references;
    process.pinned.push({ folio, pfn, longterm, references });
}

export function dropPin(kernel: Kernel, { folio, longterm, references }: PinnedFolio): void {
    folio.pins -= references;
    if (longterm) folio.longtermPins -= references;
    folio.references -= references - 1;
    folioPut(kernel, folio);
}
