// Packages the extension: npm run package -- [FILE.vsix]
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVSIX } from '@vscode/vsce';

const root = path.resolve(import.meta.dirname, '..');

/** Builds the production bundles and packages them; says where. */
export async function packageExtension(file = path.join(root, '.cache/hwpoison-scenarios.vsix')): Promise<string> {
    mkdirSync(path.dirname(file), { recursive: true });
    // Everything is bundled: no dependency goes in. The project has no public address yet that links could be based on.
    await createVSIX({ cwd: root, packagePath: file, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
    return file;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const wish = process.argv[2];
    await packageExtension(wish === undefined ? undefined : path.resolve(wish));
}
