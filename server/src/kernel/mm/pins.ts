import type { Folio, PinnedFolio, Process } from '../../machine/mm-types.js';
import type { Kernel } from '../kernel.js';
import { folioPut } from './page-alloc.js';

const GUP_PIN_COUNTING_BIAS = 1024;

/**
 * References that last, taken by a ring, a pipe or another user. Follows pin_user_pages() and what registers a buffer:
 * a huge page of the buffer is one reference, in older kernels one for each of its pages that are in the buffer.
 * @param pageCount pages of the folio in the buffer
 * @param bytes what a pipe has of it
 */
export function takePin(kernel: Kernel, process: Process, folio: Folio, pfn: number, pageCount: number, longterm: boolean, bytes = pageCount * 2 ** kernel.machine.pageShift): void {
    const pages = longterm && kernel.profile.has('pinsEachPage') ? pageCount : 1;
    // FOLL_PIN of a single page counts in its references, in units that cannot be taken for anything else; a large folio has a count of its own.
    const references = longterm && !folio.large ? pages * GUP_PIN_COUNTING_BIAS : pages;
    folio.references += references;
    folio.pins += references;
    if (longterm) folio.longtermPins += references;
    process.pinned.push({ folio, pfn, longterm, references, bytes });
}

/** How many hold it, and for how long: a long-term pin of a single page is many references. */
export function pinsOf({ pins, longtermPins, large }: Folio): { readonly all: number; readonly forLong: number } {
    const forLong = large ? longtermPins : longtermPins / GUP_PIN_COUNTING_BIAS;
    return { all: pins - longtermPins + forLong, forLong };
}

export function dropPin(kernel: Kernel, { folio, longterm, references }: PinnedFolio): void {
    folio.pins -= references;
    if (longterm) folio.longtermPins -= references;
    folio.references -= references - 1;
    folioPut(kernel, folio);
}
