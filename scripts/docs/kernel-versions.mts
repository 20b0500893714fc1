// docs/kernel-versions.md: the kernels that are described, and everything in which they differ.
import { DIFFERENCES, holdsIn, type Difference } from '../../server/src/kernel/versions/differences.js';
import { FILESYSTEMS, type Filesystem } from '../../server/src/vocabulary/filesystems.js';
import { KERNELS, type KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../../server/src/vocabulary/message-templates.js';
import { MF_TYPES, type MfTypeDescription } from '../../server/src/vocabulary/mf-types.js';
import { SPECIAL_MAPPINGS, reachableByGup, type SpecialMappingName } from '../../server/src/vocabulary/special-mappings.js';
import { SYSCTLS, type Sysctl } from '../../server/src/vocabulary/sysctls.js';

const VERSIONS = KERNELS.map(({ version }) => version);
const OLDEST = VERSIONS[0]!;

export function kernelVersionsPage(): string {
    const differences = Object.entries(DIFFERENCES) as [string, Difference][];
    return [
        '# Kernel versions',
        '',
        '<!-- Written by `npm run docs` from server/src/kernel/versions and server/src/vocabulary. -->',
        '',
        'A scenario runs on the kernel of its `kernel` line, on 7.3 without one. A *recorded* kernel was compared with what a running one did,',
        'case by case: see [conformance.md](conformance.md). A *derived* one follows from its source only; an information on the `kernel` line and',
        '`kernel.basis` in the JSON say so. A version that is not described behaves as the newest described one below it, which the line says',
        `too. Kernels before ${OLDEST} are refused: none was recorded or read. Stable kernels receive back-ports, so "6.12" means a late 6.12.y.`,
        '',
        ...table(['kernel', 'basis', 'recorded on', 'what changed'], KERNELS.map(({ version, basis, recordedAs, doc }) => [version, basis, recordedAs ?? '–', doc])),
        '',
        `## What they do differently: ${differences.length} named differences`,
        '',
        'The model asks for these names and never for a version. ● holds.',
        '',
        ...table(['name', ...VERSIONS, 'effect', 'evidence'], differences.map(([name, difference]) => [
            `\`${name}\``, ...VERSIONS.map((version) => holdsIn(difference, version) ? '●' : ''),
            `${difference.effect}${difference.notModelled === undefined ? '' : ` *Not modelled: ${difference.notModelled}*`}`, difference.evidence,
        ])),
        '',
        '## What they have: sysctls, MF types, file systems',
        '',
        'A scenario that names what its kernel lacks has an error at that place. Numbers are those of the binary trace record.',
        '',
        ...table(['word', ...VERSIONS], [
            ...Object.entries<Sysctl>(SYSCTLS).map(([name, { since }]) => [`sysctl \`${name}\``, ...VERSIONS.map((version) => has(version, since) ? '●' : '')]),
            ...Object.entries<MfTypeDescription>(MF_TYPES).map(([name, { values, since, until }]) => [`\`${name}\``, ...VERSIONS.map((version) => values[version] === undefined ? '' : `${values[version]}${has(version, since, until) ? '' : ' (never reported)'}`)]),
            ...Object.entries<Filesystem>(FILESYSTEMS).flatMap(([name, { since, largeFolios, largeFoliosSince }]) => [
                ...since === undefined ? [] : [[`file system \`${name}\``, ...VERSIONS.map((version) => has(version, since) ? '●' : '')]],
                ...!largeFolios || largeFoliosSince === undefined ? [] : [[`large folios of \`${name}\``, ...VERSIONS.map((version) => has(version, largeFoliosSince) ? '●' : '')]],
            ]),
            ...(Object.keys(SPECIAL_MAPPINGS) as SpecialMappingName[]).filter((name) => new Set(VERSIONS.map((version) => reachableByGup(name, version))).size > 1)
                .map((name) => [`madvise() reaches \`special ${name}\``, ...VERSIONS.map((version) => reachableByGup(name, version) ? '●' : '')]),
        ]),
        '',
        '## What they print differently',
        '',
        ...table(['up to', 'older wording', 'newer wording'], Object.values<MessageTemplate>(MESSAGE_TEMPLATES).flatMap(({ text, old }) => old === undefined ? [] : [[old.until, code(old.text), code(text)]])),
        '',
        '## Adding a kernel',
        '',
        'A row in `KERNELS`, a number for each MF type it has, and a row in `DIFFERENCES` for everything new that it does, with the kernel as',
        '`from` (or `before`). Recorded cases go to `test/conformance/records/`; `recordedAs` makes the comparison run. No other code names a version.',
        '',
    ].join('\n');
}

function has(version: KernelVersion, since: KernelVersion, until?: KernelVersion): boolean {
    const at = VERSIONS.indexOf(version);
    return at >= VERSIONS.indexOf(since) && (until === undefined || at <= VERSIONS.indexOf(until));
}

function code(text: string): string {
    return `\`${text.replaceAll('|', '\\|')}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
    return [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)];
}
