// docs/export.md: what of a scenario can be made on a real machine, from the tables that decide it.
import type { Construct } from '../../server/src/export/constructs/construct.js';
import { CLAIM_CONSTRUCTS } from '../../server/src/export/constructs/claims.js';
import { FILE_STATES, fileConstruct } from '../../server/src/export/constructs/files.js';
import { MACHINE_CONSTRUCTS } from '../../server/src/export/constructs/machine.js';
import { REGION_CONSTRUCTS } from '../../server/src/export/constructs/memory.js';
import { PROCESS_CONSTRUCTS, SPECIAL_CONSTRUCTS } from '../../server/src/export/constructs/processes.js';
import { STEP_CONSTRUCTS, STEP_MODIFIERS } from '../../server/src/export/constructs/steps.js';
import { FILESYSTEMS, type FilesystemType } from '../../server/src/vocabulary/filesystems.js';

const INTRO = `# Scenarios on a real machine

\`hwp export FILE\` writes a scenario as a program: the processes, their mappings and policies, the steps, and the expectations as checks.
[cli.md](cli.md#scenarios-as-programs) has the options; in the editor it is the command **Export Reproducer**.

| form | what |
| --- | --- |
| \`--as c\` | one C file without dependencies, TAP on its output; builds with \`-Wall -Wextra -Werror\` on glibc and musl |
| \`--as kselftest\` | the same for the harness of the kernel's selftests (\`../kselftest_harness.h\`) |
| \`--as sh\` | a shell script: what debugfs, sysfs and procfs can do alone, without a process of its own |

The program runs as root on the kernel whose answer is wanted; it ends with 0 when everything came as expected, 1 when something did not, and 4
when the machine lacks what it needs (it says what). **It poisons memory, and some scenarios stop the machine: run it in a virtual machine.**

What the tables below call *not made* is named wherever a scenario asks for it: in the head of the file, on the standard error (exit code 4), in the
editor as a diagnostic. A step that cannot be made ends the test there: what would follow is reported as skipped. Nothing is left out in silence.

**Tried.** On Linux 7.3.4 (x86-64, Debian's package, in QEMU) the C programs of 342 recorded cases and examples ran with \`--checks predicted\`: 294 agreed
in every check (6,800 checks), 45 said what the machine lacked, three differed: device memory has other contents on another machine, a pin of io_uring
goes a moment after its process, and a pipe gives what was spliced into it, which the model takes for a whole page. Of 14 shell scripts 12 agreed, the
others lacked a balloon and a command that writes nothing. On arm64 and on other kernels no program was run. The branches for EINJ, mce-inject, the
collector of corrected errors and DAX were only built.

This page is made from the tables that decide it (\`npm run docs\`).
`;

function row(cells: readonly string[]): string {
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function table(what: string, rows: Iterable<readonly [string, Construct]>): string {
    const cells = [...rows].map(([name, { c, sh, limit }]) => row([`\`${name}\``, c ?? '*not made*', sh ?? '*not made*', limit ?? '']));
    return [row([what, 'C', 'shell', 'not made, or only so far']), row(['---', '---', '---', '---']), ...cells].join('\n');
}

export function exportPage(): string {
    const files = (Object.keys(FILESYSTEMS) as FilesystemType[]).map((type) => [type, fileConstruct(type)] as const);
    return `${INTRO}
## Steps

${table('step', Object.entries(STEP_CONSTRUCTS))}

Beside a step:

${table('', Object.entries(STEP_MODIFIERS))}

## Expectations

Numbers of frames, addresses and tasks are the real machine's: the program finds them, and looks for them in what it sees.

${table('claim', Object.entries(CLAIM_CONSTRUCTS))}

## Processes and mappings

${table('', Object.entries(PROCESS_CONSTRUCTS))}

\`map NAME = special WHAT\`:

${table('what', Object.entries(SPECIAL_CONSTRUCTS))}

## Memory without a process

The program looks for a page of the kind when it begins; a \`pfn\` of the scenario is the model's machine, not the real one.

${table('kind', Object.entries(REGION_CONSTRUCTS))}

## Files

${table('type', files)}

${table('state', Object.entries(FILE_STATES))}

## The machine

${table('', Object.entries(MACHINE_CONSTRUCTS))}
`;
}
