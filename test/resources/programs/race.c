// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * the same race in 7.3
 *
 * From 04-allocated-under-the-handler.hwp:25, by hwp export; the expectations
 * are those of Linux 7.3.
 *
 * It injects memory errors: run it as root, in a machine that may be lost, and
 * that nothing else uses meanwhile. Pages stay poisoned until the machine
 * boots again.
 * Needs CONFIG_MEMORY_FAILURE.
 * Needs CONFIG_HWPOISON_INJECT (modprobe hwpoison-inject) and debugfs at
 * /sys/kernel/debug.
 * Build: cc -Wall -pthread -o test FILE.c
 *
 * Not made here:
 * - race: no program can hold the handler at a window: the step runs, the
 * competitor does not. Where the expectation names a set of outcomes, the one
 * that came must be among them
 * - expect panic: only the console shows it
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

/* Bits of /proc/kpageflags */
#define KPF_BUDDY		(1ULL << 10)
#define KPF_COMPOUND_TAIL		(1ULL << 16)
#define KPF_HUGE		(1ULL << 17)
#define KPF_HWPOISON		(1ULL << 19)
#define KPF_MMAP		(1ULL << 11)
#define KPF_OFFLINE		(1ULL << 23)
#define KPF_PGTABLE		(1ULL << 26)
#define KPF_RESERVED		(1ULL << 32)
#define KPF_SLAB		(1ULL << 7)
#define KPF_THP		(1ULL << 22)
#define KPF_UPTODATE		(1ULL << 3)
#define KPF_ZERO_PAGE		(1ULL << 24)

static unsigned long page_size;

enum {
	TASK_APP,
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
	char *app_heap;
	unsigned long pfn_buf;
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

static int __attribute__((format(printf, 2, 3)))
write_file(const char *path, const char *fmt, ...)
{
	char buf[128];
	va_list args;
	int fd, len, err;

	va_start(args, fmt);
	len = vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	len = write(fd, buf, len);
	err = errno;
	close(fd);
	errno = err;
	return len < 0 ? -1 : 0;
}

/* The first word of a file; "" where there is none. */
static void read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, buf, size - 1);

	buf[len < 0 ? 0 : len] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static struct setting {
	const char *path;
	char before[64];
} settings[32];
static int nr_settings;

static void put_settings_back(void)
{
	while (nr_settings--)
		write_file(settings[nr_settings].path, "%s", settings[nr_settings].before);
}

/* Set something of the machine until the test ends. */
static void set(const char *path, const char *value)
{
	struct setting *s = &settings[nr_settings];
	char *chosen;

	read_file(path, s->before, sizeof(s->before));
	chosen = strchr(s->before, '[');
	if (chosen) {
		/* "always [madvise] never" */
		memmove(s->before, chosen + 1, strlen(chosen));
		s->before[strcspn(s->before, "]")] = '\0';
	}
	s->path = path;
	if (write_file(path, "%s", value))
		skip_all("cannot write %s to %s: %m", value, path);
	if (!nr_settings++)
		atexit(put_settings_back);
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

/* What the call of a step gave back. */
static void returned(long ret)
{
	sh->err = ret < 0 ? errno : 0;
	sh->ret = ret;
}

static void need(const char *path)
{
	if (access(path, F_OK))
		skip_all("%s: %m", path);
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

static int logged(const char *text)
{
	return strstr(klog, text) != NULL;
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

static void setup_app(void)
{
	prctl(PR_SET_NAME, "app");
	sh->app_heap = map(NULL, page_size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
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
	set("/proc/sys/vm/panic_on_unrecoverable_memory_failure", "1");
	start(TASK_APP, setup_app);
	need("/sys/kernel/debug/hwpoison/corrupt-pfn");
	sh->pfn_buf = find_page("free page for buf", 1,
		KPF_BUDDY,
		KPF_SLAB | KPF_COMPOUND_TAIL | KPF_HUGE | KPF_OFFLINE | KPF_ZERO_PAGE | KPF_PGTABLE | KPF_RESERVED | KPF_MMAP | KPF_UPTODATE | KPF_THP);

	printf("TAP version 13\n1..%d\n", 2);
	lacking = "Bail out! ";

	/* corrupt-pfn buf */
	/*
	 * race app: write heap[0] from buf
	 * no program can hold the handler at a window: not run
	 */
	begin_step();
	returned(write_file("/sys/kernel/debug/hwpoison/corrupt-pfn", "0x%lx", sh->pfn_buf));
	end_step();
	ok((logged("recovery action for free buddy page: Recovered")) ||
	   (logged("recovery action for dirty LRU page: Recovered")) ||
	   (logged("recovery action for clean LRU page: Recovered")) ||
	   (logged("recovery action for get hwpoison page: Ignored")) ||
	   (logged("recovery action for high-order kernel page: Ignored")) ||
	   (logged("recovery action for free buddy page: Failed")),
	   "corrupt-pfn buf: expect outcomes {");
	skip("corrupt-pfn buf: expect never { panic }",
	     "only the console shows it");

	for (id = 0; id < NR_TASKS; id++)
		if (sh->task[id].pid && !sh->task[id].dead)
			kill(sh->task[id].pid, SIGKILL);
	return nr_failed ? 1 : 0;
}
