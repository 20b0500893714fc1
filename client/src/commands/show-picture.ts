import type { Services } from './command.js';
import { chooseScenario } from './scenario-choice.js';

/** Opens the view of pictures at a scenario. */
export async function showPicture(services: Services, uri?: string, id?: string): Promise<void> {
    const chosen = await chooseScenario(services, uri, id);
    if (chosen !== undefined) {
        await services.views.show({ uri: chosen.uri.toString(), scenario: chosen.id }, chosen.title);
    }
}
