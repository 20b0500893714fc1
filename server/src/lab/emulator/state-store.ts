/** States of booted machines, in the cache: the RAM, what the devices were, and what the guest was seen to lack. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RamFile } from './ram-file.js';

/** What a machine goes on from. The RAM is in a file that stays as it is. */
export interface State {
    readonly ram: RamFile;
    readonly devices: Buffer;
}

export interface BootedState extends State {
    readonly lacks: readonly string[];
}

/** The files of a state, by what stands behind its key; `json` comes last, and says that the others are whole. */
const FILES = ['ram', 'devices', 'cpio', 'image', 'json'] as const;
/** States beyond these, of those that were used least lately, are removed: each takes a tenth of a GiB. */
const MOST_STATES = 16;
/** Of older versions: RAM and devices in one disk image. */
const FORMER = /^([0-9a-f]{16})\.qcow2(\.json)?$/;

export class StateStore {
    readonly folder: string;
    private readonly key: string;

    /** @param key sixteen hex digits: of all that the state depends on */
    constructor(folder: string, key: string) {
        this.folder = folder;
        this.key = key;
    }

    file(what: typeof FILES[number]): string {
        return path.join(this.folder, `${this.key}.${what}`);
    }

    get exists(): boolean {
        return existsSync(this.file('json'));
    }

    /** null: there is none, or none to rely on. What was written before the host's last boot may have been lost in a crash, and nobody would see it. */
    open(): BootedState | null {
        try {
            const { lacks, hostBoot } = JSON.parse(readFileSync(this.file('json'), 'utf8')) as { readonly lacks: readonly string[]; readonly hostBoot: string };
            if (hostBoot !== bootOfHost()) {
                return null;
            }
            const devices = readFileSync(this.file('devices'));
            const now = new Date();
            utimesSync(this.file('json'), now, now);
            return { ram: RamFile.open(this.file('ram')), devices, lacks };
        } catch {
            return null;
        }
    }

    /**
     * Others go on from here, now and later. Each file comes to its place whole.
     * @param ram of a machine that stands still
     * @param archive its initramfs, where it is not there yet
     * @throws where the disk is full
     */
    keep({ ram, devices, lacks, archive }: BootedState & { readonly archive: string | null }): BootedState {
        const put = (what: typeof FILES[number], fill: (made: string) => void): void => {
            const made = path.join(this.folder, `run-${process.pid}-kept-${this.key}.${what}`);
            try {
                fill(made);
                renameSync(made, this.file(what));
            } finally {
                rmSync(made, { force: true });
            }
        };
        if (archive !== null) {
            put('cpio', (made) => writeFileSync(made, readFileSync(archive)));
        }
        put('ram', (made) => ram.writeTo(made));
        put('devices', (made) => writeFileSync(made, devices));
        put('json', (made) => writeFileSync(made, JSON.stringify({ lacks, hostBoot: bootOfHost() })));
        this.clear();
        return { ram: RamFile.open(this.file('ram')), devices, lacks };
    }

    drop(): void {
        dropState(this.folder, this.key);
    }

    private clear(): void {
        const names = readdirSync(this.folder);
        for (const name of names) {
            const former = FORMER.exec(name);
            if (former !== null) {
                rmSync(path.join(this.folder, name), { force: true });
                dropState(this.folder, former[1]!);
            }
        }
        const kept = names.filter((name) => name.endsWith('.json') && !FORMER.test(name)).map((name) => ({ key: path.basename(name, '.json'), used: statSync(path.join(this.folder, name)).mtimeMs }));
        kept.sort((a, b) => b.used - a.used).slice(MOST_STATES).forEach(({ key }) => dropState(this.folder, key));
    }
}

function dropState(folder: string, key: string): void {
    for (const what of [...FILES].reverse()) {
        rmSync(path.join(folder, `${key}.${what}`), { force: true });
    }
}

const HOST_BOOT = '/proc/sys/kernel/random/boot_id';

function bootOfHost(): string {
    return existsSync(HOST_BOOT) ? readFileSync(HOST_BOOT, 'latin1').trim() : '';
}
