// From the sentences of the set-up program to declarations and preparing steps.
import { accessStep, firmwareSetup, isFirmwareArgument, recordStep, unansweredHole } from './firmware-setups.mts';
import { KERNEL_MEMORY } from './kernel-memory.mts';
import { memorySetupOf, namedSetup, type MemorySetup } from './memory-setups.mts';
import type { Scene } from './scene.mts';

/** What kill policy the set-up program gave a process; it says so as "policy X". */
interface PolicyRow { readonly says: RegExp; readonly make: (scene: Scene, role: string) => void }
const declared = (constant: string): PolicyRow['make'] => (scene, role) => { scene.process(role).lines.unshift(`prctl ${constant}`); };
const prctl = (role: string, ...words: readonly string[]): string => `${role}: prctl PR_MCE_KILL ${words.join(' ')}`;
const thenCleared = (constant: string): PolicyRow['make'] => (scene, role) => {
    scene.preparation.push(prctl(role, 'PR_MCE_KILL_SET', constant), prctl(role, 'PR_MCE_KILL_CLEAR'));
};

const POLICIES: readonly PolicyRow[] = [
    { says: /SET EARLY then PR_MCE_KILL_CLEAR/, make: thenCleared('PR_MCE_KILL_EARLY') },
    { says: /SET LATE then CLEAR/, make: thenCleared('PR_MCE_KILL_LATE') },
    { says: /SET EARLY/, make: declared('PR_MCE_KILL_EARLY') },
    { says: /SET LATE/, make: declared('PR_MCE_KILL_LATE') },
    { says: /SET DEFAULT/, make: declared('PR_MCE_KILL_DEFAULT') },
    { says: /no prctl/, make: () => undefined },
];
const EARLY_KILL = 'sysctl vm.memory_failure_early_kill = 1';

function applyPolicy(scene: Scene, role: string, policy: string): void {
    POLICIES.find(({ says }) => says.test(policy))?.make(scene, role);
    if (/sysctl early_kill=1/.test(policy)) {
        scene.settings.add(EARLY_KILL);
    }
}

/** PR_MCE_KILL_GET by its number: what a later sentence says that a role had set. */
const POLICY_OF_GET: Readonly<Record<string, string | undefined>> = { 0: 'PR_MCE_KILL_LATE', 1: 'PR_MCE_KILL_EARLY' };

type Make = (scene: Scene, match: RegExpExecArray) => void;
interface Row { readonly says: RegExp; readonly make: Make }
const row = (says: RegExp, make: Make): Row => ({ says, make });
const setting = (line: string): Make => (scene) => { scene.settings.add(line); };
const nothing: Make = () => undefined;

/** Sentences after the first part; all rows that match apply, in order. */
const FACTS: readonly Row[] = [
    // Processes.
    row(/^(victim) pid=\d+ with threads (\w+) tid=\d+ (\w+) tid=\d+$/, (scene, [, , first = '', second = '']) => {
        const process = scene.process('vmain');
        scene.thread(first, 'vmain');
        scene.thread(second, 'vmain');
        scene.alias('main', 'vmain');
        scene.alias('victim', process.name);
    }),
    row(/^(\w+) pid=\d+,? policy (.*?) \((?:PR_MCE_KILL_)?GET=\d\)$/, (scene, [, role = '', policy = '']) => {
        scene.process(role);
        applyPolicy(scene, role, policy);
    }),
    row(/^(\w+) GET=(\d)$/, (scene, [, role = '', number = '']) => {
        const constant = POLICY_OF_GET[number];
        if (constant !== undefined) {
            scene.preparation.push(prctl(scene.actor(role), 'PR_MCE_KILL_SET', constant));
        }
    }),
    row(/^(\w+) pid=\d+ wrote the page, then fork -> (\w+) pid=\d+ \(page COW-shared, child does not write\)$/, (scene, [, parent = '', child = '']) => {
        namedSetup('anon')!(scene, parent);
        scene.process(child).attributes.push(`forked from ${parent}`);
    }),
    row(/^child wrote the page before injection/, nothing),
    row(/^(\w+) pid=\d+ maps the page shared; forked (\w+) pid=\d+ maps it too, policy (\w+);/, (scene, [, first = '', second = '', policy = '']) => {
        // The policy of the first was set before the fork, and is inherited unless the second sets its own.
        const process = scene.process(second);
        process.attributes.push(`forked from ${first}`);
        process.lines.push(`prctl ${policy === 'early' ? 'PR_MCE_KILL_EARLY' : 'PR_MCE_KILL_LATE'}`);
        // It has looked where the page is, so it has touched it.
        scene.preparation.push(`${second}: read ${scene.page(scene.target!.page)}`);
        const others = scene.preparation.splice(0);
        for (const step of others) {
            // The forking process had its policy from the start.
            const early = /PR_MCE_KILL_(EARLY|LATE)$/.exec(step);
            if (early !== null && step.startsWith(`${first}: prctl`)) {
                scene.process(first).lines.unshift(`prctl ${early[0]}`);
            } else {
                scene.preparation.push(step);
            }
        }
    }),
    row(/^(\w+) pid=\d+ \(GET=1\) maps the file MAP_SHARED but never touches it/, (scene, [, role = '']) => {
        scene.process(role).lines.push('prctl PR_MCE_KILL_EARLY', `map view = ${scene.file?.name} shared untouched`);
    }),
    row(/^(\w+) dropped its ptes with MADV_DONTNEED/, (scene, [, role = '']) => {
        scene.unmapped = true;
        scene.preparation.push(`${role}: madvise ${scene.target!.name} MADV_DONTNEED`);
    }),
    row(/^SIGBUS (ignored|blocked|default) in the (\w+)$/, (scene, [, disposition = '', role = '']) => {
        const process = scene.process(role);
        if (disposition === 'blocked') {
            process.lines.unshift('sigbus blocked');
        } else {
            process.sigbus = disposition;
        }
    }),
    row(/^MADV_FREE on the target page$/, (scene) => {
        scene.preparation.push(`${scene.target!.owner}: madvise ${scene.page(scene.target!.page)} MADV_FREE`);
    }),
    row(/^uid 0 without CAP_SYS_ADMIN/, (scene) => { scene.process('victim').attributes.push('without CAP_SYS_ADMIN'); }),
    row(/^KSM merged page .* mapped by (\w+) and (\w+);/, (scene, [, first = '', second = '']) => {
        scene.target = { owner: first, name: 'heap', page: 1, healthy: 3 };
        for (const role of [first, second]) {
            scene.process(role).lines.push('map heap = anon 16 KiB written content "ABCD"');
        }
        scene.preparation.unshift(`kernel: merge ${first}.heap[1] with ${second}.heap[1]`);
    }),
    row(/^KSM merged page .* mapped by (\w+) twice \(pages 1 and 2\);/, (scene, [, role = '']) => {
        scene.target = { owner: role, name: 'heap', page: 1, healthy: 3, twin: 2 };
        scene.process(role).lines.push('map heap = anon 16 KiB written content "ABBD"');
        scene.preparation.unshift(`kernel: merge ${role}.heap[1] with ${role}.heap[2]`);
    }),
    row(/^page vmspliced into a pipe, then munmap and ftruncate\(0\)/, (scene) => {
        const { owner, name, page } = scene.target!;
        scene.unmapped = true;
        scene.preparation.push(`${owner}: vmsplice ${name}[${page}]`, `${owner}: munmap ${name}`, `${owner}: ftruncate ${scene.file!.name} 0`);
    }),
    row(/^(\w+) exited before unpoison$/, (scene) => { scene.ownerExitsEarly = true; }),
    row(/^special mapping (\w+) pfn=/, nothing),

    // Machine.
    row(/^sysctl early_kill=1$/, setting(EARLY_KILL)),
    row(/^vm\.(\w+)=(\d)$/, (scene, [, name, value]) => { scene.settings.add(`sysctl vm.${name} = ${value}`); }),
    row(/(?:^|with )vm\.(panic_on_unrecoverable_memory_failure|memory_failure_recovery)=(\d)/, (scene, [, name, value]) => { scene.settings.add(`sysctl vm.${name} = ${value}`); }),
    row(/^corrupt-filter-enable=1$/, setting('filter corrupt-filter-enable = 1')),
    row(/^memcg filter ino=(\d+) .*; (\w+) is in/, (scene, [, inode, role = '']) => {
        scene.declare(`cgroup t = inode ${inode}`);
        scene.settings.add(`filter corrupt-filter-memcg = ${inode}`);
        scene.process(role).attributes.push('in t');
    }),
    row(/^flags-mask=(\w+) \(\w+\) value=(\w+), page is anon$/, (scene, [, mask, value]) => {
        scene.settings.add(`filter corrupt-filter-flags-mask = ${mask}`);
        scene.settings.add(`filter corrupt-filter-flags-value = ${value}`);
    }),
    row(/^file dev (\d+):(\d+), filter (\d+):(\d+)$/, (scene, [, major, minor, filterMajor, filterMinor]) => {
        scene.declarations.unshift(`filesystem mounted = ext4 device ${major}:${minor}`);
        scene.settings.add(`filter corrupt-filter-dev-major = ${filterMajor}`);
        scene.settings.add(`filter corrupt-filter-dev-minor = ${filterMinor}`);
    }),

    // What is done, where no call was recorded.
    row(/corrupt-pfn/, (scene) => { scene.injection ??= 'corrupt-pfn'; }),
    row(/^special mapping, (MADV_\w+)/, (scene, [, advice]) => { scene.injection = advice as 'MADV_HWPOISON'; }),

    // Machine checks: `cpu 1 runs the owner, spinning on the page`.
    row(/^MCE on cpu (\d+) bank (\d+): status=(\w+) mcg_status=(\w+) addr=(\w+) misc=(\w+) broadcast=(\d); cpu \d+ runs (the owner, spinning on the page|another task spinning) in user mode$/,
        (scene, [, cpu, bank, status = '', mcg, address = '0', misc, broadcast, who]) => {
            const own = who?.startsWith('the owner') === true;
            const runs = own ? scene.target!.owner! : 'runner';
            scene.process(runs);
            scene.settings.add(`cpu ${cpu} runs ${runs} in user mode`);
            // The emulator raises the exception; the memory behind the address is healthy.
            scene.settings.add('ecc simulated');
            const target = scene.aim ?? scene.target;
            const at = target?.raw === true ? `phys 0x${(Number(target.name.replace('pfn ', '')) * 4096).toString(16)}` : scene.frame(0, true);
            const actionRequired = (BigInt(status) >> 55n & 1n) === 1n;
            scene.machineCheck = {
                at: (again) => `machine-check bank ${bank} status ${status} mcg_status ${mcg} at ${again && target?.raw !== true ? scene.frame() : at} misc ${misc} cpu ${cpu} ${scene.polled ? 'poll' : broadcast === '1' ? 'broadcast' : 'single'}`,
                pfn: BigInt(address) / 4096n,
                runs,
                // The reader goes on until it was stopped three times; an action required machine check has stopped it once already.
                reads: own ? (actionRequired ? 2 : 3) : 0,
            };
        }),
    row(/check_interval=1/, (scene) => { scene.polled = true; }),

    // Firmware first: `record for 0x...: sev=0`, and the load that an external abort stops.
    row(/^(\w+) maps physical 0x[0-9a-f]+, where no device answers; firmware has (no record|a record for another address)$/, (scene, [, , record]) => {
        unansweredHole(scene);
        scene.aborts = true;
        if (record === 'no record') {
            scene.hardware.push({ phase: 'inject', steps: [accessStep(scene.argument)] });
        }
    }),
    row(/^record for 0x[0-9a-f]+: (.*?)(?:; nobody touches the page meanwhile)?$/, (scene, [, fields = '']) => {
        const { aborts, repeated } = scene;
        const access = aborts ? [accessStep(scene.argument)] : [];
        scene.hardware.push({ phase: 'inject', steps: [recordStep(scene, fields, false, aborts), ...access] });
        if (repeated) {
            scene.hardware.push({ phase: 'inject2', steps: [recordStep(scene, fields, true, aborts), ...access] });
        }
    }),
    row(/^kernel\.panic_on_oops=(\d)$/, (scene, [, value]) => { scene.settings.add(`sysctl kernel.panic_on_oops = ${value}`); }),
];

/** Variants of madvise() arguments: what is done to the mapping before the call, and after it. */
const ARGUMENT_VARIANTS: Readonly<Record<string, { readonly before?: readonly string[]; readonly after?: readonly string[]; readonly attribute?: string }>> = {
    unmapped: { before: ['munmap heap[1]'] },
    rangehole: { before: ['munmap heap[2]'] },
    protnone: { before: ['mprotect heap[1] PROT_NONE'], after: ['mprotect heap[1] PROT_WRITE'] },
    protread: { before: ['mprotect heap[1] PROT_READ'], after: ['mprotect heap[1] PROT_WRITE'] },
    nocap: { attribute: 'without CAP_SYS_ADMIN' },
};

/** Special mappings by the set-up program's word: the word of the language, and the page that is aimed at. */
const SPECIAL_MAPPINGS: Readonly<Record<string, { readonly what: string; readonly page: number; readonly content?: string }>> = {
    vdso: { what: 'vdso', page: 0 },
    vvar: { what: 'vvar', page: 0 },
    uring: { what: 'io_uring', page: 0 },
    devmem: { what: 'devmem', page: 0, content: ' ' },
    perf: { what: 'perf', page: 1 },
    packet: { what: 'packet', page: 1 },
};

/** What a sentence says of the page, where it says more than "anon page". */
const AIMED_AT: readonly { readonly says: RegExp; readonly setup: (match: RegExpExecArray) => string }[] = [
    { says: /\b(clean|dirty) (\w+) page\b/, setup: ([, state, type]) => `${type}-${state}` },
    { says: /in a hugetlb page/, setup: () => 'hugetlb-anon' },
    { says: /in a THP/, setup: () => 'thp' },
    { says: /shmem page|memfd page/, setup: () => 'memfd' },
    { says: /mlocked/, setup: () => 'anon-mlocked' },
];

function aimedAt(head: string): MemorySetup | undefined {
    for (const { says, setup } of AIMED_AT) {
        const match = says.exec(head);
        const make = match === null ? undefined : namedSetup(setup(match));
        if (make !== undefined) {
            return make;
        }
    }
    return undefined;
}

/** Rows by the sentence: what the word that the set-up program was given means there. */
const ARGUMENTS: readonly { readonly says: RegExp; readonly setup: (word: string) => MemorySetup | undefined }[] = [
    {
        says: /special mapping/,
        setup: (word) => {
            const special = SPECIAL_MAPPINGS[word];
            return special === undefined ? undefined : (scene, owner) => {
                scene.process(owner).lines.push(`map special = ${special.what} 4 pages${special.content === undefined ? '' : ` content "${special.content}"`}`);
                scene.target = { owner, name: 'special', page: special.page, healthy: 2 };
            };
        },
    },
    { says: /shared by two/, setup: (word) => namedSetup({ ext4: 'ext4-dirty', huge: 'hugetlb-memfd' }[word] ?? word) },
    {
        says: /argument variant/,
        setup: (word) => {
            const variant = ARGUMENT_VARIANTS[word.replace(/^soft-/, '')];
            return (scene, owner) => {
                namedSetup('anon')!(scene, owner);
                scene.preparation.push(...(variant?.before ?? []).map((step) => `${owner}: ${step}`));
                scene.restoration.push(...(variant?.after ?? []).map((step) => `${owner}: ${step}`));
                if (variant?.attribute !== undefined) {
                    scene.process(owner).attributes.push(variant.attribute);
                }
            };
        },
    },
    {
        // The filter looks at the device of a file.
        says: /corrupt-filter/,
        setup: (word) => !word.startsWith('dev') ? undefined : (scene, owner) => {
            namedSetup('ext4-dirty')!(scene, owner);
            scene.declarations.splice(0, scene.declarations.length, ...scene.declarations.map((line) => line.replace(/^(file data = ext4 16 KiB)/, '$1 on mounted')));
        },
    },
];

/** The set-up that the first part of a sentence and the word behind it mean together. */
function setupOf({ head, argument }: Part): MemorySetup | undefined {
    if (argument !== undefined && isFirmwareArgument(argument)) {
        return firmwareSetup(argument);
    }
    const whole = memorySetupOf(head);
    if (whole !== undefined || argument === undefined) {
        return whole ?? aimedAt(head);
    }
    const word = argument.split(' ')[0] ?? '';
    const row = ARGUMENTS.find(({ says }) => says.test(head));
    return row === undefined ? namedSetup(word) ?? aimedAt(head) : row.setup(word);
}

interface Part { readonly head: string; readonly argument?: string }

/** The process that has the page under test: the role of a "pid=... policy ..." sentence. */
function ownerOf(sentences: readonly string[]): string | undefined {
    if (/ \| arg: (?:\w+ )?other (?:early|late|default)\b/.test(sentences[0] ?? '')) {
        return 'owner';
    }
    for (const sentence of sentences) {
        const role = /^(\w+) pid=\d+,? (?:policy|with threads|maps the page)/.exec(sentence)?.[1];
        if (role !== undefined) {
            return /with threads/.test(sentence) ? 'vmain' : role;
        }
    }
    return undefined;
}

/** First sentences that say what the case is about; without more the page is an anonymous one that was written. */
const TITLES: readonly RegExp[] = [
    /^(SRAO|SRAR|UCNA|scrub error)\b/, /^MADV_\w+ (twice|over)\b/, /^soft_offline_page then corrupt-pfn$/, /^vm\.\w+=\d, \w+/, /^prctl\(.*argument checks/, /^malformed writes$/,
];

/** Puts the sentences of a record into the scene; answers those that no row knows. `roles`: who did something. */
export function applySentences(scene: Scene, sentences: readonly string[], roles: ReadonlySet<string>): string[] {
    const unknown: string[] = [];
    const owner = ownerOf(sentences) ?? (roles.has('victim') ? 'victim' : undefined);
    const parts: readonly Part[] = sentences.map((sentence) => {
        const [head = '', argument] = sentence.replace(/; policy: .*$/, '').split(' | arg: ');
        return { head, ...(argument === undefined ? {} : { argument }) };
    });
    scene.argument = parts[0]?.argument ?? '';
    scene.repeated = isFirmwareArgument(scene.argument) && /\b(twice|again)\b/.test(parts[0]?.head ?? '');
    // First what the page is, then everything that refers to it.
    if (owner !== undefined) {
        const make = parts.map(setupOf).find((each) => each !== undefined) ?? namedSetup('anon')!;
        make(scene, owner);
    }
    for (const [index, { head, argument }] of parts.entries()) {
        const kernel = KERNEL_MEMORY.map(({ says, make }) => ({ match: says.exec(head), make })).find(({ match }) => match !== null);
        kernel?.make(scene, kernel.match!);
        const facts = FACTS.map(({ says, make }) => ({ match: says.exec(head), make })).filter(({ match }) => match !== null);
        for (const { match, make } of facts) {
            make(scene, match!);
        }
        const described = kernel !== undefined || facts.length > 0 || argument !== undefined || (index === 0 && (setupOf({ head }) !== undefined || TITLES.some((title) => title.test(head))));
        if (!described) {
            unknown.push(head);
        }
    }
    return unknown;
}
