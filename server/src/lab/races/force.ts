/** Forces an interleaving on the guest: the handler runs on CPU 1 (thread 2 of the port), whoever competes on CPU 0. */
import type { RaceWindowId } from '../../vocabulary/race-windows.js';
import type { Attempt, Move, Went } from './attempt.js';
import { MachineEnded, type Cpu, type Debugger, type Stop } from './debugger.js';
import type { KernelCode } from './kernel-code.js';
import type { FoundPoint } from './points.js';

/** The agent's page: struct race_control of lab/race.c. */
const CONTROL = { magic: 0n, go: 4n, act: 8n, over: 12n, done: 16n, asleep: 20n, handled: 24n, result: 32n };
const ACT_COUNT = 16;

/** Offsets in struct page, 64 bits: include/linux/mm_types.h. */
const PAGE = { bytes: 64, mapping: 0x18, type: 0x30, refcount: 0x34 };
const FLAGS: readonly (readonly [number, string])[] = [[0, 'locked'], [1, 'writeback'], [3, 'uptodate'], [4, 'dirty'], [5, 'lru']];
const LRU = 5;
const BUDDY_TYPE = 0xf0;

const COMPETITOR: Cpu = 1;
const HANDLER: Cpu = 2;

/** Milliseconds of the host. */
const HOLD_PATIENCE = 90_000;
const ACT_PATIENCE = 12_000;
const ALONE_PATIENCE = 5_000;
const END_PATIENCE = 90_000;
/** How often a function may be entered with other pages before the raced one comes. */
const MOST_ENTRIES = 600;

export interface RaceAddresses {
    /** Physical address of the agent's page. */
    readonly control: bigint;
    readonly frame: bigint;
    /** race_mark() of the agent. */
    readonly mark: bigint;
}

export interface Passed { readonly id: string; readonly address: bigint }

export interface Forced {
    readonly went: readonly Went[];
    /** Points that the handler came by, in order; only where nobody interfered. */
    readonly passed: readonly Passed[];
}

export class Race {
    private readonly port: Debugger;
    private readonly code: KernelCode;
    private readonly at: RaceAddresses;
    private readonly went: Went[] = [];
    private sequence = 0;
    private begun = false;
    private handled = false;
    private competitorHeld = false;
    private point: FoundPoint['point'] | null = null;

    constructor(port: Debugger, code: KernelCode, at: RaceAddresses) {
        this.port = port;
        this.code = code;
        this.at = at;
    }

    async run(attempt: Attempt): Promise<Forced> {
        await untilEnded(async () => {
            await this.port.addBreakpoint(this.at.mark);
            for (const move of attempt.moves) {
                if (this.handled) {
                    break;
                }
                await this.move(move);
            }
            await this.end();
        });
        return { went: this.went, passed: [] };
    }

    /** Nobody interferes: which points does the handler come by? */
    async look(): Promise<Forced> {
        const passed: Passed[] = [];
        await untilEnded(async () => await this.come(passed));
        return { went: [], passed };
    }

    private async come(passed: Passed[]): Promise<void> {
        await this.port.addBreakpoint(this.at.mark);
        const fixed = this.code.points.filter(({ addresses }) => addresses.length > 0);
        for (const address of fixed.flatMap(({ addresses }) => addresses)) {
            await this.port.addBreakpoint(address);
        }
        await this.begin();
        for (let stops = 0; stops < MOST_ENTRIES; stops += 1) {
            const stop = await this.port.go('all', HOLD_PATIENCE);
            if (stop === null || stop.rip === this.at.mark) {
                break;
            }
            for (const { point } of fixed.filter(({ addresses }) => addresses.includes(stop.rip))) {
                if (stop.cpu === HANDLER && await this.holds(point)) {
                    passed.push({ id: point.id, address: stop.rip });
                }
            }
        }
        await this.end();
    }

    private async move(move: Move): Promise<void> {
        switch (move.t) {
            case 'hold': {
                const done = await this.hold(move.points, move.visit);
                this.note(done ? `the handler is held: ${this.point!.what}` : 'the handler did not come there', done, null, await this.page());
                break;
            }
            case 'act': {
                const done = await this.act(move.act);
                this.note(done === null ? `${move.what}: it sleeps` : done < 0n ? `${move.what}: failed, errno ${-done}` : move.what, true, this.window, await this.page());
                break;
            }
            case 'begin': {
                const done = await this.beginAct(move);
                this.note(done ? move.inner.what : `${move.what}: it was not held in the middle`, done, this.window, await this.page());
                break;
            }
            case 'finish': {
                this.competitorHeld = false;
                const stop = await this.untilMark(COMPETITOR, ACT_PATIENCE);
                this.note(move.what, stop, this.window, await this.page());
                break;
            }
            case 'alone': {
                if (!this.begun) {
                    await this.begin();
                    // The runner on CPU 0 wakes the handler: it needs both for that.
                }
                const stop = await this.port.go(HANDLER, ALONE_PATIENCE);
                this.handled ||= stop?.rip === this.at.mark && stop.cpu === HANDLER;
                this.note(this.handled ? 'the handler goes on alone to its end' : 'the handler waits for the CPU that is held', this.handled, null, await this.page());
                break;
            }
        }
    }

    private get window(): RaceWindowId | null {
        return this.point?.window ?? null;
    }

    private note(what: string, done: boolean, window: RaceWindowId | null, page: string): void {
        this.went.push({ what, done, point: this.point?.id ?? null, window, page });
    }

    /** The handler begins. */
    private async begin(): Promise<void> {
        if (!this.begun) {
            this.begun = true;
            await this.put(CONTROL.go, 1);
        }
    }

    /** Goes on to the n-th time that the handler comes to one of the points. */
    private async hold(ids: readonly string[], visit: number): Promise<boolean> {
        const points = this.code.points.filter(({ point }) => ids.includes(point.id));
        await this.begin();
        for (let visits = 0; visits < visit; visits += 1) {
            if (!await this.toNext(points)) {
                return false;
            }
        }
        return true;
    }

    private async toNext(points: readonly FoundPoint[]): Promise<boolean> {
        const [watched] = points.filter(({ point }) => 'from' in point.anchor);
        const fixed = points.filter(({ addresses }) => addresses.length > 0);
        if (watched !== undefined && fixed.length === 0 && 'from' in watched.point.anchor && this.point?.id !== watched.point.anchor.from && !this.isAfter(watched.point.anchor.from)) {
            const { from } = watched.point.anchor;
            if (!await this.toNext(this.code.points.filter(({ point }) => point.id === from))) {
                return false;
            }
        }
        for (const address of fixed.flatMap(({ addresses }) => addresses)) {
            await this.port.addBreakpoint(address);
        }
        if (watched !== undefined) {
            await this.watchFor(watched);
        }
        try {
            return await this.stopsAt(fixed, watched);
        } finally {
            for (const address of fixed.flatMap(({ addresses }) => addresses)) {
                await this.port.removeBreakpoint(address);
            }
            await this.port.clearWatch();
        }
    }

    /** Does the handler stand at a point that leads from that one to others that are watched for? */
    private isAfter(from: string): boolean {
        return this.point !== null && 'from' in this.point.anchor && this.point.anchor.from === from;
    }

    private async watchFor({ point: { anchor } }: FoundPoint): Promise<void> {
        if ('from' in anchor) {
            const page = this.pageAddress;
            await (anchor.watch === 'refcount' ? this.port.setWatch(page + BigInt(PAGE.refcount), 4, 'access') : this.port.setWatch(page, 8, 'write'));
        }
    }

    private async stopsAt(fixed: readonly FoundPoint[], watched: FoundPoint | undefined): Promise<boolean> {
        const since = this.point !== null && watched !== undefined && 'from' in this.point.anchor && 'from' in watched.point.anchor ? this.point.anchor.nth : 0;
        for (let stops = 0, touches = since; stops < MOST_ENTRIES; stops += 1) {
            // A competitor that is held in the middle of something stays so.
            const stop = await this.port.go(this.competitorHeld ? HANDLER : 'all', HOLD_PATIENCE);
            if (stop === null) {
                return false;
            }
            if (stop.rip === this.at.mark) {
                if (await this.hasHandled(stop)) {
                    return false;
                }
                continue;
            }
            if (stop.cpu !== HANDLER) {
                continue;
            }
            const here = fixed.find(({ addresses }) => addresses.includes(stop.rip));
            if (here !== undefined && await this.holds(here.point)) {
                this.point = here.point;
                return true;
            }
            if (stop.watched && watched !== undefined && 'from' in watched.point.anchor) {
                touches += 1;
                const { anchor } = watched.point;
                if (anchor.cleared === true ? !await this.isMarked() : touches >= anchor.nth && await this.countIsZero()) {
                    this.point = watched.point;
                    return true;
                }
            }
        }
        return false;
    }

    /** Is it the right moment of that place in the code? */
    private async holds({ anchor }: FoundPoint['point']): Promise<boolean> {
        if (!('result' in anchor) || anchor.result === undefined) {
            return true;
        }
        const result = Number((await this.port.registers(HANDLER)).rax & 0xffffffffn) | 0;
        return anchor.result === 'one' ? result === 1 : result === 0;
    }

    /** @returns what it gave; null: it sleeps */
    private async act(act: number): Promise<bigint | null> {
        const number = await this.startAct(act);
        for (;;) {
            const stop = await this.port.go(COMPETITOR, ACT_PATIENCE);
            if (stop === null || await this.word(CONTROL.asleep) === number) {
                return null;
            }
            if (await this.word(CONTROL.done) === number) {
                return (await this.port.physical(this.at.control + CONTROL.result, 8)).readBigInt64LE(0);
            }
        }
    }

    private async startAct(act: number): Promise<number> {
        this.sequence += 1;
        const number = this.sequence * ACT_COUNT + act;
        await this.put(CONTROL.act, number);
        return number;
    }

    private async beginAct({ act, inner }: Extract<Move, { t: 'begin' }>): Promise<boolean> {
        await this.startAct(act);
        const address = inner.function === undefined ? undefined : this.code.symbols.get(inner.function);
        if (inner.offLru === true) {
            await this.port.setWatch(this.pageAddress, 8, 'write');
        } else if (address !== undefined) {
            await this.port.addBreakpoint(address);
        } else {
            return false;
        }
        try {
            for (let stops = 0; stops < MOST_ENTRIES; stops += 1) {
                const stop = await this.port.go(COMPETITOR, ACT_PATIENCE);
                if (stop === null || stop.rip === this.at.mark) {
                    return false;
                }
                if (inner.offLru === true ? stop.watched && !has(await this.flags(), LRU) : inner.function !== 'folio_add_lru' || (await this.port.registers(COMPETITOR)).rdi === this.pageAddress) {
                    this.competitorHeld = true;
                    return true;
                }
            }
            return false;
        } finally {
            await this.port.clearWatch();
            if (address !== undefined && inner.offLru !== true) {
                await this.port.removeBreakpoint(address);
            }
        }
    }

    private async untilMark(cpu: Cpu, milliseconds: number): Promise<boolean> {
        return (await this.port.go(cpu, milliseconds))?.rip === this.at.mark;
    }

    /** Both go on, until the handler and the last act have come to their end. */
    private async end(): Promise<void> {
        await this.begin();
        this.competitorHeld = false;
        const until = Date.now() + END_PATIENCE;
        while (Date.now() < until) {
            if (await this.word(CONTROL.handled) === 1 && await this.word(CONTROL.done) === await this.word(CONTROL.act)) {
                break;
            }
            if (await this.port.go('all', until - Date.now()) === null) {
                break;
            }
        }
        await this.put(CONTROL.over, 1);
        await this.port.letGo();
    }

    private async hasHandled(stop: Stop): Promise<boolean> {
        this.handled ||= stop.cpu === HANDLER || await this.word(CONTROL.handled) === 1;
        return this.handled;
    }

    private get pageAddress(): bigint {
        return this.code.vmemmap + this.at.frame * BigInt(PAGE.bytes);
    }

    private async flags(): Promise<bigint> {
        return (await this.port.memory(this.pageAddress, 8, HANDLER))?.readBigUInt64LE(0) ?? 0n;
    }

    private async isMarked(): Promise<boolean> {
        const { poisonBit } = this.code;
        return poisonBit === undefined || has(await this.flags(), poisonBit);
    }

    private async countIsZero(): Promise<boolean> {
        return (await this.port.memory(this.pageAddress + BigInt(PAGE.refcount), 4, HANDLER))?.readInt32LE(0) === 0;
    }

    /** `flags lru dirty, references 2, mapped once`: the struct page in few words. */
    private async page(): Promise<string> {
        const bytes = await this.port.memory(this.pageAddress, PAGE.bytes, HANDLER);
        if (bytes === null) {
            return 'not readable';
        }
        const flags = bytes.readBigUInt64LE(0);
        const type = bytes.readUInt8(PAGE.type + 3);
        const { poisonBit } = this.code;
        const set = [...FLAGS.filter(([bit]) => has(flags, bit)).map(([, name]) => name), ...poisonBit !== undefined && has(flags, poisonBit) ? ['hwpoison'] : []];
        return `${type === BUDDY_TYPE ? 'buddy' : type >= 0xf0 && type < 0xff ? `type 0x${type.toString(16)}` : `mapcount ${bytes.readInt32LE(PAGE.type) + 1}`}, refcount ${bytes.readInt32LE(PAGE.refcount)}${set.length === 0 ? '' : `, ${set.join(' ')}`}`;
    }

    private async word(offset: bigint): Promise<number> {
        return (await this.port.physical(this.at.control + offset, 4)).readUInt32LE(0);
    }

    private async put(offset: bigint, value: number): Promise<void> {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32LE(value);
        await this.port.putPhysical(this.at.control + offset, bytes);
    }
}

/** A panic is an end as any. */
async function untilEnded(work: () => Promise<void>): Promise<void> {
    try {
        await work();
    } catch (error) {
        if (!(error instanceof MachineEnded)) {
            throw error;
        }
    }
}

function has(flags: bigint, bit: number): boolean {
    return (flags >> BigInt(bit) & 1n) === 1n;
}
