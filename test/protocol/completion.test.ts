import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompletionItem, CompletionList } from 'vscode-languageserver';
import { CLAIMS, CONSTRUCTS } from '../../server/src/vocabulary/settings.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { InProcessClient, marked } from './in-process-client.js';

const BEFORE = `scenario "s" {
    kernel 6.6
    file log = ext4 16 KiB
    filesystem data = ext4
    swap sw = zram 64 MiB
    region dentry = slab 1 page
    region spare = free 4 pages
    process db {
        thread rescue
        map heap = anon 16 KiB written
    }
    process web { map stack = anon 1 page swapped }
    page bad = heap[2]
`;
const GUEST = `scenario "s" {
    process qemu {
        map ram = anon 16 MiB
        guest vm backed by ram {
            region dentry = slab 1 page
            process app { map heap = anon 4 pages written }
        }
    }
`;
const STEP = '    corrupt-pfn bad\n';

interface Row {
    readonly name: string;
    /** The line with the cursor at `|`, inside a scenario unless it says otherwise. */
    readonly at: string;
    readonly offers?: readonly string[];
    readonly lacks?: readonly string[];
}

const ROWS: readonly Row[] = [
    { name: 'an empty file', at: '|', offers: ['scenario', 'machine', 'import'], lacks: ['kernel', 'corrupt-pfn'] },
    { name: 'an empty line', at: `${BEFORE}    |\n}`, offers: ['region', 'process', 'corrupt-pfn', 'db:', 'db.rescue:', 'kernel:', 'memory', 'vary', 'repeat'], lacks: ['map', 'kernel', 'expect', 'import'] },
    { name: 'below a step', at: `${BEFORE}${STEP}        |\n}`, offers: ['expect', 'race', 'corrupt-pfn', 'sysctl'], lacks: ['region', 'process', 'memory'] },
    { name: 'in a process', at: 'scenario "s" {\n    process db {\n        |\n    }\n}', offers: ['map', 'thread', 'prctl', 'sigbus', 'pin'], lacks: ['region', 'corrupt-pfn'] },
    { name: 'in a thread', at: 'scenario "s" {\n process db {\n thread a {\n |\n } } }', offers: ['prctl', 'sigbus'], lacks: ['map'] },
    { name: 'in a machine', at: 'machine m {\n    |\n}', offers: ['region', 'kernel'], lacks: ['corrupt-pfn', 'expect', 'vary'] },
    { name: 'kernel versions', at: 'scenario "s" {\n    kernel |\n}', offers: ['7.3', '6.1'], lacks: ['with'] },
    { name: 'half a version', at: 'scenario "s" {\n    kernel 6.|\n}', offers: ['6.12'] },
    { name: 'proposals for the kernel', at: 'scenario "s" {\n    kernel 7.3 with |\n}', offers: ['kho-hwpoison'], lacks: ['panic-unrecoverable-v4'] },
    { name: 'no proposals for an old kernel', at: 'scenario "s" {\n    kernel 6.6 |\n}', lacks: ['with'] },
    { name: 'kernels to vary', at: 'scenario "s" {\n    vary kernel 6.12, |\n}', offers: ['7.3'] },
    { name: 'sysctls of the kernel', at: `${BEFORE}    sysctl |\n}`, offers: ['vm.memory_failure_early_kill'], lacks: ['vm.panic_on_unrecoverable_memory_failure', 'vm.enable_soft_offline'] },
    { name: 'sysctls, half-typed', at: 'scenario "s" {\n    sysctl vm.pan|\n}', offers: ['vm.panic_on_unrecoverable_memory_failure'] },
    { name: 'a sysctl that a proposal brings', at: 'scenario "s" {\n    kernel 7.0 with panic-unrecoverable-v4\n    sysctl |\n}', offers: ['vm.panic_on_unrecoverable_memory_failure'] },
    { name: 'a sysctl that is set already', at: 'scenario "s" {\n    sysctl kernel.panic = 1\n    sysctl |\n}', offers: ['kernel.panic_on_oops'], lacks: ['kernel.panic'] },
    { name: 'values of a sysctl', at: 'scenario "s" {\n    sysctl vm.memory_failure_early_kill = |\n}', offers: ['0', '1'] },
    { name: 'filters', at: 'scenario "s" {\n    filter |\n}', offers: ['corrupt-filter-enable'] },
    { name: 'options', at: 'scenario "s" {\n    config DEB|\n}', offers: ['DEBUG_VM'] },
    { name: 'in the brackets of a part of a file', at: `${BEFORE}    process x { map b = log[|] }\n}`, lacks: ['shared', 'anon', 'written', 'corrupt-pfn', 'map'] },
    { name: 'behind a part of a file', at: `${BEFORE}    process x { map b = log[2..3] | }\n}`, offers: ['shared', 'private', 'read', 'written'], lacks: ['anon', 'pages'] },
    { name: 'behind a part of a file that a step maps', at: `${BEFORE}    db: mmap b = log[2..3] |\n}`, offers: ['shared', 'private', 'populate'], lacks: ['anon'] },
    { name: 'architectures', at: 'scenario "s" {\n    arch |\n}', offers: ['x86-64', 'arm64'] },
    { name: 'after an architecture', at: 'scenario "s" {\n    arch arm64 |\n}', offers: ['page size'] },
    { name: 'page kinds', at: 'scenario "s" {\n    region r = |\n}', offers: ['slab', 'free', 'vmalloc'], lacks: ['anon', 'ext4'] },
    { name: 'units after a number', at: 'scenario "s" {\n    region r = slab 1 |\n}', offers: ['page', 'KiB'], lacks: ['ns', 'at pfn'] },
    { name: 'attributes of a region', at: 'scenario "s" {\n    region r = slab 1 page |\n}', offers: ['at pfn', 'at phys', 'content'] },
    { name: 'the second word of an attribute', at: 'scenario "s" {\n    region r = slab 1 page at |\n}', offers: ['pfn', 'phys'], lacks: ['content'] },
    { name: 'attributes that exclude each other', at: 'scenario "s" {\n    region r = slab 1 page at pfn 0x100 |\n}', offers: ['content'], lacks: ['at phys', 'at pfn'] },
    { name: 'file systems of the kernel', at: `${BEFORE}    file f = |\n}`, offers: ['ext4', 'memfd'], lacks: ['ntfs', 'slab'] },
    { name: 'file systems that are declared', at: `${BEFORE}    file f = ext4 16 KiB on |\n}`, offers: ['data'], lacks: ['log', 'db'] },
    { name: 'attributes of a file that are not given', at: `${BEFORE}    file f = ext4 16 KiB dirty |\n}`, offers: ['on', 'folio'], lacks: ['clean', 'dirty'] },
    { name: 'what can be mapped', at: 'scenario "s" {\n    file log = ext4 16 KiB\n    process p {\n        map m = |\n    }\n}', offers: ['anon', 'hugetlb', 'log', 'vdso'] },
    { name: 'attributes of a mapping', at: 'scenario "s" {\n    process p {\n        map m = anon 16 KiB written |\n    }\n}', offers: ['mlocked', 'thp'], lacks: ['untouched', 'read', 'written'] },
    { name: 'words of an attribute', at: 'scenario "s" {\n    process p {\n        map m = anon 16 KiB swapcache |\n    }\n}', offers: ['clean', 'dirty', 'unmapped'], lacks: ['mlocked'] },
    { name: 'policies', at: 'scenario "s" {\n    process p {\n        prctl |\n    }\n}', offers: ['PR_MCE_KILL_EARLY'] },
    { name: 'dispositions', at: 'scenario "s" {\n    process p {\n        sigbus |\n    }\n}', offers: ['ignored', 'handler longjmp'] },
    { name: 'cgroups', at: 'scenario "s" {\n    cgroup tenant = inode 28\n    process p in |\n}', offers: ['tenant'], lacks: ['p'] },
    { name: 'parents', at: `${BEFORE}    process child forked from |\n}`, offers: ['db', 'web'], lacks: ['log'] },
    { name: 'machines to run on', at: 'machine host { memory 1 GiB }\nscenario "s" on |', offers: ['host'] },
    { name: 'places for corrupt-pfn', at: `${BEFORE}    corrupt-pfn |\n}`, offers: ['heap', 'stack', 'dentry', 'log', 'bad', 'pfn'], lacks: ['db', 'sw', 'data'] },
    { name: 'pages in brackets', at: `${BEFORE}    corrupt-pfn heap[|\n}`, offers: ['0', '3', '0..3'], lacks: ['4'] },
    { name: 'mappings of a process', at: `${BEFORE}    corrupt-pfn db.|\n}`, offers: ['heap'], lacks: ['rescue', 'stack'] },
    { name: 'threads before the colon', at: `${BEFORE}    db.|\n}`, offers: ['rescue', 'main'], lacks: ['heap'] },
    { name: 'what a task does', at: `${BEFORE}    db: |\n}`, offers: ['madvise', 'read', 'fork', 'munmap'], lacks: ['machine-check', 'reclaim', 'phase'] },
    { name: 'what the kernel does', at: `${BEFORE}    kernel: |\n}`, offers: ['read', 'allocate', 'reclaim'], lacks: ['madvise', 'corrupt-pfn'] },
    { name: 'pages of the acting process', at: `${BEFORE}    db: read |\n}`, offers: ['heap'], lacks: ['stack', 'dentry', 'log'] },
    { name: 'advice', at: `${BEFORE}    db: madvise heap[0] |\n}`, offers: ['MADV_HWPOISON', 'length'], lacks: ['heap'] },
    { name: 'pages of files for pread', at: `${BEFORE}    db: pread |\n}`, offers: ['log'], lacks: ['heap', 'dentry'] },
    { name: 'free pages to allocate', at: `${BEFORE}    kernel: allocate |\n}`, offers: ['spare'], lacks: ['dentry', 'heap'] },
    { name: 'pages that can be freed', at: `${BEFORE}    kernel: free |\n}`, offers: ['dentry'], lacks: ['spare'] },
    { name: 'pages on swap', at: `${BEFORE}    kernel: swap-in |\n}`, offers: ['stack'], lacks: ['heap'] },
    { name: 'swap areas', at: `${BEFORE}    swapoff |\n}`, offers: ['sw'], lacks: ['log'] },
    { name: 'severities', at: `${BEFORE}    machine-check |\n}`, offers: ['AO', 'AR', 'UCNA'] },
    { name: 'words before arguments', at: `${BEFORE}    machine-check AO |\n}`, offers: ['at', 'cpu', 'lmce'] },
    { name: 'kinds to allocate as', at: `${BEFORE}    kernel: allocate spare as |\n}`, offers: ['driver', 'slab'] },
    { name: 'arguments of prctl', at: `${BEFORE}    db: prctl PR_MCE_KILL |\n}`, offers: ['PR_MCE_KILL_SET', 'PR_MCE_KILL_CLEAR'] },
    { name: 'a time', at: `${BEFORE}    at +67 |\n}`, offers: ['s', 'ms'], lacks: ['KiB'] },
    { name: 'a step at a time', at: `${BEFORE}    at +67s |\n}`, offers: ['corrupt-pfn', 'db:', 'kernel:'], lacks: ['region'] },
    { name: 'claims', at: `${BEFORE}${STEP}        expect |\n}`, offers: ['MF_MSG_DIRTY_LRU', 'MF_RECOVERED', 'SIGBUS', 'errno', 'no', 'panic', 'outcomes'], lacks: ['MF_MSG_ALREADY_POISONED'] },
    { name: 'results that the type can have', at: `${BEFORE}${STEP}        expect MF_MSG_BUDDY |\n}`, offers: ['MF_RECOVERED', 'errno', 'when'] },
    { name: 'codes and words of a signal', at: `${BEFORE}${STEP}        expect SIGBUS |\n}`, offers: ['BUS_MCEERR_AO', 'to', 'at', 'lsb'] },
    { name: 'who is signalled', at: `${BEFORE}${STEP}        expect SIGBUS BUS_MCEERR_AO to |\n}`, offers: ['db', 'db.rescue', 'web'], lacks: ['heap'] },
    { name: 'where', at: `${BEFORE}${STEP}        expect SIGBUS BUS_MCEERR_AO to db at |\n}`, offers: ['heap'], lacks: ['db'] },
    { name: 'errnos', at: `${BEFORE}${STEP}        expect errno |\n}`, offers: ['EBUSY', 'EHWPOISON', '0'] },
    { name: 'what may be absent', at: `${BEFORE}${STEP}        expect no |\n}`, offers: ['signal', 'panic'] },
    { name: 'processes that may die', at: `${BEFORE}${STEP}        expect killed |\n}`, offers: ['db', 'web'], lacks: ['heap'] },
    { name: 'states of contents', at: `${BEFORE}${STEP}        expect contents heap[2] |\n}`, offers: ['lost', 'stale', 'intact'] },
    { name: 'conditions', at: `${BEFORE}${STEP}        expect panic when |\n}`, offers: ['kernel', 'sysctl', 'arch', 'config', 'with'] },
    { name: 'comparisons', at: `${BEFORE}${STEP}        expect panic when kernel |\n}`, offers: ['>=', '<'] },
    { name: 'versions to compare with', at: `${BEFORE}${STEP}        expect panic when kernel >= |\n}`, offers: ['6.12'] },
    { name: 'outcomes', at: `${BEFORE}${STEP}        expect one of {\n            |\n        }\n}`, offers: ['MF_MSG_BUDDY', 'panic'], lacks: ['outcomes', 'corrupt-pfn'] },
    { name: 'who competes', at: `${BEFORE}${STEP}        race |\n}`, offers: ['db:', 'kernel:', 'root:'], lacks: ['corrupt-pfn'] },
    { name: 'what the kernel does beside the handler', at: `${BEFORE}${STEP}        race kernel: |\n}`, offers: ['isolate', 'allocate', 'get', 'mark-dirty'], lacks: ['corrupt-pfn'] },
    { name: 'what root does beside the handler', at: `${BEFORE}${STEP}        race root: |\n}`, offers: ['ftruncate', 'pread'], lacks: ['corrupt-pfn', 'soft_offline_page', 'machine-check', 'wait'] },
    { name: 'a race', at: `${BEFORE}${STEP}        race db: write heap[0] |\n}`, offers: ['from'] },
    { name: 'a sweep', at: `${BEFORE}    sweep |\n}`, offers: ['every page of'] },
    { name: 'what can be swept', at: `${BEFORE}    sweep every page of |\n}`, offers: ['db', 'web', 'heap', 'stack', 'log', 'dentry', 'bad', 'node'], lacks: ['pfn', 'phys', 'address', 'sw', 'data', 'rescue'] },
    { name: 'the machine to sweep', at: 'machine host { region r = free 1 page }\nscenario "s" on host {\n    sweep every page of |\n}', offers: ['host', 'r', 'node'] },
    { name: 'a machine of the scenario to sweep', at: 'scenario "s" {\n    machine web { region r = free 1 page }\n    sweep every page of |\n}', offers: ['web', 'r'] },
    { name: 'nodes to sweep', at: 'scenario "s" {\n    node 0 at phys 0 size 2 GiB\n    node 1 at phys 2 GiB size 2 GiB\n    sweep every page of node |\n}', offers: ['0', '1'], lacks: ['db', 'node'] },
    { name: 'claims below a sweep', at: `${BEFORE}    sweep every page of heap: corrupt-pfn\n        expect |\n}`, offers: ['MF_RECOVERED', 'panic', 'errno', 'killed', 'SIGBUS', 'one'], lacks: ['dmesg', 'value', 'contents', 'outcomes', 'HardwareCorrupted'] },
    { name: 'a share of a sweep', at: `${BEFORE}    sweep every page of heap: corrupt-pfn\n        expect panic |\n}`, offers: ['at most', 'at least', 'when'] },
    { name: 'half of a share', at: `${BEFORE}    sweep every page of heap: corrupt-pfn\n        expect panic at |\n}`, offers: ['most', 'least'], lacks: ['heap', 'panic'] },
    { name: 'no shares elsewhere', at: `${BEFORE}${STEP}        expect panic |\n}`, offers: ['when'], lacks: ['at most'] },
    { name: 'machine checks of arm64', at: 'scenario "s" {\n    arch arm64\n    region r = free 1 page\n    machine-check CE |\n}', offers: ['at', 'threshold'], lacks: ['lmce', 'broadcast', 'no-ripv'] },
    { name: 'steps of arm64', at: 'scenario "s" {\n    arch arm64\n    region r = free 1 page\n    |\n}', offers: ['corrupt-pfn'], lacks: ['cec-threshold'] },
    { name: 'machine checks of x86', at: `${BEFORE}    machine-check CE |\n}`, offers: ['lmce'], lacks: ['threshold', 'unclaimed'] },
    { name: 'machine checks of both', at: 'scenario "s" {\n    vary arch x86-64, arm64\n    region r = free 1 page\n    machine-check CE |\n}', offers: ['lmce', 'threshold'] },
    { name: 'options of the kernel', at: 'scenario "s" {\n    config |\n}', offers: ['DEBUG_VM'], lacks: ['MEMORY_FAILURE_KHO'] },
    { name: 'the memory of a guest', at: 'scenario "s" {\n    process qemu {\n        map ram = anon 16 MiB\n        guest vm |\n    }\n}', offers: ['backed by'] },
    { name: 'a mapping for it', at: 'scenario "s" {\n    process other { map x = anon 1 page }\n    process qemu {\n        map ram = anon 16 MiB\n        guest vm backed by |\n    }\n}', offers: ['ram'], lacks: ['x', 'pfn'] },
    { name: 'pages of a guest', at: `${GUEST}    corrupt-pfn |\n}`, offers: ['vm.heap', 'vm.dentry', 'ram'], lacks: ['heap'] },
    { name: 'behind its name', at: `${GUEST}    corrupt-pfn vm.|\n}`, offers: ['heap', 'dentry'], lacks: ['ram'] },
    { name: 'its side of a step', at: `${GUEST}    in vm |\n}`, offers: ['app:', 'corrupt-pfn'], lacks: ['qemu:'] },
    { name: 'its side of what is expected', at: `${GUEST}    corrupt-pfn vm.heap[0]\n        expect |\n}`, offers: ['in'] },
    { name: 'no side where there is no guest', at: `${BEFORE}${STEP}    |\n}`, lacks: ['in'] },
    { name: 'whose policy is asked for', at: `${BEFORE}${STEP}        expect panic when prctl |\n}`, offers: ['db', 'db.rescue', '='] },
    { name: 'the size of pages to vary', at: 'scenario "s" {\n    vary page |\n}', offers: ['size'] },
    { name: 'sizes of pages to vary', at: 'scenario "s" {\n    vary page size 4 KiB, |\n}', offers: ['64 KiB'] },
    { name: 'a guest to sweep', at: `${GUEST}    sweep every page of |\n}`, offers: ['vm', 'vm.heap', 'vm.dentry', 'qemu', 'ram'] },
    { name: 'a step in a guest', at: `${GUEST}    in vm |\n}`, offers: ['app:', 'kernel:', 'corrupt-pfn', 'machine-check', 'sysctl'], lacks: ['qemu:', 'region', 'process', 'vary', 'memory', 'in', 'sweep', 'repeat', 'kexec', 'at'] },
    { name: 'a step in a guest at a time', at: `${GUEST}    at +1s in vm |\n}`, offers: ['app:', 'corrupt-pfn'], lacks: ['region', 'vary'] },
    { name: 'what a task of a guest does', at: `${GUEST}    in vm app: |\n}`, offers: ['read', 'munmap'] },
    { name: 'a swept step', at: `${BEFORE}    sweep every page of heap: |\n}`, offers: ['machine-check', 'corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'cec-threshold'], lacks: ['swapoff', 'pread', 'ftruncate', 'wait', 'kpageflags'] },
    { name: 'the rest of a swept step', at: `${BEFORE}    sweep every page of node 0: machine-check |\n}`, offers: ['UE', 'AO', 'cpu'], lacks: ['heap', 'bad', 'at', 'pfn', 'bank'] },
    { name: 'what can be said of a boot', at: `${BEFORE}    kexec |\n}`, offers: ['kernel', 'memory', 'carry', 'where', 'error at', 'validate'], lacks: ['is', 'bad'] },
    { name: 'frames that the next kernel uses', at: `${BEFORE}    kexec where |\n}`, offers: ['bad', 'heap', 'dentry', 'pfn'], lacks: ['is', 'carry'] },
    { name: 'behind such a frame', at: `${BEFORE}    kexec where bad |\n}`, offers: ['is'], lacks: ['where', 'carry', 'error at'] },
    { name: 'behind such a frame by its number', at: `${BEFORE}    reboot where pfn 0x9000 |\n}`, offers: ['is'], lacks: ['where', 'carry'] },
    { name: 'uses at boot', at: `${BEFORE}    kexec where bad is |\n}`, offers: ['slab', 'anon', 'page-cache', 'hole', 'offline', 'hugetlb-free'], lacks: ['bad', 'where'] },
    { name: 'several uses', at: `${BEFORE}    kexec carry nothing where bad is slab |\n}`, offers: ['where', 'error at', 'memory'], lacks: ['carry', 'is'] },
    { name: 'an error while booting', at: `${BEFORE}    at +5s power-cycle error at |\n}`, offers: ['bad', 'heap', 'dentry'] },
    { name: 'several errors while booting', at: `${BEFORE}    kexec error at bad |\n}`, offers: ['error at', 'where', 'carry'], lacks: ['is'] },
    { name: 'CPU modes', at: `${BEFORE}    cpu 1 runs db.main in |\n}`, offers: ['user mode', 'copy-from-user'] },
    { name: 'a comment', at: `${BEFORE}    // corr|\n}`, lacks: ['corrupt-pfn'] },
    { name: 'an unfinished block', at: 'scenario "s" {\n    process db {\n        map heap = anon 16 KiB written\n        |', offers: ['map', 'prctl'] },
    { name: 'the second of two scenarios', at: `${BEFORE}}\nscenario "t" {\n    process other { map x = anon 1 page }\n    other: read |\n}`, offers: ['x'], lacks: ['heap'] },
];

describe('completion', () => {
    let client: InProcessClient;
    const uri = 'file:///completion.hwp';
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(uri, '');
    });
    afterAll(() => client.stop());

    const complete = async (source: string): Promise<readonly CompletionItem[]> => {
        const { text, positions } = marked(source);
        await client.change(uri, text);
        return (await client.at<CompletionList | null>('completion', uri, positions[0]!))?.items ?? [];
    };

    test.each(ROWS)('$name', async ({ at, offers = [], lacks = [] }) => {
        const labels = (await complete(at)).map(({ label }) => label);
        expect(offers.filter((label) => !labels.includes(label)), `missing among ${labels.join(' ')}`).toEqual([]);
        expect(lacks.filter((label) => labels.includes(label)), 'should not be offered').toEqual([]);
    });

    test('everything offered is documented', async () => {
        for (const { at } of ROWS) {
            const bare = (await complete(at)).filter(({ documentation, detail }) => documentation === undefined && detail === undefined);
            expect(bare.map(({ label }) => label), at).toEqual([]);
        }
    });

    test('every construct, operation and claim is offered somewhere', async () => {
        const offered = new Set<string>();
        const more = ['scenario "s" {\n    page |\n}', 'machine m { memory 1 GiB }\nscenario "s" {\n |\n}'];
        for (const source of [...ROWS.map(({ at }) => at), ...more]) {
            (await complete(source)).forEach(({ label }) => offered.add(label));
        }
        const own = new Set(['run', 'machine-check-registers']);
        const words = [...CONSTRUCTS.map(({ word }) => word), ...OPERATIONS.map(({ id }) => id).filter((id) => !own.has(id)), ...CLAIMS.map(({ word }) => word).filter((word) => !word.endsWith('_'))];
        expect(words.filter((word) => !offered.has(word))).toEqual([]);
    });

    test('a proposal replaces the whole half-typed word, dots and dashes included', async () => {
        const [item] = (await complete('scenario "s" {\n    sysctl vm.memory_failure_e|\n}')).filter(({ label }) => label === 'vm.memory_failure_early_kill');
        expect(item?.textEdit).toMatchObject({ range: { start: { line: 1, character: 11 }, end: { line: 1, character: 30 } } });
    });

    test('declarations and steps come as snippets', async () => {
        const items = await complete(`${BEFORE}    |\n}`);
        expect(items.find(({ label }) => label === 'process')).toMatchObject({ insertTextFormat: 2, textEdit: { newText: expect.stringContaining('map ${3:heap}') as string } });
        expect(items.find(({ label }) => label === 'corrupt-pfn')).toMatchObject({ textEdit: { newText: 'corrupt-pfn $0' } });
    });

    test('names show their declaration', async () => {
        const items = await complete(`${BEFORE}    corrupt-pfn |\n}`);
        expect(items.find(({ label }) => label === 'dentry')?.documentation).toMatchObject({ value: expect.stringContaining('region dentry = slab 1 page') as string });
    });
});

test('in the order of use and of versions, not of the alphabet', async () => {
    const client = await InProcessClient.start();
    const first = async (line: string, count: number): Promise<string[]> => {
        const { text, positions } = marked(`scenario "s" {\n    ${line}|\n}\n`);
        await client.open('file:///order.hwp', text);
        const { items } = await client.at<CompletionList>('completion', 'file:///order.hwp', positions[0]!);
        await client.close('file:///order.hwp');
        return [...items].sort((left, right) => left.sortText! < right.sortText! ? -1 : 1).slice(0, count).map(({ label }) => label);
    };
    expect(await first('kernel ', 3)).toEqual(['7.3', '7.2', '7.1']);
    expect(await first('region x = ', 6)).toEqual(expect.arrayContaining(['free', 'slab']));
    expect((await first('process db { map x = ', 1))[0]).toBe('anon');
    expect((await first('corrupt-pfn pfn 1\n        expect MF_MSG_DIRTY_LRU ', 4)).length).toBeGreaterThan(0);
    await client.stop();
});
