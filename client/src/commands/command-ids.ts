/** The commands that package.json contributes, and those that links lead to. What they do is read when one is given. */
export const COMMAND_IDS = [
    'hwp.runScenario',
    'hwp.debugScenario',
    'hwp.runFile',
    'hwp.runWorkspace',
    'hwp.runOnRealKernel',
    'hwp.setUpLab',
    'hwp.explainStep',
    'hwp.showLog',
    'hwp.showTrace',
    'hwp.showPicture',
    'hwp.exportReproducer',
    'hwp.newScenario',
    'hwp.showResults',
    'hwp.triageLog',
    'hwp.scenarioFromLog',
    'hwp.restartServer',
    'hwp.goTo',
] as const;

export type CommandId = typeof COMMAND_IDS[number];
