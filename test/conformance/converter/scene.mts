// A scenario while it is being put together from the sentences of a record, and its text.

/** Where the page under test is: a page of a mapping, of a file, of a region, or a bare number. */
export interface Target {
    /** Role of the process whose mapping it is; absent for files, regions and numbers. */
    readonly owner?: string;
    /** Name of the mapping, file or region, or a raw place such as `pfn 0x48000`. */
    readonly name: string;
    readonly raw?: boolean;
    /** A page of a file that no process maps: it may leave the page cache. */
    readonly cached?: true;
    page: number;
    readonly healthy: number;
    /** A second page on the same frame, which is looked at last. */
    readonly twin?: number;
    /** A page of the second huge page. */
    readonly second?: number;
    /** Pages of one huge page, where the file holds those. */
    readonly hugePages?: number;
}

export interface ProcessDraft {
    readonly name: string;
    comm?: string;
    /** Words after the name: `in tenant`, `forked from parent`. */
    readonly attributes: string[];
    readonly threads: Map<string, string[]>;
    readonly lines: string[];
    sigbus: string;
}

export class Scene {
    /** Bytes of a base page on the machine that was recorded. */
    readonly pageBytes: bigint;
    /** Settings of the machine, beyond those of the machine that all cases share. */
    readonly settings = new Set<string>();
    readonly declarations: string[] = [];
    readonly processes = new Map<string, ProcessDraft>();
    /** Steps that bring the declared state into the recorded one. */
    readonly preparation: string[] = [];
    readonly steps: string[] = [];
    /** The page that is looked at later. */
    target: Target | undefined;
    /** The page that is hit, where it is another one. */
    aim: Target | undefined;
    /** The page is no longer mapped when it is hit: only the name of its frame leads to it. */
    unmapped = false;
    /** File behind the target, and its size as text. */
    file: { readonly name: string; readonly size: string } | undefined;
    /** What the sentences say about the injection, where no call was recorded. */
    injection: 'corrupt-pfn' | 'MADV_HWPOISON' | 'MADV_SOFT_OFFLINE' | undefined;
    machineCheck: {
        /** The step; the second time the page has no address any more. */
        readonly at: (again: boolean) => string;
        readonly pfn: bigint;
        readonly runs: string;
        /** How often the task that runs reads the page afterwards. */
        readonly reads: number;
    } | undefined;
    /** A sentence says that the machine looks for errors itself, every second. */
    polled = false;
    /** A sentence says that the owner exited before the page was unpoisoned. */
    ownerExitsEarly = false;
    /** Steps between the injection and what was observed later. */
    readonly restoration: string[] = [];
    /** The words that the set-up program was given. */
    argument = '';
    /** The same record comes a second time. */
    repeated = false;
    /** A task loads from an address where nothing answers. */
    aborts = false;
    /** What the machine does that no call tells: a record of firmware, a load that is stopped. By phase. */
    readonly hardware: { readonly phase: string; readonly steps: readonly string[] }[] = [];
    /** Frames named for what is done to them by number, by their distance from the target in pages. */
    readonly #frames = new Map<number, string>();
    readonly #roles = new Map<string, string>();

    constructor(pageBytes = 4096n) {
        this.pageBytes = pageBytes;
    }

    process(role: string): ProcessDraft {
        let process = this.processes.get(role);
        if (process === undefined) {
            process = { name: role, attributes: [], threads: new Map(), lines: [], sigbus: 'handler longjmp' };
            this.processes.set(role, process);
            this.#roles.set(role, role);
        }
        return process;
    }

    /** A role that is a thread of a process. */
    thread(role: string, process: string): void {
        this.process(process).threads.set(role, []);
        this.#roles.set(role, `${process}.${role}`);
    }

    /** A role that is another word for one that is known. */
    alias(role: string, of: string): void {
        this.#roles.set(role, of);
    }

    /** The actor of a step: a process or one of its threads. */
    actor(role: string): string {
        return this.#roles.get(role) ?? role;
    }

    has(role: string): boolean {
        return this.#roles.has(role);
    }

    declare(line: string): void {
        if (!this.declarations.includes(line)) {
            this.declarations.push(line);
        }
    }

    /** Memory that no process maps is hit; it is looked at where nothing else is. */
    hit(target: Target): void {
        this.aim = target;
        this.target ??= target;
    }

    /** A page of what the target is in. */
    page(number: number, name = this.target?.name ?? ''): string {
        return `${name}[${number}]`;
    }

    /**
     * The frame at a distance from the page that is hit, for steps that take a frame and not an address. The first step names the
     * page that is mapped there; later ones name the frame, whatever is mapped there then.
     */
    frame(distance = 0, first = false): string {
        const target = this.aim ?? this.target;
        if (target === undefined) {
            throw new Error('no sentence says what the target is');
        }
        if (target.raw === true) {
            return distance === 0 ? target.name : `pfn 0x${(Number(target.name.replace('pfn ', '')) + distance).toString(16)}`;
        }
        if (target.owner === undefined && (first || target.cached === undefined)) {
            return this.page(target.page + distance, target.name);
        }
        if (first && !this.unmapped) {
            return `${target.owner}.${this.page(target.page + distance, target.name)}`;
        }
        let name = this.#frames.get(distance);
        if (name === undefined) {
            name = distance === 0 ? 'bad' : distance > 0 ? `after${distance}` : `before${-distance}`;
            this.#frames.set(distance, name);
        }
        return name;
    }

    /** Every frame that steps name, as declarations. */
    frames(): string[] {
        const target = this.aim ?? this.target;
        const owner = target?.owner === undefined ? '' : `${target.owner}.`;
        return target === undefined ? [] : [...this.#frames].map(([distance, name]) => `page ${name} = ${owner}${this.page(target.page + distance, target.name)}`);
    }
}
