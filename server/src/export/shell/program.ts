import type { ExportRequest, Reproducer } from '../reproducer.js';
export function shellProgram(_request: ExportRequest): Reproducer { return { text: '', gaps: [] }; }
