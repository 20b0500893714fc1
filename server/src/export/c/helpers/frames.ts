/** Frames: their flags, who has them, where one of a kind is. */
import { raw, type HelperRows } from './helper.js';

export const FRAME_HELPERS = {
    kpageflags: {
        includes: ['fcntl.h', 'unistd.h'],
        code: raw`
static unsigned long long kpageflags(unsigned long pfn)
{
	unsigned long long flags = 0;
	int fd = open("/proc/kpageflags", O_RDONLY);

	if (fd >= 0) {
		if (pread(fd, &flags, sizeof(flags), pfn * sizeof(flags)) != sizeof(flags))
			flags = 0;
		close(fd);
	}
	return flags;
}
`,
    },
    pagemap: {
        includes: ['fcntl.h', 'stdio.h', 'unistd.h'],
        code: raw`
#define PM_PRESENT	(1ULL << 63)
#define PM_SWAP		(1ULL << 62)
#define PM_PFRAME	((1ULL << 55) - 1)

static unsigned long long pagemap(pid_t pid, const char *addr)
{
	unsigned long long entry = 0;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY);
	if (fd >= 0) {
		if (pread(fd, &entry, sizeof(entry), (unsigned long)addr / page_size * sizeof(entry)) != sizeof(entry))
			entry = 0;
		close(fd);
	}
	return entry;
}
`,
    },
    pfn_of: {
        uses: ['pagemap', 'kpageflags', 'shared', 'skip_all'],
        code: raw`
/* The frame behind a page of a task: mapped, or behind a hwpoison entry. */
static unsigned long pfn_of(int id, const char *addr)
{
	unsigned long long entry = pagemap(sh->task[id].pid, addr);

	if (entry & PM_PRESENT)
		return entry & PM_PFRAME;
	if (entry & PM_SWAP && kpageflags((entry & PM_PFRAME) >> 5) & KPF_HWPOISON)
		return (entry & PM_PFRAME) >> 5;
	skip_all("no frame behind %p", (const void *)addr);
}
`,
    },
    pfn_of_file: {
        includes: ['sys/mman.h', 'unistd.h'], uses: ['pagemap', 'skip_all'],
        code: raw`
/* The frame that caches a page of a file: map it, look, and unmap it again. */
static unsigned long pfn_of_file(int fd, unsigned long index)
{
	volatile char *p = mmap(NULL, page_size, PROT_READ, MAP_SHARED, fd, index * page_size);
	unsigned long long entry;

	if (p == MAP_FAILED)
		skip_all("mmap of a file: %m");
	(void)*p;
	entry = pagemap(getpid(), (char *)p);
	munmap((void *)p, page_size);
	return entry & PM_PFRAME;
}
`,
    },
    last_ram: {
        includes: ['stdio.h', 'string.h'],
        code: raw`
/* A range of /proc/iomem by its name: the last one, or the first. */
static int iomem(const char *name, int last, unsigned long *start, unsigned long *end)
{
	FILE *f = fopen("/proc/iomem", "r");
	unsigned long from, to;
	char line[256];
	int found = 0;

	while (f && fgets(line, sizeof(line), f) && (last || !found)) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, " %lx-%lx", &from, &to) == 2 && strstr(line, " : ") &&
		    !strcmp(strstr(line, " : ") + 3, name) && to) {
			*start = from;
			*end = to;
			found = 1;
		}
	}
	if (f)
		fclose(f);
	return found;
}
`,
    },
    find_page: {
        uses: ['kpageflags', 'last_ram', 'skip_all'],
        code: raw`
/* The highest run of pages with all these flags, and none of those. */
static unsigned long find_page(const char *what, unsigned long nr, unsigned long long with, unsigned long long without)
{
	unsigned long start, end, pfn, run = 0;
	unsigned long long flags;

	if (!iomem("System RAM", 1, &start, &end))
		skip_all("/proc/iomem shows no System RAM");
	for (pfn = end / page_size; pfn; pfn--) {
		flags = kpageflags(pfn);
		run = (flags & with) == with && !(flags & (without | KPF_HWPOISON)) ? run + 1 : 0;
		if (run == nr)
			return pfn;
	}
	skip_all("no %s", what);
}
`,
    },
    find_iomem: {
        uses: ['last_ram', 'skip_all'],
        code: raw`
/* A page in the middle of a range of /proc/iomem. */
static unsigned long find_iomem(const char *name)
{
	unsigned long start, end;

	if (!iomem(name, 0, &start, &end))
		skip_all("/proc/iomem shows no \"%s\"", name);
	return (start + (end - start) / 2) / page_size;
}
`,
    },
    beyond_ram: {
        uses: ['last_ram', 'skip_all'],
        code: raw`
/* A frame above all memory. */
static unsigned long beyond_ram(void)
{
	unsigned long start, end;

	if (!iomem("System RAM", 1, &start, &end))
		skip_all("/proc/iomem shows no System RAM");
	return (end + 1) / page_size + (64UL << 30) / page_size;
}
`,
    },
} as const satisfies HelperRows;
