// docs/debugging.md: the step debugger, with the attributes of launch.json from the manifest.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

interface Attribute { readonly type: string; readonly markdownDescription: string; readonly default?: unknown; readonly properties?: Readonly<Record<string, unknown>> }

interface Manifest { readonly contributes: { readonly debuggers: readonly { readonly configurationAttributes: { readonly launch: { readonly properties: Readonly<Record<string, Attribute>> } } }[] } }

const TEXT = `# Step through a scenario

*Debug Scenario* (over each scenario, in the palette, in the Test Explorer, or F5 in a scenario file) walks the kernel's path through a scenario, both
ways. It moves over the trace that the results come from, with the state that was recorded after every event: nothing is simulated while one steps.

![Stopped inside get_any_page(): the outline of the function with the decision that was taken, the call stack down to the step, the frame that is poisoned, and what the last step changed](images/debugger.png)

| to | |
| --- | --- |
| go over a step or a decision | Step Over (F10); Step Back goes the same way backwards |
| see what the kernel does in a step | Step Into (F11): the next decision, kernel function by kernel function; Step Out (Shift+F11): the next decision of a caller, else the next step |
| run to a breakpoint, or to the end | Continue (F5); Reverse Continue. At the end of the scenario the session stops once more, so that one can go back |
| go somewhere else | Jump to Cursor, on any step |
| go another way of a race | Step Into Target at the step, or \`race\` in launch.json |

The call stack is that of the kernel, down to the step of the scenario. The source of a kernel function is an outline: its decisions in order, the one that
was taken last marked \`▶\`, those taken before \`✓\`, and for each other one what would have taken it. Calls are told from the decisions of a step;
functions that decide nothing stand in between in grey. Host and guests are threads.

Going back shows what that takes back. From where the picture above stops, Step Back leads to \`memory_failure()\`, and the reference is gone:

![One step back: memory_failure() has marked the page, and its count is 1 again](images/debugger-back.png)

## Breakpoints

- on a step: click beside its line; on a decision: beside its line in an outline;
- on a kernel function or a decision by its name: *Add Function Breakpoint*, \`get_hwpoison_page\`, \`memory_failure.marked\`;
- on panics, oopses, SIGBUS, the result Ignored, the first change of a page: the list in the Breakpoints view;
- on a frame, a counter, a process or one property of them: *Break on Value Change* in the Variables view.

Conditions are expressions; hit counts (\`3\`, \`>= 3\`, \`% 2\`) count from the beginning of the run, whichever way one has come; log points take \`{expressions}\`.

## Values

The Variables view has frames (flags, counts, owner, who maps them), processes with their threads and mappings, counters, the machine, pools, files and swap;
what the last step changed comes first, and is marked in its place. Watches, conditions, hovers and the console speak the language's words:

| | |
| --- | --- |
| \`bad\`, \`heap[2]\`, \`db.heap[2]\`, \`pfn 0x4003\`, \`log[0]\`, \`vm.heap[2]\` | frames and pages; a property stands behind a dot: \`bad.refcount\`, \`heap[2].PG_hwpoison\` |
| \`db\`, \`db.main.policy\`, \`db.state\` | processes and threads |
| \`HardwareCorrupted\`, \`node 0 ignored\` | counters |
| \`panic\`, \`oops\`, \`kernel\`, \`vm.memory_failure_recovery\` | the machine |
| \`step\`, \`phase\`, \`time\`, \`operation\`, \`actor\`, \`decision\`, \`function\`, \`pfn\`, \`note\` | what has just happened |
| \`poisoned bad\`, \`killed db\`, \`survives db\`, \`not\`, \`and\`, \`or\`, \`=\` \`!=\` \`<\` \`<=\` \`>\` \`>=\` | conditions: \`poisoned bad and node 0 ignored > 0\` |

Frames are followed that the scenario or its trace names, up to 256 of them from beginning to end, and any other while a step is about it. A very long run is
looked at less often; the console says so when the session begins.

An edit while a session is open leaves it as it is: it shows the text as it was, and says so. A language server that dies meanwhile is started again, and
the session goes on where it was if the text is the same; else it ends and says why.
`;

export function debuggingPage(): string {
    const { contributes } = JSON.parse(readFileSync(path.join(process.cwd(), 'package.json'), 'utf8')) as Manifest;
    const attributes = Object.entries(contributes.debuggers[0]!.configurationAttributes.launch.properties);
    const rows = attributes.map(([name, { markdownDescription, properties }]) => `| \`${name}\` | ${markdownDescription.replaceAll('|', '\\|')}${properties === undefined ? '' : ` ${Object.keys(properties).map((each) => `\`${each}\``).join(', ')}.`} |`);
    return `${TEXT}\n## launch.json\n\nAll attributes may be left out; titles, variants and ways are completed.\n\n| attribute | |\n| --- | --- |\n${rows.join('\n')}\n`;
}
