/** The session as the server has it: opened, asked, and opened anew where the server was restarted. */
import type { ClientRequests, DebugBreakpoint, DebugStart, DebugTarget, DebugWay } from '../../../server/src/lsp/protocol.js';
import type { AdapterHost, LaunchArguments } from './adapter-host.js';

type SessionMethod = Exclude<Extract<keyof ClientRequests, `hwp/debug/${string}`>, 'hwp/debug/open' | 'hwp/debug/close' | 'hwp/debug/ways'>;

const GONE = 'The language server that had the session is gone';

/** The server cannot answer: the session is over. */
class SessionOver extends Error {}

/** Who hears of what becomes of the session without having asked. */
export interface SessionListener {
    /** Another server has it now. */
    recovered(words: string): void;
    /** It is over, and why. */
    lost(words: string): void;
    /** What another server is to be told. */
    readonly breakpoints: readonly DebugBreakpoint[];
}

export class ServerSession {
    readonly #host: AdapterHost;
    readonly #listener: SessionListener;
    #launch: LaunchArguments | null = null;
    #started: DebugStart | null = null;
    #race: string | undefined;
    #over = false;

    constructor(host: AdapterHost, listener: SessionListener) {
        this.#host = host;
        this.#listener = listener;
    }

    get launch(): LaunchArguments | null {
        return this.#launch;
    }

    /** Null before it was opened. */
    get started(): DebugStart | null {
        return this.#started;
    }

    get isOver(): boolean {
        return this.#over;
    }

    /** @throws what is wrong with the launch, and what could have been asked for */
    async begin(launch: LaunchArguments): Promise<DebugStart> {
        this.#launch = launch;
        this.#race = launch.race;
        const opened = await this.#open(launch.race);
        if ('problem' in opened) {
            this.#over = true;
            throw new Error([opened.problem, ...opened.choices.map((choice) => `  ${choice}`)].join('\n'));
        }
        this.#started = opened;
        return opened;
    }

    /** The ways that the races of the scenario can go. */
    async ways(): Promise<readonly DebugWay[]> {
        return (await this.#host.request('hwp/debug/ways', { uri: this.#uri, target: this.#target(undefined) }))?.ways ?? [];
    }

    /** Goes on with another way of a race. What comes before the race is the same. */
    async take(race: string): Promise<DebugStart> {
        const opened = await this.#open(race);
        if ('problem' in opened) throw new Error(opened.problem);
        if (opened.fingerprint !== this.#started?.fingerprint) {
            await this.#open(this.#race);
            throw new Error('The text has been edited: restart the session to go another way.');
        }
        this.#race = race;
        this.#started = opened;
        return opened;
    }

    /** Asks about the session. A server that was restarted does not know it: it is opened anew, as long as the text is the same. */
    async ask<Method extends SessionMethod>(method: Method, params: Omit<ClientRequests[Method]['params'], 'session'>): Promise<NonNullable<ClientRequests[Method]['result']>> {
        const all = { ...params, session: this.#host.session } as unknown as ClientRequests[Method]['params'];
        const result = await this.#request(method, all);
        if (result !== null) return result!;
        await this.#recover();
        const again = await this.#request(method, all);
        if (again === null) throw this.#lost(`${GONE}, and the next one does not know it.`);
        return again!;
    }

    /** The server may forget it. */
    close(): void {
        if (this.#over) return;
        this.#over = true;
        void this.#host.request('hwp/debug/close', { session: this.#host.session }).catch(() => undefined);
    }

    async #request<Method extends keyof ClientRequests>(method: Method, params: ClientRequests[Method]['params']): Promise<ClientRequests[Method]['result']> {
        if (this.#over) throw new SessionOver('The session is over.');
        try {
            return await this.#host.request(method, params);
        } catch (error) {
            throw this.#lost(`${GONE}: ${error instanceof Error ? error.message : String(error)}`);
        }
    }

    async #recover(): Promise<void> {
        let opened: ClientRequests['hwp/debug/open']['result'];
        try {
            opened = await this.#open(this.#race);
        } catch (error) {
            throw this.#lost(`${GONE}: ${error instanceof Error ? error.message : String(error)}`);
        }
        if ('problem' in opened) throw this.#lost(`${GONE}. ${opened.problem}`);
        if (opened.fingerprint !== this.#started?.fingerprint) throw this.#lost(`${GONE}, and the text is not the one that was stepped through any more.`);
        this.#listener.recovered('The language server was restarted. The session goes on where it was.');
        await this.#host.request('hwp/debug/breakpoints', { session: this.#host.session, breakpoints: this.#listener.breakpoints });
    }

    #lost(message: string): SessionOver {
        this.#listener.lost(`${message} The session ends.`);
        return new SessionOver(message);
    }

    #open(race: string | undefined): Promise<ClientRequests['hwp/debug/open']['result']> {
        return this.#host.request('hwp/debug/open', { session: this.#host.session, uri: this.#uri, target: this.#target(race) });
    }

    get #uri(): string {
        return this.#host.toUri(this.#launch?.program ?? '');
    }

    #target(race: string | undefined): DebugTarget {
        const { scenario, variant, kernel, sysctls } = this.#launch!;
        return { scenario, ...variant === undefined ? {} : { variant }, ...kernel === undefined ? {} : { kernel }, ...sysctls === undefined ? {} : { sysctls }, ...race === undefined ? {} : { race } };
    }
}
