/** What the program sets of the machine before any process is there. */
import { HWPOISON_FOLDER } from '../../vocabulary/inject-files.js';
import { sysctlPath } from '../../vocabulary/sysctls.js';
import type { CSource } from './source.js';
import { CannotMake } from './source.js';
import { quoted } from './text.js';
import { fileDescriptor } from './files.js';

export function machineLines(c: CSource): void {
    const { machine } = c.program;
    const set = (path: string, value: string): void => {
        c.use('setting');
        c.setup.push(`\tset(${quoted(path)}, ${quoted(value)});`);
    };
    for (const [name, value] of Object.entries(machine.sysctls)) set(sysctlPath(name), String(value));
    const anonymous = machine.processes.flatMap(({ mappings }) => mappings).filter(({ from, hugetlbShift }) => from.kind === 'anon' && hugetlbShift === undefined);
    const sizes = new Set(anonymous.map(({ folioBytes }) => folioBytes).filter((bytes) => bytes > c.pageBytes));
    if (sizes.size > 0 || machine.thp !== 'always') set('/sys/kernel/mm/transparent_hugepage/enabled', machine.thp);
    for (const bytes of sizes) if (bytes < 2 ** 21) set(`/sys/kernel/mm/transparent_hugepage/hugepages-${bytes / 1024}kB/enabled`, 'always');
    for (const pool of machine.hugetlbPools) {
        const folder = `/sys/kernel/mm/hugepages/hugepages-${2 ** (pool.shift - 10)}kB`;
        set(`${folder}/nr_hugepages`, String(pool.pageCount));
        if (pool.overcommit > 0) set(`${folder}/nr_overcommit_hugepages`, String(pool.overcommit));
        c.use('read_file', 'skip_all');
        c.includes.add('stdlib.h');
        const got = c.named('', 'nr_huge');
        c.globals.add(`static char ${got}[32];`);
        c.setup.push(`\tread_file("${folder}/nr_hugepages", ${got}, sizeof(${got}));`, `\tif (atol(${got}) < ${pool.pageCount})`, '\t\tskip_all("not enough memory in one piece for the huge pages");');
        const promised = machine.processes.flatMap(({ mappings }) => mappings).filter((mapping) => mapping.hugetlbShift === pool.shift && mapping.touched === 'untouched').reduce((sum, { pageCount }) => sum + Math.ceil(pageCount * c.pageBytes / 2 ** pool.shift), 0);
        const reserved = pool.reserved - promised;
        if (reserved > 0) {
            c.use('map');
            c.includes.add('sys/mman.h');
            c.setup.push('\t/* huge pages that are promised and not used yet */', `\tmadvise(map(NULL, ${reserved * 2 ** pool.shift}UL, PROT_READ | PROT_WRITE,\n\t\tMAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | ${pool.shift} << 26, -1, 0),\n\t\t${reserved * 2 ** pool.shift}UL, MADV_DONTFORK);`);
        }
    }
    for (const swap of machine.swaps) {
        if (machine.swaps.length > 1) throw new CannotMake('swaps', 'one swap file is made, and the scenario has more areas');
        c.use('swap_file');
        c.setup.push(`\tadd_swap(${Math.min(4096, Math.ceil(swap.bytes / c.pageBytes))});`);
    }
    if (machine.processes.some(({ mappings }) => mappings.some(({ from }) => from.kind === 'special' && from.what === 'io_uring')) || machine.pins.some(({ by }) => by !== 'vmsplice')) {
        c.use('write_file');
        c.setup.push('\t/* where distributions switch it off; older kernels lack the file */', '\twrite_file("/proc/sys/kernel/io_uring_disabled", "0");');
    }
}

/** The filter of hwpoison-inject: last, so that the set-up does not meet it. Numbers of the scenario's devices and cgroups become the real ones. */
export function filterLines(c: CSource, filters: Readonly<Record<string, string>>): string[] {
    return Object.entries(filters).flatMap(([name, value]) => {
        const { machine } = c.program;
        const cgroup = machine.cgroups.find(({ inode }) => String(inode) === value);
        const path = `${HWPOISON_FOLDER}/${name}`;
        c.keep(path);
        if (name === 'corrupt-filter-memcg' && cgroup !== undefined) {
            c.use('inode', 'write_file', 'returned');
            return [`returned(write_file("${path}", "%lu", inode_of(${quoted(`/sys/fs/cgroup/${cgroup.name}`)})));`];
        }
        const numbered = machine.filesystems.find(({ major, minor }) => name === 'corrupt-filter-dev-major' ? String(major) === value : name === 'corrupt-filter-dev-minor' && String(minor) === value);
        const file = numbered === undefined ? undefined : machine.files.find(({ filesystem }) => filesystem === numbered.name);
        if (file !== undefined) {
            c.use('device', 'write_file', 'returned');
            return [`returned(write_file("${path}", "%u", device_of(${fileDescriptor(c, file.name)}, ${name.endsWith('minor') ? 1 : 0})));`];
        }
        c.use('write_file', 'returned');
        return [`returned(write_file("${path}", "%s", ${quoted(value)}));`];
    });
}
