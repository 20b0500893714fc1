/**
 * The debug adapter: speaks the Debug Adapter Protocol with the editor and asks the server, which has the run. It knows no model. Runs in
 * the extension host, on Node and in a browser; loaded when somebody debugs.
 */
import { DebugSession, InitializedEvent, InvalidatedEvent, OutputEvent, StoppedEvent, TerminatedEvent, Source, Thread } from '@vscode/debugadapter/lib/debugSession.js';
import { Handles } from '@vscode/debugadapter/lib/handles.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ClientRequests, DebugBreakpoint, DebugFrame, DebugMotion, DebugPlace, DebugStart, DebugStop, DebugTarget, DebugWay, StopFilter } from '../../../server/src/lsp/protocol.js';

/** What launch.json says, and what the resolver fills in. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments, DebugTarget {
    /** The file: a path, or a URI where it is not on the disk. */
    readonly program: string;
    readonly stopOnEntry?: boolean;
    readonly stopAtEnd?: boolean;
}

/** What the adapter needs of the editor. */
export interface AdapterHost {
    readonly session: string;
    request<Method extends keyof ClientRequests>(method: Method, params: ClientRequests[Method]['params']): Promise<ClientRequests[Method]['result']>;
    /** URIs as the server writes them, from paths of the editor and back. */
    toUri(path: string): string;
    toPath(uri: string): string;
    /** Path of the outline of a function, and the function of such a path; null for any other. */
    outlinePath(kernelFunction: string): string;
    functionOf(path: string): string | null;
    /** Path of a text as it was when the session began, where it has been edited since. */
    pathAsItWas(uri: string): string | null;
    /** A text was edited: from here on `pathAsItWas` knows it. */
    edited(uri: string): void;
    /** The outlines are to be read again: the session stands somewhere else. */
    moved(position: number, thread: number): void;
}

const FILTERS: readonly (DebugProtocol.ExceptionBreakpointsFilter & { readonly filter: StopFilter })[] = [
    { filter: 'panic', label: 'Panics', description: 'Stops where the machine panics.', default: true },
    { filter: 'oops', label: 'Oopses', description: 'Stops where the kernel oopses.', default: true },
    { filter: 'sigbus', label: 'SIGBUS', description: 'Stops where a task is sent SIGBUS.', supportsCondition: true, conditionDescription: 'node 0 total > 1' },
    { filter: 'ignored', label: 'Ignored', description: 'Stops where a result is MF_IGNORED.', supportsCondition: true, conditionDescription: 'bad.kind = anon' },
    { filter: 'page', label: 'First change of a page', description: 'Stops where something of a frame changes for the first time.', supportsCondition: true, conditionDescription: 'poisoned bad' },
];

/** Words that a console completes beside the names of the scenario. */
const WORDS = ['HardwareCorrupted', 'node 0', 'panic', 'oops', 'kernel', 'step', 'phase', 'time', 'operation', 'actor', 'decision', 'function', 'note', 'poisoned', 'killed', 'survives', 'not', 'and', 'or'];

const GONE = 'The language server that had the session is gone';

interface FrameHandle { readonly thread: number; readonly frame: DebugFrame }

/** The server cannot answer: the session is over. */
class SessionOver extends Error {}

export class HwpDebugAdapter extends DebugSession {
    readonly #host: AdapterHost;
    #launch: LaunchArguments | null = null;
    #started: DebugStart | null = null;
    #at: Pick<DebugStop, 'position' | 'step' | 'thread' | 'reason' | 'text'> = { position: 0, step: 0, thread: 1, reason: 'entry', text: '' };
    /** Position of the stop before. */
    #since = 0;
    /** By where they were set: the path of a source, or what kind they are of. */
    readonly #breakpoints = new Map<string, readonly DebugBreakpoint[]>();
    #lastId = 0;
    readonly #frames = new Handles<FrameHandle>();
    readonly #paths = new Handles<string>();
    #ways: readonly DebugWay[] = [];
    #race: string | undefined;
    #over = false;
    /** Edited since the session began. */
    readonly #edited = new Set<string>();

    constructor(host: AdapterHost) {
        super();
        this.#host = host;
        this.setDebuggerLinesStartAt1(false);
        this.setDebuggerColumnsStartAt1(false);
    }

    /** A text that the session may show was edited. */
    textChanged(uri: string): void {
        if (this.#started === null || this.#over || this.#edited.has(uri)) return;
        this.#edited.add(uri);
        this.#host.edited(uri);
        this.#say(`${nameOf(uri)} has been edited: the session goes on with the text as it was when it began. Restart it to step through the new text.`, 'important');
        this.sendEvent(new InvalidatedEvent(['stacks']));
    }

    protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
        response.body = {
            supportsConfigurationDoneRequest: true, supportsConditionalBreakpoints: true, supportsHitConditionalBreakpoints: true, supportsLogPoints: true, supportsFunctionBreakpoints: true,
            supportsDataBreakpoints: true, supportsEvaluateForHovers: true, supportsStepBack: true, supportsGotoTargetsRequest: true, supportsStepInTargetsRequest: true, supportsCompletionsRequest: true,
            supportsExceptionInfoRequest: true, supportsExceptionFilterOptions: true, supportsTerminateRequest: true, supportsBreakpointLocationsRequest: false, exceptionBreakpointFilters: [...FILTERS],
        };
        this.sendResponse(response);
    }

    protected override launchRequest(response: DebugProtocol.LaunchResponse, args: DebugProtocol.LaunchRequestArguments): void {
        this.#answer(response, async () => {
            const launch = args as LaunchArguments;
            this.#launch = launch;
            this.#race = launch.race;
            const opened = await this.#open(launch.race);
            if ('problem' in opened) {
                this.#over = true;
                throw new Error([opened.problem, ...opened.choices.map((choice) => `  ${choice}`)].join('\n'));
            }
            this.#started = opened;
            opened.notes.forEach((note) => this.#say(note));
            this.#ways = (await this.#host.request('hwp/debug/ways', { uri: this.#uri, target: this.#target(undefined) }))?.ways ?? [];
            this.sendEvent(new InitializedEvent());
        });
    }

    protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
        this.#answer(response, async () => {
            const stop = await this.#ask('hwp/debug/begin', {});
            if (this.#launch?.noDebug === true) {
                const end = await this.#move('continue', 1);
                this.#print(end);
                this.#end();
            } else if (this.#launch?.stopOnEntry === false) {
                await this.#go('continue', 1);
            } else {
                this.#stopAt(stop);
            }
        });
    }

    protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
        this.#close();
        this.sendResponse(response);
    }

    protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
        this.sendResponse(response);
        this.#end();
    }

    protected override setBreakPointsRequest(response: DebugProtocol.SetBreakpointsResponse, { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments): void {
        this.#answer(response, async () => {
            const path = source.path ?? '';
            const kernelFunction = this.#host.functionOf(path);
            const uri = this.#host.toUri(path);
            response.body = {
                breakpoints: await this.#setBreakpoints(`source ${path}`, breakpoints.map(({ line, ...rest }) => {
                    const at = this.convertClientLineToDebugger(line);
                    return kernelFunction === null ? { kind: 'line' as const, uri, line: at, ...conditions(rest) } : { kind: 'outline' as const, function: kernelFunction, line: at, ...conditions(rest) };
                })),
            };
        });
    }

    protected override setFunctionBreakPointsRequest(response: DebugProtocol.SetFunctionBreakpointsResponse, { breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments): void {
        this.#answer(response, async () => {
            response.body = { breakpoints: await this.#setBreakpoints('functions', breakpoints.map(({ name, ...rest }) => ({ kind: 'function', name, ...conditions(rest) }))) };
        });
    }

    protected override setExceptionBreakPointsRequest(response: DebugProtocol.SetExceptionBreakpointsResponse, { filters, filterOptions = [] }: DebugProtocol.SetExceptionBreakpointsArguments): void {
        this.#answer(response, async () => {
            const known = [...filters.map((filter) => ({ filter, condition: undefined })), ...filterOptions.map(({ filterId, condition }) => ({ filter: filterId, condition }))]
                .flatMap(({ filter, condition }) => FILTERS.filter((each) => each.filter === filter).map((each) => ({ kind: 'filter' as const, filter: each.filter, ...conditions({ condition }) })));
            response.body = { breakpoints: await this.#setBreakpoints('filters', known) };
        });
    }

    protected override dataBreakpointInfoRequest(response: DebugProtocol.DataBreakpointInfoResponse, { variablesReference, name }: DebugProtocol.DataBreakpointInfoArguments): void {
        this.#answer(response, async () => {
            const path = variablesReference === undefined ? undefined : this.#paths.get(variablesReference, '');
            const dataId = path !== undefined && path !== '' ? (await this.#variables(path)).find((variable) => variable.name === name)?.dataId ?? '' : await this.#dataOf(name);
            response.body = dataId === '' ? { dataId: null, description: `Nothing of \`${name}\` can change.` } : { dataId, description: `${name} changes`, accessTypes: ['write'], canPersist: true };
        });
    }

    protected override setDataBreakpointsRequest(response: DebugProtocol.SetDataBreakpointsResponse, { breakpoints }: DebugProtocol.SetDataBreakpointsArguments): void {
        this.#answer(response, async () => {
            response.body = { breakpoints: await this.#setBreakpoints('data', breakpoints.map(({ dataId, ...rest }) => ({ kind: 'data', dataId, ...conditions(rest) }))) };
        });
    }

    protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
        response.body = { threads: (this.#started?.threads ?? []).map(({ id, name }) => new Thread(id, name)) };
        this.sendResponse(response);
    }

    protected override stackTraceRequest(response: DebugProtocol.StackTraceResponse, { threadId, startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments): void {
        this.#answer(response, async () => {
            const stack = await this.#ask('hwp/debug/stack', { position: this.#at.position, thread: threadId });
            const shown = stack.slice(startFrame, levels === 0 ? undefined : startFrame + levels);
            response.body = { totalFrames: stack.length, stackFrames: shown.map((frame) => this.#stackFrame(frame, threadId)) };
        });
    }

    #stackFrame(frame: DebugFrame, thread: number): DebugProtocol.StackFrame {
        const id = this.#frames.create({ thread, frame });
        const hint = frame.subtle ? { presentationHint: 'subtle' as const } : {};
        if (frame.function !== undefined) return { id, name: frame.name, source: new Source(`${frame.function}()`, this.#host.outlinePath(frame.function)), line: this.convertDebuggerLineToClient(frame.line), column: this.convertDebuggerColumnToClient(0), ...hint };
        if (frame.place === null) return { id, name: frame.name, line: 0, column: 0, ...hint };
        const { line, column, endLine, endColumn } = frame.place;
        return {
            id, name: frame.name, source: this.#source(frame.place), ...hint,
            line: this.convertDebuggerLineToClient(line), column: this.convertDebuggerColumnToClient(column), endLine: this.convertDebuggerLineToClient(endLine), endColumn: this.convertDebuggerColumnToClient(endColumn),
        };
    }

    #source({ uri }: DebugPlace): Source {
        const before = this.#host.pathAsItWas(uri);
        return before === null ? new Source(nameOf(uri), this.#host.toPath(uri)) : new Source(`${nameOf(uri)} (as it was)`, before);
    }

    protected override scopesRequest(response: DebugProtocol.ScopesResponse, { frameId }: DebugProtocol.ScopesArguments): void {
        this.#answer(response, async () => {
            const scopes = await this.#ask('hwp/debug/scopes', { position: this.#at.position, since: this.#since, thread: this.#threadOf(frameId) });
            response.body = { scopes: scopes.map(({ title, path, count }) => ({ name: title, variablesReference: this.#paths.create(path), expensive: false, ...count === 0 ? {} : { namedVariables: count } })) };
        });
    }

    protected override variablesRequest(response: DebugProtocol.VariablesResponse, { variablesReference }: DebugProtocol.VariablesArguments): void {
        this.#answer(response, async () => {
            const found = await this.#variables(this.#paths.get(variablesReference, ''));
            response.body = {
                variables: found.map(({ name, value, path, evaluateName }) => ({
                    name, value, variablesReference: path === '' ? 0 : this.#paths.create(path), presentationHint: { kind: path === '' ? 'property' : 'data', attributes: ['readOnly'] },
                    ...evaluateName === '' ? {} : { evaluateName },
                })),
            };
        });
    }

    #variables(path: string): Promise<NonNullable<ClientRequests['hwp/debug/variables']['result']>> {
        return path === '' ? Promise.resolve([]) : this.#ask('hwp/debug/variables', { position: this.#at.position, since: this.#since, path });
    }

    async #dataOf(expression: string): Promise<string> {
        const found = await this.#ask('hwp/debug/evaluate', { position: this.#at.position, thread: this.#at.thread, expression });
        return 'error' in found ? '' : found.dataId;
    }

    protected override evaluateRequest(response: DebugProtocol.EvaluateResponse, { expression, frameId, context }: DebugProtocol.EvaluateArguments): void {
        this.#answer(response, async () => {
            const found = await this.#ask('hwp/debug/evaluate', { position: this.#at.position, thread: this.#threadOf(frameId), expression });
            // A hover stands over any word: one that means nothing has none.
            if ('error' in found) throw new Error(context === 'hover' ? 'no value' : found.error);
            response.body = { result: found.value, variablesReference: found.path === '' ? 0 : this.#paths.create(found.path) };
        });
    }

    protected override completionsRequest(response: DebugProtocol.CompletionsResponse): void {
        response.body = { targets: [...this.#started?.names ?? [], ...WORDS].map((label) => ({ label })) };
        this.sendResponse(response);
    }

    protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
        response.body = { exceptionId: this.#at.text, breakMode: 'always' };
        this.sendResponse(response);
    }

    protected override nextRequest(response: DebugProtocol.NextResponse, { threadId }: DebugProtocol.NextArguments): void {
        this.#answer(response, () => this.#go('next', threadId));
    }

    protected override stepInRequest(response: DebugProtocol.StepInResponse, { threadId, targetId }: DebugProtocol.StepInArguments): void {
        this.#answer(response, async () => {
            const way = targetId === undefined ? undefined : this.#ways[targetId];
            if (way !== undefined) await this.#take(way.race);
            await this.#go('in', threadId);
        });
    }

    protected override stepOutRequest(response: DebugProtocol.StepOutResponse, { threadId }: DebugProtocol.StepOutArguments): void {
        this.#answer(response, () => this.#go('out', threadId));
    }

    protected override stepBackRequest(response: DebugProtocol.StepBackResponse, { threadId }: DebugProtocol.StepBackArguments): void {
        this.#answer(response, () => this.#go('back', threadId));
    }

    protected override continueRequest(response: DebugProtocol.ContinueResponse, { threadId }: DebugProtocol.ContinueArguments): void {
        response.body = { allThreadsContinued: true };
        this.#answer(response, () => this.#go('continue', threadId));
    }

    protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse, { threadId }: DebugProtocol.ReverseContinueArguments): void {
        this.#answer(response, () => this.#go('reverse', threadId));
    }

    protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
        // It never runs for longer than a request takes.
        this.sendResponse(response);
    }

    protected override gotoTargetsRequest(response: DebugProtocol.GotoTargetsResponse, { source, line }: DebugProtocol.GotoTargetsArguments): void {
        this.#answer(response, async () => {
            const steps = await this.#ask('hwp/debug/stepsAt', { uri: this.#host.toUri(source.path ?? ''), line: this.convertClientLineToDebugger(line) });
            response.body = { targets: steps.map(({ position, label }) => ({ id: position, label, line })) };
        });
    }

    protected override gotoRequest(response: DebugProtocol.GotoResponse, { targetId }: DebugProtocol.GotoArguments): void {
        this.#answer(response, async () => this.#stopAt(await this.#ask('hwp/debug/goTo', { position: targetId })));
    }

    /** At a step with competitors: the ways that it can go. */
    protected override stepInTargetsRequest(response: DebugProtocol.StepInTargetsResponse): void {
        response.body = { targets: this.#ways.flatMap(({ step, label, result, moves }, id) => step === this.#at.step ? [{ id, label: `${label}: ${result}${moves.length === 0 ? '' : ` (${moves.join('; ')})`}` }] : []) };
        this.sendResponse(response);
    }

    /** The session goes on with another way of a race. What comes before the race is the same. */
    async #take(race: string): Promise<void> {
        const opened = await this.#open(race);
        if ('problem' in opened) throw new Error(opened.problem);
        if (opened.fingerprint !== this.#started?.fingerprint) {
            await this.#open(this.#race);
            throw new Error('The text has been edited: restart the session to go another way.');
        }
        this.#race = race;
        this.#started = opened;
        opened.notes.filter((note) => note.startsWith('Race')).forEach((note) => this.#say(note));
        await this.#send();
    }

    async #go(motion: DebugMotion, thread: number): Promise<void> {
        const atEnd = this.#at.reason === 'end';
        const from = this.#at.position;
        const stop = await this.#move(motion, thread);
        this.#print(stop);
        // At the end one may still look back; whoever goes on from there is done.
        if (stop.reason === 'end' && (atEnd && from === stop.position || motion === 'continue' && this.#launch?.stopAtEnd === false)) this.#end();
        else this.#stopAt(stop);
    }

    #move(motion: DebugMotion, thread: number): Promise<DebugStop> {
        return this.#ask('hwp/debug/move', { position: this.#at.position, motion, thread });
    }

    #stopAt(stop: DebugStop): void {
        this.#since = this.#at.position;
        this.#at = stop;
        this.#frames.reset();
        this.#paths.reset();
        this.#host.moved(stop.position, stop.thread);
        const event = new StoppedEvent(stop.reason === 'end' ? 'step' : stop.reason, stop.thread, stop.text === '' ? undefined : stop.text) as DebugProtocol.StoppedEvent;
        event.body.allThreadsStopped = true;
        event.body.hitBreakpointIds = [...stop.breakpoints];
        event.body.description = stop.reason === 'end' ? 'At the end of the scenario' : stop.text === '' ? undefined : `Paused on ${stop.text}`;
        this.sendEvent(event);
    }

    #print({ output }: DebugStop): void {
        for (const { text, place } of output) {
            const event = new OutputEvent(`${text}\n`, 'stdout') as DebugProtocol.OutputEvent;
            if (place !== null) {
                event.body.source = this.#source(place);
                event.body.line = this.convertDebuggerLineToClient(place.line);
            }
            this.sendEvent(event);
        }
    }

    async #setBreakpoints(where: string, breakpoints: readonly Unnumbered[]): Promise<DebugProtocol.Breakpoint[]> {
        const numbered = breakpoints.map((breakpoint): DebugBreakpoint => ({ ...breakpoint, id: this.#lastId += 1 }));
        this.#breakpoints.set(where, numbered);
        const checked = new Map((await this.#send()).map((each) => [each.id, each]));
        return numbered.map(({ id }) => {
            const found = checked.get(id);
            return { id, verified: found?.verified ?? false, ...found?.message === undefined ? {} : { message: found.message }, ...found?.line === undefined ? {} : { line: this.convertDebuggerLineToClient(found.line) } };
        });
    }

    #send(): Promise<NonNullable<ClientRequests['hwp/debug/breakpoints']['result']>> {
        return this.#ask('hwp/debug/breakpoints', { breakpoints: [...this.#breakpoints.values()].flat() });
    }

    #threadOf(frameId: number | undefined): number {
        return frameId === undefined ? this.#at.thread : (this.#frames.get(frameId) as FrameHandle | undefined)?.thread ?? this.#at.thread;
    }

    get #uri(): string {
        return this.#host.toUri(this.#launch?.program ?? '');
    }

    #target(race: string | undefined): DebugTarget {
        const { scenario, variant, kernel, sysctls } = this.#launch!;
        return { scenario, ...variant === undefined ? {} : { variant }, ...kernel === undefined ? {} : { kernel }, ...sysctls === undefined ? {} : { sysctls }, ...race === undefined ? {} : { race } };
    }

    #open(race: string | undefined): Promise<ClientRequests['hwp/debug/open']['result']> {
        return this.#host.request('hwp/debug/open', { session: this.#host.session, uri: this.#uri, target: this.#target(race) });
    }

    /** Asks about the session. A server that was restarted does not know it: it is opened anew, as long as the text is the same. */
    async #ask<Method extends SessionMethod>(method: Method, params: Omit<ClientRequests[Method]['params'], 'session'>): Promise<NonNullable<ClientRequests[Method]['result']>> {
        const all = { ...params, session: this.#host.session } as unknown as ClientRequests[Method]['params'];
        const result = await this.#request(method, all);
        if (result !== null) return result!;
        await this.#recover();
        const again = await this.#request(method, all);
        if (again === null) throw this.#lost(`${GONE}, and the next one does not know it.`);
        return again!;
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
        this.#say('The language server was restarted. The session goes on where it was.', 'important');
        await this.#host.request('hwp/debug/breakpoints', { session: this.#host.session, breakpoints: [...this.#breakpoints.values()].flat() });
    }

    #lost(message: string): SessionOver {
        this.#say(`${message} The session ends.`, 'stderr');
        this.#end();
        return new SessionOver(message);
    }

    #say(text: string, category: 'console' | 'important' | 'stderr' = 'console'): void {
        this.sendEvent(new OutputEvent(`${text}\n`, category));
    }

    #end(): void {
        if (this.#over) return;
        this.#close();
        this.sendEvent(new TerminatedEvent());
    }

    #close(): void {
        if (this.#over) return;
        this.#over = true;
        void this.#host.request('hwp/debug/close', { session: this.#host.session }).catch(() => undefined);
    }

    /** Sends the response once the work is done, or the error instead. */
    #answer(response: DebugProtocol.Response, work: () => Promise<void>): void {
        work().then(() => this.sendResponse(response), (error: unknown) => {
            // Of a variable without the underscore only the name would reach the editor.
            this.sendErrorResponse(response, { id: 1, format: '{_reason}', variables: { _reason: error instanceof Error ? error.message : String(error) }, showUser: response.command === 'launch' });
        });
    }
}

type SessionMethod = Exclude<Extract<keyof ClientRequests, `hwp/debug/${string}`>, 'hwp/debug/open' | 'hwp/debug/close' | 'hwp/debug/ways'>;

/** Distributes over the kinds of breakpoints. */
type Without<Union, Name extends PropertyKey> = Union extends unknown ? Omit<Union, Name> : never;
type Unnumbered = Without<DebugBreakpoint, 'id'>;

function conditions({ condition, hitCondition, logMessage }: { readonly condition?: string | undefined; readonly hitCondition?: string | undefined; readonly logMessage?: string | undefined }): Pick<DebugBreakpoint, 'condition' | 'hitCondition' | 'logMessage'> {
    return { ...condition === undefined ? {} : { condition }, ...hitCondition === undefined ? {} : { hitCondition }, ...logMessage === undefined ? {} : { logMessage } };
}

function nameOf(uri: string): string {
    return decodeURIComponent(uri.replace(/^.*\//, ''));
}
