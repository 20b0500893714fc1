/**
 * The modules that files beside the extension's bundle take from it. When it is bundled, the list of those that are asked for takes the place of
 * this file (`scripts/shared-modules.mts`); where nothing is bundled, everybody imports for himself.
 */
export {};
