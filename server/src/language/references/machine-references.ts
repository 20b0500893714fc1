import { DefaultReferenceDescriptionProvider, type LangiumDocument, type ReferenceDescription } from 'langium';
import { isDocument, isScenario } from '../generated/ast.js';

/** What Langium must know of references: those that lead to another file, which are names of machines. An edit there concerns this file. */
export class MachineReferences extends DefaultReferenceDescriptionProvider {
    override createDescriptions({ parseResult }: LangiumDocument): Promise<ReferenceDescription[]> {
        const { value } = parseResult;
        const scenarios = isDocument(value) ? value.elements.filter(isScenario) : [];
        return Promise.resolve(scenarios.flatMap((container) => container.machine === undefined ? []
            : this.createInfoDescriptions({ container, property: 'machine', reference: container.machine }).filter(({ local }) => local !== true)));
    }
}
