// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * softmadv-hugetlb-anon
 *
 * From softmadv-hugetlb-anon.hwp:7, by hwp export; the expectations are those
 * of Linux 7.3.
 *
 * It injects memory errors: run it as root, in a machine that may be lost, and
 * that nothing else uses meanwhile. Pages stay poisoned until the machine
 * boots again.
 * Needs CONFIG_MEMORY_FAILURE.
 * Build: cc -Wall -pthread -o test FILE.c
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE	101
#endif
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT	26
#endif

static unsigned long page_size;
static char nr_huge[32];

enum {
	TASK_VICTIM,
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
	char *victim_heap;
	char text[256];
	int value;
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

static struct task *self(void)
{
	pid_t tid = syscall(SYS_gettid);
	struct task *t = sh->task;

	while (t->tid != tid)
		t++;
	return t;
}

static struct task *note_sigbus(int sig, siginfo_t *info)
{
	struct task *t = self();
	struct taken *s = &t->taken[t->nr_taken % MAX_TAKEN];

	s->sig = sig;
	s->code = info->si_code;
	s->addr = info->si_addr;
	s->lsb = info->si_addr_lsb;
	t->nr_taken++;
	return t;
}

static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	struct task *t = note_sigbus(sig, info);

	(void)context;
	if (t->in_access && info->si_code != BUS_MCEERR_AO && t->nr_taken > t->returns)
		siglongjmp(t->env, 1);
}

/*
 * Leave the access that meets the error. A handler that returns meets it
 * again and again: after "returns" times the test has seen enough.
 */
static void handle_sigbus(int returns)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = on_sigbus;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGBUS, &sa, NULL);
	self()->returns = returns;
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

/* What the call of a step gave back. */
static void returned(long ret)
{
	sh->err = ret < 0 ? errno : 0;
	sh->ret = ret;
}

#define ANY	-1
#define ANYWHERE	((char *)-1)

/* How many signals of that kind the tasks have taken in this step. */
static int caught(int first, int last, int sig, int code, char *page, int lsb)
{
	struct taken *s;
	int id, i, found = 0;

	for (id = first; id <= last; id++)
		for (i = 0; i < sh->task[id].nr_taken && i < MAX_TAKEN; i++) {
			s = &sh->task[id].taken[i];
			if ((sig == ANY || s->sig == sig) && (code == ANY || s->code == code) &&
			    (page == ANYWHERE || (unsigned long)(s->addr - page) < page_size) &&
			    (lsb == ANY || s->lsb == lsb))
				found++;
		}
	return found;
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
	if (sh->value >= 0)
		printf("# value 0x%02x\n", sh->value);
	if (sh->text[0])
		printf("# %s\n", sh->text);
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

static void load_each(const volatile char *p, unsigned long nr)
{
	unsigned long i;
	char c;

	self()->in_access = 1;
	for (i = 0; i < nr; i++) {
		c = p[i * page_size];
		if (!i)
			sh->value = (unsigned char)c;
	}
}

/* Load a byte of each page, until a signal ends it. */
static void load(const volatile char *p, unsigned long nr)
{
	if (!sigsetjmp(self()->env, 1))
		load_each(p, nr);
	else
		sh->value = -1;
	self()->in_access = 0;
}

static void store_each(char *p, unsigned long nr, const char *letters)
{
	unsigned long i, last = strlen(letters) - 1;

	self()->in_access = 1;
	for (i = 0; i < nr; i++)
		memset(p + i * page_size, letters[i < last ? i : last], page_size);
	sh->value = (unsigned char)*letters;
}

/* Fill each page with its letter, until a signal ends it. */
static void store(char *p, unsigned long nr, const char *letters)
{
	if (!sigsetjmp(self()->env, 1))
		store_each(p, nr, letters);
	self()->in_access = 0;
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
	sh->value = -1;
	sh->text[0] = '\0';
}

static void end_step(void)
{
	settle();
	read_kernel_log();
}

static void setup_victim(void)
{
	prctl(PR_SET_NAME, "victim");
	handle_sigbus(0);
	sh->victim_heap = map(NULL, 1024 * page_size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << MAP_HUGE_SHIFT, -1, 0);
	fill(sh->victim_heap, 2, 2097152UL, "G");
}

/* victim: pagemap heap[3] */
static void step_1(void)
{
	snprintf(sh->text, sizeof(sh->text), "%s",
		 pagemap(getpid(), sh->victim_heap + 3 * page_size) & PM_PRESENT ? "present" : "not present");
	returned(0);
}

/* victim: madvise heap[3] MADV_SOFT_OFFLINE */
static void step_3(void)
{
	returned(madvise(sh->victim_heap + 3 * page_size, page_size, MADV_SOFT_OFFLINE));
}

/* victim: pagemap heap[3] */
static void step_5(void)
{
	snprintf(sh->text, sizeof(sh->text), "%s",
		 pagemap(getpid(), sh->victim_heap + 3 * page_size) & PM_PRESENT ? "present" : "not present");
	returned(0);
}

/* victim: read heap[3] */
static void step_6(void)
{
	load(sh->victim_heap + 3 * page_size, 1);
}

/* victim: read heap[7] */
static void step_7(void)
{
	load(sh->victim_heap + 7 * page_size, 1);
}

/* victim: read heap[515] */
static void step_8(void)
{
	load(sh->victim_heap + 515 * page_size, 1);
}

/* victim: write heap[3] */
static void step_9(void)
{
	store(sh->victim_heap + 3 * page_size, 1, "Z");
}

/* victim: pagemap heap[3] */
static void step_10(void)
{
	snprintf(sh->text, sizeof(sh->text), "%s",
		 pagemap(getpid(), sh->victim_heap + 3 * page_size) & PM_PRESENT ? "present" : "not present");
	returned(0);
}

/* victim: pagemap heap[3] */
static void step_11(void)
{
	snprintf(sh->text, sizeof(sh->text), "%s",
		 pagemap(getpid(), sh->victim_heap + 3 * page_size) & PM_PRESENT ? "present" : "not present");
	returned(0);
}

/* victim: exit */
static void step_13(void)
{
	_exit(0);
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
	set("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "8");
	read_file("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", nr_huge, sizeof(nr_huge));
	if (atol(nr_huge) < 8)
		skip_all("not enough memory in one piece for the huge pages");
	start(TASK_VICTIM, setup_victim);

	printf("TAP version 13\n1..%d\n", 19);
	lacking = "Bail out! ";

	/* victim: pagemap heap[3] */
	begin_step();
	run(TASK_VICTIM, step_1);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: pagemap heap[3]: no signal");
	ok(sh->err == 0 &&
	   !strcmp(sh->text, "present"),
	   "victim: pagemap heap[3]: errno 0 \"present\"");

	/* --- inject --- */

	/* victim: madvise heap[3] MADV_SOFT_OFFLINE */
	begin_step();
	run(TASK_VICTIM, step_3);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: madvise heap[3] MADV_SOFT_OFFLINE: no signal");
	ok(sh->err == 0,
	   "victim: madvise heap[3] MADV_SOFT_OFFLINE: errno 0");

	/* --- later --- */

	/* victim: pagemap heap[3] */
	begin_step();
	run(TASK_VICTIM, step_5);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: pagemap heap[3]: no signal");
	ok(sh->err == 0 &&
	   !strcmp(sh->text, "present"),
	   "victim: pagemap heap[3]: errno 0 \"present\"");

	/* victim: read heap[3] */
	begin_step();
	run(TASK_VICTIM, step_6);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: read heap[3]: no signal");
	ok(sh->value == 'G',
	   "victim: read heap[3]: value \"G\"");

	/* victim: read heap[7] */
	begin_step();
	run(TASK_VICTIM, step_7);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: read heap[7]: no signal");
	ok(sh->value == 'G',
	   "victim: read heap[7]: value \"G\"");

	/* victim: read heap[515] */
	begin_step();
	run(TASK_VICTIM, step_8);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: read heap[515]: no signal");
	ok(sh->value == 'G',
	   "victim: read heap[515]: value \"G\"");

	/* victim: write heap[3] */
	begin_step();
	run(TASK_VICTIM, step_9);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: write heap[3]: no signal");
	ok(sh->value == 'Z',
	   "victim: write heap[3]: value \"Z\"");

	/* victim: pagemap heap[3] */
	begin_step();
	run(TASK_VICTIM, step_10);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: pagemap heap[3]: no signal");
	ok(sh->err == 0 &&
	   !strcmp(sh->text, "present"),
	   "victim: pagemap heap[3]: errno 0 \"present\"");

	/* victim: pagemap heap[3] */
	begin_step();
	run(TASK_VICTIM, step_11);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: pagemap heap[3]: no signal");
	ok(sh->err == 0 &&
	   !strcmp(sh->text, "present"),
	   "victim: pagemap heap[3]: errno 0 \"present\"");

	/* --- exit --- */

	/* victim: exit */
	begin_step();
	run(TASK_VICTIM, step_13);
	end_step();
	ok(!caught(0, NR_TASKS - 1, ANY, ANY, ANYWHERE, ANY),
	   "victim: exit: no signal");

	for (id = 0; id < NR_TASKS; id++)
		if (sh->task[id].pid && !sh->task[id].dead)
			kill(sh->task[id].pid, SIGKILL);
	return nr_failed ? 1 : 0;
}
