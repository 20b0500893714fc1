// What files beside a bundle take from it. Such a file holds what few ask for; what it needs of the modules that the bundle has already
// (the machine, the kernel's functions, the words) is not in it a second time: the bundle hands those modules over, and none that nobody asks for.
import path from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

/** A bundle that hands modules over. */
export interface Sharing {
    /** The module that the bundle's own list of them takes the place of. */
    readonly list: string;
    /** Where modules lie that may be handed over. Only ours: packages have files of names alone, which would ask for all that they name. */
    readonly ours: string;
    /** Where the files beside it find them: a symbol under which the bundle keeps them, or its own name, by which they load it. */
    readonly place: { readonly symbol: string } | { readonly file: string };
    /** Which names of modules may lead to one of them. */
    readonly filter: RegExp;
}

export const SERVER_SHARING: Sharing = { list: 'server/src/lsp/shared-modules.ts', ours: 'server/src', place: { symbol: 'hwp.modules' }, filter: /^(\.\.?\/|vscode-languageserver)/ };
export const CLIENT_SHARING: Sharing = { list: 'client/src/shared-modules.ts', ours: 'client/src', place: { symbol: 'hwp.client-modules' }, filter: /^\.\.?\// };

/** Two versions of the package may be loaded into one program: each file names its own engine. */
export const ENGINE_SHARING: Sharing = { list: 'server/src/start/engine.ts', ours: 'server/src', place: { file: './engine.js' }, filter: /^(\.\.?\/|vscode-languageserver)/ };

const NAMESPACE = 'shared-module';

const taken = ({ place }: Sharing): string => ('symbol' in place ? `globalThis[Symbol.for('${place.symbol}')]` : `require('${place.file}').modules`);

const handed = ({ place }: Sharing): string => ('symbol' in place ? `globalThis[Symbol.for('${place.symbol}')]` : 'export const modules');

const folderOf = ({ ours }: Sharing): string => path.join(root, ours) + path.sep;

const keyOf = (sharing: Sharing, file: string): string => path.relative(folderOf(sharing), file).replaceAll(path.sep, '/');

/** For a file beside a bundle: those modules come from the bundle. */
export function takenFrom(sharing: Sharing, modules: ReadonlySet<string>): Plugin {
    const mark = {};
    return {
        name: 'shared-modules',
        setup(setup) {
            setup.onResolve({ filter: sharing.filter }, async ({ path: name, kind, resolveDir, importer, pluginData }) => {
                if (kind !== 'import-statement' || pluginData === mark || !importer.startsWith(folderOf(sharing))) return undefined;
                const found = await setup.resolve(name, { kind, resolveDir, importer, pluginData: mark });
                return found.errors.length === 0 && found.namespace === 'file' && modules.has(found.path) ? { path: found.path, namespace: NAMESPACE } : found;
            });
            setup.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: file }) => ({ contents: `module.exports = ${taken(sharing)}[${JSON.stringify(keyOf(sharing, file))}];` }));
            setup.onResolve({ filter: /.*/, namespace: NAMESPACE }, ({ path: name }) => ({ path: name, external: true }));
        },
    };
}

/** For the bundle: it hands those modules over. */
export function handedOver(sharing: Sharing, modules: ReadonlySet<string>): Plugin {
    const list = path.join(root, sharing.list);
    const files = [...modules].sort();
    return {
        name: 'handed-over',
        setup(setup) {
            setup.onLoad({ filter: new RegExp(`/${path.basename(list, '.ts')}\\.ts$`) }, ({ path: file }) => file !== list ? undefined : {
                loader: 'js',
                resolveDir: path.dirname(list),
                contents: [
                    ...files.map((each, index) => `import * as m${index} from ${JSON.stringify(each)};`),
                    `${handed(sharing)} = { ${files.map((each, index) => `${JSON.stringify(keyOf(sharing, each))}: m${index}`).join(', ')} };`,
                ].join('\n'),
            });
        },
    };
}

/**
 * Which of the bundle's modules the files beside it ask for.
 * @param whole the bundle, without the list; none where it is nothing but the list, of what all the files beside it have
 * @param beside the files, without what is taken from the bundle
 */
export async function sharedModules(sharing: Sharing, whole: BuildOptions | undefined, beside: readonly BuildOptions[]): Promise<{ readonly inWhole: ReadonlySet<string>; readonly asked: ReadonlySet<string> }> {
    const look = async (options: BuildOptions): Promise<Metafile> => (await build({ ...options, write: false, metafile: true, sourcemap: false, minify: false })).metafile!;
    const oursIn = async (options: BuildOptions): Promise<ReadonlySet<string>> => new Set([...inputsOf(await look(options))].map((name) => path.resolve(root, name)).filter((file) => file.startsWith(folderOf(sharing))));
    const inWhole = whole === undefined ? (await Promise.all(beside.map(oursIn))).reduce((all, each) => new Set([...all].filter((file) => each.has(file)))) : await oursIn(whole);
    const asked = new Set<string>();
    for (const options of beside) {
        for (const name of inputsOf(await look({ ...options, plugins: [takenFrom(sharing, inWhole), ...options.plugins ?? []] }))) if (name.startsWith(`${NAMESPACE}:`)) asked.add(name.slice(NAMESPACE.length + 1));
    }
    return { inWhole, asked };
}

/** The modules of which something is in the outcome. */
function inputsOf({ outputs }: Metafile): Set<string> {
    return new Set(Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([name]) => name));
}
