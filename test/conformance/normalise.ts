export { Names, comparableLine } from '../../server/src/lab/compare/log-names.js';

/** The records write offsets of more than five digits as `<hex>`. */
export function normaliseOffset(result: string, recorded: string): string {
    return recorded.includes('off=<hex>') ? result.replace(/off=0x[0-9a-f]{6,}/, 'off=<hex>') : result;
}
