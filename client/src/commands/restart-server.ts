import type { Services } from './command.js';
import { say } from './scenario-choice.js';

/** Stops the language server and starts a new one; also when the old one has died. */
export async function restartServer({ client }: Services): Promise<void> {
    // A server that died, or does not answer, must not keep a new one from starting.
    await client.stop().catch(() => undefined);
    await client.start();
    say('The hwpoison language server was restarted.');
}
