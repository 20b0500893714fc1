/** Kernel logs in the editor. What reads them is loaded with the first log. */
import type { RequestHandler } from './request-handler.js';

export const triageLog: RequestHandler<'hwp/triageLog'> = async (params, token) => (await import('./seldom-asked.js')).triageLog(params, token);

export const logScenario: RequestHandler<'hwp/logScenario'> = async (params, token) => (await import('./seldom-asked.js')).logScenario(params, token);
