#!/usr/bin/env node
// Stands for QEMU in tests of what goes wrong: its monitor on stdin and stdout, the agent of its guest on descriptor 3, the console on 4.
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import process from 'node:process';
import { createInterface } from 'node:readline';

const trouble = process.env['FAKE_TROUBLE'] ?? '';
const agent = new Socket({ fd: 3 });
const console4 = new Socket({ fd: 4 });
const devices = new Socket({ fd: 6 });
const said = (stream, ...lines) => stream.write(lines.map((line) => `${line}\r\n`).join(''));

if (trouble === 'does not start') {
    process.stderr.write('qemu: no such machine\n');
    process.exit(1);
}
process.stdout.write('{"QMP":{}}\n');
const migrated = () => process.stdout.write(`{"event":"MIGRATION","data":{"status":"${trouble === 'goes on from nothing' ? 'failed' : 'completed'}"}}\n`);
createInterface({ input: process.stdin }).on('line', (line) => {
    const { execute, arguments: args } = JSON.parse(line);
    if (trouble === 'is older' && execute === 'migrate-set-capabilities') {
        process.stdout.write(`{"error":{"class":"GenericError","desc":"Invalid parameter '${args.capabilities[0].capability}'"}}\n`);
        return;
    }
    process.stdout.write('{"return":""}\n', () => trouble === 'has no room' ? process.kill(process.pid, 'SIGBUS') : undefined);
    if (execute === 'migrate') {
        spawn('sh', ['-c', args.uri.replace(/^exec:/, '')], { stdio: ['pipe', 'ignore', 'ignore'] }).on('exit', migrated).stdin.end('devices');
    } else if (execute === 'migrate-incoming') {
        devices.resume().on('end', migrated);
    }
});
if (trouble === 'panics at boot') {
    said(console4, '[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs', '[    1.0] ---[ end Kernel panic ]---');
} else if (trouble !== 'does not come up' && trouble !== 'has no room' && !process.argv.includes('-incoming')) {
    said(agent, 'r');
}
createInterface({ input: agent }).on('line', (line) => {
    if (!line.startsWith('go ')) {
        return;
    }
    said(agent, 'b', 'g\t0');
    switch (trouble) {
        case 'panics in a step':
            said(console4, 'hwp-lab: step 0', '[    2.0] Kernel panic - not syncing: Fatal machine check', '[    2.0] ---[ end Kernel panic ]---');
            break;
        case 'floods the console':
            for (let batch = 0; batch < 30; batch += 1) {
                said(console4, ...Array.from({ length: 1000 }, (_none, index) => `[    2.0] again ${batch} ${index}`));
            }
            break;
        case 'dies in a step':
            process.kill(process.pid, 'SIGKILL');
            break;
        case '':
            said(agent, 'o\t0\t0', 'z', 'r');
            break;
        default: // hangs
    }
});
