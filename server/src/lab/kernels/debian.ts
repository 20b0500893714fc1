/** Kernels of Debian's packages: looked up, fetched and unpacked into the cache with apt's own commands, never installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabProblem } from '../lab-problem.js';
import type { MachineType } from '../emulator/machine-types.js';
import { parseConfig } from './kernel-config.js';
import { isWantedModule, modulePatterns, type LabKernel } from './lab-kernel.js';
import { byPlatform, packagedPlatform, PC, PLATFORM_NAMES, platformWords, type Platform } from './platforms.js';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const LISTS_ARE_FRESH_MS = 24 * 3600 * 1000;
const KERNELS = 'kernels';

/** A kernel that the suites have. */
export interface OfferedKernel extends Platform {
    readonly version: string;
    readonly release: string;
    readonly packages: readonly string[];
}

/** The kernels of the cache, the newest first; of one version those for PCs. */
export function cachedKernels(cache: string): readonly LabKernel[] {
    const folder = path.join(cache, KERNELS);
    const releases = existsSync(folder) ? readdirSync(folder) : [];
    return releases.flatMap((release) => {
        const about = path.join(folder, release, 'kernel.json');
        return existsSync(about) ? [readKernel(path.join(folder, release), about)] : [];
    }).sort((a, b) => byVersion(b.version, a.version) || byPlatform(a, b));
}

function readKernel(folder: string, about: string): LabKernel {
    const { version, release, image, config, ...platform } = JSON.parse(readFileSync(about, 'utf8')) as Partial<Platform> & { version: string; release: string; image: string; config: string | null };
    return {
        ...PC, ...platform, version, release, image: path.join(folder, image), modules: filesBelow(folder).filter(isWantedModule),
        config: config === null ? null : parseConfig(readFileSync(path.join(folder, config), 'latin1')),
    };
}

function filesBelow(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file));
}

export function byVersion(a: string, b: string): number {
    const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
    const at = left.findIndex((part, index) => part !== right[index]);
    return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? 0);
}

/** Is it that version, or a release of that line? */
export function isVersion(version: string, wanted: string): boolean {
    return version === wanted || version.startsWith(`${wanted}.`);
}

/** Every kernel of that kind that the suites of this system, its backports and sid offer, the newest first. */
export function offeredKernels(cache: string, platform: Platform): readonly OfferedKernel[] {
    const packaged = packagedPlatform(platform);
    if (packaged === undefined) {
        throw new LabProblem(`Debian has no kernel for ${platformWords(platform)}.`, `It has some for ${PLATFORM_NAMES.join(', ')}; give one of your own with --kernel-image.`);
    }
    const apt = privateApt(cache, packaged.architecture);
    const names = apt.cache('pkgnames', 'linux-').split('\n');
    const releases = names.flatMap((name) => {
        const match = new RegExp(`^linux-(binary|image)-(\\d[\\w.+]*(?:-\\d+)?-${packaged.flavour})$`).exec(name);
        return match === null || names.includes(`linux-binary-${match[2]}`) && match[1] === 'image' ? [] : [{ name, release: match[2]!, binary: match[1] === 'binary' }];
    });
    const versions = versionsOf(releases.length === 0 ? '' : apt.cache('show', '--no-all-versions', ...releases.map(({ name }) => name)));
    return releases.flatMap(({ name, release, binary }) => {
        const version = versions.get(name);
        const parts = binary ? [name, `linux-base-${release}`, `linux-modules-${release}`].filter((each) => names.includes(each)) : [name];
        return version === undefined ? [] : [{ arch: platform.arch, pageShift: platform.pageShift, version, release, packages: parts }];
    }).sort((a, b) => byVersion(b.version, a.version));
}

function versionsOf(shown: string): ReadonlyMap<string, string> {
    return new Map(shown.split('\n\n').flatMap((record) => {
        const name = /^Package: (.+)$/m.exec(record)?.[1];
        const version = /^Version: (\d+\.\d+\.\d+)/m.exec(record)?.[1];
        return name === undefined || version === undefined ? [] : [[name, version] as const];
    }));
}

/** Fetches the packages of a kernel and unpacks what the lab needs of them. */
export function fetchKernel(cache: string, kernel: OfferedKernel): LabKernel {
    const folder = path.join(cache, KERNELS, kernel.release);
    const unpacking = `${folder}.${process.pid}`;
    rmSync(unpacking, { recursive: true, force: true });
    mkdirSync(unpacking, { recursive: true });
    try {
        privateApt(cache, packagedPlatform(kernel)!.architecture).download(kernel.packages, unpacking);
        for (const file of readdirSync(unpacking).filter((name) => name.endsWith('.deb'))) {
            unpack(path.join(unpacking, file), unpacking, ['*/vmlinuz*', '*/config', '*/config-*', ...modulePatterns()]);
            rmSync(path.join(unpacking, file));
        }
        const files = filesBelow(unpacking).map((file) => path.relative(unpacking, file));
        const image = files.find((file) => /(^|\/)vmlinuz[^/]*$/.test(file));
        const config = files.find((file) => /(^|\/)config(-[^/]*)?$/.test(file) && statSync(path.join(unpacking, file)).isFile()) ?? null;
        if (image === undefined) {
            throw new LabProblem(`The packages ${kernel.packages.join(', ')} hold no kernel.`, 'Choose another version.');
        }
        writeFileSync(path.join(unpacking, 'kernel.json'), JSON.stringify({ arch: kernel.arch, pageShift: kernel.pageShift, version: kernel.version, release: kernel.release, image, config }));
        rmSync(folder, { recursive: true, force: true });
        renameSync(unpacking, folder);
        return readKernel(folder, path.join(folder, 'kernel.json'));
    } finally {
        rmSync(unpacking, { recursive: true, force: true });
    }
}

/** Unpacks the emulator and what of its libraries is not installed. */
export function fetchQemu(cache: string, { emulator }: MachineType): void {
    const folder = path.join(cache, emulator.folder);
    const apt = privateApt(cache, null);
    const unpacking = `${folder}.${process.pid}`;
    mkdirSync(path.join(unpacking, 'debs', 'partial'), { recursive: true });
    try {
        apt.get('install', '--download-only', '--no-install-recommends', '-y', '-o', `Dir::Cache::archives=${path.join(unpacking, 'debs')}`, '-o', 'Debug::NoLocking=true', emulator.packageName);
        for (const file of readdirSync(path.join(unpacking, 'debs')).filter((name) => name.endsWith('.deb'))) {
            unpack(path.join(unpacking, 'debs', file), unpacking, []);
        }
        rmSync(path.join(unpacking, 'debs'), { recursive: true });
        rmSync(folder, { recursive: true, force: true });
        renameSync(unpacking, folder);
    } finally {
        rmSync(unpacking, { recursive: true, force: true });
    }
}

function unpack(deb: string, folder: string, patterns: readonly string[]): void {
    const tar = ['tar', '-x', '-C', '"$2"', ...patterns.length === 0 ? [] : ['--wildcards', '--no-anchored', ...patterns.map((pattern) => `'${pattern}'`)]];
    // tar complains about patterns that match nothing: most packages hold only some of the files.
    const run = spawnSync('sh', ['-c', `set -e; dpkg-deb --fsys-tarfile "$1" | { ${tar.join(' ')} || test -n "$3"; }`, 'sh', deb, folder, patterns.length === 0 ? '' : 'some'], { encoding: 'utf8' });
    if (run.status !== 0) {
        throw new LabProblem(`${path.basename(deb)} could not be unpacked: ${run.stderr.trim()}`, 'Look for room on the disk of the cache.');
    }
}

interface Apt {
    readonly cache: (...args: readonly string[]) => string;
    readonly get: (...args: readonly string[]) => string;
    readonly download: (packages: readonly string[], folder: string) => void;
}

/**
 * apt with lists of its own, so that suites are looked into that the system does not use.
 * @param architecture of the packages; null: that of the system, and of what is installed
 */
function privateApt(cache: string, architecture: string | null): Apt {
    for (const command of ['apt-get', 'apt-cache', 'dpkg-deb']) {
        if (spawnSync(command, ['--version']).error !== undefined) {
            throw new LabProblem(`There is no ${command}: kernels are fetched from Debian's packages.`, 'Give a kernel of your own with --kernel-image.');
        }
    }
    const own = spawnSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).stdout?.trim();
    const foreign = architecture !== null && architecture !== own;
    const folder = path.join(cache, foreign ? `apt-${architecture}` : 'apt');
    for (const each of ['lists/partial', 'cache/archives/partial']) {
        mkdirSync(path.join(folder, each), { recursive: true });
    }
    const sources = path.join(folder, 'sources.list');
    writeFileSync(sources, `${sourceLines().join('\n')}\n`);
    const options = ['-o', `Dir::Etc::sourcelist=${sources}`, '-o', 'Dir::Etc::sourceparts=/dev/null', '-o', `Dir::State::lists=${path.join(folder, 'lists')}`, '-o', `Dir::Cache=${path.join(folder, 'cache')}`, '-o', 'Acquire::Languages=none', '-o', 'APT::Update::Post-Invoke=', '-o', 'APT::Update::Post-Invoke-Success=', '-o', 'APT::Sandbox::User=root', ...foreign ? foreignOptions(folder, architecture) : []];
    const run = (command: string, args: readonly string[], cwd = folder): string => {
        const done = spawnSync(command, [...options, ...args], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } });
        if (done.status !== 0) {
            throw new LabProblem(`${command} ${args[0]} failed: ${(done.stderr ?? '').trim().split('\n').slice(-3).join(' ')}`, 'Look at the network and at the disk of the cache, then run the command again.');
        }
        return done.stdout;
    };
    const stamp = path.join(folder, 'updated');
    if (!existsSync(stamp) || Date.now() - statSync(stamp).mtimeMs > LISTS_ARE_FRESH_MS || readFileSync(stamp, 'utf8') !== readFileSync(sources, 'utf8')) {
        run('apt-get', ['update', '-qq']);
        writeFileSync(stamp, readFileSync(sources));
    }
    return {
        cache: (...args) => run('apt-cache', args),
        get: (...args) => run('apt-get', args),
        download: (packages, into) => {
            run('apt-get', ['download', '-qq', ...packages], into);
        },
    };
}

/** For the packages of another machine, of which nothing is installed. */
function foreignOptions(folder: string, architecture: string): readonly string[] {
    const status = path.join(folder, 'status');
    writeFileSync(status, '');
    return ['-o', `APT::Architecture=${architecture}`, '-o', `APT::Architectures::=${architecture}`, '-o', `Dir::State::status=${status}`];
}

/** The suites of this system with their backports, and sid, from where this system takes its packages. */
function sourceLines(): readonly string[] {
    const codename = /^VERSION_CODENAME=(\w+)$/m.exec(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '')?.[1];
    const mirror = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' }).stdout?.split('\n').find((uri) => /\/debian\/?$/.test(uri));
    if (codename === undefined || mirror === undefined || !existsSync(KEYRING)) {
        throw new LabProblem('This system does not take its packages from Debian.', 'Give a kernel of your own with --kernel-image.');
    }
    const suites = [...new Set([codename, `${codename}-backports`, ...LATER_SUITES, 'sid'])];
    return suites.map((suite) => `deb [signed-by=${KEYRING}] ${mirror} ${suite} main`);
}

/** The stable suite after the oldest that the lab is tested on, which carries the kernels of later ones. */
const LATER_SUITES = ['trixie', 'trixie-backports'];
