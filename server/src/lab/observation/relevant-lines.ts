/** Which lines of the kernel log speak of memory errors: what else a booted machine says has nothing to do with the scenario. */

const RELEVANT = /Memory failure|[Ii]njecting|[Ss]oft.?[Oo]fflin|soft_offline|[Uu]npoison|\bMCE\b|\bmce:|Hardware Error|hardware memory|[Hh]wpoison|Kernel panic|Kernel accessed poison|hugetlb: |Bad page|page dumped|corrupted page|EXT4-fs error|Buffer I\/O error|Memory error|offlining pfn|Offlined Pages|CMCI storm|huge_memory: |Kernel Offset|^SMP: stopping|\bGHES: |^CPU features: 0x|^Memory Limit: |BUG: (?!workqueue)/;

/** What the machine says of itself. */
const OF_THE_MACHINE = /^ |^hwp-lab: |^---\[|^Modules linked in|^mce: CPU\d+ BANK|clocksource|hugetlb: allocation took|\[Hardware Error\]: (TSC|PROCESSOR|RIP|Some CPUs|Fake panic)/;

export function isRelevant(text: string): boolean {
    return RELEVANT.test(text) && !OF_THE_MACHINE.test(text);
}
