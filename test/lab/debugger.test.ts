// The debugger port speaks GDB's remote protocol: against a stub that answers as the emulator's does.
import { Duplex } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { Debugger, MachineEnded } from '../../server/src/lab/races/debugger.js';

/** Answers packets by the first pattern that matches; keeps what was sent. */
class Stub extends Duplex {
    readonly sent: string[] = [];
    readonly rip = new Map<string, bigint>([['1', 0x10n], ['2', 0x20n]]);
    answers: (readonly [RegExp, string | (() => string | null)])[] = [];
    private thread = '1';

    override _read(): void {
        // What is pushed is all that there is.
    }

    override _write(bytes: Buffer, _encoding: string, done: () => void): void {
        const text = bytes.toString('latin1');
        if (text === '\x03') {
            this.sent.push('interrupt');
            this.say('T02thread:01;');
        }
        for (const [, packet = '', sum = ''] of text.matchAll(/\$([^#]*)#([0-9a-f]{2})/g)) {
            expect(Number.parseInt(sum, 16)).toBe([...packet].reduce((total, each) => total + each.charCodeAt(0) & 255, 0));
            this.sent.push(packet);
            this.answer(packet);
        }
        done();
    }

    say(packet: string): void {
        this.push(`$${packet}#00`);
    }

    private answer(packet: string): void {
        if (packet.startsWith('Hg')) {
            this.thread = packet.slice(2);
        }
        if (packet === 'g') {
            const registers = Buffer.alloc(17 * 8);
            registers.writeBigUInt64LE(this.rip.get(this.thread)!, 16 * 8);
            this.say(registers.toString('hex'));
            return;
        }
        const [, text] = this.answers.find(([pattern]) => pattern.test(packet)) ?? [null, 'OK'];
        const words = typeof text === 'function' ? text() : text;
        if (words !== null) {
            this.say(words);
        }
    }
}

describe('the debugger port', () => {
    let stub: Stub;
    let port: Debugger;

    beforeEach(() => {
        stub = new Stub();
        port = new Debugger(stub);
    });

    test('one CPU goes on, the other stands still, and where it stops is told', async () => {
        stub.answers = [[/^vCont;c:2$/, () => {
            stub.rip.set('2', 0x1234n);
            return 'T05thread:02;';
        }]];
        await port.attach();
        await port.addBreakpoint(0x1234n);
        expect(await port.go(2, 1000)).toEqual({ cpu: 2, rip: 0x1234n, watched: false });
        expect(stub.sent).toContain('Z1,1234,1');
    });

    test('a CPU that stands on a breakpoint takes a step without it first', async () => {
        stub.rip.set('1', 0x1234n);
        stub.answers = [[/^vCont;s:1$/, () => {
            stub.rip.set('1', 0x1235n);
            return 'T05thread:01;';
        }], [/^vCont;c:1$/, 'T05thread:01;']];
        await port.addBreakpoint(0x1234n);
        await port.go(1, 1000);
        expect(stub.sent.filter((packet) => /^[Zz]|^vCont/.test(packet))).toEqual(['Z1,1234,1', 'z1,1234,1', 'vCont;s:1', 'Z1,1234,1', 'vCont;c:1']);
    });

    test('nothing stops in time: the machine is made to stand still', async () => {
        stub.answers = [[/^vCont/, () => null]];
        expect(await port.go('all', 20)).toBeNull();
        expect(stub.sent.at(-1)).toBe('interrupt');
    });

    test('a watched word, in four bytes or eight, and whether it was that which stopped', async () => {
        stub.answers = [[/^vCont/, 'T05thread:02;watch:ffffea0000000040;']];
        await port.setWatch(0xffffea0000000040n, 8, 'write');
        expect((await port.go(2, 1000))?.watched).toBe(true);
        await port.setWatch(0xffffea0000000074n, 4, 'access');
        await port.clear();
        expect(stub.sent.filter((packet) => /^[Zz]/.test(packet))).toEqual(['Z2,ffffea0000000040,8', 'z2,ffffea0000000040,8', 'Z4,ffffea0000000074,4', 'z4,ffffea0000000074,4']);
    });

    test('memory comes in pieces, and what is not mapped is null', async () => {
        stub.answers = [[/^m1000,400$/, 'aa'.repeat(1024)], [/^m1400,10$/, 'bb'.repeat(16)], [/^m0,/, 'E14']];
        expect((await port.memory(0x1000n, 1040))?.subarray(1020, 1028).toString('hex')).toBe('aaaaaaaabbbbbbbb');
        expect(await port.memory(0n, 8)).toBeNull();
    });

    test('physical memory is read and written while the mode is on, and no longer', async () => {
        stub.answers = [[/^m3b51000,4$/, '45434152']];
        expect((await port.physical(0x3b51000n, 4)).readUInt32LE(0)).toBe(0x52414345);
        await port.putPhysical(0x3b51004n, Buffer.from([1, 0, 0, 0]));
        expect(stub.sent).toEqual(['Qqemu.PhyMemMode:1', 'm3b51000,4', 'Qqemu.PhyMemMode:0', 'Qqemu.PhyMemMode:1', 'M3b51004,4:01000000', 'Qqemu.PhyMemMode:0']);
    });

    test('a machine that has panicked stops nowhere any more', async () => {
        stub.answers = [[/^vCont/, () => null]];
        const going = port.go('all', 10_000);
        setTimeout(() => port.giveUp(), 10);
        await expect(going).rejects.toThrow(MachineEnded);
    });

    test('a packet that is refused is named', async () => {
        stub.answers = [[/^Z1/, '']];
        await expect(port.addBreakpoint(1n)).rejects.toThrow('refused Z1,1,1');
    });
});
