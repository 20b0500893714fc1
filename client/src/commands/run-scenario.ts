import type { Services } from './command.js';
import { chooseScenario, say } from './scenario-choice.js';
import { totals } from './totals.js';

/** Runs a scenario in the Test Explorer. */
export async function runScenario(services: Services, uri?: string, id?: string): Promise<void> {
    const chosen = await chooseScenario(services, uri, id);
    const item = chosen === undefined ? undefined : await services.explorer.find(chosen.uri, chosen.id);
    if (chosen === undefined || item === undefined) {
        return;
    }
    await services.explorer.run([item]);
    const scenario = services.results.get(chosen.uri)?.scenarios.find((each) => each.id === chosen.id);
    say(`${chosen.title}: ${scenario === undefined ? 'not found' : totals([scenario])}`);
}
