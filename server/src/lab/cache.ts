import os from 'node:os';
import path from 'node:path';

/** Where kernels, the agent and the states of booted machines are kept: HWP_CACHE, or the user's cache. */
export function cacheFolder(): string {
    const own = process.env['HWP_CACHE'];
    return own !== undefined && own !== '' ? path.resolve(own) : path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'hwp');
}
