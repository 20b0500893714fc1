/** A scenario as a program for a real machine, in every form. */
import { cProgram } from './c/program.js';
import { shellProgram } from './shell/program.js';
import type { ExportRequest, Reproducer } from './request.js';

export const EXPORT_FORMS = ['c', 'sh', 'kselftest'] as const;
export type ExportForm = typeof EXPORT_FORMS[number];

const WRITERS: Readonly<Record<ExportForm, (request: ExportRequest) => Reproducer>> = {
    c: (request) => cProgram(request, 'c'),
    kselftest: (request) => cProgram(request, 'kselftest'),
    sh: shellProgram,
};

export const FILE_ENDINGS: Readonly<Record<ExportForm, string>> = { c: '.c', kselftest: '.c', sh: '.sh' };

/** Writes the program. Never fails: what cannot be made is a gap, said in the text too. */
export function reproduce(form: ExportForm, request: ExportRequest): Reproducer {
    return WRITERS[form](request);
}

export type { ExportRequest, Reproducer };
