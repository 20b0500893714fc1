/** Comments that switch off what there is not, or what stays. */
import type { LangiumDocument } from 'langium';
import { CHECKS, type Check } from '../../language/checks.js';
import { isDocument } from '../../language/generated/ast.js';
import { quietCodes, type QuietCode } from '../../language/quiet.js';
import type { Issue } from '../../report/judgement/scenario-report.js';
import { nearestWords } from '../../vocabulary/nearest.js';
import { RUN_DIAGNOSTICS } from './table.js';
import { VARIANT_DIAGNOSTICS } from './unchecked.js';

const SEVERITY_OF: ReadonlyMap<string, string> = new Map([
    ...Object.entries<Check>(CHECKS).map(([code, { severity }]) => [code, severity] as const), ...[...RUN_DIAGNOSTICS, ...VARIANT_DIAGNOSTICS].map(({ code, severity }) => [code, severity] as const),
]);

export function quietOf(document: LangiumDocument): readonly QuietCode[] {
    const root = document.parseResult.value;
    return isDocument(root) ? quietCodes(document.textDocument.getText(), root) : [];
}

export function diagnoseQuiet(codes: readonly QuietCode[], uri: string): Issue[] {
    return codes.flatMap(({ code, line, column }) => {
        const severity = SEVERITY_OF.get(code);
        if (severity !== undefined && severity !== 'error') {
            return [];
        }
        const [nearest] = nearestWords(code, [...SEVERITY_OF].filter(([, each]) => each !== 'error').map(([each]) => each));
        const instead = nearest === undefined ? 'The documentation of diagnostics lists them.' : `Did you mean \`${nearest}\`?`;
        return [{
            origin: 'run', code: 'quiet/unknown-code', severity: 'warning',
            message: severity === 'error' ? `\`${code}\` is an error: it cannot be switched off. Remove it here.` : `There is no diagnostic \`${code}\`. ${instead}`,
            range: { uri, startLine: line, startColumn: column, endLine: line, endColumn: column + code.length },
            ...(nearest === undefined || severity === 'error' ? {} : { data: { suggestions: [nearest] } }),
        } satisfies Issue];
    });
}
