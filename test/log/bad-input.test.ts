import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../server/src/log/formats/byte-reader.js';
import { Triage, triageText } from '../../server/src/log/triage.js';
import { given } from './given.js';

const ACTION = 'Memory failure: 0x43080: recovery action for dirty LRU page: Recovered';

describe('bad input', () => {
    test('timestamps of year 1 and 9999, and hostile numbers', () => {
        const { incidents } = triageText([
            `0001-01-01T00:00:00+00:00 a kernel: ${ACTION}`, `9999-12-31T23:59:59+14:00 a kernel: ${ACTION}`, `[999999999999.999999] ${ACTION}`,
            '[    1.000000] Memory failure: 0xffffffffffffffff: recovery action for dirty LRU page: Recovered', '[    2.000000] EDAC MC0: 999999999 CE x on y (page:0xffffffffffffffff offset:0xffffffffffffffff)',
            '[    2.000000] mce: [Hardware Error]: CPU 99999: Machine Check: ffffffffffffffff Bank 999: ffffffffffffffff', '[    2.000000] {9999999999}[Hardware Error]: event severity: recoverable',
            '{"MESSAGE":"Memory failure: 0x1: unhandlable page.","__REALTIME_TIMESTAMP":"1e999","PRIORITY":"x","_SOURCE_MONOTONIC_TIMESTAMP":"-5"}', '{"MESSAGE":[1,2,999999,-1,"x"]}', '<999>1 - - - - - - x',
        ].join('\n'));
        expect(incidents.length).toBeGreaterThan(0);
        expect(() => JSON.stringify(incidents)).not.toThrow();
    });

    test('every prefix of every line, bytes that are no text, zeros', () => {
        const { text } = given('01');
        const lines = text.split('\n');
        expect(() => triageText(lines.flatMap((line) => [10, 20, 40, 60].map((length) => line.slice(0, length))).join('\n'))).not.toThrow();
        const triage = new Triage();
        const reader = new ByteReader(triage);
        for (let seed = 1, count = 0; count < 200; count += 1) {
            const bytes = Uint8Array.from({ length: 997 }, () => {
                seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
                return seed >> 16;
            });
            reader.feed(bytes);
            if (count % 10 === 0) reader.feed(new TextEncoder().encode(`\n\u0000${ACTION}\n`));
        }
        reader.end();
        expect(triage.finish().incidents.flatMap(({ frames }) => frames)).toContain('0x43080');
    });

    test('a long log of one incident takes no more memory than a short one, and counts them all', () => {
        const triage = new Triage();
        const reader = new ByteReader(triage);
        const block = new TextEncoder().encode(`[   88.498619] ${ACTION}\n`.repeat(1000));
        for (let count = 0; count < 100; count += 1) reader.feed(block);
        reader.end();
        const { incidents } = triage.finish();
        expect(incidents).toHaveLength(1);
        expect(incidents[0]!.last.line).toBe(100_000);
        expect(JSON.stringify(incidents).length).toBeLessThan(50_000);
    });

    test('more frames than are told apart are counted', () => {
        const triage = new Triage();
        for (let pfn = 0; pfn < 60_000; pfn += 1) triage.push(`[   88.498619] Memory failure: 0x${(pfn * 4096).toString(16)}: recovery action for dirty LRU page: Recovered`);
        expect(triage.finish().left.dropped).toBe(10_000);
    });
});

/** The two lines that every wrapped log must still say. */
const LINES = ['mce: Uncorrected hardware memory error in user-access at 43080000', 'Memory failure: 0x43080: Sending SIGBUS to db:4711 due to hardware memory corruption', ACTION];

/** How each format writes line n of a log. */
const FORMATS: Readonly<Record<string, (text: string, n: number) => string>> = {
    'dmesg': (text, n) => `[ ${100 + n}.498619] ${text}`,
    'dmesg with callers': (text, n) => `[ ${100 + n}.498619] [ T4711] ${text}`,
    'a console with callers': (text, n) => `[ ${100 + n}.498619][   C12] ${text}`,
    'dmesg -T': (text, n) => `[Mon Jul 13 21:29:${10 + n} 2026] ${text}`,
    'dmesg --time-format iso': (text, n) => `2026-07-13T21:29:${10 + n},498619+02:00 ${text}`,
    'dmesg -x': (text, n) => `kern  :err   : [ ${100 + n}.498619] ${text}`,
    'dmesg -r': (text, n) => `<3>[ ${100 + n}.498619] ${text}`,
    '/dev/kmsg': (text, n) => `3,${1000 + n},${100_000_000 + n},-,caller=T4711;${text}`,
    'netconsole with the release': (text, n) => `6.12.9,3,${1000 + n},${100_000_000 + n},-;${text}`,
    'journalctl short': (text, n) => `Jul 13 21:29:${10 + n} node1 kernel: ${text}`,
    'journalctl short-precise': (text, n) => `Jul 13 21:29:${10 + n}.498619 node1 kernel: ${text}`,
    'journalctl short-iso': (text, n) => `2026-07-13T21:29:${10 + n}+0200 node1 kernel: ${text}`,
    'journalctl short-full': (text, n) => `Mon 2026-07-13 21:29:${10 + n} UTC node1 kernel: ${text}`,
    'journalctl short-monotonic': (text, n) => `[ ${100 + n}.498619] node1 kernel: ${text}`,
    'journalctl -o json': (text, n) => JSON.stringify({ MESSAGE: text, _TRANSPORT: 'kernel', _HOSTNAME: 'node1', __REALTIME_TIMESTAMP: `17${n}0000000000000` }),
    'journalctl -o export': (text, n) => `__CURSOR=s=${n}\n__REALTIME_TIMESTAMP=17${n}0000000000000\n_TRANSPORT=kernel\n_HOSTNAME=node1\nMESSAGE=${text}\n`,
    'RFC 3164 with priority': (text, n) => `<3>Jul 13 21:29:${10 + n} node1 kernel: [ ${100 + n}.498619] ${text}`,
    'RFC 5424': (text, n) => `<3>1 2026-07-13T21:29:${10 + n}.498619Z node1 kernel - - - [ ${100 + n}.498619] ${text}`,
    'a serial console': (text, n) => `\u001b[0;1;31m[ ${100 + n}.498619] ${text}\u001b[0m\r`,
    'wall': (text, n) => `\nMessage from syslogd@node1 at Jul 13 21:29:${10 + n} ...\n kernel:[ ${100 + n}.498619] ${text}`,
    'a console server': (text, n) => `[2026-07-13 21:29:${10 + n}] [ ${100 + n}.498619] ${text}`,
};

describe('formats', () => {
    test.each(Object.entries(FORMATS))('%s', (_, wrap) => {
        const { incidents } = triageText(LINES.map(wrap).join('\n'));
        expect(incidents.map(({ frames, verdict, victims, actions }) => [frames, verdict, victims.map(({ comm, pid }) => `${comm}:${pid}`), actions.map(({ type, result }) => `${type} ${result}`)]))
            .toEqual([[['0x43080'], 'hardware', ['db:4711'], ['MF_MSG_DIRTY_LRU MF_RECOVERED']]]);
    });

    test('parts of a pstore dump come newest first, and are put in order', () => {
        const { incidents } = triageText(`Panic#1 Part1\n<3>[  102.0000] ${LINES[2]!}\nPanic#1 Part2\n<3>[  100.000000] ${LINES[0]!}\n<3>[  101.000000] ${LINES[1]!}\n`);
        expect(incidents.map(({ frames, first, last }) => [frames, first.bootUs, last.bootUs])).toEqual([[['0x43080'], 100_000_000, 102_000_000]]);
    });

    test('two lines on one, and a line that was repeated', () => {
        const { incidents } = triageText(`[  100.000000] ${LINES[0]!}[  101.000000] ${LINES[1]!}\n[  102.000000] ${LINES[2]!}\nJul 13 21:29:10 node1 kernel: message repeated 2 times: [ ${LINES[2]!}]\n`);
        expect(incidents.map(({ frames, victims }) => [frames, victims.length])).toEqual([[['0x43080'], 1]]);
    });

    test('the clock goes back: another boot, another incident', () => {
        const { boots, incidents } = triageText(`${LINES.map((line, n) => `[ ${900 + n}.000000] ${line}`).join('\n')}\n${LINES.map((line, n) => `[ ${100 + n}.000000] ${line}`).join('\n')}`);
        expect(boots).toHaveLength(2);
        expect(incidents.map(({ boot }) => boot)).toEqual([0, 1]);
    });
});
