/** What the commands do that package.json contributes, and those that links lead to. */
import { goTo } from '../go-to.js';
import type { Command, Services } from './command.js';
import { debugScenario } from './debug-scenario.js';
import { exportReproducer } from './export-reproducer.js';
import { explainStep } from './explain-step.js';
import { newScenario } from './new-scenario.js';
import { restartServer } from './restart-server.js';
import { runOnRealKernel, setUpLab } from './run-on-real-kernel.js';
import { runFile } from './run-file.js';
import { runScenario } from './run-scenario.js';
import { runWorkspace } from './run-workspace.js';
import { scenarioFromLog, triageLog } from './kernel-logs.js';
import { showPicture } from './show-picture.js';
import { showResults } from './show-results.js';
import { showReport } from './show-report.js';
import type { CommandId } from './command-ids.js';

export const COMMANDS: Readonly<Record<CommandId, Command>> = {
    'hwp.runScenario': runScenario,
    'hwp.debugScenario': debugScenario,
    'hwp.runFile': runFile,
    'hwp.runWorkspace': runWorkspace,
    'hwp.runOnRealKernel': runOnRealKernel,
    'hwp.setUpLab': setUpLab,
    'hwp.explainStep': explainStep,
    'hwp.showLog': showReport('log'),
    'hwp.showTrace': showReport('trace'),
    'hwp.showPicture': showPicture,
    'hwp.exportReproducer': exportReproducer,
    'hwp.newScenario': newScenario,
    'hwp.showResults': showResults,
    'hwp.triageLog': triageLog,
    'hwp.scenarioFromLog': scenarioFromLog,
    'hwp.restartServer': restartServer,
    'hwp.goTo': (_services: Services, uri: string, line: number, character: number) => goTo(uri, line, character),
};
