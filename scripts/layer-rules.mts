// Who may import whom, as data. scripts/check-layers.mts reads the import lines and holds the tree to these tables.

/** Kinds of modules outside the tree that a layer may be kept from importing. */
export type OutsideModule = 'node' | 'npm' | 'vscode';

/** What a layer may import. */
export interface LayerRule {
    readonly layer: string;
    /** Folders, relative to the root, whose files make up the layer. */
    readonly folder: string;
    /** Other layers that the layer's files may import. */
    readonly mayImport: readonly string[];
    /** Modules from outside the tree that the layer's files may import. */
    readonly outside: readonly OutsideModule[];
    /** Why the line is drawn here; shown with every breach. */
    readonly reason: string;
}

/** An import that is allowed although the rule of its layer forbids it. */
export interface LayerException {
    /** Files that may import. */
    readonly from: RegExp;
    /** Files of the tree, or modules outside it, that they may import. */
    readonly to: RegExp;
    /** Whether only types may be imported, so that nothing of it reaches the bundle. */
    readonly typesOnly: boolean;
}

const STATE = ['vocabulary', 'machine'] as const;
const MODEL = [...STATE, 'kernel', 'simulator'] as const;
/** What makes something of a program or a trace beside the report. */
const VIEWS = ['export', 'debug', 'picture'] as const;
const PURE = 'Simulating is pure: same input, same bytes, in Node, in a browser and in a worker.';
const NO_FILES = 'It also runs in a browser worker: files come in through an interface that main-node.ts and main-browser.ts fill.';
const ENDS = 'It is an end of the pipeline: whatever others need of it belongs in analysis or below.';

/** One row for each layer, lowest first. */
export const LAYER_RULES: readonly LayerRule[] = [
    { layer: 'vocabulary', folder: 'server/src/vocabulary', mayImport: [], outside: [], reason: PURE },
    { layer: 'machine', folder: 'server/src/machine', mayImport: ['vocabulary'], outside: [], reason: PURE },
    { layer: 'kernel', folder: 'server/src/kernel', mayImport: STATE, outside: [], reason: PURE },
    { layer: 'simulator', folder: 'server/src/simulator', mayImport: [...STATE, 'kernel'], outside: [], reason: PURE },
    { layer: 'report', folder: 'server/src/report', mayImport: MODEL, outside: [], reason: PURE },
    ...(['export', 'debug', 'picture'] as const).map((layer): LayerRule => (
        { layer, folder: `server/src/${layer}`, mayImport: [...MODEL, 'report'], outside: layer === 'picture' ? ['npm'] : [], reason: 'It reads programs and traces, and knows nothing above them.' }
    )),
    {
        layer: 'language', folder: 'server/src/language', mayImport: ['vocabulary'], outside: ['npm'],
        reason: `The language knows words, not behaviour; analysis joins it with the simulator. ${NO_FILES}`,
    },
    { layer: 'analysis', folder: 'server/src/analysis', mayImport: [...MODEL, 'report', 'language'], outside: ['npm'], reason: NO_FILES },
    { layer: 'api', folder: 'server/src/api', mayImport: [...MODEL, 'report', 'language', 'analysis', 'log'], outside: ['npm'], reason: `Programs call it, in a browser too. ${NO_FILES}` },
    {
        layer: 'lsp', folder: 'server/src/lsp', mayImport: [...MODEL, ...VIEWS, 'report', 'language', 'analysis', 'log', 'api'], outside: ['npm'],
        reason: `${ENDS} ${NO_FILES}`,
    },
    {
        layer: 'cli', folder: 'server/src/cli', mayImport: [...MODEL, ...VIEWS, 'report', 'language', 'analysis', 'lab', 'log', 'api'], outside: ['npm', 'node'],
        reason: ENDS,
    },
    { layer: 'lab', folder: 'server/src/lab', mayImport: [...MODEL, 'report', 'export', 'analysis'], outside: ['npm', 'node'], reason: ENDS },
    { layer: 'log', folder: 'server/src/log', mayImport: [...MODEL, 'report', 'analysis'], outside: [], reason: ENDS },
    { layer: 'start', folder: 'server/src/start', mayImport: [], outside: ['node'], reason: 'It runs bundles, and everything in them waits for it.' },
    {
        layer: 'client', folder: 'client/src', mayImport: [], outside: ['npm', 'node', 'vscode'],
        reason: 'The client talks to the server over the protocol only; they run in different processes.',
    },
    {
        layer: 'webview', folder: 'client/webview', mayImport: ['picture'], outside: ['npm'],
        reason: 'The view draws what it is sent: it has no files, no editor and no model.',
    },
];

/** What is allowed beyond the rows above. */
export const LAYER_EXCEPTIONS: readonly LayerException[] = [
    // Lowering turns an AST into a program: the one place that knows the types of both.
    { from: /^server\/src\/language\/lowering(\/|\.ts$)/, to: /^server\/src\/simulator\/program(\/|\.ts$)/, typesOnly: true },
    // The entry on Node brings in the file system.
    { from: /^server\/src\/lsp\/main-node\.ts$/, to: /^(node:|langium\/node$|vscode-languageserver\/node(\.js)?$)/, typesOnly: false },
    // The version that the command line and the server say they have.
    { from: /^server\/src\/(cli|lsp)\//, to: /^package\.json$/, typesOnly: false },
    // The types of the custom requests, and of the messages of the view.
    { from: /^client\/(src|webview)\//, to: /^server\/src\/lsp\/protocol\.ts$/, typesOnly: true },
    // What the lab, as a process of its own, says and is told.
    { from: /^client\/src\/real-kernel\//, to: /^server\/src\/lab\/host\/messages\.ts$/, typesOnly: true },
];

/** What to do about a breach, by what was imported. */
export const MENDS = {
    layer: 'Move what is needed down to a layer that both may import, or pass it in as an argument.',
    types: 'Only its types may be used here: write "import type".',
    lowering: 'Only server/src/language/lowering may import the types of server/src/simulator/program.ts.',
    node: 'Take it through an interface that main-node.ts or the command line fills.',
    npm: 'Write it in the layer, or move the code that needs the package to language, analysis or above.',
    vscode: 'Only client/src runs inside VS Code: send it over the protocol in server/src/lsp/protocol.ts.',
    unplaced: 'Move the file into one of the layers, or give its folder a row in scripts/layer-rules.mts.',
    unresolved: 'Write the path of an existing file, ending in ".js" for a ".ts" file.',
    computed: 'Import a constant path: what is computed cannot be checked.',
} as const;
