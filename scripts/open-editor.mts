// Opens an editor with the extension on a copy of the examples: the desktop VS Code where `code` is on the PATH, else one served to a
// browser.
//   npm start                 the first that is there
//   npm start -- --browser    the one for a browser, whatever there is
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyExamples } from './copied-examples.mts';
import { packageExtension } from './package.mts';
import { findOnPath } from './vscode/debian-packages.mts';
import { installVsCodeHost } from './vscode/install-host.mts';
import { installExtension, startServer } from './vscode/server.mts';
import { remoteUri, workbenchUrl } from './vscode/workbench.mts';

const root = path.resolve(import.meta.dirname, '..');

/** What is tried out there stays there: the originals are tests of the project. */
const EXAMPLES = path.join(root, '.cache/examples');
const FIRST = path.join(EXAMPLES, '01-early-kill.hwp');

/** The same every time where it is free, so that a tunnel to it can stay. */
const PORT = 7330;

const WHAT_TO_TRY = `01-early-kill.hwp is open, in a copy of the examples: what Linux does stands at the end of each step. Try this:

  1. Hover over \`corrupt-pfn bad\`: the path through memory_failure() that led to this result.
  2. Take \`prctl PR_MCE_KILL_EARLY\` away, or write \`kernel 6.12\`: the results follow.
  3. Click "Explain" over the scenario, or press F1 and type "hwpoison": the trace, the kernel's log, a new scenario.
  4. Open the Test Explorer (the flask): every scenario is a test.`;

/** Whether it could be started. */
function startDesktop(code: string): boolean {
    const build = spawnSync(process.execPath, [path.join(root, 'scripts/build.mts')], { cwd: root, stdio: 'inherit' });
    if (build.status !== 0) {
        throw new Error('the extension could not be built');
    }
    const run = spawnSync(code, ['--new-window', `--extensionDevelopmentPath=${root}`, EXAMPLES, FIRST], { stdio: 'inherit', shell: process.platform === 'win32' });
    return run.status === 0;
}

async function startInBrowser(): Promise<void> {
    const directory = mkdtempSync(path.join(tmpdir(), 'hwp-'));
    try {
        const options = { host: installVsCodeHost(), directory, port: PORT };
        console.log('== packaging the extension and installing it into the editor (about 10 s)');
        installExtension(options, await packageExtension());
        const server = await startServer(options);
        const stopped = new Promise<void>((resolve) => {
            process.on('SIGINT', resolve);
            process.on('SIGTERM', resolve);
        });
        const address = workbenchUrl(server.authority, EXAMPLES, [['openFile', remoteUri(server.authority, FIRST)]]);
        console.log(`\nVS Code with the extension, for a browser on this machine:\n\n${address}\n\n${WHAT_TO_TRY}\n\nPress Ctrl+C to stop it.`);
        try {
            await Promise.race([stopped, server.died]);
        } finally {
            await server.stop();
        }
        console.log('stopped');
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

const { values } = parseArgs({ options: { browser: { type: 'boolean' } } });
try {
    const edited = copyExamples(path.join(root, 'examples'), EXAMPLES);
    if (edited.length > 0) {
        console.log(`== ${edited.join(', ')}: as you left ${edited.length === 1 ? 'it' : 'them'} in ${path.relative(process.cwd(), EXAMPLES)}; delete a file there to get the original again`);
    }
    const code = values.browser === true ? undefined : findOnPath(process.platform === 'win32' ? 'code.cmd' : 'code');
    if (code !== undefined && startDesktop(code)) {
        console.log(`VS Code was started with the extension.\n\n${WHAT_TO_TRY}`);
    } else {
        console.log(`== ${code === undefined ? 'no "code" on the PATH' : `${code} did not start`}: using a VS Code that is served to a browser`);
        await startInBrowser();
    }
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
}
