// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * poison survives two kexecs
 *
 * From 09-kexec.hwp:4, by hwp export; the expectations are those of Linux 7.3
 * with kho-hwpoison.
 *
 * It injects memory errors: run it as root, in a machine that may be lost, and
 * that nothing else uses meanwhile. Pages stay poisoned until the machine
 * boots again.
 * Needs CONFIG_MEMORY_FAILURE.
 * Build: cc -Wall -pthread -o test FILE.c
 *
 * Not made here:
 * - step kexec: the program would end with the kernel that runs it
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#ifndef MADV_HWPOISON
#define MADV_HWPOISON	100
#endif

/* Bits of /proc/kpageflags */
#define KPF_HWPOISON		(1ULL << 19)

static unsigned long page_size;

enum {
	TASK_DB,
	NR_TASKS
};

#define MAX_TAKEN	8

struct taken {
	int sig, code;
	short lsb;
	char *addr;
};

struct task {
	pid_t pid, tid;
	void (*step)(void);
	sem_t go, done;
	int stopped, dead, status;	/* the status is that of waitpid() */
	volatile sig_atomic_t in_access;
	int returns;			/* signals from which the handler returns */
	sigjmp_buf env;
	int nr_taken;
	struct taken taken[MAX_TAKEN];
};

/* All processes of the test see this. */
static struct shared {
	struct task task[NR_TASKS];
	long ret;	/* of the call of this step, -1 for an error */
	int err;	/* its errno; -1 when there was no call */
	char *db_heap;
} *sh;

static pid_t test_pid;
static const char *lacking = "1..0 # SKIP ";

/* What the machine lacks for this test: not a failure. */
static void __attribute__((format(printf, 1, 2), noreturn))
skip_all(const char *fmt, ...)
{
	va_list args;

	fputs(lacking, stdout);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	if (getpid() != test_pid)
		_exit(4);
	exit(4);
}

/* A task does one step at a time, when the test says so. */
static void __attribute__((noreturn)) serve(struct task *t)
{
	for (;;) {
		sem_post(&t->done);
		while (sem_wait(&t->go))
			;
		t->step();
	}
}

/* Wait until the task is done, or has died of it. */
static void wait_for(int id)
{
	struct task *t = &sh->task[id], *other;
	int patience = 600;
	struct timespec until;

	while (!t->dead) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 50 * 1000 * 1000;
		if (until.tv_nsec >= 1000 * 1000 * 1000) {
			until.tv_nsec -= 1000 * 1000 * 1000;
			until.tv_sec++;
		}
		if (!sem_timedwait(&t->done, &until))
			return;
		if (waitpid(t->pid, &t->status, WNOHANG) == t->pid) {
			for (other = sh->task; other < sh->task + NR_TASKS; other++)
				if (other->pid == t->pid) {
					other->dead = 1;
					other->status = t->status;
				}
		} else if (!--patience) {
			kill(t->pid, SIGKILL);
		}
	}
	if (WIFEXITED(t->status) && WEXITSTATUS(t->status) == 4)
		exit(4);	/* it has said why */
}

static void run(int id, void (*step)(void))
{
	struct task *t = &sh->task[id];

	if (t->dead)
		return;
	t->step = step;
	sem_post(&t->go);
	wait_for(id);
}

static void start(int id, void (*setup)(void))
{
	struct task *t = &sh->task[id];

	t->pid = t->tid = fork();
	if (t->pid < 0)
		skip_all("fork: %m");
	if (!t->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		t->pid = t->tid = getpid();
		setup();
		serve(t);
	}
	wait_for(id);
}

static char *map(char *at, unsigned long len, int prot, int flags, int fd, unsigned long offset)
{
	char *p = mmap(at, len, prot, flags, fd, offset);

	if (p == MAP_FAILED)
		skip_all("mmap of %lu bytes: %m", len);
	return p;
}

/* Write every unit: a letter each, the last one repeats. */
static void fill(char *p, unsigned long nr, unsigned long size, const char *letters)
{
	unsigned long i, last = strlen(letters) - 1;

	for (i = 0; i < nr; i++)
		memset(p + i * size, letters[i < last ? i : last], size);
}

/* What the call of a step gave back. */
static void returned(long ret)
{
	sh->err = ret < 0 ? errno : 0;
	sh->ret = ret;
}

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

static char klog[64 * 1024];	/* what the kernel has printed in this step */
static int kmsg = -1;

static void read_kernel_log(void)
{
	char record[8192], *text;
	size_t used = strlen(klog);
	ssize_t len;

	for (;;) {
		len = read(kmsg, record, sizeof(record) - 1);
		if (len < 0 && errno == EPIPE)
			continue;	/* records were overwritten */
		if (len <= 0)
			break;
		record[len] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text++;
		text[strcspn(text, "\n") + 1] = '\0';
		len = strlen(text);
		if (used + len < sizeof(klog)) {
			memcpy(klog + used, text, len + 1);
			used += len;
		}
	}
}

static void open_kernel_log(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (kmsg < 0)
		skip_all("/dev/kmsg: %m");
	lseek(kmsg, 0, SEEK_END);
}

/* What there is to be seen of the step. */
static void show_step(void)
{
	char *line = klog, *end;
	struct taken *s;
	int id, i;

	if (sh->err >= 0)
		printf("# returned %ld, errno %d (%s)\n", sh->ret, sh->err, strerror(sh->err));
	for (id = 0; id < NR_TASKS; id++) {
		if (sh->task[id].dead)
			printf("# task %d has ended, status 0x%x\n", id, sh->task[id].status);
		for (i = 0; i < sh->task[id].nr_taken && i < MAX_TAKEN; i++) {
			s = &sh->task[id].taken[i];
			printf("# task %d: signal %d code %d address %p lsb %d\n",
			       id, s->sig, s->code, (void *)s->addr, s->lsb);
		}
	}
	while ((end = strchr(line, '\n'))) {
		printf("# %.*s\n", (int)(end - line), line);
		line = end + 1;
	}
}

static int nr_tests, nr_failed;

static void ok(int passed, const char *what)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++nr_tests, what);
	if (passed)
		return;
	nr_failed++;
	show_step();
}

static void skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++nr_tests, what, why);
}

static void do_nothing(void)
{
}

/* Who has run once more has taken the signals that were sent to it. */
static void settle(void)
{
	int id;

	for (id = 0; id < NR_TASKS; id++)
		if (sh->task[id].tid && !sh->task[id].stopped)
			run(id, do_nothing);
}

static void begin_step(void)
{
	int id;

	for (id = 0; id < NR_TASKS; id++)
		sh->task[id].nr_taken = 0;
	read_kernel_log();
	klog[0] = '\0';
	sh->ret = 0;
	sh->err = -1;
}

static void end_step(void)
{
	settle();
	read_kernel_log();
}

static void setup_db(void)
{
	prctl(PR_SET_NAME, "db");
	sh->db_heap = map(NULL, 4 * page_size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fill(sh->db_heap, 4, page_size, "ABCD");
}

/* db: madvise heap[2] MADV_HWPOISON */
static void step_1(void)
{
	returned(madvise(sh->db_heap + 2 * page_size, page_size, MADV_HWPOISON));
}

int main(void)
{
	struct utsname uts;
	int id;

	test_pid = getpid();
	setvbuf(stdout, NULL, _IOLBF, 0);
	page_size = sysconf(_SC_PAGESIZE);
	if (page_size != 4096)
		skip_all("the scenario is for pages of 4 KiB");
	uname(&uts);
	if (strncmp(uts.release, "7.3.", 4))
		printf("# expectations are for Linux 7.3, this is %s\n", uts.release);
	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sh == MAP_FAILED)
		skip_all("mmap: %m");
	for (id = 0; id < NR_TASKS; id++) {
		sem_init(&sh->task[id].go, 1, 0);
		sem_init(&sh->task[id].done, 1, 0);
	}
	open_kernel_log();
	start(TASK_DB, setup_db);

	printf("TAP version 13\n1..%d\n", 7);
	lacking = "Bail out! ";

	/* db: madvise heap[2] MADV_HWPOISON */
	begin_step();
	run(TASK_DB, step_1);
	end_step();
	ok(!!(kpageflags(pfn_of(TASK_DB, sh->db_heap + 2 * page_size)) & KPF_HWPOISON),
	   "db: madvise heap[2] MADV_HWPOISON: expect poisoned heap[2]");

	/* kexec */
	/*
	 * Cannot be made: the program would end with the kernel that runs it.
	 * The test ends here.
	 */
	skip("kexec: expect dmesg \"hwpoison-kho: re-poisoning 1 pages from previous kernel\"",
	     "the program would end with the kernel that runs it");
	skip("kexec: expect MF_MSG_BUDDY MF_RECOVERED",
	     "the program would end with the kernel that runs it");
	skip("kexec: expect poisoned heap[2]",
	     "the program would end with the kernel that runs it");
	skip("kexec: expect HardwareCorrupted 4 KiB",
	     "the program would end with the kernel that runs it");

	/* kexec kernel 7.3 */
	skip("kexec kernel 7.3: expect not poisoned heap[2]",
	     "the program would end with the kernel that runs it");
	skip("kexec kernel 7.3: expect HardwareCorrupted 0",
	     "the program would end with the kernel that runs it");

	for (id = 0; id < NR_TASKS; id++)
		if (sh->task[id].pid && !sh->task[id].dead)
			kill(sh->task[id].pid, SIGKILL);
	return nr_failed ? 1 : 0;
}
