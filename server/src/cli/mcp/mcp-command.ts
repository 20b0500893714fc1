/** `hwp mcp`: a server of the Model Context Protocol on the standard input and output. It reads no files and opens no connection: all it knows is passed in. */
import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { packageVersion } from '../package-version.js';
import type { Terminal } from '../terminal.js';
import { MessageLines } from './message-lines.js';

/** @returns when the client is gone */
export async function mcpCommand(terminal: Terminal): Promise<ExitCode> {
    const { callTool, inputSchema, InputError, TOOLS } = await import('../../api/main.js');
    const create = (): Server => {
        const server = new Server({ name: 'hwp', version: packageVersion() }, {
            capabilities: { tools: {} },
            instructions: 'hwp models what Linux does about memory errors (memory_failure()). Scenarios are written in the language hwp; "vocabulary" explains its words, "check" says what is wrong with a text.',
        });
        server.setRequestHandler('tools/list', () => ({
            tools: Object.entries(TOOLS).map(([name, tool]) => ({ name, title: tool.title, description: tool.doc, inputSchema: inputSchema(tool) as never, annotations: { readOnlyHint: true, openWorldHint: false } })),
        }));
        server.setRequestHandler('tools/call', async ({ params }) => {
            if (!Object.hasOwn(TOOLS, params.name)) {
                throw new ProtocolError(ProtocolErrorCode.InvalidParams, await callTool(params.name, {}).catch((error: unknown) => (error as Error).message));
            }
            try {
                return { content: [{ type: 'text', text: await callTool(params.name, params.arguments) }] };
            } catch (error) {
                if (error instanceof InputError) {
                    // The model reads this, and can mend what it asked.
                    return { isError: true, content: [{ type: 'text', text: error.message }] };
                }
                throw error;
            }
        });
        return server;
    };
    const ended = new Promise<void>((resolve) => {
        process.stdin.once('end', resolve).once('close', resolve);
        (['SIGINT', 'SIGTERM'] as const).forEach((signal) => process.once(signal, () => resolve()));
    });
    const lines = new MessageLines((answer, words) => {
        terminal.out(answer);
        terminal.err(`hwp mcp: ${words}\n`);
    });
    // The smaller build of the package does not look for the process's streams itself.
    const transport = new StdioServerTransport(process.stdin.pipe(lines), process.stdout);
    const handle = serveStdio(create, { transport, onerror: (error) => terminal.err(`hwp mcp: ${error.message}\n`) });
    await ended;
    await handle.close();
    return EXIT.passed;
}
