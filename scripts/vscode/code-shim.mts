#!/usr/bin/env node
// Stands in for the `code` executable when @vscode/test-electron runs an extension's tests: takes the same arguments, runs the
// tests in the extension host of the installed VS Code host, with its workbench in headless Chromium, prints what the extension
// host logs and exits with the exit code of the test run.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format, parseArgs } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { installVsCodeHost } from './install-host.mts';
import { startServer, type VsCodeServer } from './server.mts';
import { SILENCE_MS } from './test-journal.mts';
import { openBrowser, remoteUri, workbenchUrl, type PayloadEntry } from './workbench.mts';

// What a workbench without a network says of itself.
const NOISE = /^(Resolv|Creating a socket|\[reconnection|Updating additional|\[Service Worker|\[AgentHost|\[AccountPolicy|Timed out waiting for auth|getaddrinfo ENOTFOUND|Failed: getaddrinfo|Ignoring fetching additional builtin|Creation of workbench contribution|.*open-vsx\.org)/;

const verbose = process.env['VERBOSE'] !== undefined;

const { values, positionals } = parseArgs({
    strict: false, allowPositionals: true,
    options: {
        extensionDevelopmentPath: { type: 'string', multiple: true },
        extensionTestsPath: { type: 'string' },
        'user-data-dir': { type: 'string' },
        'extensions-dir': { type: 'string' },
        'disable-extensions': { type: 'boolean' },
    },
});

function text(value: unknown): string | undefined {
    return typeof value === 'string' ? path.resolve(value) : undefined;
}

function payload(authority: string): PayloadEntry[] {
    const tests = text(values.extensionTestsPath);
    if (tests === undefined) {
        throw new Error('code-shim: needs --extensionTestsPath');
    }
    const developed = (values.extensionDevelopmentPath ?? []).flatMap((value) => text(value) ?? []);
    return [
        ...developed.map((directory) => ['extensionDevelopmentPath', remoteUri(authority, directory)] as const),
        ['extensionTestsPath', remoteUri(authority, createRequire(import.meta.url).resolve(tests))],
        ...(values['disable-extensions'] === true ? [['disableExtensions', 'true'] as const] : []),
    ];
}

async function runTests(page: Page, server: VsCodeServer): Promise<number> {
    const exited = new Promise<number>((resolve) => {
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
    });
    await page.exposeFunction('codeAutomationLog', (_kind: string, args: unknown[]) => {
        const line = format(...args);
        if (verbose || !NOISE.test(line)) {
            console.log(line);
        }
    });
    const folder = positionals.map((value) => path.resolve(value))
        .find((file) => existsSync(file) && (statSync(file).isDirectory() || file.endsWith('.code-workspace')));
    await page.goto(workbenchUrl(server.authority, folder, payload(server.authority)));
    return await Promise.race([exited, silence(), server.died]);
}

/** Rejects when nothing happens any more: the suite keeps a journal, whose size tells. */
async function silence(): Promise<never> {
    const journal = process.env['HWP_TEST_JOURNAL'] ?? '';
    const sizeOf = (): number => existsSync(journal) ? statSync(journal).size : 0;
    for (let [size, since] = [sizeOf(), Date.now()]; Date.now() - since < SILENCE_MS;) {
        await sleep(1_000, undefined, { ref: false });
        if (sizeOf() !== size) {
            [size, since] = [sizeOf(), Date.now()];
        }
    }
    throw new Error(`nothing has happened for ${SILENCE_MS / 1000} s: the extension host hangs`);
}

// The workbench reports a crashed extension host as exit code 0; the server's log does not.
async function throwIfExtensionHostDied(server: VsCodeServer): Promise<void> {
    await sleep(300);
    const exit = /Extension Host Process exited with code: (\S+), signal: (\S+?)\.?$/m.exec(readFileSync(server.log, 'utf8'));
    if (exit !== null && (exit[1] !== '0' || exit[2] !== 'null')) {
        throw new Error(`the extension host died: ${exit[0]}`);
    }
}

const directory = mkdtempSync(path.join(tmpdir(), 'hwp-')); // short: unix sockets lie below
let server: VsCodeServer | undefined;
let browser: BrowserContext | undefined;
let page: Page | undefined;
let exitCode: number;
let keepDirectory = false;
try {
    server = await startServer({
        host: installVsCodeHost(), directory, testDriver: true,
        userDataDirectory: text(values['user-data-dir']), extensionsDirectory: text(values['extensions-dir']),
    });
    browser = await openBrowser(directory);
    page = browser.pages()[0] ?? await browser.newPage();
    exitCode = await runTests(page, server);
    if (exitCode === 0) {
        await throwIfExtensionHostDied(server);
    }
} catch (error) {
    exitCode = 1;
    keepDirectory = true;
    console.error(error);
    await page?.screenshot({ path: path.join(directory, 'failure.png') }).catch(() => undefined);
    console.error(`kept for a look: ${directory}`);
} finally {
    await browser?.close().catch(() => undefined);
    await server?.stop();
    if (!keepDirectory) {
        rmSync(directory, { recursive: true, force: true });
    }
}
process.exit(exitCode);
