// docs/kexec.md: the ways to tell the next kernel of bad frames, each asked the same questions by running them.
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { CARRIERS, type BootKind, type Carrier, type CarrierName } from '../../server/src/vocabulary/carriers.js';

const BOOTS: readonly BootKind[] = ['kexec', 'reboot', 'power-cycle'];
const NAMES = Object.keys(CARRIERS) as CarrierName[];

const INTRO = `# Poison over kexec

A frame with an uncorrectable error is known to the kernel that met it. A kexec starts another kernel over the same memory: processes, counters and
PG_hwpoison are gone, the bad cells are not. Nothing in released kernels tells the next one, so its allocator hands the frame out again.

This page asks every way of telling it the same questions. It is made by running them ("npm run docs"); the language is in
[language.md](language.md#kexec-and-power), more cases are in [examples/09-kexec.hwp](../examples/09-kexec.hwp).

**Derived.** Nothing here was recorded on a running kernel. The list over kexec handover is an RFC of 2026-06-24, modelled from its text; a later
series (v5, 2026-09-15) was not available. What memory_failure() does with each entry is the same model as everywhere, which is compared with
recorded kernels.
`;

const LIST = `## The list of the proposal

Every page that is counted as poisoned joins an array of PFNs (512 entries, doubled when it is full), Ignored and soft-offlined pages too; unpoison takes
it out, the last entry takes its place. The list is published with its first entry. The next kernel prints a line, calls \`memory_failure(pfn, 0)\` for each
entry in order and so builds its own list; publishing waits for the end of the replay.

- A frame that is free in the next kernel is taken out: a page that was Ignored becomes Recovered.
- A frame that the boot has used before the replay is judged as what it is then: slab stays Ignored, and the line \`re-poison PFN ... failed: -16\` says so.
- A frame outside the next kernel's memory is not counted, and so not listed: the knowledge ends there.
- The replay is no simulation: unpoison is off in the next kernel, even if software had made up all the poison.
- Soft-offlined pages are failed hard: whoever got the frame first loses it.
- Sysctls are set after the replay: \`vm.panic_on_unrecoverable_memory_failure\` does not stop the boot.
- One kernel without the proposal ends the chain.

\`\`\`hwp
scenario "slab, taken by the next kernel, and taken out by the one after" {
    kernel 7.3 with kho-hwpoison
    region dentry = slab 1 page

    corrupt-pfn dentry
        expect MF_MSG_KERNEL MF_IGNORED
    kexec where dentry is page-table
        expect MF_MSG_KERNEL MF_IGNORED
        expect dmesg "failed: -16"
    kexec
        expect MF_MSG_BUDDY MF_RECOVERED
    kexec kernel 7.3
        expect not poisoned dentry
}
\`\`\`

During the replay the frame is ordinary free memory. Racing the boot shows what becomes of it:

\`\`\`hwp
scenario "the allocator hands the frame out while it is replayed" {
    kernel 7.3 with kho-hwpoison
    region spare = free 1 page

    corrupt-pfn spare
    kexec
        race kernel: allocate spare as slab
        expect outcomes {
            MF_MSG_BUDDY MF_RECOVERED
            MF_MSG_BUDDY MF_FAILED
            MF_MSG_KERNEL MF_IGNORED
            MF_MSG_GET_HWPOISON MF_IGNORED
            MF_MSG_KERNEL_HIGH_ORDER MF_IGNORED
        }
}
\`\`\`
`;

const LIMITS = `## What is left open

- \`reserve_mem=\` of released kernels names no address; the model supposes a form that does.
- What lies behind the array when a list claims more entries than were preserved is not described; \`validate\` refuses such a list.
- When a huge page with several bad pages is unpoisoned, the list forgets by the PFN that was named; the others stay.
- A crash kernel is not described, and does not use the list.
- A boot takes no simulated time, and places nothing but the zero page and what \`where\` says.
`;

/** One bad frame by hardware, one by software; what becomes of them over the boots. */
function scenario(name: CarrierName, boots: readonly string[]): string {
    const kernel = name === 'kho' ? '7.3 with kho-hwpoison' : '7.3';
    return `scenario "${name}" {
    kernel ${kernel}
    region real      = free 1 page at pfn 0x9000
    region simulated = free 1 page at pfn 0x9008

    machine-check UCNA at real
    corrupt-pfn simulated
${boots.map((boot) => `    ${boot}\n`).join('')}    kernel: allocate real as slab
    kernel: allocate simulated as slab
    kernel: read real in "d_lookup"
}
`;
}

async function run(text: string): Promise<Trace> {
    const report = await new TextAnalyzer().analyze('file:///kexec.hwp', text);
    const trace = report.scenarios[0]?.trace;
    if (trace === null || trace === undefined) throw new Error(`does not run: ${JSON.stringify(report.scenarios[0]?.issues)}\n${text}`);
    return trace;
}

interface Answer { readonly real: string; readonly simulated: string; readonly use: string }

async function ask(name: CarrierName, boots: readonly string[]): Promise<Answer> {
    const trace = await run(scenario(name, boots));
    const [real, simulated, read] = trace.steps.slice(-3);
    const forgotten = new Set(trace.steps.at(-4)!.events.flatMap((event) => event.t === 'decision' && event.id === 'memblock_free_all.known-bad' ? [event.pfn] : []));
    const fate = (allocation: Trace['steps'][number], pfn: number): string => {
        if (allocation.outcome.errno === '0') return forgotten.has(pfn) ? '**handed out**' : 'healthy';
        return allocation.events.some((event) => event.t === 'decision' && event.id === 'rmqueue.not-free') ? 'taken out' : 'not in the allocator';
    };
    const stopped = read!.events.some(({ t }) => t === 'panic') ? '**panic**' : 'no';
    return { real: fate(real!, 0x9000), simulated: fate(simulated!, 0x9008), use: real!.outcome.errno === '0' ? stopped : '–' };
}

function row(cells: readonly string[]): string {
    return `| ${cells.join(' | ')} |`;
}

async function answers(): Promise<string> {
    const heads = ['`carry`', 'bad by hardware', 'bad by software', 'crash on use', 'after a second kexec that carries nothing', 'over a reboot', 'over a power cycle'];
    const rows = await Promise.all(NAMES.map(async (name) => {
        const first = await ask(name, [`kexec carry ${name}`]);
        const second = await ask(name, [`kexec carry ${name}`, name === 'kho' ? 'kexec kernel 7.3' : 'kexec']);
        const over = async (boot: BootKind): Promise<string> => CARRIERS[name].survives.some((each) => each === boot) ? (await ask(name, [`${boot} carry ${name}`])).real : `lost: ${(await ask(name, [boot])).real}`;
        return row([`\`${name}\``, first.real, first.simulated, first.use, second.real, await over('reboot'), await over('power-cycle')]);
    }));
    return [row(heads), row(heads.map(() => '---')), ...rows].join('\n');
}

function properties(): string {
    const heads = ['`carry`', 'what it is', 'scope', 'lasts over', 'architectures', 'from', 'status', 'weakness'];
    const rows = NAMES.map((name) => {
        const { doc, scope, survives, arches, since, status, weakness }: Carrier = CARRIERS[name];
        return row([`\`${name}\``, doc.replaceAll('|', '\\|'), scope, BOOTS.filter((boot) => survives.includes(boot)).join(', '), arches.join(', '), since ?? (name === 'kho' ? 'proposal' : 'any'), status, weakness]);
    });
    return [row(heads), row(heads.map(() => '---')), ...rows].join('\n');
}

export async function kexecPage(): Promise<string> {
    return `${INTRO}
## The same questions to each

Two free frames, one bad by hardware, one marked by software; then the boot, and the next kernel allocates both and reads the first one:

\`\`\`hwp
${scenario('nothing', ['kexec carry nothing']).replace('"nothing"', '"nothing is carried"').replace('in "d_lookup"\n', 'in "d_lookup"\n        expect panic "Fatal local machine check"\n')}\`\`\`

${await answers()}

*taken out*: the frame carries PG_hwpoison in the next kernel. *not in the allocator*: it is no RAM there, or reserved. *healthy*: nothing is wrong with it
any more. **handed out**: an allocation gets it; the editor warns (\`page/forgotten\`, \`page/handed-out-again\`, \`page/consumed-again\`).
The second kexec boots a released 7.3 without the list.

## What each is

${properties()}

${LIST}
${LIMITS}`;
}
