/** What other tools and languages write, and what is written here for it; in the order in which lines are mended. */
import { CONFIG_OPTIONS } from '../../vocabulary/config-options.js';
import { ERRNOS } from '../../vocabulary/errnos.js';
import { INJECT_FILTERS } from '../../vocabulary/inject-files.js';
import { compareKernels, KERNELS } from '../../vocabulary/kernels.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { STEP_SYNONYMS, VALUE_SYNONYMS } from '../../vocabulary/synonyms.js';
import { SYSCTLS } from '../../vocabulary/sysctls.js';
import type { Rewrite } from './rewrite.js';

const NUMBER = String.raw`(?:0x[\da-fA-F]+|\d+)`;
const NAME = String.raw`[A-Za-z_][\w-]*`;
const PAGES = String.raw`[A-Za-z_][\w.-]*(?:\[[^\]]*\])`;

const sysctlOf = (name: string): string | undefined => Object.keys(SYSCTLS).find((known) => known === name || known.split('.')[1] === name);
const optionOf = (name: string): string | undefined => Object.hasOwn(CONFIG_OPTIONS, name) ? name : undefined;
const switched = (value: string): string => ({ on: '1', true: '1', yes: '1', y: '1', off: '0', false: '0', no: '0', n: '0' })[value] ?? value;
const chosen = (value: string): string => ({ '1': 'y', on: 'y', yes: 'y', '0': 'n', off: 'n', no: 'n' })[value] ?? value;
const errnoOf = (number: string): string | undefined => Object.entries(ERRNOS).find(([, { value }]) => value === Number(number))?.[0];
const kernelsFrom = (first: string, last: string): string => KERNELS.map(({ version }) => version).filter((version) => compareKernels(version, first) >= 0 && compareKernels(version, last) <= 0).join(', ');

/** A write to a file of procfs, sysfs or debugfs, by the file's name. */
function fileWrite(file: string, value: string): string | undefined {
    const sysctl = sysctlOf(file);
    if (sysctl !== undefined) return `sysctl ${sysctl} = ${switched(value)}`;
    if (Object.hasOwn(INJECT_FILTERS, file)) return `filter ${file} = ${value}`;
    // Files of sysfs take an address, those of debugfs the number of a frame.
    if (/^(?:hard|soft)_offline_page$/.test(file)) return `${file} phys ${value}`;
    return /-pfn$/.test(file) && OPERATION_BY_ID.has(file) ? `${file} pfn ${value}` : file === 'drop_caches' ? file : undefined;
}

/** What stands in quotes here, in other quotes. */
export const TYPOGRAPHY: readonly Rewrite[] = [
    { find: /[\u201c\u201d\u201e\u00ab]([^"\u201c\u201d\u201e\u00ab\u00bb]*)[\u201c\u201d\u00bb]/g, write: '"$1"' },
    { find: /(^|[\s=(])['\u2018]([^'"\u2019]*)['\u2019]/g, write: '$1"$2"' },
];

const SHELL: readonly Rewrite[] = [
    { find: /^(\s*)#\s*(?:CONFIG_)(\w+) is not set\s*$/, write: ([, blank, option = '']) => optionOf(option) === undefined ? undefined : `${blank}config ${option} = n` },
    { find: /^\s*(?:include|import)\s+(?:<(\S+)>|"(\ue001\d+)")\s*$/, write: 'import "$1$2"' },
    { find: /(^|\s)(?:#|--)(?:\s+|$)(.*)$/, write: '$1// $2' },
    { find: new RegExp(`^(\\s*)(?:sudo\\s+)?(?:echo|printf)\\s+"?(\\S+?)"?\\s*>+\\s*(?:\\S*/)?([\\w.-]+)\\s*$`), write: ([, blank, value = '', file = '']) => of(blank, fileWrite(file, value)) },
    { find: new RegExp(`^(\\s*)(?:/?[\\w.-]+/)+([\\w.-]+)\\s*[=:]?\\s*(\\w+)\\s*$`), write: ([, blank, file = '', value = '']) => of(blank, fileWrite(file, value)) },
    { find: /^(\s*)sysctl(?:\s+-w)?[\s_]+(?:\/proc\/sys\/)?(?:\w+[./])*([a-z_]+)\s*(?:[=:]\s*|\s)"?(\w+)"?\s*$/, write: ([, blank, name = '', value = '']) => of(blank, sysctlOf(name) === undefined ? undefined : fileWrite(name, value)) },
    { find: /^(\s*)(?:\w+\.)?([a-z_]+)\s*[=:]\s*(\w+)\s*$/, write: ([, blank, name = '', value = '']) => of(blank, sysctlOf(name) === undefined ? undefined : fileWrite(name, value)) },
    { find: /^(\s*)(?:config\s+)?(!?)(?:CONFIG_)?([A-Z][A-Z_\d]+)(?:\s*[=:\s]\s*"?(\w+)"?)?\s*$/, write: ([all = '', blank, not, option = '', value = '']) => of(blank, optionOf(option) === undefined || /^\s*config\b.*=\s*[yn]\s*$/.test(all) ? undefined : `config ${option} = ${not === '!' ? 'n' : value === '' ? 'y' : chosen(value)}`) },
    { find: /^(\s*)(?:boot|cmdline|append|bootargs)\s+(?!")([\w.=]+)\s*$/, write: '$1boot "$2"' },
    { find: new RegExp(`^(\\s*)(?:mem|ram|MemTotal)\\s*[=:]?\\s*(?=\\d)`), write: '$1memory ' },
    { find: /^(\s*)(?:nr_cpus|maxcpus|smp|ncpus|cpu)\s*[=:]?\s*(\d+)\s*$/, write: '$1cpus $2' },
    { find: /^(\s*)(?:transparent_hugepage|THP)\s*[=:]?\s*(?=\w)/, write: '$1thp ' },
    { find: /^(\s*hugetlb\s+\d+\s*\w+)\s+(?:=\s*|x\s*|\*\s*)?(\d+)(?:\s*pages?)?\s*$/, write: '$1 $2 pages' },
    { find: /^(\s*)(?:nr_hugepages|HugePages_Total|hugepages)\s*[=:]?\s*(\d+)\s*$/, write: '$1hugetlb 2 MiB $2 pages' },
    { find: /^(\s*(?:vary\s+)?)(?:PAGE_SIZE|pagesize|page_size)\s*[=:]?\s*(?=\d)/, write: '$1page size ' },
    { find: /\b(page size(?:\s*=)?\s+)(\d+)\s*$/, write: ([, words, bytes]) => Number(bytes) % 1024 === 0 ? `${words}${Number(bytes) / 1024} KiB` : undefined },
    { find: /^(\s*)(?:[\w.]+:\s*)?([mun]?)(?:sleep|delay|anosleep)\s*\(?\s*(\d+)\s*\)?\s*$/, write: '$1wait $3 $2s' },
    { find: /^(\s*)(?:einj|apei|error_inject|error_type)\s+(?:error_type\s*=?\s*)?(0x8|0x10|0x20)\s+(?:at\s+)?/i, write: ([, blank, type = '']) => `${blank}machine-check ${{ '0x8': 'CE', '0x10': 'UE', '0x20': 'fatal' }[type]} at ` },
    { find: /^(\s*(?:(?:hard|soft)_offline_page|corrupt-pfn|unpoison-pfn))\s*=\s*/, write: '$1 ' },
    { find: /^(\s*)kill\s+-(?:SIG)?(STOP|CONT)\s+(\S+)/, write: '$1kill $3 SIG$2' },
];

const PUNCTUATION: readonly Rewrite[] = [
    { find: /\[\s*(\w+)\s*(?::|-|\.{3,}|\u2026)\s*(\w+)\s*\]/g, write: '[$1..$2]' },
    { find: /\b([A-Za-z_][\w-]*)(?:->|::|\/)(?=[A-Za-z_][\w-]*\[)/g, write: '$1.' },
    { find: new RegExp(`^(\\s*(?:[\\w.-]+:\\s*)?[\\w-]+\\s+${NAME})(?:\\{(${NUMBER})\\}|\\s*[#@]\\s*(${NUMBER})|\\s+page\\s+(${NUMBER}))`), write: '$1[$2$3$4]', on: /^(?!\s*(?:region|file|map|vary|node|repeat|process|machine)\b)/ },
    { find: new RegExp(`(\\s)[&*](?=${NAME}\\[)`, 'g'), write: '$1' },
    { find: /\b(pid|tid|comm|cpu|bank|status|misc|addr|ipid|mcg_status|lsb|times|length|HardwareCorrupted|dmesg|panic|oops|recovered|ignored|failed|delayed|total)\s*(?:==?|:)\s*(?=[\w"])/g, write: '$1 ', on: /^(?!.*\berrno\s*=)(?!\s*(?:\w+\s*=|\w+:))/ },
    { find: new RegExp(`\\b(pfn|phys)\\s*[=:]\\s*(?=${NUMBER})`), write: '$1 ' },
    { find: /^(\s*)(thp|vendor|ecc|balloon|boot|prctl|sigbus|page size|wait|repeat|phase|expect)\s*[=:]\s*(?=[\w"])/, write: '$1$2 ' },
    { find: /^(\s*)(kernel|memory|cpus|arch):\s*(?=[\dx"a])/, write: '$1$2 ', on: /^(?!\s*kernel:\s*[a-z])/ },
    { find: new RegExp(`^(\\s*(?:region|file|swap|pmem|map|filesystem)\\s+${NAME})\\s*:\\s*`), write: '$1 = ' },
    { find: /^(\s*(?:process|scenario|machine|thread|guest)\b[^:{]*?)\s*:\s*\{/, write: '$1 {' },
    { find: /\b(machine-check\b.*\s)(?:cpu|CPU)\s*(\d+)/, write: '$1cpu $2' },
    { find: /\b(machine-check\s+)(SRA[RO])\b/, write: ([, step, word = '']) => `${step}${VALUE_SYNONYMS[word]}` }, { find: /\bon\s+(?=cpu\s+\d+)/, write: '', on: /^\s*machine-check\b/ },
    { find: /\b(status|misc|addr|mcg_status|ipid)\s+(?!0x)(?=\d*[a-fA-F])([\da-fA-F]+)(?=\s|$)/g, write: '$1 0x$2', on: /\bmachine-check\b/ },
    { find: new RegExp(`\\bat\\s+(?=${NUMBER}(?:\\s|$))`), write: 'at phys ', on: /^\s*(?:node|hole|offline|movable|pmem|memory|machine-check|ghes)\b/ },
    { find: new RegExp(`\\bat\\s+(?=0x)`), write: 'at address ', on: /^\s*map\b/ },
    { find: new RegExp(`(?<!\\bat)\\s+(?=(?:pfn|phys)\\s+${NUMBER})`), write: ' at ', on: /^\s*(?:node|hole|offline|movable|pmem|region|machine-check|ghes)\b/ },
    { find: new RegExp(`^(\\s*(?:machine-check|ghes)\\s+(?!at\\b)\\w+)\\s+(?=${PAGES})`), write: '$1 at ' },
    { find: /^(\s*)wait\s+for\s+/, write: '$1wait ' },
    { find: /\b(content|dmesg|text|value|panic|oops)\s+([A-Za-z\d][\w ]*?)\s*$/, write: ([all, word, text = '']) => /\b(?:when|contains|matches|no|not|at|to|errno|expect|panic|oops|dmesg|node|survives|killed|exited|value|text|returns)\b|SIG|MF_/.test(text) || /^[po]/.test(word ?? '') && !/^[A-Z]/.test(text) || word === 'value' && text.length > 1 ? all : `${word} "${text}"`, on: /^(?!.*\bwhen\b)\s*(?:map|region|file|expect)\b/ },
    { find: new RegExp(`^(\\s*(?:[\\w.]+:\\s*)?write\\s+\\S+?)(?:\\s*[=,]\\s*|\\s+)(?:"(\ue001\\d+)"|([A-Za-z]))\\s*$`), write: '$1 "$2$3"' },
    { find: /^(\s*(?:vendor|arch|hugetlb|machine-check|ghes)\b[^,]*),\s*(?=[a-z])/, write: '$1 ' }, { find: /(=[^,;{]*\b(?:pages?|[KMGT]i?B)),\s*(?=[a-z])/, write: '$1 ', on: /^(?!\s*vary\b).*\b(?:file|map|region|swap|pmem)\b/ },
];

const CALLS: readonly Rewrite[] = [
    {
        find: new RegExp(`^(\\s*(?:at\\s+\\S+\\s+)?(?:[\\w.-]+\\s*:\\s*)?)(${NAME})\\s*\\(([^()]*)\\);?`),
        write: ([, before, verb = '', values = '']) => OPERATION_BY_ID.has(verb) || Object.hasOwn(STEP_SYNONYMS, verb) || /^(?:expect|panic|prctl)$/.test(verb)
            ? `${before}${Object.hasOwn(STEP_SYNONYMS, verb) ? STEP_SYNONYMS[verb] : verb} ${values.split(',').map((each) => each.trim()).join(' ')}`.replace(/(?:\s+0)+$/, '').trimEnd() : undefined,
    },
    { find: /\b(madvise\s+\S+?),?\s+(MADV_\w+)/, write: '$1 $2' },
    { find: /\blength\s+(\d+)(?=\s+[A-Z]|\s*$)(?!\s+B\b)/, write: 'length $1 B' },
    { find: /\bprctl\b[^;}]*?\b(PR_MCE_KILL_(?:EARLY|LATE|DEFAULT))\b(?:\s*[,0)\s]*)(?=[;}]|$)/, write: ([all = '', policy], { block }) => block === 'process' && all.match(/PR_MCE_KILL_(?:EARLY|LATE|DEFAULT)/g)!.length === 1 ? `prctl ${policy}` : all },
    { find: /^(\s*)(PR_MCE_KILL_(?:EARLY|LATE|DEFAULT))\s*$/, write: ([all, blank, policy], { block }) => block === 'process' ? `${blank}prctl ${policy}` : all },
    { find: /^(\s*[\w.]+:\s*prctl\s+)(?:PR_MCE_KILL\s+)?(?:PR_MCE_KILL_SET\s+)?(PR_MCE_KILL_(?:EARLY|LATE|DEFAULT))\s*$/, write: '$1PR_MCE_KILL PR_MCE_KILL_SET $2' },
    { find: new RegExp(`^(\\s*)([\\w-]+)\\s+(${PAGES})\\s*(?:,|and|&)?\\s+(${PAGES})\\s*$`), write: ([all, blank, verb = '', one, other]) => /^(?:corrupt-pfn|unpoison-pfn|(?:hard|soft)_offline_page)$/.test(verb) ? `${blank}${verb} ${one}; ${verb} ${other}` : all },
    { find: /^(\s*)((?:[\w.]+:\s*)?[\w-]+\s+[\w.]+)\[(\w+)\s*,\s*(\w+)\]\s*$/, write: '$1$2[$3]; $2[$4]' },
    { find: /\bpin\s+(\S+)\s+(?:by\s+)?(longterm|io_uring|vmsplice)\b/, write: 'pin $1 by $2' },
];

const KERNEL_VERSION = String.raw`\d+\.\d+(?:\.\d+)?`;
const KERNELS_WRITTEN: readonly Rewrite[] = [
    { find: new RegExp(`^(\\s*)kernel\\s+(?:v|[Ll]inux-v?)(${KERNEL_VERSION})\\.[xy]\\s*$`), write: '$1kernel $2' },
    { find: new RegExp(`^(\\s*)(?:vary\\s+)?kernel\\s+\\[?\\s*(${KERNEL_VERSION}(?:\\s*(?:,|\\bor\\b|\\s)\\s*${KERNEL_VERSION})+)\\s*\\]?\\s*$`), write: ([, blank, versions = '']) => `${blank}vary kernel ${versions.match(/[\d.]+/g)!.join(', ')}` },
    { find: new RegExp(`^(\\s*vary\\s+kernel)\\s+(${KERNEL_VERSION})\\s*(?:\\.\\.|-|to)\\s*(${KERNEL_VERSION})\\s*$`), write: ([all, words, first = '', last = '']) => compareKernels(first, last) < 0 ? `${words} ${kernelsFrom(first, last)}` : all },
    { find: /^(\s*vary\s+kernel)\s+(?:all|every|\*)\s*$/, write: ([, words]) => `${words} ${KERNELS.map(({ version }) => version).join(', ')}` },
    { find: /^(\s*vary\s+(?:kernel|thp|arch|prctl|page size|(?:sysctl|filter|config)\s+[\w.-]+))\s*[=:]\s*/, write: '$1 ' },
    { find: /^(\s*vary\s+\w+\s+[\w.-]+)\s+(\d+)\s*(?:\.\.|\/|\|)\s*(\d+)\s*$/, write: ([all = '', words, first, last]) => Number(last) - Number(first) === 1 || !all.includes('..') ? `${words} ${first}, ${last}` : undefined },
    { find: /\b(early|late)\b/g, write: ([, when = '']) => `PR_MCE_KILL_${when.toUpperCase()}`, on: /^\s*vary\s+prctl\b/ },
];

const WHEN: readonly Rewrite[] = [
    { find: /\s(?:if|on|for)\s+(?=kernel\s*[<>=\d]|arch\s)/, write: ' when ', on: /\bexpect\b/ },
    { find: new RegExp(`\\bkernel\\s+(${KERNEL_VERSION})\\+(?=\\s|$)`), write: 'kernel >= $1', on: /\bwhen\b/ },
    { find: /(?<=\barch\s*=+\s*)(x86_64|x86|amd64|aarch64)(?=\s|$)/g, write: ([, arch = '']) => VALUE_SYNONYMS[arch] ?? arch, on: /\bwhen\b.*==/ },
    { find: /(?<=\bwhen\b.*)={2,3}/g, write: '=' }, { find: /(?<=\bwhen\b.*)=>/g, write: '>=' }, { find: /(?<=\bwhen\b.*)=</g, write: '<=' },
    { find: new RegExp(`(?<=\\bwhen\\b.*)\\bkernel\\s+(?:in|between|from)\\s+(${KERNEL_VERSION})\\s*(?:\\.\\.|-|and|to)\\s*(${KERNEL_VERSION})`), write: 'kernel >= $1 and kernel <= $2' },
    { find: new RegExp(`(?<=\\bwhen\\b.*)\\bkernel\\s+(?:is\\s+)?(?=${KERNEL_VERSION}(?:\\s|$))`), write: 'kernel = ' },
    { find: new RegExp(`(?<=\\bwhen\\b.*)(\\bkernel\\s*[<>=!]+\\s*)v?(${KERNEL_VERSION})(?:\\.[xy])`), write: '$1$2' },
    { find: /(?<=\bwhen\b.*)!\s*(?=config\b|with\b)/g, write: 'not ' },
    { find: /(?<=\b(?:when|and|or|not)\s+)(!?)(?:CONFIG_)?([A-Z][A-Z_\d]+)(?=\s|=|$)/g, write: ([, not, option = '']) => optionOf(option) === undefined ? undefined : `${not === '!' ? 'not ' : ''}config ${option}` },
    { find: /(?<=\b(?:when|and|or|not)\s+(?:sysctl\s+)?)(?:\w+\.)?([a-z_]+)\s*=\s*(?=\d)/g, write: ([all, name = '']) => sysctlOf(name) === undefined ? all : `\ue002${sysctlOf(name)} = ` },
    { find: /sysctl\s+\ue002/g, write: 'sysctl ' }, { find: /\ue002/g, write: 'sysctl ' },
    { find: /(?<=\b(?:when|and|or|not)\s+)(x86(?:[_-]64)?|amd64|arm64|aarch64)\b/g, write: ([, arch = '']) => `arch = ${VALUE_SYNONYMS[arch] ?? arch}` },
    { find: /(?<=\b(?:when|and|or|not)\s+)thp\s+(?=always|madvise|never)/g, write: 'thp = ' },
    { find: /(?<=\b(?:when|and|or|not)\s+)(?:prctl\s+)?(?:PR_MCE_KILL_)?(EARLY|LATE|DEFAULT)\b/gi, write: ([, policy = '']) => `prctl = PR_MCE_KILL_${policy.toUpperCase()}` },
    { find: /(?<=\b(?:when|and|or|not)\s+)(?:PAGE_SIZE|pagesize|page size)\s*=?\s*(?=\d)/g, write: 'page size = ' },
    { find: /\b(page size = )(\d+)\s*$/, write: ([, words, bytes]) => Number(bytes) % 1024 === 0 ? `${words}${Number(bytes) / 1024} KiB` : undefined },
];

const CLAIMS: readonly Rewrite[] = [
    { find: /\bdirty LRU\b(?! page:)/, write: 'MF_MSG_DIRTY_LRU' }, { find: /\bclean LRU\b(?! page:)/, write: 'MF_MSG_CLEAN_LRU' },
    { find: /\bkernel panic\b/, write: 'panic' },
    { find: /\b(MF_MSG_\w+)\s*(?:[:=/|]|->)\s*(?=MF_(?!MSG_))/, write: '$1 ' },
    { find: /^(\s*expect\s+)(?:either\s+|any\s+of\s+|one\s+of\s+)?(MF_\w+(?:\s+MF_(?!MSG_)\w+)?(?:\s*(?:\||\bor\b|,)\s*MF_\w+(?:\s+MF_(?!MSG_)\w+)?)+)\s*$/, write: ([all, words, list = '']) => /\||\bor\b/.test(list) || /\bof\b/.test(all!) ? `${words}one of { ${list.split(/\s*(?:\||\bor\b|,)\s*/).join('; ')} }` : undefined },
    { find: /\b(?:returns?|ret|rc|errno)?\s*={0,2}\s*-(\d+)\b/, write: ([all, number = '']) => errnoOf(number) === undefined ? undefined : `${/^\s/.test(all!) ? ' ' : ''}errno ${errnoOf(number)}` },
    { find: /\b(?:returns?|ret|rc|errno)\s*[=:]{0,2}\s*-?(E[A-Z]{2,})\b/, write: ([all, name = '']) => Object.hasOwn(ERRNOS, name) && !/^errno (?!-)/.test(all!) && !/^errno\s*={1,2}/.test(all!) ? `errno ${name}` : undefined },
    { find: /^(\s*expect)\s*(?:==?\s*)?0\s*$/, write: '$1 errno 0' },
    { find: /^(\s*expect\s+)(?:ret|rc|retval)\s*(?:==?|:)?\s*(?=\d)/, write: '$1returns ' },
    { find: /\bSIG(BUS|SEGV|KILL)\s*,?\s*(?:si_)?code\s*[=:]?\s*(?=\d|BUS_|SEGV_)/, write: 'SIG$1 ' },
    { find: /\b(SIGBUS\s+(?:to\s+[\w.]+\s+)?)si_code\s*[=:]?\s*(BUS_\w+)/, write: ([, signal = '', code]) => signal.replace('SIGBUS ', `SIGBUS ${code} `).trimEnd() },
    { find: /\bSIGBUS\s+([45])\b(?!\s*times)/, write: ([, code]) => `SIGBUS BUS_MCEERR_${code === '4' ? 'AR' : 'AO'}` },
    { find: /^(\s*expect\s+)si_addr_lsb\s*[=:]?\s*(\d+)\s*$/, write: '$1SIGBUS lsb $2' },
    { find: /\bsi_addr_lsb\s*[=:]?\s*/, write: 'lsb ' }, { find: /\b(?:si_addr|addr(?:ess)?)\s*[=:]?\s*(?=[A-Za-z])/, write: 'at ', on: /\bSIG/ },
    { find: /^(\s*expect\s+)([a-z][\w.]*)(?::\s*|\s+(?:gets|receives|got)\s+|\s+)(SIG(?:BUS|SEGV|KILL)(?:\s+BUS_\w+)?)/, write: ([all, words, task = '', signal]) => /^(?:no|not|signal|one|never|outcomes|in|killed)$/.test(task) ? all : `${words}${signal} to ${task}` },
    { find: /(^\s*expect\s+|\s)(?:!\s*|not\s+)SIG[A-Z]+/, write: '$1no signal' },
    { find: /(^\s*expect\s+|\s)(?:!\s*|no\s+)(?=poisoned\b)/, write: '$1not ' }, { find: /(^\s*expect\s+|\s)!\s*(?=panic|oops|signal|dmesg)/, write: '$1no ' },
    { find: /\bno\s+(?:log|printk|kmsg)\b/, write: 'no dmesg' },
    { find: /^(\s*expect\s+)(total|ignored|failed|delayed|recovered)\s*=*\s*(?=\d)/, write: '$1node 0 $2 ' },
    { find: /\b(?:PageHWPoison|PG_hwpoison|hwpoison)\s+(?=[a-z])/, write: 'poisoned ' },
    { find: new RegExp(`\\b(${PAGES})\\s+is\\s+(not\\s+poisoned|poisoned)\\b`), write: '$2 $1' }, { find: new RegExp(`\\b(${PAGES})\\s+is\\s+(lost|stale|intact)\\b`), write: 'contents $1 $2' }, { find: /^(\s*expect\s+)([a-z]\w*)\s+(?:is|was|gets)\s+killed\b/, write: '$1killed $2' },
    { find: /^(\s*expect\s+)(.*?)\s*(?:;|&&)\s*(?=MF_|SIG|no |errno |killed |poisoned )/, write: '$1$2 ', on: /^\s*expect\b[^{]*$/ },
];

const HEADERS: readonly Rewrite[] = [
    { find: /^(\s*)=?>\s*(?=MF_|SIG|no |errno )/, write: '$1expect ' },
    { find: /^(\s*)scenario\s+([A-Za-z][\w ,.-]*?)\s*(?=\{|$)/, write: '$1scenario "$2" ' },
    { find: /^(\s*)(?:test|testcase|case|describe)\s+(?=")/, write: '$1scenario ' },
];

function of(blank: string | undefined, words: string | undefined): string | undefined {
    return words === undefined ? undefined : `${blank ?? ''}${words}`;
}

const onExpect = (row: Rewrite): Rewrite => ({ ...row, on: row.on ?? /^\s*(?:in\s+\w+\s+)?expect\b/ });

export const FOREIGN: readonly Rewrite[] = [...SHELL, ...HEADERS, ...CALLS, ...PUNCTUATION, ...KERNELS_WRITTEN, ...WHEN, ...CLAIMS.map(onExpect)];
