/** Pictures in hovers on steps, for an editor that shows them. Few hovers have one, and what draws it is read with the first. */
import type { LangiumDocuments } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Connection, InitializeParams } from 'vscode-languageserver';
import { hasMoreEventsThan } from '../../simulator/trace-size.js';
import type { InitializationOptions, PaletteName } from '../protocol.js';
import { sourcesOf } from '../requests/sources.js';
import type { PlacedStep } from '../steps-in-text.js';

/** A hover is to be there at once: events of a trace that are still drawn for it. */
const MAX_EVENTS = 20_000;

export class HoverPictures {
    #palette: PaletteName | undefined;

    /** To be called before the connection listens. */
    serve(connection: Connection, { lsp }: LangiumSharedServices): void {
        lsp.LanguageServer.onInitialize(({ initializationOptions }: InitializeParams) => {
            this.#palette = (initializationOptions as InitializationOptions | null | undefined)?.hoverPictures;
        });
        connection.onNotification('hwp/palette', (palette: PaletteName) => {
            this.#palette = this.#palette === undefined ? undefined : palette;
        });
    }

    /** As Markdown; nothing where nothing is to be shown. Of a step that is repeated, its first run. */
    async of([first]: readonly PlacedStep[], documents: LangiumDocuments): Promise<string[]> {
        const palette = this.#palette;
        if (palette === undefined || first === undefined || first.scenario.variants.length > 1) return [];
        if (hasMoreEventsThan(MAX_EVENTS, first.trace)) return [];
        const [{ scenarioPicture }, { stepPicture }] = await Promise.all([import('../../picture/shapes/scenario-picture.js'), import('../../picture/drawing/step-picture.js')]);
        const drawn = stepPicture(scenarioPicture(first.scenario, sourcesOf(documents)), first.index, palette);
        return drawn === null ? [] : [`![${drawn.words.replaceAll(/[[\]\\`<>&*_]/g, (character) => `\\${character}`)}](${drawn.address})`];
    }
}
