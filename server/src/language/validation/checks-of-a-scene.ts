import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/step/steps.js';
import { injectFileMustExistOnKernel, memoryMustBeTheActors, processMadviseMayBeRefused, stepMustNotVisitTooManyPages, subsystemMustBeBuilt } from './calls.js';
import { carrierMustExist, onlyFramesOutliveTheirKernel } from './boots.js';
import { claimedNodeMustExist, claimMustExistOnKernel, claimShouldBeAbleToFail, claimsShouldHoldTogether, typeShouldHaveThatResult } from './expectations.js';
import { fileMustBeInAPossibleState, fileMustExistOnKernel, fileMustHaveItsFilesystemsType, filesystemMustSupportDax, folioMustBeSupported } from './files.js';
import { foliosMustBePossible, hugetlbMustNotBeSwapped, ksmMustMergePrivateAnonymousMemory, mappingMustBeInAPossibleState, mappingMustExistOnKernel, mappingMustLieInFile, mappingsMustNotOverlap, swapMustExist } from './mappings.js';
import { freeHugePageMustBeOne, hugePagesMustExist, memoryMustHoldWhatIsDeclared, nodesMustNotOverlap, offlineShouldBeWholeBlocks, pmemMustLieBesideMemory, poolMustHoldMappedPages, rangesMustLieInMemory, regionMustLieInMemory, regionMustLieInOnlineMemory, regionsMustNotOverlap } from './memory.js';
import { namesMustBeUnique, namesMustNotBeReserved } from './names.js';
import { declarationsMustComeFirst, itemsMustStandWhereTheyMeanSomething, scenarioShouldHaveSteps } from './order.js';
import { boundPageShouldBePresent, firstPageIsMeant, injectedPageShouldBePresent, pinnedPageMustBePresent } from './pages-in-use.js';
import { commShouldFit, exitedProcessShouldRest, pidsMustBeUnique, processMustNotDescendFromItself, taskSettingsMustNotRepeat } from './processes.js';
import { filterMustExistOnKernel, machineCheckMustHitACpu, machineMustExistOnArchitecture, optionMustExistOnKernel, runningTasksMustBePossible, stepMustExistOnArchitecture, sysctlMustExistOnKernel } from './settings.js';

/** A check of one scene: looks at what is declared and done, reports what cannot be. */
export type SceneCheck = (context: Context, timeline: Timeline) => void;

/** All of them. Their findings are sorted by place before anyone sees them. */
const SCENE_CHECKS: readonly SceneCheck[] = [
    namesMustBeUnique, namesMustNotBeReserved,
    declarationsMustComeFirst, itemsMustStandWhereTheyMeanSomething, scenarioShouldHaveSteps,
    rangesMustLieInMemory, nodesMustNotOverlap, offlineShouldBeWholeBlocks, regionMustLieInMemory, regionMustLieInOnlineMemory, regionsMustNotOverlap, pmemMustLieBesideMemory,
    memoryMustHoldWhatIsDeclared, hugePagesMustExist, freeHugePageMustBeOne, poolMustHoldMappedPages,
    sysctlMustExistOnKernel, filterMustExistOnKernel, optionMustExistOnKernel, injectFileMustExistOnKernel, subsystemMustBeBuilt, processMadviseMayBeRefused, memoryMustBeTheActors, stepMustNotVisitTooManyPages, runningTasksMustBePossible, machineMustExistOnArchitecture, machineCheckMustHitACpu, stepMustExistOnArchitecture,
    filesystemMustSupportDax, fileMustHaveItsFilesystemsType, fileMustExistOnKernel, fileMustBeInAPossibleState, folioMustBeSupported,
    pidsMustBeUnique, commShouldFit, processMustNotDescendFromItself, taskSettingsMustNotRepeat, exitedProcessShouldRest,
    mappingMustLieInFile, hugetlbMustNotBeSwapped, swapMustExist, ksmMustMergePrivateAnonymousMemory, mappingMustBeInAPossibleState, mappingMustExistOnKernel, foliosMustBePossible, mappingsMustNotOverlap,
    pinnedPageMustBePresent, boundPageShouldBePresent, injectedPageShouldBePresent, firstPageIsMeant,
    carrierMustExist, onlyFramesOutliveTheirKernel,
    claimMustExistOnKernel, claimedNodeMustExist, typeShouldHaveThatResult, claimsShouldHoldTogether, claimShouldBeAbleToFail,
];

/** Runs every check on what lowering has found out about a scene. */
export function checkScene(context: Context, timeline: Timeline): void {
    for (const check of SCENE_CHECKS) {
        check(context, timeline);
    }
}
