import { callTool } from '../../api/tools.js';
import { InputError } from '../../api/settings.js';
import type { RequestHandler } from './request-handler.js';

/** What a language model asks; beside the server, with the reader of logs that it needs. */
export const answerTool: RequestHandler<'hwp/tool'> = async ({ name, input }) => {
    try {
        return { text: await callTool(name, input) };
    } catch (error) {
        if (error instanceof InputError) {
            return { problem: error.message };
        }
        throw error;
    }
};
