/** Logs to measure with: ordinary lines of a kernel, with memory errors among them. The same every time. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

const ORDINARY = [
    'usb 1-1.2: new high-speed USB device number # using xhci_hcd', 'ata1.00: configured for UDMA/133 #', 'EXT4-fs (sda#): mounted filesystem with ordered data mode. Quota mode: none.',
    'IPv6: ADDRCONF(NETDEV_CHANGE): veth#: link becomes ready', 'br0: port #(eth0) entered forwarding state', 'audit: type=1400 audit(1600000000.123:#): apparmor="STATUS" operation="profile_load" profile="unconfined" name="snap.x" pid=1',
    'nvme nvme0: #/0/0 default/read/poll queues', 'device eth# entered promiscuous mode', 'perf: interrupt took too long (2503 > 2500), lowering kernel.perf_event_max_sample_rate to #',
    'TCP: request_sock_TCP: Possible SYN flooding on port #. Sending cookies.', 'docker0: port 1(veth#a) entered disabled state', 'kvm [#]: ignored rdmsr: 0x140 data 0x0',
];

/** A small generator of numbers that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
    for (let state = seed; ;) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        yield state;
    }
}

function error(time: string, number: number, address: number): string {
    return ['Hardware error from APEI Generic Hardware Error Source: 1', 'event severity: recoverable', ' Error 0, type: recoverable', '  section_type: memory error', `  physical_address: 0x${address.toString(16).padStart(16, '0')}`]
        .map((line) => `${time} {${number}}[Hardware Error]: ${line}\n`).join('') + `${time} Memory failure: 0x${(address / 4096).toString(16)}: recovery action for free buddy page: Recovered\n`;
}

/** Writes a log of so many bytes with so many errors, evenly spread. */
export function writeLog(file: string, bytes: number, errors: number, seed = 1): void {
    mkdirSync(path.dirname(file), { recursive: true });
    const descriptor = openSync(file, 'w');
    const draw = numbers(seed);
    let written = 0;
    let made = 0;
    let micros = 0;
    while (written < bytes) {
        let block = '';
        while (block.length < 1 << 20 && written + block.length < bytes) {
            micros += draw.next().value % 10_000;
            const time = `[${(micros / 1e6).toFixed(6).padStart(12)}]`;
            block += `${time} ${ORDINARY[draw.next().value % ORDINARY.length]!.replace('#', String(draw.next().value % 10_000))}\n`;
            if (made < errors && written + block.length > (bytes / (errors + 1)) * (made + 1)) {
                made += 1;
                block += error(time, made, (draw.next().value % 2 ** 24) * 4096);
            }
        }
        written += writeSync(descriptor, block);
    }
    closeSync(descriptor);
}

/** Writes a log of so many lines of one frame that is met again and again. */
export function writeStorm(file: string, lines: number): void {
    mkdirSync(path.dirname(file), { recursive: true });
    const descriptor = openSync(file, 'w');
    const BLOCK = 10_000;
    for (let line = 0; line < lines; line += BLOCK) {
        const time = `[${(100 + line / 1e4).toFixed(6).padStart(12)}]`;
        writeSync(descriptor, `${time} Memory failure: 0x43080: Sending SIGBUS to db:4711 due to hardware memory corruption\n${time} Memory failure: 0x43080: recovery action for already poisoned page: Failed\n`.repeat(BLOCK / 2));
    }
    closeSync(descriptor);
}
