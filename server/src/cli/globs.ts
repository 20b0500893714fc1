/** Patterns of paths: a file of its own, which is read when an argument is a folder or a pattern (scripts/bundles.mts). */
import { globSync, isDynamicPattern } from 'tinyglobby';

export function isGlob(written: string): boolean {
    return isDynamicPattern(written);
}

/** What matches below a folder, in the order of code units, so that no locale changes the output. */
export function filesMatching(pattern: string, folder: string): string[] {
    return globSync(pattern, { cwd: folder, ignore: ['**/node_modules/**', '**/.git/**'], expandDirectories: false, followSymbolicLinks: false }).sort();
}
