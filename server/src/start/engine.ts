/**
 * What the command line and programs that import the package have in common. When it is bundled, the list of the modules that they ask for takes the
 * place of this file (`scripts/shared-modules.mts`); where nothing is bundled, everybody imports for himself.
 */
export {};
