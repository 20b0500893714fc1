// Everything that can be known before a release: npm run publish:check -- [--release v0.2.0]
// Makes the extension and the npm package as they are published, and asks the publishers' own programs about them. Publishes nothing.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { assemblePackage } from './npm-package.mts';
import { packageExtension } from './package.mts';

const root = path.resolve(import.meta.dirname, '..');
const vsix = path.join(root, '.cache/hwpoison-scenarios.vsix');
const npmPackage = path.join(root, '.cache/npm/hwpoison-scenarios');

interface Manifest {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly version: string;
    readonly publisher: string;
    readonly license: string;
    readonly categories: readonly string[];
    readonly keywords: readonly string[];
    readonly engines: { readonly vscode: string };
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const problems: string[] = [];

function demand(holds: boolean, problem: string): void {
    if (!holds) problems.push(problem);
}

/** Runs a program and shows what it prints. */
function ask(command: string, args: readonly string[], cwd = root): { readonly status: number | null; readonly text: string } {
    console.log(`\n$ ${[command, ...args].join(' ')}`);
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
    const text = `${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}`;
    console.log(text.trimEnd());
    return { status, text };
}

/** Every place that names the version. */
function checkVersions(release: string | undefined): void {
    const { version } = manifest;
    const { version: locked, packages } = JSON.parse(read('package-lock.json')) as { readonly version: string; readonly packages: Readonly<Record<string, { readonly version: string }>> };
    demand(locked === version && packages['']?.version === version, `package-lock.json is of version ${locked}`);
    demand(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(read('CHANGELOG.md')), `CHANGELOG.md has no section [${version}] with its day`);
    demand(read('docs/hwp.1').includes(`This page is of version ${version}.`), 'docs/hwp.1 is of another version: npm run docs');
    demand(read('action.yml').includes(`default: ${manifest.name}@${version}\n`), 'action.yml installs another version');
    demand(release === undefined || release === '' || release === `v${version}`, `the release is called ${release}, the version is ${version}`);
    console.log(`version ${version}: package.json, package-lock.json, CHANGELOG.md, docs/hwp.1, action.yml${release ? `, release ${release}` : ''}`);
}

/** What Open VSX refuses when it reads a package: names, lengths, the licence. */
function checkMetadata(): void {
    const { name, displayName, description, version, publisher, license, categories, keywords } = manifest;
    const named = /^[\w\-+$~]+$/;
    demand(named.test(name) && name.length <= 255, 'name: letters, digits and - only');
    demand(named.test(publisher) && publisher.length <= 255, 'publisher: letters, digits and - only');
    demand(/^\d+\.\d+\.\d+$/.test(version), 'version: three numbers');
    demand(displayName.length > 0 && displayName.length <= 255 && !/[\p{Cc}]/u.test(displayName), 'displayName: 1 to 255 characters');
    demand(description.length > 0 && description.length <= 2048, 'description: 1 to 2048 characters');
    demand(license !== '' && read('LICENSE').length > 0, 'license: Open VSX takes no extension without one');
    demand(categories.length > 0 && keywords.length <= 30 && [...categories, ...keywords].every((word) => word.length <= 50), 'at most 30 keywords, of 50 characters each');
    console.log('Open VSX: names, version, texts, licence, categories and keywords are as it takes them');
}

/** The client of Open VSX sends the package to a registry that only looks at it. */
async function checkOpenVsx(): Promise<void> {
    let received = 0;
    const server = createServer((request, response) => {
        request.on('data', (part: Buffer) => { received += part.length; });
        request.on('end', () => {
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify({ namespace: manifest.publisher, name: manifest.name, version: manifest.version }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    console.log(`\n$ ovsx publish ${path.relative(root, vsix)}    (to ${address}, which keeps nothing)`);
    let text = '';
    // Not in the repository: npx would take its node_modules/.bin first, where one Node of two is called node.
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'hwp-ovsx-'));
    const code = await new Promise<number | null>((resolve) => {
        const child = spawn('npx', ['--yes', 'ovsx@1', 'publish', vsix, '--registryUrl', address, '--pat', 'none'], { cwd: elsewhere, shell: process.platform === 'win32' });
        child.stdout.on('data', (part: Buffer) => { text += part.toString(); });
        child.stderr.on('data', (part: Buffer) => { text += part.toString(); });
        child.on('error', (error) => { text += error.message; resolve(null); });
        child.on('close', resolve);
    });
    server.close();
    rmSync(elsewhere, { recursive: true, force: true });
    console.log(text.trimEnd());
    // What npm says of the packages of ovsx is not about ours.
    const said = text.split('\n').filter((line) => !line.startsWith('npm '));
    demand(code === 0 && received > 0 && !said.some((line) => /warn|❌|error/i.test(line)), 'ovsx does not take the package');
}

async function checkExtension(): Promise<void> {
    console.log('\n$ vsce package');
    const { log, warn } = console;
    const warned: string[] = [];
    const listen = (print: typeof log) => (...words: unknown[]) => {
        if (words.some((word) => /warning/i.test(String(word)))) warned.push(words.join(' '));
        print(...words);
    };
    console.log = listen(log);
    console.warn = listen(warn);
    try {
        await packageExtension(vsix, true);
    } finally {
        Object.assign(console, { log, warn });
    }
    demand(warned.length === 0, `vsce warns: ${warned.join('; ')}`);
}

async function checkNpm(): Promise<void> {
    rmSync(npmPackage, { recursive: true, force: true });
    mkdirSync(path.dirname(npmPackage), { recursive: true });
    await assemblePackage(npmPackage);
    // Of the machine's settings, none: they may ask for what npm warns of.
    const settings = ['user', 'global'].flatMap((whose) => {
        const file = path.join(root, `.cache/npm/${whose}.npmrc`);
        writeFileSync(file, '');
        return [`--${whose}config`, file];
    });
    const { status, text } = ask('npm', ['publish', '--dry-run', '--access', 'public', '--loglevel', 'notice', ...settings], npmPackage);
    const warnings = text.split('\n').filter((line) => /^npm (warn|error)/i.test(line) && !/requires you to be logged in/.test(line));
    demand(status === 0 && warnings.length === 0, `npm publish --dry-run: ${warnings.join('; ') || `ended with ${status}`}`);
}

const at = process.argv.indexOf('--release');
checkVersions(at < 0 ? undefined : process.argv[at + 1]);
checkMetadata();
await checkExtension();
await checkNpm();
await checkOpenVsx();
console.log(problems.length === 0 ? '\nReady to publish.' : `\nNot ready:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
process.exitCode = problems.length === 0 ? 0 : 1;
