/** What `--kernel` names, when that is no recorded kernel: said once, beside the results. */
import type { KernelChoice } from '../simulator/program.js';
import { noteOnBasis } from '../vocabulary/kernel-notes.js';
import type { Terminal } from './terminal.js';

export function noteKernel(kernel: KernelChoice | undefined, terminal: Terminal): void {
    const note = kernel === undefined ? undefined : noteOnBasis(kernel.written);
    if (note !== undefined) {
        terminal.err(`hwp: ${note.text}\n`);
    }
}
