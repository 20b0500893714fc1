// docs/kernel-versions.md: the kernels that are described, and everything in which they differ.
import { changeOf, DIFFERENCES, holdsIn, spanOf, type Difference } from '../../server/src/kernel/versions/differences.js';
import { FILESYSTEMS, type Filesystem } from '../../server/src/vocabulary/filesystems.js';
import { isAvailable } from '../../server/src/vocabulary/availability.js';
import { KERNEL_CHANGES, releasesOf, READ_UP_TO, type KernelChange, type KernelChangeName } from '../../server/src/vocabulary/kernel-changes.js';
import { KERNELS, type KernelVersion, type MainlineRelease } from '../../server/src/vocabulary/kernels.js';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../../server/src/vocabulary/message-templates.js';
import { MF_TYPES, mfTypeNumber, type MfTypeDescription } from '../../server/src/vocabulary/mf-types.js';
import { SPECIAL_MAPPINGS, reachableByGup, type SpecialMappingName } from '../../server/src/vocabulary/special-mappings.js';
import { labKernels, readKnownLabDifferences, readLabRecords } from '../../test/conformance/lab-records/lab-record.js';
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
        `\`kernel.basis\` in the JSON say so. Kernels before ${OLDEST} are refused: none was recorded or read.`,
        '',
        'The version that is written counts. Three numbers mean that point release: 6.12.20 has the fixes that 6.12.20 had, and the faults. Two',
        'numbers mean, of a described kernel, the release of the table, and of another the mainline release: 6.14 is 6.14.0. A guard',
        '(`when kernel < 6.12.24`) compares so too; where it says two numbers it means all releases of that series. A series that is not',
        'described is put together: it behaves as the described one below it, with what is known to have come since, and the `kernel` line',
        'names the changes of which it is not known whether the release has them.',
        '',
        ...table(['kernel', 'without a third number', 'basis', 'what changed'], KERNELS.map(({ version, release, basis, doc }) => [version, release, basis, doc])),
        '',
        ...recordedByTheLab(),
        `## What they do differently: ${differences.length} named differences`,
        '',
        'The model asks for these names and never for a version. ● holds.',
        '',
        ...table(['name', ...VERSIONS, 'releases', 'effect', 'evidence'], differences.map(([name, difference]) => [
            `\`${name}\``, ...VERSIONS.map((version) => holdsIn(difference, version) ? '●' : ''), spanOf(difference),
            `${difference.effect}${difference.notModelled === undefined ? '' : ` *Not modelled: ${difference.notModelled}*`}`, difference.evidence,
        ])),
        '',
        ...changes(),
        '## What they have: sysctls, MF types, file systems',
        '',
        'A scenario that names what its kernel lacks has an error at that place. Numbers are those of the binary trace record.',
        '',
        ...table(['word', ...VERSIONS], [
            ...Object.entries<Sysctl>(SYSCTLS).map(([name, { since }]) => [`sysctl \`${name}\``, ...VERSIONS.map((version) => has(version, since) ? '●' : '')]),
            ...Object.entries<MfTypeDescription>(MF_TYPES).map(([name, type]) => [`\`${name}\``, ...VERSIONS.map((version) => mfTypeNumber(type, version) === undefined ? '' : `${mfTypeNumber(type, version)}${has(version, type.since, type.until) ? '' : ' (never reported)'}`)]),
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
        'A row in `KERNELS`, a number for each MF type it has, and a row in `DIFFERENCES` for everything new that it does, with the commit in',
        '`KERNEL_CHANGES` as `from` (or `before`), or the kernel where no commit is known. A back-port is a release in `stable` of that commit. Recorded cases',
        'go to `test/conformance/records/`; `recordedAs` makes the comparison run. No other code names a version.',
        '',
    ].join('\n');
}

/** Further releases, whose cases were run on them by the lab. */
function recordedByTheLab(): readonly string[] {
    const known = readKnownLabDifferences();
    return [
        '## Recorded between them',
        '',
        'The scenarios of the recorded cases were run on further kernels of Debian by [the lab](lab.md) (`npm run lab:record -- VERSION`), once each, and are held against the prediction for that very',
        'release by a test. What could not be made is left out: states that only the recording program could make.',
        '',
        ...table(['kernel', 'cases', 'agree', 'differ'], labKernels().map((kernel) => {
            const cases = readLabRecords(kernel).filter(({ notMade }) => notMade === undefined).length;
            const differ = known.filter(({ kernels }) => kernels.includes(kernel)).flatMap((each) => each.cases).length;
            return [kernel, String(cases), String(cases - differ), String(differ)];
        })),
        ...known.length === 0 ? [] : ['', ...known.map(({ kernels, cases, reason }) => `- ${kernels.join(', ')}: ${cases.map((name) => `\`${name}\``).join(', ')}: ${reason}`)],
        '',
    ];
}

function has(version: KernelVersion, since: MainlineRelease, until?: MainlineRelease): boolean {
    return isAvailable({ since, ...until === undefined ? {} : { until } }, { written: version, proposals: [] });
}

/** Every change that was looked at: which differences it makes, or why it makes none. */
function changes(): string[] {
    const names = Object.keys(KERNEL_CHANGES) as KernelChangeName[];
    return [
        `## Which release brought which change: ${names.length} commits`,
        '',
        'Commits by their titles, with the mainline release and the first release of each stable series that took them over. For the point',
        `releases these were read up to: ${Object.entries(READ_UP_TO).map(([series, point]) => `${series}.${point}`).join(', ')}; of other series the mainline release only, and the releases named here.`,
        'A change makes a difference of the table above, or the last column says why no outcome that the model describes changes.',
        '',
        ...table(['commit', 'releases', 'what it changes here'], names.map((name) => {
            const change: KernelChange = KERNEL_CHANGES[name];
            const made = (Object.entries(DIFFERENCES) as [string, Difference][]).filter(([, { from, before }]) => changeOf(from) === change || changeOf(before) === change).map(([difference]) => `\`${difference}\``);
            return [`${change.commit === undefined ? '' : `\`${change.commit}\` `}${change.title}`, releasesOf(change), made.length > 0 ? [made.join(', '), ...Object.entries(change.changesNothingIn ?? {}).map(([series, why]) => `nothing in ${series}: ${why}`)].join('; ') : `nothing: ${change.changesNothing ?? ''}`];
        })),
        '',
    ];
}

function code(text: string): string {
    return `\`${text.replaceAll('|', '\\|')}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
    return [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)];
}
