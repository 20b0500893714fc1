// Opens an editor with the extension on the examples: the desktop VS Code where `code` is on the PATH, else one served to a
// browser.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageExtension } from './package.mts';
import { findOnPath } from './vscode/debian-packages.mts';
import { installVsCodeHost } from './vscode/install-host.mts';
import { installExtension, startServer } from './vscode/server.mts';
import { workbenchUrl } from './vscode/workbench.mts';

const root = path.resolve(import.meta.dirname, '..');
const EXAMPLES = path.join(root, 'examples');

const WHAT_TO_TRY = `Open an example and look at the end of each step: that is what Linux does.
Hover over a step to see the decisions that led there. Change a page, a flag or the kernel, and read the results again.`;

function startDesktop(code: string): void {
    spawnSync(process.execPath, [path.join(root, 'scripts/build.mts')], { cwd: root, stdio: 'inherit' });
    console.log(WHAT_TO_TRY);
    spawnSync(code, ['--new-window', `--extensionDevelopmentPath=${root}`, EXAMPLES], { stdio: 'inherit', shell: process.platform === 'win32' });
}

async function startInBrowser(): Promise<void> {
    const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
    const options = { host: installVsCodeHost(), directory };
    installExtension(options, await packageExtension());
    const server = await startServer(options);
    const stopped = new Promise<void>((resolve) => {
        process.on('SIGINT', resolve);
        process.on('SIGTERM', resolve);
    });
    console.log(`\nVS Code with the extension, on the examples:\n\n    ${workbenchUrl(server.authority, existsSync(EXAMPLES) ? EXAMPLES : root)}\n\n${WHAT_TO_TRY}\n\nPress Ctrl+C to stop it.`);
    try {
        await Promise.race([stopped, server.died]);
    } finally {
        await server.stop();
        rmSync(directory, { recursive: true, force: true });
    }
}

const code = process.platform === 'win32' ? 'code.cmd' : findOnPath('code');
if (code !== undefined) {
    startDesktop(code);
} else {
    await startInBrowser().catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
    });
}
