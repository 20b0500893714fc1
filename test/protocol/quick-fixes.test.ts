import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

interface Row {
    readonly code: string;
    /** Part of the title of the fix. */
    readonly title: string;
    /** Lines of a scenario; a text of its own when it begins with a keyword of the first column. */
    readonly text: string;
    /** What the text then holds. */
    readonly gives: string;
    /** Other findings stay: the fix mends one thing. */
    readonly leaves?: readonly string[];
}

const DB = 'process db { map heap = anon 16 KiB written }\n';

const GUEST = 'process qemu { sigbus handler longjmp; map ram = anon 16 MiB; \n    guest vm backed by ram {\n        kernel 6.1\n        process app { map heap = anon 1 page written }\n    }\n}\ncorrupt-pfn pfn 1\n';

const SWEPT = `memory 64 MiB
sysctl vm.panic_on_unrecoverable_memory_failure = 1
machine s {
    region dentries = slab 600 pages
    ${DB}}
`;

const ROWS: readonly Row[] = [
    // Nearest words.
    { code: 'step/unknown', title: 'corrupt-pfn', text: `${DB}corupt-pfn heap[0]`, gives: 'corrupt-pfn heap[0]' },
    { code: 'hwp/unknown-word', title: 'slab', text: 'region r = slap 1 page\ncorrupt-pfn r', gives: 'region r = slab 1 page' },
    { code: 'hwp/unknown-name', title: 'Change to `heap`', text: `${DB}corrupt-pfn haep[2]`, gives: 'corrupt-pfn heap[2]' },
    { code: 'hwp/unknown-name', title: 'Change to `db`', text: `${DB}bd: read heap[0]`, gives: 'db: read heap[0]' },
    { code: 'hwp/unknown-word', title: 'MADV_HWPOISON', text: `${DB}db: madvise heap[0] MADV_HWPOISN`, gives: 'db: madvise heap[0] MADV_HWPOISON' },
    { code: 'hwp/unknown-word', title: 'MF_MSG_DIRTY_LRU', text: `${DB}corrupt-pfn heap[0]\n    expect MF_MSG_DIRTY_LRUU MF_RECOVERED`, gives: 'expect MF_MSG_DIRTY_LRU MF_RECOVERED' },
    { code: 'expect/unknown-claim', title: 'errno EBUSY', text: `${DB}corrupt-pfn heap[0]\n    expect EBUSY`, gives: 'expect errno EBUSY', leaves: ['verdict/failed'] },
    { code: 'hwp/ambiguous-name', title: 'db.heap', text: `${DB}process web { map heap = anon 16 KiB written }\ncorrupt-pfn heap[1]`, gives: 'corrupt-pfn db.heap[1]' },
    { code: 'step/actor-missing', title: 'db: madvise', text: `${DB}madvise heap[0] MADV_HWPOISON`, gives: 'db: madvise heap[0] MADV_HWPOISON' },
    { code: 'sysctl/unknown', title: 'vm.memory_failure_early_kill', text: `sysctl vm.memory_failure_early_kil = 1\n${DB}corrupt-pfn heap[0]`, gives: 'sysctl vm.memory_failure_early_kill = 1' },
    { code: 'kernel/unknown-proposal', title: 'kho-hwpoison', text: `kernel 7.3 with kho-hwposon\n${DB}corrupt-pfn heap[0]`, gives: 'kernel 7.3 with kho-hwpoison' },
    { code: 'kernel/proposal-does-not-apply', title: '7.0', text: `kernel 6.6 with panic-unrecoverable-v4\n${DB}corrupt-pfn heap[0]`, gives: 'kernel 7.0 with panic-unrecoverable-v4' },
    { code: 'kernel/too-old', title: '7.3', text: `kernel 5.10\n${DB}corrupt-pfn heap[0]`, gives: 'kernel 7.3' },

    // Missing declarations.
    { code: 'hwp/unknown-name', title: 'Declare the region `dentry`', text: 'corrupt-pfn dentry', gives: 'region dentry = slab 1 page', leaves: ['page/ignored'] },
    { code: 'hwp/unknown-name', title: 'Declare the mapping `stack` in `db`', text: `${DB}db: read stack[0]`, gives: 'map heap = anon 16 KiB written; map stack = anon 16 KiB written' },
    { code: 'hwp/unknown-name', title: 'Declare the mapping `big` in `db`', text: 'process db {\n    sigbus handler longjmp\n}\ndb: read big[20]', gives: '    map big = anon 21 pages written' },
    { code: 'hwp/unknown-name', title: 'Declare a process with the mapping `x`', text: 'corrupt-pfn x[1]', gives: '    map x = anon 16 KiB written' },
    { code: 'hwp/unknown-name', title: 'Declare the process `web`', text: `${DB}web: exit`, gives: 'process web {' },
    { code: 'hwp/unknown-name', title: 'Declare the filesystem `data`', text: 'file log = ext4 16 KiB on data\ncorrupt-pfn log[0]', gives: 'filesystem data = ext4' },
    { code: 'hwp/unknown-name', title: 'Declare the cgroup `tenant`', text: 'process db in tenant { map heap = anon 1 page written }\ncorrupt-pfn heap', gives: 'cgroup tenant = inode 28' },
    { code: 'hwp/unknown-name', title: 'Declare the swap `sw`', text: 'swapoff sw', gives: 'swap sw = device 64 MiB' },
    { code: 'process/unknown-thread', title: 'Declare the thread `rescue`', text: `${DB}db.rescue: read heap[0]`, gives: '; thread rescue' },
    { code: 'machine/unknown', title: 'Declare the machine `web`', text: 'scenario "s" on web {\n    region r = free 1 page\n    corrupt-pfn r\n}\n', gives: 'machine web {' },

    // Impossible states.
    { code: 'sysctl/not-on-kernel', title: 'kernel 7.3', text: `kernel 6.12\nsysctl vm.panic_on_unrecoverable_memory_failure = 1\n${DB}corrupt-pfn heap[0]`, gives: '    kernel 7.3\n' },
    { code: 'sysctl/not-on-kernel', title: 'Remove the line', text: `kernel 6.12\nsysctl vm.panic_on_unrecoverable_memory_failure = 1\n${DB}corrupt-pfn heap[0]`, gives: '    kernel 6.12\n    process' },
    { code: 'sysctl/out-of-range', title: 'Change to `1`', text: `sysctl vm.memory_failure_early_kill = 7\n${DB}corrupt-pfn heap[0]`, gives: 'early_kill = 1', leaves: ['signal/unhandled'] },
    { code: 'region/outside-memory', title: 'memory', text: 'region r = slab 1 page at pfn 0x40272d\ncorrupt-pfn r', gives: 'memory 17 GiB', leaves: ['page/ignored'] },
    { code: 'region/overlap', title: 'Remove `at pfn', text: 'region a = free 1 page at pfn 0x100\nregion b = free 1 page at pfn 0x100\ncorrupt-pfn a', gives: 'region b = free 1 page\n' },
    { code: 'mapping/no-swap', title: 'swap sw', text: 'process db { map heap = anon 1 page swapped }\ndb: read heap', gives: 'swap sw = device 64 MiB' },
    { code: 'mapping/hugetlb-swap', title: 'Remove `swapped`', text: 'swap sw = device 64 MiB\nprocess db { map heap = hugetlb 2 MiB swapped }\ndb: read heap[0]', gives: 'hugetlb 2 MiB }' },
    { code: 'machine/no-such-cpu', title: 'cpus 5', text: `${DB}machine-check AO at heap[0] cpu 4`, gives: 'cpus 5' },
    { code: 'machine/page-size', title: 'arch arm64', text: `page size 64 KiB\nregion r = free 1 page\ncorrupt-pfn r`, gives: 'arch arm64' },
    { code: 'setting/repeated', title: 'Remove', text: `memory 1 GiB\nmemory 2 GiB\n${DB}corrupt-pfn heap[0]`, gives: 'memory 1 GiB\n    process' },
    { code: 'hwp/repeated-attribute', title: 'Remove `mlocked`', text: 'process db { map heap = anon 16 KiB mlocked written mlocked }\ncorrupt-pfn heap[0]', gives: 'anon 16 KiB mlocked written }' },
    { code: 'hwp/conflicting-attributes', title: 'Remove `read`', text: 'process db { map heap = anon 16 KiB written read }\ncorrupt-pfn heap[0]', gives: 'anon 16 KiB written }' },
    { code: 'scenario/declaration-after-step', title: 'Move it above', text: `${DB}corrupt-pfn heap[0]\nregion late = free 1 page\ncorrupt-pfn late`, gives: 'region late = free 1 page\n    corrupt-pfn heap[0]' },
    { code: 'scenario/duplicate-title', title: '(2)', text: 'scenario "s" {\n    region r = free 1 page\n    corrupt-pfn r\n}\nscenario "s" {\n    region r = free 1 page\n    corrupt-pfn r\n}\n', gives: 'scenario "s (2)" {' },
    { code: 'step/time-backwards', title: '+1', text: `${DB}at 5s corrupt-pfn heap[0]\nat 1s corrupt-pfn heap[1]`, gives: 'at +1s corrupt-pfn heap[1]' },
    { code: 'step/dead-process', title: 'Remove the step', text: `${DB}db: exit\ndb: read heap[0]`, gives: 'db: exit\n}' },
    { code: 'process/duplicate-id', title: 'Remove `pid 7`', text: 'process a pid 7 { map x = anon 1 page written }\nprocess b pid 7 { map y = anon 1 page written }\ncorrupt-pfn x', gives: 'process b {' },
    { code: 'place/untouched', title: 'Write the pages', text: 'process db { map heap = anon 16 KiB untouched }\ncorrupt-pfn heap[0]', gives: 'anon 16 KiB written' },
    { code: 'place/not-pages', title: 'heap[0]', text: `${DB}page bad = heap\ncorrupt-pfn bad`, gives: 'page bad = heap[0]' },
    { code: 'place/first-page', title: 'Change to `heap[1]`', text: `${DB}soft_offline_page heap[1..2]`, gives: 'soft_offline_page heap[1]\n' },
    { code: 'quantity/unit-missing', title: 'KiB', text: 'process db { map heap = anon 16 written }\ncorrupt-pfn heap[0]', gives: 'anon 16 KiB written' },
    { code: 'hwp/unclosed-string', title: 'Close the text', text: 'scenario "s {\n    region r = free 1 page\n    corrupt-pfn r\n}\n', gives: 's {"', leaves: ['hwp/missing-brace'] },
    { code: 'hwp/missing-brace', title: 'Add `{`', text: 'scenario "s"\n    region r = free 1 page\n    corrupt-pfn r\n}\n', gives: 'scenario "s" {' },
    { code: 'hwp/unclosed-block', title: 'Close the block', text: 'scenario "s" {\n    region r = free 1 page\n    corrupt-pfn r\n', gives: 'corrupt-pfn r\n}' },
    { code: 'hwp/stray-brace', title: 'Remove `}`', text: 'scenario "s" {\n    region r = free 1 page\n    corrupt-pfn r\n}\n}\n', gives: '}\n\n' },
    { code: 'hwp/unclosed-comment', title: 'Close the comment', text: 'scenario "s" {\n    region r = free 1 page\n    corrupt-pfn r\n}\n/* later\n', gives: '/* later */' },

    // Boots.
    { code: 'boot/memory', title: 'Change to `1024 MiB`', text: 'memory 1 GiB\nregion r = free 1 page\ncorrupt-pfn r\nkexec memory 2 GiB', gives: 'kexec memory 1024 MiB\n' },
    { code: 'boot/carrier', title: 'Carry `reserve_mem`', text: 'arch arm64\nregion r = free 1 page\ncorrupt-pfn r\nkexec carry memmap', gives: 'kexec carry reserve_mem\n' },
    { code: 'boot/carrier', title: 'Say `kernel 7.3 with kho-hwpoison`', text: 'region r = free 1 page\ncorrupt-pfn r\nkexec carry kho', gives: 'scenario "s" {\n    kernel 7.3 with kho-hwpoison\n' },
    { code: 'boot/carrier', title: 'Boot `kernel 7.2 with kho-hwpoison`', text: 'kernel 7.3 with kho-hwpoison\nregion r = free 1 page\ncorrupt-pfn r\nkexec kernel 7.2 carry kho', gives: 'kexec kernel 7.2 with kho-hwpoison carry kho\n' },
    { code: 'boot/carrier', title: 'Boot `kernel 6.12`', text: 'region r = free 1 page\ncorrupt-pfn r\nkexec kernel 6.1 carry reserve_mem', gives: 'kexec kernel 6.12 carry reserve_mem\n' },
    { code: 'boot/carrier', title: 'Carry `nothing`', text: 'kernel 6.1\nregion r = free 1 page\ncorrupt-pfn r\nkexec carry reserve_mem', gives: 'kexec carry nothing\n', leaves: ['page/forgotten'] },
    { code: 'boot/former-kernel', title: 'Move it above line 6', text: `process db {\n    sigbus handler longjmp\n    map heap = anon 16 KiB written\n}\nkexec\ndb: read heap[2]\n    expect value "C"\nreboot`, gives: '    db: read heap[2]\n        expect value "C"\n    kexec\n    reboot' },
    { code: 'boot/former-kernel', title: 'Remove this expectation', text: `${DB}corrupt-pfn heap[1]\nkexec\n    expect killed db`, gives: '    kexec\n}' },

    // Expectations.
    { code: 'verdict/failed', title: 'MF_MSG_DIRTY_LRU MF_RECOVERED', text: `${DB}corrupt-pfn heap[0]\n    expect MF_MSG_CLEAN_LRU`, gives: 'expect MF_MSG_DIRTY_LRU MF_RECOVERED' },
    { code: 'verdict/failed', title: 'errno 0', text: `${DB}corrupt-pfn heap[0]\n    expect MF_RECOVERED errno EBUSY`, gives: 'expect MF_RECOVERED errno 0' },
    { code: 'verdict/failed', title: 'no signal', text: `${DB}corrupt-pfn heap[0]\n    expect SIGBUS BUS_MCEERR_AO to db`, gives: 'expect no signal' },
    { code: 'verdict/failed', title: 'SIGBUS BUS_MCEERR_AR to db at heap[0] lsb 12', text: `process db {\n    sigbus handler longjmp\n    map heap = anon 16 KiB written\n}\ncorrupt-pfn heap[0]\ndb: read heap[0]\n    expect SIGBUS BUS_MCEERR_AO`, gives: 'expect SIGBUS BUS_MCEERR_AR to db at heap[0] lsb 12' },
    { code: 'verdict/failed', title: 'survives db', text: `${DB}corrupt-pfn heap[0]\n    expect killed db`, gives: 'expect survives db' },
    { code: 'verdict/failed', title: 'no panic', text: `${DB}corrupt-pfn heap[0]\n    expect panic`, gives: 'expect no panic' },
    { code: 'verdict/failed', title: 'HardwareCorrupted 4 KiB', text: `${DB}corrupt-pfn heap[0]\n    expect HardwareCorrupted 8 KiB`, gives: 'expect HardwareCorrupted 4 KiB' },
    { code: 'verdict/failed', title: 'node 0 recovered 1', text: `${DB}corrupt-pfn heap[0]\n    expect node 0 recovered 3`, gives: 'expect node 0 recovered 1' },
    { code: 'verdict/failed', title: 'poisoned bad', text: `${DB}page bad = heap[0]\ncorrupt-pfn bad\n    expect not poisoned bad`, gives: 'expect poisoned bad' },
    { code: 'verdict/failed', title: 'value "A"', text: `${DB}db: read heap[0]\n    expect value "X"`, gives: 'expect value "A"' },
    { code: 'verdict/failed', title: 'Expect the outcomes that are possible', text: 'process db {\n    prctl PR_MCE_KILL_EARLY\n    sigbus handler longjmp\n    map heap = anon 16 KiB written\n}\ncorrupt-pfn heap[0]\n    race kernel: isolate heap[0]\n    expect outcomes {\n        MF_MSG_DIRTY_LRU MF_RECOVERED\n    } when kernel >= 7.3', gives: 'expect outcomes {\n            MF_MSG_DIRTY_LRU MF_RECOVERED\n            MF_MSG_GET_HWPOISON MF_IGNORED\n            MF_MSG_UNKNOWN MF_IGNORED\n            MF_MSG_CLEAN_LRU MF_RECOVERED\n        } when kernel >= 7.3' },
    { code: 'verdict/failed', title: 'Remove this expectation', text: 'region r = free 1 page\ncorrupt-pfn r\n    race kernel: allocate r as slab\n    expect never {\n        MF_MSG_BUDDY\n    }\n    expect one of {\n MF_MSG_BUDDY\n MF_IGNORED\n }', gives: 'race kernel: allocate r as slab\n        expect one of' },
    { code: 'verdict/failed', title: 'no dmesg', text: `${DB}corrupt-pfn heap[0]\n    expect dmesg "nothing like it"`, gives: 'expect no dmesg "nothing like it"' },
    { code: 'verdict/failed', title: 'when kernel >= 6.12 and kernel < 7.3', text: 'region r = slab 1 page\ncorrupt-pfn r\n    expect MF_MSG_GET_HWPOISON   // as before', gives: 'expect MF_MSG_GET_HWPOISON when kernel >= 6.12 and kernel < 7.3   // as before', leaves: ['page/ignored'] },
    { code: 'verdict/failed', title: 'MF_RECOVERED at least 94.7 %', text: `${SWEPT}sweep every page of s: corrupt-pfn\n    expect MF_RECOVERED at least 98 %`, gives: 'expect MF_RECOVERED at least 94.7 %\n' },
    { code: 'verdict/failed', title: 'panic at most 5.3 %', text: `${SWEPT}sweep every page of s: corrupt-pfn\n    expect panic at most 0.5 %`, gives: 'expect panic at most 5.3 %\n' },
    { code: 'verdict/failed', title: 'MF_RECOVERED at least 94.7 %', text: `${SWEPT}sweep every page of s: corrupt-pfn\n    expect MF_RECOVERED // all`, gives: 'expect MF_RECOVERED at least 94.7 % // all\n' },
    { code: 'verdict/failed', title: 'Remove this expectation', text: `${SWEPT}sweep every page of heap: corrupt-pfn\n    expect panic\n    expect MF_RECOVERED`, gives: 'corrupt-pfn\n        expect MF_RECOVERED' },
    { code: 'expect/not-on-kernel', title: 'only `when kernel >= 6.11`', text: `kernel 6.1\n${DB}corrupt-pfn heap[0]\n    expect errno 0\n    expect not poisoned heap[1]\ncorrupt-pfn heap[0]\n    expect MF_MSG_ALREADY_POISONED   // new`, gives: 'expect MF_MSG_ALREADY_POISONED when kernel >= 6.11   // new' },
    { code: 'expect/not-on-kernel', title: 'Say `kernel 6.12`', text: `kernel 6.1\n${DB}corrupt-pfn heap[0]\ncorrupt-pfn heap[0]\n    expect MF_MSG_ALREADY_POISONED`, gives: '    kernel 6.12\n' },
    { code: 'mapping/not-on-kernel', title: 'Say `kernel 6.6`', text: 'kernel 6.1\nprocess db { map heap = anon 16 KiB uffd-poison }\ndb: read heap[0]', gives: '    kernel 6.6\n    process db { map heap = anon 16 KiB uffd-poison }' },
    { code: 'config/not-on-kernel', title: 'Remove the line', text: `kernel 7.3\nconfig MEMORY_FAILURE_KHO = y\n${DB}corrupt-pfn heap[0]`, gives: 'kernel 7.3\n    process db' },
    { code: 'sysctl/not-on-kernel', title: 'Say `kernel 7.3`', text: `${GUEST}in vm sysctl vm.panic_on_unrecoverable_memory_failure = 1`, gives: '        guest vm backed by ram {\n            kernel 7.3\n', leaves: ['page/ignored', 'verdict/failed'] },
    { code: 'hwp/unknown-name', title: 'Declare the region `dentry`', text: `${GUEST}in vm corrupt-pfn dentry`, gives: 'process app { map heap = anon 1 page written }\n            region dentry = slab 1 page\n', leaves: ['page/ignored'] },
    { code: 'hwp/unknown-name', title: 'Declare the process `web`', text: `${DB}corrupt-pfn heap[0]\nweb: exit`, gives: 'map web-heap = anon 16 KiB written' },
    { code: 'hwp/repeated-attribute', title: 'Remove `at pfn`', text: 'region a = free 1 page at pfn 0x100 at pfn 0x101\ncorrupt-pfn a', gives: 'region a = free 1 page at pfn 0x100\n' },
    { code: 'expect/impossible-pair', title: 'MF_MSG_BUDDY MF_FAILED', text: 'region a = free 1 page\ncorrupt-pfn a\n    expect MF_MSG_BUDDY MF_IGNORED errno 0', gives: 'expect MF_MSG_BUDDY MF_FAILED errno 0', leaves: ['verdict/failed'] },
    { code: 'verdict/unexpected-panic', title: 'Expect the panic', text: 'sysctl vm.panic_on_unrecoverable_memory_failure = 1\nregion r = slab 1 page\ncorrupt-pfn r', gives: 'corrupt-pfn r\n        expect panic' },
];

const textOf = (text: string): string => /^(scenario|machine|import) /.test(text) ? text : `scenario "s" {\n${text.split('\n').map((line) => `    ${line}`).join('\n')}\n}\n`;

describe('quick fixes', () => {
    let client: InProcessClient;
    const uri = 'file:///fixes.hwp';
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(uri, '');
    });
    afterAll(() => client.stop());

    const actionsAt = (range: Diagnostic['range'], diagnostics: readonly Diagnostic[] = []): Promise<CodeAction[]> =>
        client.request('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics } });
    const applied = (text: string, action: CodeAction): string => TextDocument.applyEdits(TextDocument.create(uri, 'hwp', 0, text), action.edit!.changes![uri]!);
    const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code }) => String(code));

    test.each(ROWS)('$code: $title', async ({ code, title, text: source, gives, leaves = [] }) => {
        const text = textOf(source);
        const before = await client.change(uri, text);
        const diagnostic = before.find((each) => each.code === code);
        expect(codes(before)).toContain(code);
        const actions = await actionsAt(diagnostic!.range, [diagnostic!]);
        const action = actions.find((each) => each.title.includes(title) && each.diagnostics?.[0]?.code === code);
        expect(action, `among ${actions.map((each) => each.title).join(' | ')}`).toBeDefined();
        const mended = applied(text, action!);
        expect(mended).toContain(gives);
        const after = await client.change(uri, mended);
        const errors = after.filter((each) => each.severity === 1 && !leaves.includes(String(each.code)));
        expect(errors.map((each) => `${each.code}: ${each.message as string}`), mended).toEqual([]);
        expect(codes(after).filter((each) => each === code && !leaves.includes(each))).toEqual([]);
    });

    test('what can happen in a raced step becomes the set of its outcomes, which holds', async () => {
        const text = textOf('region buf = free 1 page\nprocess app {\n    prctl PR_MCE_KILL_EARLY\n    sigbus handler longjmp\n    map heap = anon 1 page untouched\n}\ncorrupt-pfn buf\n    race app: write heap[0] from buf');
        await client.change(uri, text);
        const line = text.split('\n').findIndex((each) => each.includes('corrupt-pfn'));
        const action = (await actionsAt({ start: { line, character: 8 }, end: { line, character: 8 } })).find(({ title }) => title === 'Expect what happens')!;
        const mended = applied(text, action);
        expect(mended).toContain('race app: write heap[0] from buf\n        expect outcomes {\n            MF_MSG_BUDDY MF_RECOVERED\n');
        expect((await client.change(uri, mended)).filter(({ severity }) => severity === 1)).toEqual([]);
        expect(await actionsAt({ start: { line, character: 8 }, end: { line, character: 8 } }).then((actions) => actions.filter(({ title }) => title === 'Expect what happens'))).toEqual([]);
    });

    test.each([
        ['machine s', 'corrupt-pfn', ['MF_RECOVERED at least 94.7 %', 'MF_IGNORED at most 5.3 %', 'panic at most 5.3 %']],
        ['heap', 'corrupt-pfn', ['MF_RECOVERED']],
        ['dentries', 'soft_offline_page', ['errno ENOTRECOVERABLE']],
    ])('the shares of a sweep over %s: %s become its expectations, which hold', async (over, step, claims) => {
        const text = textOf(`${SWEPT}sweep every page of ${over.split(' ').at(-1)}: ${step}`);
        await client.change(uri, text);
        const line = text.split('\n').findIndex((each) => each.includes('sweep'));
        const fixes = (): Promise<CodeAction[]> => actionsAt({ start: { line, character: 8 }, end: { line, character: 8 } }).then((actions) => actions.filter(({ title }) => title === 'Expect what happens'));
        const mended = applied(text, (await fixes())[0]!);
        expect(mended).toContain(`${step}\n${claims.map((claim) => `        expect ${claim}\n`).join('')}}`);
        expect((await client.change(uri, mended)).filter(({ code }) => String(code).startsWith('verdict/'))).toEqual([]);
        expect(await fixes()).toEqual([]);
    });

    const SIDES = `process qemu {
    prctl PR_MCE_KILL_EARLY
    sigbus handler longjmp
    map ram = anon 64 MiB thp
    guest vm backed by ram {
        kernel 6.12
        region dentry = slab 8 MiB
        process app { sigbus handler longjmp; map heap = anon 4 pages written }
    }
}
`;
    test('what happens in a guest is expected on its side, step or sweep, and holds', async () => {
        const text = textOf(`${SIDES}corrupt-pfn vm.heap[2]\nin vm app: read heap[2]\nin vm app: read heap[1]\nin vm kernel: read dentry[0]\nsweep every page of vm: machine-check UE`);
        await client.change(uri, text);
        const every = (): Promise<CodeAction[]> => actionsAt({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }).then((actions) => actions.filter(({ title }) => title.includes('every step')));
        const all = applied(text, (await every())[0]!);
        expect((await client.change(uri, all)).filter(({ severity }) => severity === 1).map(({ message }) => message), all).toEqual([]);
        for (const claim of ['expect in vm MF_MSG_DIRTY_LRU MF_RECOVERED\n', 'expect in vm SIGBUS BUS_MCEERR_AR to app at heap[2] lsb 12\n', 'expect in vm value "B"\n', 'expect MF_RECOVERED\n', 'expect in vm MF_RECOVERED at least 85', 'expect in vm MF_IGNORED at most 14']) {
            expect(all).toContain(claim);
        }
        expect(await every()).toEqual([]);
    });

    test.each([
        ['corrupt-pfn vm.heap[2]\n    expect in vm MF_MSG_CLEAN_LRU', 'verdict/failed', 'expect in vm MF_MSG_DIRTY_LRU MF_RECOVERED'],
        ['corrupt-pfn vm.heap[2]\n    expect in vm SIGBUS to app', 'verdict/failed', 'expect in vm no signal'],
        ['sweep every page of vm: corrupt-pfn\n    expect in vm MF_RECOVERED', 'verdict/failed', 'expect in vm MF_RECOVERED at least 85'],
        ['machine-check UE at vm.dentry\nin vm kernel: read dentry', 'verdict/unexpected-panic', 'expect in vm panic'],
    ])('what is wrong of a guest is mended on its side: %s', async (lines, code, gives) => {
        const text = textOf(`${SIDES}${lines}`);
        const found = (await client.change(uri, text)).filter((each) => each.code === code);
        expect(found).toHaveLength(1);
        const fix = (await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: found[0]!.range, context: { diagnostics: found } })).find(({ isPreferred }) => isPreferred === true)!;
        const mended = applied(text, fix);
        expect(mended).toContain(gives);
        expect((await client.change(uri, mended)).filter(({ severity }) => severity === 1)).toEqual([]);
    });

    test('what happens in a step becomes its expectations, which hold', async () => {
        const text = textOf(`process db {\n    prctl PR_MCE_KILL_EARLY\n    sigbus handler longjmp\n    map heap = anon 16 KiB written\n}\ncorrupt-pfn heap[2]   // here\ndb: read heap[2]\n    expect SIGBUS\ndb: read heap[1]`);
        await client.change(uri, text);
        const [here] = (await actionsAt({ start: { line: 6, character: 4 }, end: { line: 6, character: 4 } })).filter((each) => each.title === 'Expect what happens');
        const once = applied(text, here!);
        expect(once).toContain('// here\n        expect MF_MSG_DIRTY_LRU MF_RECOVERED errno 0\n        expect SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12\n');
        expect(codes(await client.change(uri, once))).toEqual([]);
        expect((await actionsAt({ start: { line: 6, character: 4 }, end: { line: 6, character: 4 } })).map((each) => each.title)).not.toContain('Expect what happens');
    });

    test('what happens in every step becomes expectations, which hold', async () => {
        const text = textOf(`process db {\n    sigbus handler longjmp\n    map heap = anon 16 KiB written\n}\nprocess web { map heap = anon 1 page written }\nregion r = slab 1 page\ncorrupt-pfn db.heap[2]\ndb: read heap[2]\ndb: read heap[1]\ndb: fork as child\nchild: read heap[2]\nrepeat 2 {\n    corrupt-pfn r\n}\ncorrupt-pfn web.heap[0]\nweb: read heap[0]`);
        await client.change(uri, text);
        const [action] = (await actionsAt({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } })).filter((each) => each.title.includes('every step'));
        const all = applied(text, action!);
        const after = await client.change(uri, all);
        expect(after.filter(({ severity }) => severity === 1).map(({ message }) => message), all).toEqual([]);
        expect(all).toContain('expect killed web');
        expect(all).toContain('to child at child.heap[2]');
        expect(all.match(/expect/g)!.length).toBeGreaterThan(7);
        expect((await actionsAt({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } })).map((each) => each.title)).toEqual([]);
    });
});
