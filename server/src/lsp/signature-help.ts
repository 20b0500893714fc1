import type { LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { ParameterInformation, SignatureHelp, SignatureHelpParams } from 'vscode-languageserver';
import { wordsOf } from '../language/lowering/step/phrases.js';
import { OPERATION_BY_ID, type Operation, type Parameter } from '../vocabulary/operations.js';
import { CONSTRUCT_BY_WORD } from '../vocabulary/settings.js';
import { cursorAt } from './cursor/cursor.js';
import { readPhrase } from './cursor/phrase.js';
import type { TextToken } from './cursor/tokens.js';

/**
 * The parameters of the step at the cursor, with the one that comes next; the form of other constructs. It opens above the line that is written while completion opens
 * below: the box is the form and a sentence on what comes next, lest it covers what is read meanwhile. Words for a parameter are what completion lists;
 * what the step does stands there again when everything is written, and in its hover.
 */
export class HwpSignatureHelpProvider implements SignatureHelpProvider {
    readonly signatureHelpOptions = { triggerCharacters: [' '], retriggerCharacters: [' '] };

    provideSignatureHelp({ textDocument }: LangiumDocument, { position }: SignatureHelpParams): SignatureHelp | undefined {
        const cursor = cursorAt(textDocument.getText(), textDocument.offsetAt(position));
        if (cursor === undefined || cursor.item.length === 0) {
            return undefined;
        }
        return phraseHelp(cursor.item, cursor.prefix) ?? constructHelp(cursor.item[0]!.text);
    }
}

function phraseHelp(item: readonly TextToken[], prefix: string): SignatureHelp | undefined {
    const start = item.findIndex(({ text }) => OPERATION_BY_ID.has(text));
    const verb = item[start];
    const declares = start === 0 && CONSTRUCT_BY_WORD.has(verb?.text ?? '');
    const behind = start === 0 || item[start - 1]?.text === ':' || item[0]?.text === 'at';
    if (verb === undefined || declares || !behind) {
        return undefined;
    }
    const rest = item.slice(start + 1);
    const id = verb.text === 'machine-check' && (rest[0]?.text === 'bank' || rest[0]?.text === 'status') ? 'machine-check-registers' : verb.text;
    const operation = OPERATION_BY_ID.get(id)!;
    const { pending, last, next, open } = readPhrase(operation, rest);
    const active = pending ?? open.find(({ optional }) => optional === undefined) ?? next[0] ?? (prefix === '' ? undefined : last) ?? open[0];
    return signatureOf(operation, active);
}

function signatureOf(operation: Operation, active: Parameter | undefined): SignatureHelp {
    const actor = operation.actors.includes('none') ? '' : operation.actors.includes('task') ? 'PROCESS: ' : 'kernel: ';
    let label = `${actor}${operation.id === 'machine-check-registers' ? 'machine-check' : operation.id}`;
    const parameters = operation.parameters.map((parameter): ParameterInformation => {
        const start = label.length + 1;
        label += ` ${written(parameter)}`;
        return { label: [start, label.length], documentation: { kind: 'markdown', value: parameter.doc } };
    });
    label += operation.introduces === undefined ? '' : operation.introduces === 'description' ? ' [as NAME]' : ' as NAME';
    const activeParameter = active === undefined ? operation.parameters.length : operation.parameters.indexOf(active);
    return { signatures: [{ label, ...(active === undefined ? { documentation: { kind: 'markdown' as const, value: operation.doc } } : {}), parameters }], activeSignature: 0, activeParameter };
}

function written(parameter: Parameter): string {
    const words = wordsOf(parameter);
    const value = words.length > 0 && words.length <= 3 ? words.join('|') : parameter.kind === 'text' ? `"${parameter.name}"` : parameter.name.toUpperCase();
    const text = parameter.after === undefined ? value : `${parameter.after} ${value}`;
    return parameter.optional === true ? `[${text}]` : text;
}

/** Constructs have no numbered parameters: their form says it. */
function constructHelp(word: string): SignatureHelp | undefined {
    const construct = CONSTRUCT_BY_WORD.get(word);
    return construct === undefined ? undefined : { signatures: [{ label: construct.form, documentation: { kind: 'markdown', value: construct.doc }, parameters: [] }], activeSignature: 0 };
}
