import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** The version in the package.json beside the folder of the running script; npm links to it. */
export function packageVersion(): string {
    try {
        const script = realpathSync(process.argv[1] ?? '');
        const manifest = JSON.parse(readFileSync(path.join(path.dirname(script), '..', 'package.json'), 'utf8')) as { readonly version?: string };
        return manifest.version ?? 'unknown';
    } catch {
        return 'unknown';
    }
}
