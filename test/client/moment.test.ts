// When what a run found is shown: with the hints and lenses of the same run.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CancellationToken, Diagnostic, Range, TextDocument, Uri } from 'vscode';
import { LONGEST_MS, Moment, type Fetched } from '../../client/src/moment.js';

const URI = { toString: () => 'file:///a.hwp' } as Uri;
const DOCUMENT = { uri: URI } as TextDocument;
const TOKEN = { isCancellationRequested: false } as CancellationToken;

describe('the moment of truth', () => {
    let shown: string[];
    let moment: Moment;
    let fetched: readonly Fetched[];
    beforeEach(() => {
        vi.useFakeTimers();
        shown = [];
        fetched = ['hints', 'lenses'];
        moment = new Moment(() => fetched);
    });
    afterEach(() => {
        moment.dispose();
        vi.useRealTimers();
    });

    /** The editor asks, the server answers. */
    const hints = async (): Promise<void> => {
        await moment.middleware.provideInlayHints!(DOCUMENT, {} as Range, TOKEN, () => []);
        shown.push('hints');
    };
    const lenses = async (): Promise<void> => {
        await moment.middleware.provideCodeLenses!(DOCUMENT, TOKEN, () => []);
        shown.push('lenses');
    };
    const underlines = (): void => moment.middleware.handleDiagnostics!(URI, [], (_uri: Uri, _diagnostics: Diagnostic[]) => {
        shown.push('underlines');
    });
    const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

    it('comes with the last of hints and lenses, for all of them', async () => {
        moment.show(URI, () => shown.push('results'));
        underlines();
        void hints();
        await settle();
        expect(shown).toEqual([]);

        void lenses();
        await settle();
        expect([...shown].sort()).toEqual(['hints', 'lenses', 'results', 'underlines']);
    });

    it('is not waited for longer than that: an editor in the background may not ask', async () => {
        moment.show(URI, () => shown.push('results'));
        void hints();
        await vi.advanceTimersByTimeAsync(LONGEST_MS);
        expect([...shown].sort()).toEqual(['hints', 'results']);
    });

    it('is at once for a file that nobody sees', () => {
        fetched = [];
        moment.show(URI, () => shown.push('results'));
        underlines();
        expect(shown).toEqual(['results', 'underlines']);
    });

    it('shows the latest of two runs', async () => {
        moment.show(URI, () => shown.push('first'));
        moment.show(URI, () => shown.push('second'));
        void hints();
        void lenses();
        await settle();
        expect(shown).not.toContain('first');
        expect(shown).toContain('second');
    });

    it('does not come when the server is gone', async () => {
        moment.show(URI, () => shown.push('results'));
        void hints();
        moment.clear();
        await settle();
        expect(shown).toEqual(['hints']);
    });
});
