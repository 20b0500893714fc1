/**
 * Requests and notifications beyond the language server protocol. Types only: the client imports
 * them and nothing else of the server.
 */

/** Language id of scenarios. */
export type HwpLanguageId = 'hwp';
