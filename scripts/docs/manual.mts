// docs/hwp.1: the manual page of the version that the changelog released last, from the table of the command line.
import { readFileSync } from 'node:fs';
import { describedCommands } from '../../server/src/cli/command-line.ts';
import { manualPage } from '../../server/src/cli/help/manual.ts';

export function manual(): string {
    const [, version = '', day = ''] = /^## \[(\d[^\]]*)\] - (\S+)$/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
    return manualPage(describedCommands(), version, day);
}
