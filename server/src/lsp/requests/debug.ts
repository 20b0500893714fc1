/** Requests of the debugger. What answers them is made ready when the first session is opened: few editors ever debug. */
import type { LangiumDocuments } from 'langium';
import type { DebugSession } from '../../debug/session.js';
import type { DebugSessions } from '../debug/debug-sessions.js';
import type { ClientRequests } from '../protocol.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';

type DebugMethod = Extract<keyof ClientRequests, `hwp/debug/${string}`>;
type DebugHandlers = { readonly [Method in DebugMethod]: RequestHandler<Method> };

export function debugRequests(documents: AnalysedDocuments, texts: LangiumDocuments): DebugHandlers {
    let sessions: DebugSessions | undefined;
    const ready = async (): Promise<DebugSessions> => {
        const { DebugSessions: Sessions } = await import('../debug/debug-sessions.js');
        return sessions ??= new Sessions(texts);
    };
    /** Null for a session that this server does not know: the one before it took it along. */
    const ask = <Result>(id: string, answer: (session: DebugSession) => Result): Promise<Result | null> => {
        const session = sessions?.get(id);
        return Promise.resolve(session === undefined ? null : answer(session));
    };
    return {
        'hwp/debug/open': async ({ session, uri, target }, token) => {
            const found = await documents.get(uri, token);
            return found === null ? { problem: 'The file cannot be read.', choices: [] } : (await ready()).open(session, target, found.document, found.report, token);
        },
        'hwp/debug/close': ({ session }) => Promise.resolve(sessions?.close(session) ?? null),
        'hwp/debug/ways': async ({ uri, target }, token) => {
            const found = await documents.get(uri, token);
            return found === null ? null : (await ready()).ways(found.report, target);
        },
        'hwp/debug/breakpoints': ({ session, breakpoints }) => ask(session, (each) => each.setBreakpoints(breakpoints)),
        'hwp/debug/begin': ({ session }) => ask(session, (each) => each.begin()),
        'hwp/debug/move': ({ session, position, motion, thread }) => ask(session, (each) => each.move(position, motion, thread)),
        'hwp/debug/goTo': ({ session, position }) => ask(session, (each) => each.goTo(position)),
        'hwp/debug/stepsAt': ({ session, uri, line }) => ask(session, (each) => each.stepsAt(uri, line)),
        'hwp/debug/stack': ({ session, position, thread }) => ask(session, (each) => each.stack(position, thread)),
        'hwp/debug/outline': ({ session, position, thread, function: name }) => ask(session, (each) => each.outline(position, thread, name)),
        'hwp/debug/scopes': ({ session, position, since, thread }) => ask(session, (each) => each.scopes(position, since, thread)),
        'hwp/debug/variables': ({ session, position, since, path }) => ask(session, (each) => each.variables(position, since, path)),
        'hwp/debug/evaluate': ({ session, position, thread, expression }) => ask(session, (each) => each.evaluate(position, thread, expression)),
    };
}
