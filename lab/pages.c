/* What /proc says of frames. */
#include "agent.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

unsigned long huge_bytes(void)
{
	static unsigned long bytes;

	if (!bytes) {
		long said = read_number("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");

		bytes = said > 0 ? (unsigned long)said : 2UL << 20;
	}
	return bytes;
}

static uint64_t read_entry(const char *path, unsigned long index, uint64_t missing)
{
	uint64_t entry = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return missing;
	if (pread(fd, &entry, sizeof(entry), index * sizeof(entry)) != sizeof(entry))
		entry = missing;
	close(fd);
	return entry;
}

uint64_t pagemap_entry(const void *address)
{
	return read_entry("/proc/thread-self/pagemap", (uintptr_t)address / PAGE_BYTES, 0);
}

/* Of another process, which may be stopped. 0: none is mapped. */
unsigned long frame_of_process(pid_t pid, const void *address)
{
	char path[64];
	uint64_t entry;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	entry = read_entry(path, (uintptr_t)address / PAGE_BYTES, 0);
	return entry >> 63 ? entry & ((1ULL << 55) - 1) : 0;
}

/* 0: none is mapped. */
unsigned long frame_of(const void *address)
{
	uint64_t entry = pagemap_entry(address);

	return entry >> 63 ? entry & ((1ULL << 55) - 1) : 0;
}

uint64_t page_flags(unsigned long pfn)
{
	return read_entry("/proc/kpageflags", pfn, 1ULL << FLAG_NOPAGE);
}

static int is_free(uint64_t flags)
{
	return HAS(flags, FLAG_BUDDY) && !HAS(flags, FLAG_HWPOISON);
}

static int is_slab(uint64_t flags)
{
	return HAS(flags, FLAG_SLAB) && !HAS(flags, FLAG_TAIL) && !HAS(flags, FLAG_HEAD) && !HAS(flags, FLAG_HWPOISON);
}

static int is_slab_tail(uint64_t flags)
{
	return HAS(flags, FLAG_TAIL) && HAS(flags, FLAG_SLAB) && !HAS(flags, FLAG_HWPOISON);
}

static int is_page_table(uint64_t flags)
{
	return HAS(flags, FLAG_PGTABLE) && !HAS(flags, FLAG_HWPOISON);
}

static int is_free_huge(uint64_t flags)
{
	return HAS(flags, FLAG_HUGE) && HAS(flags, FLAG_HEAD) && !HAS(flags, FLAG_MMAP) && !HAS(flags, FLAG_HWPOISON);
}

static int is_reserved(uint64_t flags)
{
	return HAS(flags, FLAG_RESERVED) && !HAS(flags, FLAG_ZERO) && !HAS(flags, FLAG_HWPOISON);
}

static int is_zero_page(uint64_t flags)
{
	return HAS(flags, FLAG_ZERO) && !HAS(flags, FLAG_THP);
}

static int is_huge_zero(uint64_t flags)
{
	return HAS(flags, FLAG_ZERO) && HAS(flags, FLAG_THP);
}

/* Somebody has to use the huge zero page, or there is none. */
static void want_huge_zero(void)
{
	static volatile char *range;
	char *aligned;

	if (range)
		return;
	range = mmap(NULL, 2 * HUGE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	aligned = (char *)(((unsigned long)range + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES);
	madvise(aligned, HUGE_BYTES, MADV_HUGEPAGE);
	(void)*(volatile char *)aligned;
}

static const struct { const char *kind; int (*matches)(uint64_t flags); } KINDS[] = {
	{ "free", is_free }, { "slab", is_slab }, { "slab-tail", is_slab_tail }, { "page-table", is_page_table }, { "hugetlb-free", is_free_huge }, { "reserved", is_reserved }, { "zero-page", is_zero_page }, { "huge-zero", is_huge_zero },
};

/* A line of /proc/iomem that names a part of the kernel's image. */
static long in_iomem(const char *name)
{
	char line[200];
	FILE *file = fopen("/proc/iomem", "r");
	unsigned long start, end;
	long found = -1;

	while (file && fgets(line, sizeof(line), file))
		if (found < 0 && sscanf(line, " %lx-%lx", &start, &end) == 2 && strstr(line, name))
			found = start / PAGE_BYTES + (end - start) / PAGE_BYTES / 2;
	if (file)
		fclose(file);
	return found;
}

/*
 * Pages that wait on a CPU's list for the LRU lists carry a reference, which keeps soft offline from moving them: how long they wait is
 * up to what else runs. move_pages(), also to the node where the page is, empties the lists of all CPUs first; MADV_COLLAPSE does no more
 * on 7.3, and stays for kernels without NUMA.
 */
void drain_batches(void)
{
	static char *range;
	int node = 0, status;
	/* A page of the stack: a fresh one might be huge, and take free memory that a scenario has found. */
	void *page = &status;

	if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, 2 /* MPOL_MF_MOVE */) == 0)
		return;
	if (!range)
		range = mmap(NULL, 2 * HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise((char *)(((unsigned long)range + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES), HUGE_BYTES, 25);
}

/* The first frame of RAM: machines other than PCs have theirs higher. */
static unsigned long first_frame(void)
{
	char line[200];
	FILE *file = fopen("/proc/iomem", "r");
	unsigned long start, found = 0;

	while (file && !found && fgets(line, sizeof(line), file))
		if (strstr(line, "System RAM") && sscanf(line, " %lx-", &start) == 1)
			found = start;
	if (file)
		fclose(file);
	return (found & ~0xfffffUL) / PAGE_BYTES;
}

/* The first of `pages` frames in a row that are of the kind; -1: there are none. Slab, free and page-table pages are whichever come first from 64 MiB on. */
long find_frame(const char *kind, unsigned long pages)
{
	static const struct { const char *kind, *name; } IMAGE[] = { { "kernel-text", "Kernel code" }, { "kernel-rodata", "Kernel rodata" }, { "kernel-data", "Kernel data" }, { "kernel-bss", "Kernel bss" } };
	uint64_t flags[512];
	/* What is free is taken in the middle of a great block: small blocks are given out first, to whoever runs before the error hits. */
	unsigned long around = strcmp(kind, "free") ? 0 : 1024, first = first_frame(), run = 0, at = !strcmp(kind, "reserved") || !strcmp(kind, "zero-page") ? 1 : (64UL << 20) / PAGE_BYTES;
	int (*matches)(uint64_t) = NULL, fd;

	for (unsigned i = 0; i < sizeof(IMAGE) / sizeof(IMAGE[0]); i++)
		if (!strcmp(IMAGE[i].kind, kind))
			return in_iomem(IMAGE[i].name);
	for (unsigned i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
		if (!strcmp(KINDS[i].kind, kind))
			matches = KINDS[i].matches;
	if (!strcmp(kind, "huge-zero"))
		want_huge_zero();
	fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !matches)
		return -1;
	at += first;
	for (;;) {
		ssize_t got = pread(fd, flags, sizeof(flags), at * sizeof(flags[0]));

		if (got <= 0 && first == ULONG_MAX)
			break;
		if (got <= 0) {
			/* Not there: then what lies lower, too. */
			at = first;
			run = 0;
			first = ULONG_MAX;
			continue;
		}
		for (unsigned i = 0; i < got / sizeof(flags[0]); i++, at++) {
			run = matches(flags[i]) ? run + 1 : 0;
			if (run == pages + around) {
				close(fd);
				return at - pages - around / 2 + 1;
			}
		}
	}
	close(fd);
	return -1;
}
