// Starts the VS Code server of the installed host.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VsCodeHost } from './install-host.mts';

/** How to start a server. */
export interface ServerOptions {
    readonly host: VsCodeHost;
    /** A directory for everything that the server writes. Keep its path short: unix sockets lie below it. */
    readonly directory: string;
    readonly userDataDirectory?: string | undefined;
    readonly extensionsDirectory?: string | undefined;
    readonly settings?: Readonly<Record<string, unknown>>;
    /** The port to listen at when it is free; else, and without, the system chooses. */
    readonly port?: number;
    /** Lets the workbench's URL name an extension under development and its tests. Hides all notifications. */
    readonly testDriver?: boolean;
}

/** A running server. */
export interface VsCodeServer {
    /** Host and port. */
    readonly authority: string;
    /** The file with what the server printed. */
    readonly log: string;
    /** Rejects when the server ends by itself. */
    readonly died: Promise<never>;
    stop(): Promise<void>;
}

const START_TIMEOUT_MS = 300_000;
const STOP_TIMEOUT_MS = 30_000;

const QUIET_SETTINGS = {
    'workbench.startupEditor': 'none', 'workbench.tips.enabled': false, 'telemetry.telemetryLevel': 'off',
    'extensions.autoCheckUpdates': false, 'extensions.autoUpdate': false, 'extensions.ignoreRecommendations': true,
    'update.mode': 'none', 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'git.enabled': false, 'window.confirmBeforeClose': 'never', 'editor.minimap.enabled': false,
};

/** Starts a server and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<VsCodeServer> {
    const { host, directory, userDataDirectory = path.join(directory, 'user-data') } = options;
    const port = await freePort(options.port ?? 0).catch(() => freePort(0));
    const authority = `127.0.0.1:${port}`;
    const log = path.join(directory, 'server.log');
    writeSettings(userDataDirectory, { ...QUIET_SETTINGS, ...options.settings });

    const output = openSync(log, 'a');
    const child = spawn(host.node, [
        host.serverMain, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms',
        ...directoryArguments(options), '--user-data-dir', userDataDirectory, '--telemetry-level', 'off', '--disable-workspace-trust',
        ...(options.testDriver === true ? ['--enable-smoke-test-driver'] : []),
    ], { stdio: ['ignore', output, output], detached: true, cwd: directory, env: serverEnvironment(directory) });
    closeSync(output);

    const died = new Promise<never>((_, reject) => {
        child.on('error', reject);
        child.on('exit', (code, signal) => reject(new Error(`the VS Code server ended (${code ?? signal}), see ${log}`)));
    });
    died.catch(() => undefined);
    const stop = async (): Promise<void> => {
        signalGroup(child.pid, 'SIGTERM');
        for (let waited = 0; waited < STOP_TIMEOUT_MS && child.exitCode === null && child.signalCode === null; waited += 100) {
            await sleep(100);
        }
        signalGroup(child.pid, 'SIGKILL');
    };
    try {
        await Promise.race([answers(`http://${authority}/version`, log), died]);
    } catch (error) {
        await stop();
        throw error;
    }
    return { authority, log, died, stop };
}

/** Installs a VSIX where a server with the same options finds it. */
export function installExtension(options: ServerOptions, vsix: string): void {
    mkdirSync(options.directory, { recursive: true });
    const run = spawnSync(options.host.node, [
        options.host.serverMain, ...directoryArguments(options), '--accept-server-license-terms', '--install-extension', vsix, '--force',
    ], { encoding: 'utf8', env: serverEnvironment(options.directory) });
    if (run.status !== 0) {
        throw new Error(`could not install ${vsix}:\n${run.stdout}${run.stderr}`);
    }
}

function directoryArguments({ directory, extensionsDirectory = path.join(directory, 'extensions') }: ServerOptions): string[] {
    mkdirSync(extensionsDirectory, { recursive: true });
    return ['--server-data-dir', path.join(directory, 'sd'), '--extensions-dir', extensionsDirectory];
}

// The contributor's own settings and sockets stay out of it.
function serverEnvironment(directory: string): NodeJS.ProcessEnv {
    const home = path.join(directory, 'home');
    const sockets = path.join(directory, 's');
    mkdirSync(home, { recursive: true });
    mkdirSync(sockets, { recursive: true });
    return {
        ...process.env, HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), XDG_DATA_HOME: path.join(home, '.local/share'),
        XDG_CACHE_HOME: path.join(home, '.cache'), TMPDIR: sockets, VSCODE_IPC_HOOK_CLI: '', NODE_OPTIONS: '',
    };
}

function writeSettings(userDataDirectory: string, settings: Readonly<Record<string, unknown>>): void {
    const file = path.join(userDataDirectory, 'User', 'settings.json');
    mkdirSync(path.dirname(file), { recursive: true });
    if (!existsSync(file)) {
        writeFileSync(file, JSON.stringify(settings, null, 2));
    }
}

async function answers(url: string, log: string): Promise<void> {
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += 100) {
        const response = await fetch(url).catch(() => undefined);
        if (response?.ok === true) {
            return;
        }
        await sleep(100);
    }
    throw new Error(`the VS Code server did not answer, see ${log}`);
}

// The server leads a process group of its own: extension hosts and language servers end with it.
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
    try {
        if (pid !== undefined) {
            process.kill(-pid, signal);
        }
    } catch {
        // it has ended already
    }
}

/** The port if it is free; 0: any that is. */
function freePort(wish: number): Promise<number> {
    return new Promise((resolve, reject) => {
        const probe = createServer().on('error', reject).listen(wish, '127.0.0.1', () => {
            const address = probe.address();
            probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
        });
    });
}
