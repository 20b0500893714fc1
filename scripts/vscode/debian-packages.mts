import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

/** A command that a Debian package brings. */
export interface DebianCommand {
    readonly command: string;
    readonly packageName: string;
    /** A file that it brings besides, where the command may have come without it. */
    readonly file?: string;
}

/** Where a command lies on the PATH. */
export function findOnPath(command: string): string | undefined {
    return (process.env['PATH'] ?? '').split(path.delimiter).map((directory) => path.join(directory, command)).find((file) => {
        try {
            accessSync(file, constants.X_OK);
            return true;
        } catch {
            return false;
        }
    });
}

/** Makes sure that commands exist: as root on Debian installs the packages of those that do not, elsewhere says what to run. */
export function ensureCommands(commands: readonly DebianCommand[]): void {
    const missing = [...new Set(commands.filter(({ command, file }) => findOnPath(command) === undefined || file !== undefined && !existsSync(file)).map(({ packageName }) => packageName))];
    if (missing.length === 0) {
        return;
    }
    const debian = findOnPath('apt-get') !== undefined;
    if (!debian || process.getuid?.() !== 0) {
        throw new Error(`Missing: ${missing.join(', ')}. ${debian
            ? `Install with: sudo apt-get install --no-install-recommends ${missing.join(' ')}`
            : 'Install it with the package manager of your system (these are the names of the Debian packages), and run the command again.'}`);
    }
    console.log(`installing Debian packages: ${missing.join(', ')}`);
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
}

function apt(...args: string[]): void {
    const run = spawnSync('apt-get', args, { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (run.status !== 0) {
        throw new Error(`apt-get ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`);
    }
}
