import { nameOfScenario, type FileReport } from '../../report/judgement/scenario-report.js';
import { placeInFile, type SourceTexts } from '../../report/output/source-texts.js';
import { visible } from '../../vocabulary/control-characters.js';

/** `examples/01-early-kill.hwp:3:1: early kill`: a line for each scenario. */
export function scenarioLines({ scenarios }: FileReport, sources: SourceTexts): string[] {
    return scenarios.map((scenario) => `${placeInFile(scenario.range, sources)}: ${visible(nameOfScenario(scenario))}`);
}
