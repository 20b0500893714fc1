/** Commands of the client that the server refers to, as package.json contributes them. */
export const EXPLAIN_STEP = 'hwp.explainStep';

/** A command of the client as a link of markdown; for clients that say that they follow such. */
export function commandLink(title: string, command: string, args: readonly unknown[]): string {
    return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}
