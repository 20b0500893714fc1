// Installs what package-lock.json names, when that is not what is there.
// Plain JavaScript without dependencies: it runs before anything is installed, on the contributor's Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** @typedef {{ version?: string, optional?: boolean, peer?: boolean }} LockedPackage */

/**
 * Whether a package may be missing: it is for other machines than this one, or left to others to bring.
 * @param {string} name
 * @param {LockedPackage} wanted
 * @returns {boolean}
 */
function mayMiss(name, { optional, peer }) {
    const pinnedNode = name.endsWith(`node-${process.platform}-${process.arch}`);
    return peer === true || (optional === true && !pinnedNode);
}

/**
 * The packages of a lock file.
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function lockedPackages(file) {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
}

/**
 * Why the packages have to be installed; undefined when what is there is what the lock file names.
 * @returns {string | undefined}
 */
function whyInstall() {
    // npm writes down what it installed, in the same form.
    const record = 'node_modules/.package-lock.json';
    if (!existsSync(path.join(root, record))) {
        return 'nothing is installed';
    }
    const installed = lockedPackages(record);
    const differing = Object.entries(lockedPackages('package-lock.json')).find(([name, wanted]) => {
        const found = installed[name];
        return found ? found.version !== wanted.version : name !== '' && !mayMiss(name, wanted);
    });
    return differing && `${differing[0]} is not what package-lock.json names`;
}

/**
 * Runs npm ci when it is needed.
 * @returns {boolean} whether everything is there now
 */
export function ensurePackages() {
    const reason = whyInstall();
    if (reason === undefined) {
        return true;
    }
    console.log(`== npm ci (${reason})`);
    const started = Date.now();
    // npm names itself to the scripts that it runs; a plain "node scripts/test.mjs" finds it on the PATH.
    const npm = process.env['npm_execpath'];
    const options = { cwd: root, stdio: /** @type {const} */ ('inherit') };
    const run = npm === undefined
        ? spawnSync('npm', ['ci', '--loglevel=error'], { ...options, shell: process.platform === 'win32' })
        : spawnSync(process.execPath, [npm, 'ci', '--loglevel=error'], options);
    console.log(`   ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return run.status === 0;
}
