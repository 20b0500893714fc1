/** The floor: a language server that knows lines. It looks at the first word of each, and shows it as a hint. */
import { createConnection, ProposedFeatures, TextDocuments, TextDocumentSyncKind, type Diagnostic, type InlayHint } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

const WORDS = new Set(['scenario', 'kernel', 'process', 'prctl', 'sigbus', 'map', 'region', 'page', 'corrupt-pfn', 'expect', 'db', 'memory', '']);

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);

interface Line { readonly word: string; readonly end: number }

const parsed = new Map<string, readonly Line[]>();

function scan(text: string): Line[] {
    return text.split('\n').map((line) => ({ word: /^\s*([\w-]*)/.exec(line)?.[1] ?? '', end: line.length }));
}

documents.onDidChangeContent(({ document }) => {
    const lines = scan(document.getText());
    parsed.set(document.uri, lines);
    const diagnostics = lines.flatMap(({ word, end }, line): Diagnostic[] => WORDS.has(word) ? [] : [{ message: `Unknown word ${word}.`, range: { start: { line, character: 0 }, end: { line, character: end } } }]);
    void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
});

connection.onInitialize(() => ({ capabilities: { textDocumentSync: TextDocumentSyncKind.Incremental, inlayHintProvider: true } }));
connection.languages.inlayHint.on(({ textDocument, range }) => (parsed.get(textDocument.uri) ?? []).slice(range.start.line, range.end.line).flatMap(({ word, end }, index): InlayHint[] =>
    word === 'corrupt-pfn' || word === 'db' ? [{ position: { line: range.start.line + index, character: end }, label: word }] : []));

documents.listen(connection);
connection.listen();
