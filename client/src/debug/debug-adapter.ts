/**
 * The debug adapter: speaks the Debug Adapter Protocol with the editor and asks the server, which has the run. It knows no model. Runs in
 * the extension host, on Node and in a browser; loaded when somebody debugs.
 */
import { DebugSession, InitializedEvent, InvalidatedEvent, OutputEvent, StoppedEvent, TerminatedEvent, Thread } from '@vscode/debugadapter/lib/debugSession.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ClientRequests, DebugMotion, DebugStop, DebugWay } from '../../../server/src/lsp/protocol.js';
import type { AdapterHost, LaunchArguments } from './adapter-host.js';
import { BreakpointBook, checkedBreakpoints, conditions, filterBreakpoints, FILTERS, type UnnumberedBreakpoint } from './breakpoint-book.js';
import { ServerSession } from './server-session.js';
import { nameOf, ShownThings } from './shown-things.js';

/** Words that a console completes beside the names of the scenario. */
const WORDS = ['HardwareCorrupted', 'node 0', 'panic', 'oops', 'kernel', 'step', 'phase', 'time', 'operation', 'actor', 'decision', 'function', 'note', 'poisoned', 'killed', 'survives', 'not', 'and', 'or'];

export class HwpDebugAdapter extends DebugSession {
    readonly #host: AdapterHost;
    readonly #session: ServerSession;
    readonly #breakpoints = new BreakpointBook();
    readonly #shown: ShownThings;
    #at: Pick<DebugStop, 'position' | 'step' | 'thread' | 'reason' | 'text'> = { position: 0, step: 0, thread: 1, reason: 'entry', text: '' };
    /** Position of the stop before. */
    #since = 0;
    #ways: readonly DebugWay[] = [];
    /** Edited since the session began. */
    readonly #edited = new Set<string>();

    constructor(host: AdapterHost) {
        super();
        this.#host = host;
        this.#shown = new ShownThings(host, { line: (line) => this.convertDebuggerLineToClient(line), column: (column) => this.convertDebuggerColumnToClient(column) });
        const book = this.#breakpoints;
        this.#session = new ServerSession(host, {
            recovered: (words) => this.#say(words, 'important'),
            lost: (words) => {
                this.#say(words, 'stderr');
                this.#end();
            },
            get breakpoints() {
                return book.all;
            },
        });
        this.setDebuggerLinesStartAt1(false);
        this.setDebuggerColumnsStartAt1(false);
    }

    /** A text that the session may show was edited. */
    textChanged(uri: string): void {
        if (this.#session.started === null || this.#session.isOver || this.#edited.has(uri)) return;
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
            const { notes } = await this.#session.begin(args as LaunchArguments);
            notes.forEach((note) => this.#say(note));
            this.#ways = await this.#session.ways();
            this.sendEvent(new InitializedEvent());
        });
    }

    protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
        this.#answer(response, async () => {
            const stop = await this.#session.ask('hwp/debug/begin', {});
            if (this.#session.launch?.noDebug === true) {
                this.#print(await this.#move('continue', 1));
                return () => this.#end();
            }
            return this.#session.launch?.stopOnEntry === false ? this.#go('continue', 1) : () => this.#stopAt(stop);
        });
    }

    protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
        this.#session.close();
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
            const asked = [...filters.map((filter) => ({ filter })), ...filterOptions.map(({ filterId, condition }) => ({ filter: filterId, condition }))];
            response.body = { breakpoints: await this.#setBreakpoints('filters', filterBreakpoints(asked)) };
        });
    }

    protected override dataBreakpointInfoRequest(response: DebugProtocol.DataBreakpointInfoResponse, { variablesReference, name }: DebugProtocol.DataBreakpointInfoArguments): void {
        this.#answer(response, async () => {
            const path = variablesReference === undefined ? '' : this.#shown.path(variablesReference);
            const dataId = path !== '' ? (await this.#variables(path)).find((variable) => variable.name === name)?.dataId ?? '' : await this.#dataOf(name);
            response.body = dataId === '' ? { dataId: null, description: `Nothing of \`${name}\` can change.` } : { dataId, description: `${name} changes`, accessTypes: ['write'], canPersist: true };
        });
    }

    protected override setDataBreakpointsRequest(response: DebugProtocol.SetDataBreakpointsResponse, { breakpoints }: DebugProtocol.SetDataBreakpointsArguments): void {
        this.#answer(response, async () => {
            response.body = { breakpoints: await this.#setBreakpoints('data', breakpoints.map(({ dataId, ...rest }) => ({ kind: 'data', dataId, ...conditions(rest) }))) };
        });
    }

    protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
        response.body = { threads: (this.#session.started?.threads ?? []).map(({ id, name }) => new Thread(id, name)) };
        this.sendResponse(response);
    }

    protected override stackTraceRequest(response: DebugProtocol.StackTraceResponse, { threadId, startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments): void {
        this.#answer(response, async () => {
            const stack = await this.#session.ask('hwp/debug/stack', { position: this.#at.position, thread: threadId });
            const shown = stack.slice(startFrame, levels === 0 ? undefined : startFrame + levels);
            response.body = { totalFrames: stack.length, stackFrames: shown.map((frame) => this.#shown.frame(frame, threadId)) };
        });
    }

    protected override scopesRequest(response: DebugProtocol.ScopesResponse, { frameId }: DebugProtocol.ScopesArguments): void {
        this.#answer(response, async () => {
            const scopes = await this.#session.ask('hwp/debug/scopes', { position: this.#at.position, since: this.#since, thread: this.#threadOf(frameId) });
            response.body = { scopes: scopes.map(({ title, path, count }) => ({ name: title, variablesReference: this.#shown.reference(path), expensive: false, ...count === 0 ? {} : { namedVariables: count } })) };
        });
    }

    protected override variablesRequest(response: DebugProtocol.VariablesResponse, { variablesReference }: DebugProtocol.VariablesArguments): void {
        this.#answer(response, async () => {
            response.body = { variables: (await this.#variables(this.#shown.path(variablesReference))).map((each) => this.#shown.variable(each)) };
        });
    }

    #variables(path: string): Promise<NonNullable<ClientRequests['hwp/debug/variables']['result']>> {
        return path === '' ? Promise.resolve([]) : this.#session.ask('hwp/debug/variables', { position: this.#at.position, since: this.#since, path });
    }

    async #dataOf(expression: string): Promise<string> {
        const found = await this.#session.ask('hwp/debug/evaluate', { position: this.#at.position, thread: this.#at.thread, expression });
        return 'error' in found ? '' : found.dataId;
    }

    protected override evaluateRequest(response: DebugProtocol.EvaluateResponse, { expression, frameId, context }: DebugProtocol.EvaluateArguments): void {
        this.#answer(response, async () => {
            const found = await this.#session.ask('hwp/debug/evaluate', { position: this.#at.position, thread: this.#threadOf(frameId), expression });
            // A hover stands over any word: one that means nothing has none.
            if ('error' in found) throw new Error(context === 'hover' ? 'no value' : found.error);
            response.body = { result: found.value, variablesReference: this.#shown.reference(found.path) };
        });
    }

    protected override completionsRequest(response: DebugProtocol.CompletionsResponse): void {
        response.body = { targets: [...this.#session.started?.names ?? [], ...WORDS].map((label) => ({ label })) };
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
            return this.#go('in', threadId);
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
            const steps = await this.#session.ask('hwp/debug/stepsAt', { uri: this.#host.toUri(source.path ?? ''), line: this.convertClientLineToDebugger(line) });
            response.body = { targets: steps.map(({ position, label }) => ({ id: position, label, line })) };
        });
    }

    protected override gotoRequest(response: DebugProtocol.GotoResponse, { targetId }: DebugProtocol.GotoArguments): void {
        this.#answer(response, async () => {
            const stop = await this.#session.ask('hwp/debug/goTo', { position: targetId });
            return () => this.#stopAt(stop);
        });
    }

    /** At a step with competitors: the ways that it can go. */
    protected override stepInTargetsRequest(response: DebugProtocol.StepInTargetsResponse): void {
        response.body = { targets: this.#ways.flatMap(({ step, label, result, moves }, id) => step === this.#at.step ? [{ id, label: `${label}: ${result}${moves.length === 0 ? '' : ` (${moves.join('; ')})`}` }] : []) };
        this.sendResponse(response);
    }

    async #take(race: string): Promise<void> {
        const { notes } = await this.#session.take(race);
        notes.filter((note) => note.startsWith('Race')).forEach((note) => this.#say(note));
        await this.#send();
    }

    async #go(motion: DebugMotion, thread: number): Promise<() => void> {
        const atEnd = this.#at.reason === 'end';
        const from = this.#at.position;
        const stop = await this.#move(motion, thread);
        this.#print(stop);
        // At the end one may still look back; whoever goes on from there is done.
        const isOver = stop.reason === 'end' && (atEnd && from === stop.position || motion === 'continue' && this.#session.launch?.stopAtEnd === false);
        return () => isOver ? this.#end() : this.#stopAt(stop);
    }

    #move(motion: DebugMotion, thread: number): Promise<DebugStop> {
        return this.#session.ask('hwp/debug/move', { position: this.#at.position, motion, thread });
    }

    #stopAt(stop: DebugStop): void {
        this.#since = this.#at.position;
        this.#at = stop;
        this.#shown.reset();
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
                event.body.source = this.#shown.source(place);
                event.body.line = this.convertDebuggerLineToClient(place.line);
            }
            this.sendEvent(event);
        }
    }

    async #setBreakpoints(where: string, breakpoints: readonly UnnumberedBreakpoint[]): Promise<DebugProtocol.Breakpoint[]> {
        const numbered = this.#breakpoints.set(where, breakpoints);
        return checkedBreakpoints(numbered, await this.#send(), (line) => this.convertDebuggerLineToClient(line));
    }

    #send(): Promise<NonNullable<ClientRequests['hwp/debug/breakpoints']['result']>> {
        return this.#session.ask('hwp/debug/breakpoints', { breakpoints: this.#breakpoints.all });
    }

    #threadOf(frameId: number | undefined): number {
        return this.#shown.threadOf(frameId) ?? this.#at.thread;
    }

    #say(text: string, category: 'console' | 'important' | 'stderr' = 'console'): void {
        this.sendEvent(new OutputEvent(`${text}\n`, category));
    }

    #end(): void {
        if (this.#session.isOver) return;
        this.#session.close();
        this.sendEvent(new TerminatedEvent());
    }

    /**
     * Sends the response once the work is done, or the error instead.
     * @param work a function that it gives back is called after the response: with that an editor takes the session for running, and forgets a stop that came before
     */
    #answer(response: DebugProtocol.Response, work: () => Promise<unknown>): void {
        work().then((afterwards) => {
            this.sendResponse(response);
            if (typeof afterwards === 'function') (afterwards as () => void)();
        }, (error: unknown) => {
            // Of a variable without the underscore only the name would reach the editor.
            this.sendErrorResponse(response, { id: 1, format: '{_reason}', variables: { _reason: error instanceof Error ? error.message : String(error) }, showUser: response.command === 'launch' });
        });
    }
}
