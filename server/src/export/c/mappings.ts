/** Mappings of a process: the calls that make them and bring their pages into the declared state. */
import { FILESYSTEMS, type FilesystemType } from '../../vocabulary/filesystems.js';
import type { SpecialMappingName } from '../../vocabulary/special-mappings.js';
import type { FileSpec, MappingSpec } from '../../simulator/program.js';
import { PROCESS_CONSTRUCTS, SPECIAL_CONSTRUCTS } from '../constructs/processes.js';
import { fileDescriptor, trimmed } from './files.js';
import { CannotMake, wanted, type CSource } from './source.js';
import { pages, quoted } from './text.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** What madvise() takes for a huge page; a mapping of that size would get one by chance. */
const PMD_BYTES = 2 ** 21;

/** Lines that make a mapping inside a function of its process. */
export function mappingLines(c: CSource, process: string, spec: MappingSpec): string[] {
    const field = c.named('', `${process}_${spec.name}`);
    const at = c.field('char *', field);
    c.mappings.set(`${process}.${spec.name}`, { field, spec });
    if (spec.from.kind === 'special') return special(c, at, spec, spec.from.what as SpecialMappingName);
    if (spec.from.kind === 'region') throw new CannotMake('region mapping', PROCESS_CONSTRUCTS['region mapping'].limit ?? '');
    const file = spec.from.kind === 'file' ? c.program.machine.files.find(({ name }) => spec.from.kind === 'file' && name === spec.from.file) : undefined;
    return [...mapped(c, at, spec, file), ...touched(c, at, spec, file), ...finished(c, at, spec)];
}

function special(c: CSource, at: string, spec: MappingSpec, name: SpecialMappingName): string[] {
    wanted(`special ${name}`, SPECIAL_CONSTRUCTS[name]);
    const length = pages(spec.pageCount);
    switch (name) {
        case 'vdso':
            c.includes.add('sys/auxv.h');
            return [`\t${at} = (char *)getauxval(AT_SYSINFO_EHDR);`];
        case 'vvar':
            c.use('special_range');
            return [`\t${at} = special_mapping("[vvar]");`];
        case 'io_uring':
            c.use('map_io_uring');
            return [`\t${at} = map_io_uring(${length});`];
        case 'perf':
            c.use('map_perf');
            return [`\t${at} = map_perf();`];
        case 'packet':
            c.use('map_packet');
            return [`\t${at} = map_packet(${length});`];
        case 'devmem':
            c.use('map', 'skip_all');
            c.includes.add('fcntl.h');
            return [`\t${at} = map(NULL, ${length}, PROT_READ | PROT_WRITE, MAP_SHARED, open("/dev/mem", O_RDWR), 0xa0000);`];
        default:
            throw new CannotMake(`special ${name}`, 'it has no interface');
    }
}

/** Whether pages are asked to be larger than a base page. */
function isLarge(c: CSource, spec: MappingSpec): boolean {
    return spec.hugetlbShift === undefined && spec.folioBytes > c.pageBytes;
}

function mapped(c: CSource, at: string, spec: MappingSpec, file: FileSpec | undefined): string[] {
    c.use('map');
    const length = pages(spec.pageCount);
    if (file?.type === 'sysv-shm') {
        c.includes.add('sys/shm.h');
        c.use('skip_all');
        return [`\t${at} = shmat(${fileDescriptor(c, file.name)}, NULL, 0);`, `\tif (${at} == (char *)-1)`, '\t\tskip_all("shmat: %m");'];
    }
    if (spec.keptBy === 'sysv') {
        c.includes.add('sys/shm.h');
        c.use('skip_all');
        return [`\t${at} = shmat(shmget(IPC_PRIVATE, ${length}, IPC_CREAT | 0600${spec.hugetlbShift === undefined ? '' : ' | 04000 /* SHM_HUGETLB */'}), NULL, 0);`, `\tif (${at} == (char *)-1)`, '\t\tskip_all("shmat: %m");'];
    }
    const alignment = spec.hugetlbShift === undefined ? Math.max(spec.folioBytes, file !== undefined && file.folioBytes > c.pageBytes ? file.folioBytes : 0) : 0;
    const lines: string[] = [];
    let place = 'NULL';
    const flags: string[] = [];
    if (spec.address !== undefined) {
        c.defines.add('#ifndef MAP_FIXED_NOREPLACE\n#define MAP_FIXED_NOREPLACE\t0x100000\n#endif');
        place = `(char *)0x${spec.address.toString(16)}UL`;
        flags.push('MAP_FIXED_NOREPLACE');
    } else if (alignment > c.pageBytes) {
        c.use('map_aligned');
        place = `aligned_room(${length}, ${alignment}UL)`;
        flags.push('MAP_FIXED');
    }
    flags.unshift(spec.shared ? 'MAP_SHARED' : 'MAP_PRIVATE');
    let descriptor = '-1';
    let from = '0';
    if (spec.from.kind === 'file') {
        descriptor = fileDescriptor(c, spec.from.file);
        from = pages(spec.from.pageOffset);
    } else if (spec.keptBy === 'memfd') {
        c.includes.add('sys/mman.h');
        const variable = c.named('', `${at.replace('sh->', '')}_fd`);
        c.globals.add(`static int ${variable};`);
        lines.push(`\t${variable} = memfd_create(${quoted(spec.name)}, 0);`, `\tif (${variable} < 0 || ftruncate(${variable}, ${length}))`, '\t\tskip_all("memfd_create: %m");');
        c.includes.add('unistd.h');
        c.use('skip_all');
        descriptor = variable;
    } else {
        flags.push('MAP_ANONYMOUS');
        if (spec.hugetlbShift !== undefined) {
            c.defines.add('#ifndef MAP_HUGE_SHIFT\n#define MAP_HUGE_SHIFT\t26\n#endif');
            flags.push('MAP_HUGETLB', `${spec.hugetlbShift} << MAP_HUGE_SHIFT`);
        }
    }
    if (spec.populate === true) flags.push('MAP_POPULATE');
    const protection = spec.protection === 'read' && spec.touched !== 'written' ? 'PROT_READ' : 'PROT_READ | PROT_WRITE';
    lines.push(`\t${at} = map(${place}, ${length}, ${protection},\n\t\t${flags.join(' | ')}, ${descriptor}, ${from});`);
    if (spec.from.kind === 'anon' && spec.hugetlbShift === undefined) {
        c.includes.add('sys/mman.h');
        if (isLarge(c, spec)) lines.push(`\tmadvise(${at}, ${length}, MADV_HUGEPAGE);`);
        else if (spec.pageCount * c.pageBytes >= PMD_BYTES) lines.push(`\tmadvise(${at}, ${length}, MADV_NOHUGEPAGE);`);
    }
    return lines;
}

function touched(c: CSource, at: string, spec: MappingSpec, file: FileSpec | undefined): string[] {
    if (spec.touched === 'untouched') return [];
    const large = isLarge(c, spec) || (file !== undefined && file.folioBytes > c.pageBytes && !FILESYSTEMS[file.type as FilesystemType].hugetlb);
    const check = large && !(spec.from.kind === 'anon' && spec.touched === 'read') ? [`\tneed_large_folio(${at});`] : [];
    if (check.length > 0) c.use('need_large');
    if (spec.touched === 'read') {
        c.use('touch');
        return [`\ttouch(${at}, ${spec.pageCount});`, ...check];
    }
    c.use('fill');
    // Pages are merged when they are alike.
    const own = spec.ksm !== undefined ? groupLetter(c, spec.ksm) : spec.content !== '' ? spec.content : file !== undefined ? file.content.slice(spec.from.kind === 'file' ? spec.from.pageOffset : 0) : '';
    const hugeBytes = spec.hugetlbShift !== undefined ? 2 ** spec.hugetlbShift : file !== undefined && FILESYSTEMS[file.type as FilesystemType].hugetlb ? Math.max(file.folioBytes, PMD_BYTES) : 0;
    if (hugeBytes > 0) {
        const count = Math.ceil(spec.pageCount * c.pageBytes / hugeBytes);
        return [`\tfill(${at}, ${count}, ${hugeBytes}UL, ${quoted(trimmed(own === '' ? LETTERS.slice(0, Math.min(count, 26)) : own))});`];
    }
    return [`\tfill(${at}, ${spec.pageCount}, page_size, ${quoted(trimmed(own === '' ? LETTERS.slice(0, Math.min(spec.pageCount, 26)) : own))});`, ...check];
}

function groupLetter(c: CSource, group: string): string {
    const first = c.program.machine.processes.flatMap(({ mappings }) => mappings).find(({ ksm }) => ksm === group);
    return (first?.content ?? '')[0] ?? 'A';
}

const PROTECTIONS = { none: 'PROT_NONE', read: 'PROT_READ', write: 'PROT_READ | PROT_WRITE', exec: 'PROT_READ | PROT_EXEC' } as const;

function finished(c: CSource, at: string, spec: MappingSpec): string[] {
    const length = pages(spec.pageCount);
    const lines: string[] = [];
    c.includes.add('sys/mman.h');
    if (spec.mlocked) lines.push(`\tmlock(${at}, ${length});`);
    if (spec.lazyFree) lines.push(`\tmadvise(${at}, ${length}, MADV_FREE);`);
    if (spec.ksm !== undefined) lines.push(`\tmadvise(${at}, ${length}, MADV_MERGEABLE);`);
    if (spec.swap !== 'none') lines.push(...swapped(c, at, spec));
    if (spec.uffdPoison) {
        c.use('uffd_poison', 'skip_all');
        lines.push(`\tif (uffdio_poison(${at}, ${length}))`, '\t\tskip_all("UFFDIO_POISON: %m");');
    }
    const wrote = spec.protection === 'read' && spec.touched !== 'written';
    if (spec.protection !== 'write' && !wrote) lines.push(`\tmprotect(${at}, ${length}, ${PROTECTIONS[spec.protection]});`);
    return lines;
}

function swapped(c: CSource, at: string, spec: MappingSpec): string[] {
    c.use('page_out');
    const length = pages(spec.pageCount);
    if (spec.swap === 'cache-unmapped') {
        c.use('splice_pin', 'unpin', 'pagemap');
        const pfns = `${at.replace('sh->', '')}_pfns`;
        c.fields.set(pfns, `unsigned long ${pfns}[${spec.pageCount}]`);
        return [`\tfor (int i = 0; i < ${spec.pageCount}; i++)`, `\t\tsh->${pfns}[i] = pagemap(getpid(), ${at} + i * page_size) & PM_PFRAME;`, '\t/* who holds a page keeps it in the swap cache */', `\tpin_by_pipe(${at}, ${length});`, `\tpage_out(${at}, ${spec.pageCount});`, '\tunpin();'];
    }
    const out = [`\tpage_out(${at}, ${spec.pageCount});`];
    if (spec.swap === 'entry') return out;
    c.use('touch');
    const back = [...out, `\ttouch(${at}, ${spec.pageCount});`];
    if (spec.swap === 'cache-clean') return back;
    c.use('fill');
    return [...back, `\tfill(${at}, ${spec.pageCount}, page_size, ${quoted(trimmed(spec.content === '' ? LETTERS.slice(0, Math.min(spec.pageCount, 26)) : spec.content))});`];
}
