/*
 * Races: the handler of an error runs on CPU 1, whoever competes on CPU 0, and the host holds either at addresses of the kernel. While a
 * CPU is held nothing is said and nothing waits for it: the host and the runner talk through a page of memory, and race_mark() is
 * where the host's debugger sees that something has come to its end.
 */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ACTS 16
/* Turns of a millisecond after which an act that has not come to its end is taken to sleep. */
#define ASLEEP_AFTER 250
#define MAGIC 0x45434152

struct race_control {
	/* By the host: go on; act to begin (a count above the number of the act); the race is over. */
	volatile uint32_t magic, go, act, over;
	/* By the runner: the act that has ended, the one that sleeps, the handler has ended. */
	volatile uint32_t done, asleep, handled;
	volatile int64_t result;
};

static struct race_control *control;
static struct { int task; char line[LINE_BYTES]; } acts[MOST_ACTS];

__attribute__((noinline)) void race_mark(void)
{
	__asm__ volatile("" ::: "memory");
}

/* Before anything else: a page that is taken later could be the raced one. */
void prepare_races(void)
{
	control = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (control == MAP_FAILED)
		report("n\tno memory for races");
	else
		memset(control, 0, PAGE_BYTES);
}

/* act NUMBER TASK LINE */
void keep_act(char *rest)
{
	char *number = strsep(&rest, " "), *task = strsep(&rest, " ");
	int at = atoi(number) % MOST_ACTS;

	acts[at].task = task ? atoi(task) : 0;
	snprintf(acts[at].line, LINE_BYTES, "%s", rest ? rest : "");
}

/* Without a word: reap_all() and is_alive() speak. */
static int has_ended(int index)
{
	struct task *task = &shared->tasks[index];
	siginfo_t info;

	info.si_pid = 0;
	return task->done == task->request || task->dead || (waitid(P_PID, shared->tasks[task->process].pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid);
}

/* race STEP TASK $FRAME LINE: R STEP CONTROL FRAME MARK, then as the host says. The outcome is that of the task. */
int run_race(int step, int handler, unsigned long frame, const char *line)
{
	uint32_t begun = 0;
	int waited = 0, task = -1;

	memset(control, 0, sizeof(*control));
	control->magic = MAGIC;
	report("R\t%d\t0x%lx\t0x%lx\t0x%lx", step, frame_of(control) * PAGE_BYTES, frame, (unsigned long)race_mark);
	while (!control->go)
		usleep(1000);
	shared->tasks[handler].marks = 1;
	start_task(handler, line);
	while (!control->over) {
		if (control->act != begun) {
			begun = control->act;
			waited = 0;
			task = acts[begun % MOST_ACTS].task;
			start_task(task, acts[begun % MOST_ACTS].line);
		}
		if (task >= 0 && control->done != begun) {
			if (has_ended(task)) {
				control->result = shared->tasks[task].out.errnum > 0 ? -shared->tasks[task].out.errnum : shared->tasks[task].out.returned;
				control->done = begun;
				race_mark();
			} else if (++waited == ASLEEP_AFTER) {
				control->asleep = begun;
				race_mark();
			}
		}
		if (!control->handled && has_ended(handler)) {
			control->handled = 1;
			race_mark();
		}
		usleep(1000);
	}
	shared->tasks[handler].marks = 0;
	for (int i = 0; i < MAX_TASKS; i++)
		if (shared->tasks[i].used && shared->tasks[i].process == i && i != handler)
			is_alive(i);
	if (task >= 0 && await_task(task) < 0)
		report("n\tan act did not come to its end");
	return await_task(handler);
}

/* Frames that are handed out again where one wants them */

static char *scratch, *hog;
static int own_pagemap = -1;
static unsigned long touched;

enum { SCRATCH_BYTES = 32 << 20, HOG_BYTES = 16 << 20, MOST_TOUCHED = 1500 };

static char *new_memory(unsigned long bytes)
{
	char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	madvise(at, bytes, MADV_NOHUGEPAGE);
	return at;
}

/* As frame_of(), without opening anything. */
static unsigned long frame_now(const void *address)
{
	uint64_t entry = 0;

	if (pread(own_pagemap, &entry, sizeof(entry), (uintptr_t)address / PAGE_BYTES * sizeof(entry)) != sizeof(entry))
		return 0;
	return entry >> 63 ? entry & ((1ULL << 55) - 1) : 0;
}

/* Every page that this process may write later is written now, so that nothing it does takes a frame from the free list. */
void warm_up(void)
{
	volatile char stack[200000];

	for (size_t i = 0; i < sizeof(stack); i += 2048)
		stack[i] = 1;
	mlockall(MCL_CURRENT);
	munlockall();
}

/* Pages whose error makes the kernel drain the lists of free pages of all CPUs. */
static char *dummies;
static int dummies_used, inject_fd = -1;

/* dummies: before anything is freed. drain: the next one goes bad. Both by the runner. */
int prepare_dummies(void)
{
	dummies = new_memory(4 * PAGE_BYTES);
	if (!dummies)
		return -1;
	memset(dummies, 'D', 4 * PAGE_BYTES);
	dummies_used = 0;
	inject_fd = open("/sys/kernel/debug/hwpoison/corrupt-pfn", O_WRONLY | O_CLOEXEC);
	warm_up();
	return inject_fd < 0 ? -1 : 0;
}

int drain_lists(void)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "0x%lx", frame_of(dummies + dummies_used++ % 4 * PAGE_BYTES));

	return write(inject_fd, text, length) == length ? 0 : -1;
}

static int by_value(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* A page of the hog whose neighbours, 16 in a block, are all in use there, so that it does not merge when it is freed. */
static char *lonely_page(void)
{
	unsigned long count = HOG_BYTES / PAGE_BYTES, *frames = malloc(count * sizeof(*frames)), *sorted = malloc(count * sizeof(*frames));
	char *found = NULL;

	if (!frames || !sorted)
		return NULL;
	for (unsigned long i = 0; i < count; i++)
		frames[i] = sorted[i] = frame_now(hog + i * PAGE_BYTES);
	qsort(sorted, count, sizeof(*sorted), by_value);
	for (unsigned long i = count / 2; i < count && !found; i++) {
		unsigned long start = frames[i] & ~15UL, whole = frames[i] && (frames[i] & 15) == 5;

		for (unsigned long frame = start; whole && frame < start + 16; frame++)
			whole = bsearch(&frame, sorted, count, sizeof(*sorted), by_value) != NULL;
		if (whole)
			found = hog + i * PAGE_BYTES;
	}
	free(frames);
	free(sorted);
	return found;
}

/* Free memory that this process has had: its memory stands ready, the page tables too. */
int prepare_memory(void)
{
	hog = new_memory(HOG_BYTES);
	scratch = new_memory(SCRATCH_BYTES);
	own_pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (!hog || !scratch || own_pagemap < 0)
		return -1;
	memset(hog, 'H', HOG_BYTES);
	/* The zero page brings the tables along. */
	for (unsigned long at = 0; at < SCRATCH_BYTES; at += HUGE_BYTES)
		(void)*(volatile char *)(scratch + at + HUGE_BYTES / 2);
	touched = 0;
	return 0;
}

/* free-one $SLOT [second]: a page of the hog goes to the list of this CPU; `second`: another one, which comes to lie before it. */
int free_one(unsigned long *frame, int second)
{
	char *page = lonely_page();

	if (!page)
		return -1;
	*frame = frame_now(page);
	if (madvise(page, PAGE_BYTES, MADV_DONTNEED) < 0)
		return -1;
	return second ? madvise(hog + HOG_BYTES / 4, PAGE_BYTES, MADV_DONTNEED) : 0;
}

/* take FRAME ADDRESS: pages are touched until one of them has the frame, which is then the page at the address. */
int take_frame(unsigned long frame, char *to)
{
	for (unsigned long end = touched + MOST_TOUCHED; touched < end && (touched + 1) * PAGE_BYTES < SCRATCH_BYTES; touched++) {
		char *page = scratch + touched * PAGE_BYTES;

		if (touched % (HUGE_BYTES / PAGE_BYTES) == HUGE_BYTES / PAGE_BYTES / 2)
			continue;
		*page = 'N';
		if (frame_now(page) == frame) {
			touched++;
			return mremap(page, PAGE_BYTES, PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED ? -1 : 0;
		}
	}
	errno = ENODATA;
	return -1;
}

/* One page, whichever frame it gets. */
int touch_one(void)
{
	static unsigned long from_end = 1;

	scratch[SCRATCH_BYTES - from_end++ * PAGE_BYTES] = 'N';
	return 0;
}

/* A batch on its way to the LRU is flushed when it is full: 31 pages. */
int flush_batch(void)
{
	static char *pages;

	if (!pages)
		pages = new_memory(64 * PAGE_BYTES);
	memset(pages, 'y', 40 * PAGE_BYTES);
	return madvise(pages, 64 * PAGE_BYTES, MADV_DONTNEED);
}

/* Page tables: a frame that has been one lies on another list than those of processes when it is free. */

enum { TABLES = 64, MOST_TABLES = 3000 };
static char *table_area;
static unsigned long tables_made;

static unsigned long candidates[4096], candidate_count;

/* Page tables are made and freed again. */
int free_table(void)
{
	unsigned long bytes = (unsigned long)TABLES * HUGE_BYTES, frames = 1UL << 18;
	uint64_t *before = malloc(frames * sizeof(*before)), *after = malloc(frames * sizeof(*after));
	char *area = mmap((void *)0x200000000000, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	table_area = mmap((void *)0x100000000000, MOST_TABLES * HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	tables_made = 0;
	candidate_count = 0;
	if (!before || !after || area == MAP_FAILED || table_area == MAP_FAILED)
		return -1;
	madvise(area, bytes, MADV_NOHUGEPAGE);
	madvise(table_area, MOST_TABLES * HUGE_BYTES, MADV_NOHUGEPAGE);
	memset(after, 0, frames * sizeof(*after));
	if (pread(fd, before, frames * sizeof(*before), 0) < 0)
		return -1;
	for (int i = 0; i < TABLES; i++)
		(void)*(volatile char *)(area + i * HUGE_BYTES);
	if (pread(fd, after, frames * sizeof(*after), 0) < 0)
		return -1;
	for (unsigned long pfn = 1000; pfn < frames && candidate_count < 4096; pfn++)
		if (HAS(after[pfn], FLAG_PGTABLE) && !HAS(before[pfn], FLAG_PGTABLE))
			candidates[candidate_count++] = pfn;
	close(fd);
	free(before);
	free(after);
	munmap(area, bytes);
	/* They are freed after a grace period. */
	usleep(300000);
	return 0;
}

/* One of them that is free now. */
int find_table(unsigned long *frame)
{
	*frame = 0;
	for (unsigned long i = 0; i < candidate_count; i++)
		if (HAS(page_flags(candidates[i]), FLAG_BUDDY))
			*frame = candidates[i];
	errno = ENODATA;
	return *frame ? 0 : -1;
}

int take_table(unsigned long frame)
{
	for (; tables_made < MOST_TABLES; tables_made++) {
		(void)*(volatile char *)(table_area + tables_made * HUGE_BYTES);
		if (HAS(page_flags(frame), FLAG_PGTABLE))
			return 0;
	}
	errno = ENODATA;
	return -1;
}

/* Text symbols of the kernel that are called so, or so with what the compiler adds to a name: y NAME ADDRESS END */
int tell_symbols(int count, char **names)
{
	static struct { unsigned long address, end; char name[64]; } found[128];
	int known = 0;
	char line[512], name[256], type;
	unsigned long address;

	for (int pass = 0; pass < 2; pass++) {
		FILE *file = fopen("/proc/kallsyms", "re");

		if (!file)
			return -1;
		while (fgets(line, sizeof(line), file)) {
			if (sscanf(line, "%lx %c %255s", &address, &type, name) != 3 || strchr(line, '['))
				continue;
			if (pass == 1) {
				for (int i = 0; i < known; i++)
					if (address > found[i].address && address < found[i].end)
						found[i].end = address;
				continue;
			}
			for (int i = 0; i < count && known < 128; i++) {
				size_t length = strlen(names[i]);

				if (strncmp(name, names[i], length) || (name[length] && name[length] != '.') || strstr(name, ".cold"))
					continue;
				snprintf(found[known].name, sizeof(found[0].name), "%.63s", name);
				found[known].address = address;
				found[known++].end = ~0UL;
			}
		}
		fclose(file);
	}
	for (int i = 0; i < known; i++)
		report("y\t%s\t0x%lx\t0x%lx", found[i].name, found[i].address, found[i].end);
	return 0;
}
