/** The functions that an exported C program can use; it holds those that it needs, in this order. */

export interface Helper {
    /** System headers. */
    readonly includes?: readonly string[];
    /** Lines that stand above all functions: constants that older headers lack. */
    readonly defines?: readonly string[];
    readonly uses?: readonly HelperName[];
    /** In the style of the kernel: tabs, one declaration block a function. */
    readonly code: string;
}

const KPF = {
    SLAB: 7, MMAP: 11, COMPOUND_HEAD: 15, COMPOUND_TAIL: 16, HUGE: 17, HWPOISON: 19, KSM: 21, THP: 22, SWAPCACHE: 13, UPTODATE: 3, BUDDY: 10, OFFLINE: 23, ZERO_PAGE: 24, PGTABLE: 26, RESERVED: 32,
} as const;

/** `#define KPF_SLAB 7`, for the flags that are named. */
export function kpfDefine(name: string): string | undefined {
    return name in KPF ? `#define KPF_${name}\t\t(1ULL << ${KPF[name as keyof typeof KPF]})` : undefined;
}

function fallback(name: string, value: string): string {
    return `#ifndef ${name}\n#define ${name}\t${value}\n#endif`;
}

const raw = String.raw;

const ROWS = {
    page_size: { code: 'static unsigned long page_size;\n' },
    skip_all: {
        includes: ['stdarg.h', 'stdio.h', 'stdlib.h', 'unistd.h'],
        code: raw`
static pid_t test_pid;
static const char *lacking = "@SKIP@";

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
`,
    },
    tap: {
        includes: ['stdio.h'], uses: ['show_step'],
        code: raw`
static int nr_tests, nr_failed;

static void ok(int passed, const char *what)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++nr_tests, what);
	if (passed)
		return;
	nr_failed++;
	show_step();
}
`,
    },
    tap_skip: {
        uses: ['tap'],
        code: raw`
static void skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++nr_tests, what, why);
}
`,
    },
    write_file: {
        includes: ['errno.h', 'fcntl.h', 'stdarg.h', 'stdio.h', 'unistd.h'],
        code: raw`
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
`,
    },
    read_file: {
        includes: ['fcntl.h', 'string.h', 'unistd.h'],
        code: raw`
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
`,
    },
    setting: {
        includes: ['stdlib.h', 'unistd.h'], uses: ['skip_all', 'write_file', 'read_file'],
        code: raw`
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
`,
    },
    keep: {
        uses: ['setting'],
        code: raw`
/* Something that a step sets: it is put back as well. */
static void keep(const char *path)
{
	char now[64];

	read_file(path, now, sizeof(now));
	set(path, now);
}
`,
    },
    need: {
        includes: ['unistd.h'], uses: ['skip_all'],
        code: raw`
static void need(const char *path)
{
	if (access(path, F_OK))
		skip_all("%s: %m", path);
}
`,
    },
    shared: { includes: ['sys/mman.h', 'string.h', 'stdlib.h'], code: '' },
    returned: {
        includes: ['errno.h'], uses: ['shared'],
        code: raw`
/* What the call of a step gave back. */
static void returned(long ret)
{
	sh->err = ret < 0 ? errno : 0;
	sh->ret = ret;
}
`,
    },
    self: {
        includes: ['sys/syscall.h', 'unistd.h'], uses: ['shared'],
        code: raw`
static struct task *self(void)
{
	pid_t tid = syscall(SYS_gettid);
	struct task *t = sh->task;

	while (t->tid != tid)
		t++;
	return t;
}
`,
    },
    note_sigbus: {
        includes: ['signal.h'], uses: ['self'],
        code: raw`
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
`,
    },
    on_sigbus: {
        includes: ['signal.h', 'setjmp.h', 'string.h', 'unistd.h'], uses: ['self', 'note_sigbus'],
        code: raw`
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
@SEGV@	self()->returns = returns;
}
`,
    },
    remap_on_sigbus: {
        includes: ['signal.h', 'string.h', 'unistd.h'], uses: ['self', 'note_sigbus'],
        code: raw`
/* Put an empty page where the bad one was, and let the access try again. */
static void remap_on_sigbus(int sig, siginfo_t *info, void *context)
{
	unsigned long size = 1UL << info->si_addr_lsb;

	(void)context;
	note_sigbus(sig, info);
	mmap((void *)((unsigned long)info->si_addr & ~(size - 1)), size,
	     PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	     -1, 0);
}
`,
    },
    exit_on_sigbus: {
        includes: ['signal.h', 'unistd.h'], uses: ['note_sigbus'],
        code: raw`
static int exit_status = 1;

static void exit_on_sigbus(int sig, siginfo_t *info, void *context)
{
	(void)context;
	note_sigbus(sig, info);
	_exit(exit_status);
}
`,
    },
    sigbus_handler: {
        includes: ['signal.h', 'string.h'],
        code: raw`
static void set_handler(void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = handler;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGBUS, &sa, NULL);
}
`,
    },
    block_sigbus: {
        includes: ['signal.h'],
        code: raw`
static int mask_sigbus(int how)
{
	sigset_t set;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	err = pthread_sigmask(how, &set, NULL);
	errno = err;
	return err ? -1 : 0;
}
`,
    },
    task_loop: {
        includes: ['semaphore.h', 'time.h', 'sys/wait.h', 'unistd.h', 'errno.h', 'signal.h'], uses: ['shared', 'skip_all'],
        code: raw`
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
`,
    },
    start_task: {
        includes: ['sys/prctl.h', 'sys/syscall.h', 'signal.h', 'unistd.h'], uses: ['task_loop'],
        code: raw`
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
`,
    },
    fork_task: {
        includes: ['sched.h', 'sys/prctl.h', 'sys/syscall.h', 'signal.h', 'unistd.h'], uses: ['task_loop'],
        code: raw`
/* fork(), but the test is the parent, so that it can wait for the child. */
static long fork_task(int id, void (*setup)(void))
{
	struct task *t = &sh->task[id];
	long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);

	if (pid > 0)
		t->pid = t->tid = pid;
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	t->pid = t->tid = syscall(SYS_gettid);
	t->returns = self()->returns;
	if (setup)
		setup();
	serve(t);
}
`,
    },
    clone_task: {
        includes: ['sched.h', 'signal.h', 'stdlib.h', 'unistd.h', 'sys/syscall.h'], uses: ['task_loop'],
        code: raw`
static int serve_twin(void *arg)
{
	struct task *t = arg;

	t->pid = t->tid = syscall(SYS_gettid);
	serve(t);
}

/* A process of its own in the same address space. */
static long clone_task(int id)
{
	char *stack = malloc(256 * 1024);

	return clone(serve_twin, stack + 256 * 1024, CLONE_VM | CLONE_PARENT | SIGCHLD, &sh->task[id]);
}
`,
    },
    thread_task: {
        includes: ['pthread.h', 'unistd.h', 'sys/syscall.h'], uses: ['task_loop'],
        code: raw`
static void *serve_thread(void *arg)
{
	struct task *t = arg;

	t->pid = getpid();
	t->tid = syscall(SYS_gettid);
	serve(t);
}

static long start_thread(int id)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, serve_thread, &sh->task[id]);
	return errno ? -1 : 0;
}
`,
    },
    settle: {
        uses: ['task_loop'],
        code: raw`
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
`,
    },
    kernel_log: {
        includes: ['errno.h', 'fcntl.h', 'string.h', 'unistd.h'], uses: ['skip_all'],
        code: raw`
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
`,
    },
    begin_step: {
        uses: ['shared', 'kernel_log'],
        code: raw`
static void begin_step(void)
{
@TASKS@	read_kernel_log();
	klog[0] = '\0';
	sh->ret = 0;
	sh->err = -1;
@VALUE@@TEXT@}
`,
    },
    show_step: {
        includes: ['stdio.h', 'string.h'], uses: ['shared', 'kernel_log'],
        code: raw`
/* What there is to be seen of the step. */
static void show_step(void)
{
	char *line = klog, *end;
@SHOWVARS@
	if (sh->err >= 0)
		printf("# returned %ld, errno %d (%s)\n", sh->ret, sh->err, strerror(sh->err));
@SHOW@	while ((end = strchr(line, '\n'))) {
		printf("# %.*s\n", (int)(end - line), line);
		line = end + 1;
	}
}
`,
    },
    end_step: {
        uses: ['kernel_log'],
        code: raw`
static void end_step(void)
{
@SETTLE@	read_kernel_log();
}
`,
    },
    logged: {
        includes: ['string.h'], uses: ['kernel_log'],
        code: raw`
static int logged(const char *text)
{
	return strstr(klog, text) != NULL;
}
`,
    },
    logged_like: {
        includes: ['fnmatch.h', 'string.h'], uses: ['kernel_log'],
        code: raw`
/* Has the kernel printed a line that matches the pattern? */
static int logged_like(const char *pattern)
{
	char *line = klog, *end;

	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		if (!fnmatch(pattern, line, 0)) {
			*end = '\n';
			return 1;
		}
		*end = '\n';
		line = end + 1;
	}
	return 0;
}
`,
    },
    caught: {
        uses: ['shared'],
        code: raw`
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
`,
    },
    killed_by: {
        includes: ['sys/wait.h', 'signal.h'], uses: ['shared'],
        code: raw`
static int killed_by(int id, int sig)
{
	struct task *t = &sh->task[id];

	return t->dead && WIFSIGNALED(t->status) && WTERMSIG(t->status) == sig;
}
`,
    },
    exited: {
        includes: ['sys/wait.h'], uses: ['shared'],
        code: raw`
/* With the status that a shell would tell. */
static int exited(int id, int status)
{
	struct task *t = &sh->task[id];

	return t->dead && status == (WIFEXITED(t->status) ?
		WEXITSTATUS(t->status) : 128 + WTERMSIG(t->status));
}
`,
    },
    survives: {
        includes: ['sys/wait.h'], uses: ['shared'],
        code: raw`
static int survives(int id)
{
	return !sh->task[id].dead || WIFEXITED(sh->task[id].status);
}
`,
    },
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
    fill: {
        includes: ['string.h'],
        code: raw`
/* Write every unit: a letter each, the last one repeats. */
static void fill(char *p, unsigned long nr, unsigned long size, const char *letters)
{
	unsigned long i, last = strlen(letters) - 1;

	for (i = 0; i < nr; i++)
		memset(p + i * size, letters[i < last ? i : last], size);
}
`,
    },
    touch: {
        code: raw`
static void touch(const volatile char *p, unsigned long nr)
{
	while (nr--)
		(void)p[nr * page_size];
}
`,
    },
    map: {
        includes: ['sys/mman.h'], uses: ['skip_all'],
        code: raw`
static char *map(char *at, unsigned long len, int prot, int flags, int fd, unsigned long offset)
{
	char *p = mmap(at, len, prot, flags, fd, offset);

	if (p == MAP_FAILED)
		skip_all("mmap of %lu bytes: %m", len);
	return p;
}
`,
    },
    map_aligned: {
        includes: ['sys/mman.h'], uses: ['map'],
        code: raw`
/* Room for a mapping that begins at a multiple of "align". */
static char *aligned_room(unsigned long len, unsigned long align)
{
	unsigned long p = (unsigned long)map(NULL, len + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (char *)((p + align - 1) & -align);
}
`,
    },
    need_large: {
        uses: ['pagemap', 'kpageflags', 'skip_all'],
        code: raw`
static void need_large_folio(const char *p)
{
	unsigned long long entry = pagemap(getpid(), p);

	if (!(kpageflags(entry & PM_PFRAME) & (KPF_COMPOUND_HEAD | KPF_COMPOUND_TAIL)))
		skip_all("the kernel gave no large folio");
}
`,
    },
    load: {
        includes: ['setjmp.h'], uses: ['self'],
        code: raw`
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
`,
    },
    store: {
        includes: ['setjmp.h', 'string.h'], uses: ['self'],
        code: raw`
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
`,
    },
    store_byte: {
        includes: ['setjmp.h'], uses: ['self'],
        code: raw`
static void store_byte(volatile char *p, char c)
{
	if (!sigsetjmp(self()->env, 1)) {
		self()->in_access = 1;
		*p = c;
		sh->value = (unsigned char)c;
	}
	self()->in_access = 0;
}
`,
    },
    write_from: {
        includes: ['fcntl.h', 'unistd.h'], uses: ['returned'],
        code: raw`
/* write() of a user buffer: the kernel reads it. */
static void write_from(int to, int from, const char *buf, unsigned long len)
{
	returned(write(to, buf, len));
	if (sh->ret > 0 && pread(from, &sh->pipe_byte, 1, 0) < 0 && read(from, &sh->pipe_byte, 1) < 0)
		sh->pipe_byte = 0;
	close(to);
	if (from != to)
		close(from);
}
`,
    },
    write_from_pipe: {
        includes: ['fcntl.h', 'unistd.h'], uses: ['write_from', 'skip_all'],
        code: raw`
static void write_to_pipe(const char *buf, unsigned long len)
{
	int fd[2];

	if (pipe(fd) || fcntl(fd[1], F_SETPIPE_SZ, len + page_size) < 0)
		skip_all("pipe of %lu bytes: %m", len);
	write_from(fd[1], fd[0], buf, len);
}
`,
    },
    write_from_memfd: {
        includes: ['sys/mman.h'], uses: ['write_from', 'skip_all'],
        code: raw`
static void write_to_memfd(const char *buf, unsigned long len)
{
	int fd = memfd_create("sink", 0);

	if (fd < 0)
		skip_all("memfd_create: %m");
	write_from(fd, fd, buf, len);
}
`,
    },
    read_into: {
        includes: ['fcntl.h', 'stdlib.h', 'string.h', 'sys/mman.h', 'unistd.h'], uses: ['returned', 'skip_all'],
        code: raw`
/* read() into a user buffer: the kernel writes it. */
static void read_into(char *buf, unsigned long len, int by_pipe)
{
	char *healthy = malloc(len);
	int fd[2];

	memset(healthy, sh->pipe_byte, len);
	if (by_pipe) {
		if (pipe(fd) || fcntl(fd[1], F_SETPIPE_SZ, len + page_size) < 0)
			skip_all("pipe of %lu bytes: %m", len);
	} else {
		fd[0] = fd[1] = memfd_create("source", 0);
	}
	if (write(fd[1], healthy, len) != (ssize_t)len)
		skip_all("write: %m");
	if (!by_pipe)
		lseek(fd[0], 0, SEEK_SET);
	returned(read(fd[0], buf, len));
	close(fd[0]);
	if (by_pipe)
		close(fd[1]);
	free(healthy);
}
`,
    },
    vm_io: {
        includes: ['sys/uio.h', 'stdlib.h', 'string.h'], uses: ['returned'],
        code: raw`
/* process_vm_readv() or process_vm_writev() of another process's memory. */
static void vm_io(int id, char *addr, unsigned long len, int write)
{
	char *buf = calloc(1, len);
	struct iovec local = { buf, len }, remote = { addr, len };

	memset(buf, sh->pipe_byte, write ? len : 0);
	if (write)
		returned(process_vm_writev(sh->task[id].pid, &local, 1, &remote, 1, 0));
	else
		returned(process_vm_readv(sh->task[id].pid, &local, 1, &remote, 1, 0));
	if (!write && sh->ret > 0)
		sh->value = (unsigned char)*buf;
	free(buf);
}
`,
    },
    proc_mem: {
        includes: ['fcntl.h', 'stdio.h', 'stdlib.h', 'string.h', 'unistd.h'], uses: ['returned', 'skip_all'],
        code: raw`
/* pread() or pwrite() of /proc/PID/mem. */
static void proc_mem(int id, char *addr, unsigned long len, int write)
{
	char path[64], *buf = calloc(1, len);
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", sh->task[id].pid);
	fd = open(path, O_RDWR);
	if (fd < 0)
		skip_all("%s: %m", path);
	memset(buf, sh->pipe_byte, write ? len : 0);
	if (write)
		returned(pwrite(fd, buf, len, (off_t)(unsigned long)addr));
	else
		returned(pread(fd, buf, len, (off_t)(unsigned long)addr));
	if (!write && sh->ret > 0)
		sh->value = (unsigned char)*buf;
	close(fd);
	free(buf);
}
`,
    },
    ptrace_word: {
        includes: ['errno.h', 'sys/ptrace.h', 'sys/types.h', 'sys/wait.h'], uses: ['returned', 'skip_all'],
        code: raw`
/* Read or write a word of a process that is traced for it. */
static void ptrace_word(int id, char *addr, int poke)
{
	pid_t pid = sh->task[id].pid;
	long word;

	if (ptrace(PTRACE_ATTACH, pid, 0, 0) || waitpid(pid, NULL, __WALL) != pid)
		skip_all("ptrace: %m");
	errno = 0;
	word = poke ? ptrace(PTRACE_POKEDATA, pid, addr, 0L) : ptrace(PTRACE_PEEKDATA, pid, addr, 0);
	returned(errno ? -1 : 0);
	if (!errno && !poke)
		sh->value = (unsigned char)word;
	ptrace(PTRACE_DETACH, pid, 0, 0);
}
`,
    },
    pins: {
        includes: ['unistd.h'],
        code: raw`
static int pins[64], nr_pins;	/* descriptors that hold pages */

static int hold(int fd)
{
	pins[nr_pins++ % 64] = fd;
	return fd;
}
`,
    },
    unpin: {
        uses: ['pins'],
        code: raw`
static void unpin(void)
{
	while (nr_pins)
		close(pins[--nr_pins]);
}
`,
    },
    splice_pin: {
        includes: ['fcntl.h', 'sys/uio.h', 'unistd.h'], uses: ['pins'],
        code: raw`
/* A pipe that holds the pages themselves. */
static long pin_by_pipe(char *addr, unsigned long len)
{
	struct iovec iov = { addr, len };
	int fd[2];

	if (pipe(fd) || fcntl(fd[1], F_SETPIPE_SZ, len + page_size) < 0)
		return -1;
	hold(fd[1]);
	hold(fd[0]);
	return vmsplice(fd[1], &iov, 1, 0);
}
`,
    },
    uring_pin: {
        includes: ['sys/syscall.h', 'sys/uio.h', 'unistd.h'], uses: ['pins'],
        defines: [fallback('SYS_io_uring_setup', '425'), fallback('SYS_io_uring_register', '427')],
        code: raw`
/* A fixed buffer of io_uring: a pin that lasts (FOLL_LONGTERM). */
static long pin_by_io_uring(char *addr, unsigned long len)
{
	unsigned int params[30] = { 0 };	/* struct io_uring_params */
	struct iovec iov = { addr, len };
	int fd = syscall(SYS_io_uring_setup, 4, params);

	if (fd < 0)
		return -1;
	hold(fd);
	return syscall(SYS_io_uring_register, fd, 0 /* IORING_REGISTER_BUFFERS */, &iov, 1);
}
`,
    },
    read_pipe: {
        includes: ['stdlib.h', 'unistd.h'], uses: ['pins', 'returned'],
        code: raw`
/* Empty the pipe that was filled last. */
static void read_pipe(void)
{
	unsigned char *buf = malloc(page_size);

	returned(read(pins[nr_pins - 1], buf, page_size));
	if (sh->ret > 0)
		sh->value = *buf;
	free(buf);
}
`,
    },
    page_out: {
        includes: ['sys/mman.h', 'unistd.h'], uses: ['pagemap', 'skip_all'], defines: [fallback('MADV_PAGEOUT', '21')],
        code: raw`
/* Swap pages out, one by one. */
static void page_out(char *p, unsigned long nr)
{
	int patience;

	for (; nr--; p += page_size)
		for (patience = 100; !(pagemap(getpid(), p) & PM_SWAP); patience--) {
			if (!patience)
				skip_all("the kernel does not swap");
			madvise(p, page_size, MADV_PAGEOUT);
			usleep(20000);
		}
	/* writeback of the last page */
	usleep(200000);
}
`,
    },
    swap_file: {
        includes: ['fcntl.h', 'stdlib.h', 'stdio.h', 'string.h', 'sys/swap.h', 'unistd.h'], uses: ['skip_all'],
        code: raw`
/* A swap file in SWAP_DIR, or here; swap does not work on tmpfs. */
static char swap_path[256];

static void remove_swap(void)
{
	swapoff(swap_path);
	unlink(swap_path);
}

static void add_swap(unsigned long nr_pages)
{
	char *page = calloc(1, page_size);
	const char *dir = getenv("SWAP_DIR");
	unsigned long i;
	int fd;

	snprintf(swap_path, sizeof(swap_path), "%s/swap-for-test", dir ? dir : ".");
	fd = open(swap_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		skip_all("%s: %m", swap_path);
	for (i = 0; i < nr_pages; i++)
		if (pwrite(fd, page, page_size, i * page_size) != (ssize_t)page_size)
			skip_all("%s: %m", swap_path);
	/* what mkswap writes: version, last page, signature */
	*(unsigned int *)(page + 1024) = 1;
	*(unsigned int *)(page + 1028) = nr_pages - 1;
	memcpy(page + page_size - 10, "SWAPSPACE2", 10);
	if (pwrite(fd, page, page_size, 0) != (ssize_t)page_size || fsync(fd) || swapon(swap_path, 0))
		skip_all("swapon %s: %m", swap_path);
	atexit(remove_swap);
	close(fd);
	free(page);
}
`,
    },
    ksm: {
        includes: ['sys/mman.h', 'unistd.h'], uses: ['write_file', 'pfn_of', 'kpageflags', 'skip_all'],
        code: raw`
/* Let ksmd run until two pages are one. */
static void wait_for_merge(int id, const char *p, int other_id, const char *other)
{
	int patience = 400;

	write_file("/sys/kernel/mm/ksm/sleep_millisecs", "0");
	if (write_file("/sys/kernel/mm/ksm/run", "1"))
		skip_all("/sys/kernel/mm/ksm/run: %m");
	while (!(kpageflags(pfn_of(id, p)) & KPF_KSM) || pfn_of(id, p) != pfn_of(other_id, other)) {
		if (!patience--)
			skip_all("KSM did not merge");
		usleep(50000);
	}
	write_file("/sys/kernel/mm/ksm/run", "0");
}
`,
    },
    uffd_poison: {
        includes: ['sys/ioctl.h', 'sys/syscall.h', 'unistd.h', 'fcntl.h'], uses: ['skip_all'],
        code: raw`
/* From linux/userfaultfd.h */
struct uffd_api { unsigned long long api, features, ioctls; };
struct uffd_register { unsigned long long start, len, mode, ioctls; };
struct uffd_poison { unsigned long long start, len, mode; long long updated; };
#define UFFD_API	_IOWR(0xAA, 0x3F, struct uffd_api)
#define UFFD_REGISTER	_IOWR(0xAA, 0x00, struct uffd_register)
#define UFFD_POISON	_IOWR(0xAA, 0x08, struct uffd_poison)

static long uffdio_poison(char *addr, unsigned long len)
{
	static int fd = -1;
	struct uffd_api api = { 0xAA, 1 << 14 /* UFFD_FEATURE_POISON */, 0 };
	struct uffd_register reg = { (unsigned long)addr, len, 1, 0 };
	struct uffd_poison poison = { (unsigned long)addr, len, 0, 0 };

	if (fd < 0) {
		fd = syscall(SYS_userfaultfd, O_CLOEXEC);
		if (fd < 0 || ioctl(fd, UFFD_API, &api))
			skip_all("userfaultfd: %m");
	}
	if (ioctl(fd, UFFD_REGISTER, &reg))
		return -1;
	return ioctl(fd, UFFD_POISON, &poison);
}
`,
    },
    capabilities: {
        includes: ['sys/syscall.h', 'unistd.h'],
        code: raw`
/* From linux/capability.h */
#define CAP_SYS_ADMIN_BIT	(1U << 21)

static long set_cap_sys_admin(int on)
{
	struct { unsigned int version; int pid; } header = { 0x20080522, 0 };
	struct { unsigned int effective, permitted, inheritable; } data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	if (on)
		data[0].effective |= CAP_SYS_ADMIN_BIT;
	else
		data[0].effective &= ~CAP_SYS_ADMIN_BIT;
	return syscall(SYS_capset, &header, data);
}
`,
    },
    mount_memory: {
        includes: ['stdio.h', 'stdlib.h', 'sys/mount.h', 'sys/stat.h', 'unistd.h'], uses: ['skip_all'],
        code: raw`
static char mounts[8][64];
static int nr_mounts;

static void unmount_all(void)
{
	while (nr_mounts--) {
		umount2(mounts[nr_mounts], MNT_DETACH);
		rmdir(mounts[nr_mounts]);
	}
}

/* A file system of memory for the time of the test. */
static const char *mount_memory(const char *type, const char *options)
{
	char *dir = mounts[nr_mounts];

	snprintf(dir, sizeof(mounts[0]), "/tmp/test-XXXXXX");
	if (!mkdtemp(dir) || mount(type, dir, type, 0, options))
		skip_all("mount of %s: %m", type);
	if (!nr_mounts++)
		atexit(unmount_all);
	return dir;
}
`,
    },
    folder_of: {
        includes: ['stdlib.h', 'sys/statfs.h'], uses: ['skip_all'],
        code: raw`
/* A folder on that file system, which the environment names. */
static const char *folder(const char *variable, const char *type, unsigned long magic)
{
	const char *dir = getenv(variable);
	struct statfs fs;

	if (!dir)
		dir = ".";
	if (statfs(dir, &fs) || (magic && (unsigned long)fs.f_type != magic))
		skip_all("%s is not on %s: set %s to a folder that is", dir, type, variable);
	return dir;
}
`,
    },
    file_in: {
        includes: ['fcntl.h', 'stdio.h', 'unistd.h'], uses: ['skip_all'],
        code: raw`
static int new_file(char *path, unsigned long size, const char *dir, const char *name)
{
	int fd;

	snprintf(path, size, "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		skip_all("%s: %m", path);
	return fd;
}
`,
    },
    loop_device: {
        includes: ['fcntl.h', 'stdio.h', 'sys/ioctl.h', 'sys/mman.h', 'unistd.h'], uses: ['skip_all'],
        code: raw`
/* From linux/loop.h */
#define LOOP_SET_FD	0x4C00
#define LOOP_CTL_GET_FREE	0x4C82

/* A block device on memory. */
static int loop_device(unsigned long bytes)
{
	int backing = memfd_create("disk", 0), control = open("/dev/loop-control", O_RDWR), fd;
	char path[32];

	if (backing < 0 || ftruncate(backing, bytes) || control < 0)
		skip_all("loop device: %m");
	snprintf(path, sizeof(path), "/dev/loop%d", ioctl(control, LOOP_CTL_GET_FREE));
	fd = open(path, O_RDWR);
	if (fd < 0 || ioctl(fd, LOOP_SET_FD, backing))
		skip_all("%s: %m", path);
	close(control);
	return fd;
}
`,
    },
    write_pages: {
        includes: ['stdlib.h', 'string.h', 'unistd.h'], uses: ['fill', 'skip_all'],
        code: raw`
/* Write a file, a letter a page. What is written at once may become one folio. */
static void write_pages(int fd, unsigned long nr, unsigned long at_once, const char *letters)
{
	char *buf = malloc(nr * page_size);
	unsigned long i, len = at_once * page_size;

	fill(buf, nr, page_size, letters);
	for (i = 0; i < nr; i += at_once)
		if (pwrite(fd, buf + i * page_size, len, i * page_size) != (ssize_t)len)
			skip_all("write: %m");
	free(buf);
}
`,
    },
    touch_file: {
        includes: ['sys/mman.h'], uses: ['map', 'fill'],
        code: raw`
/* A file that write() cannot fill: write it through a mapping. */
static void fill_by_mapping(int fd, unsigned long nr, unsigned long size, const char *letters)
{
	char *p = map(NULL, nr * size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	fill(p, nr, size, letters);
	munmap(p, nr * size);
}
`,
    },
    read_at: {
        includes: ['stdlib.h', 'unistd.h'], uses: ['returned'],
        code: raw`
static void read_at(int fd, unsigned long offset, unsigned long len)
{
	unsigned char *buf = malloc(len);

	returned(pread(fd, buf, len, offset));
	if (sh->ret > 0)
		sh->value = *buf;
	free(buf);
}
`,
    },
    write_at: {
        includes: ['stdlib.h', 'string.h', 'unistd.h'], uses: ['returned'],
        code: raw`
static void write_at(int fd, unsigned long offset, char c, unsigned long len)
{
	char *buf = malloc(len);

	memset(buf, c, len);
	returned(pwrite(fd, buf, len, offset));
	free(buf);
}
`,
    },
    open_again: {
        includes: ['fcntl.h', 'stdio.h'],
        code: raw`
/* A new description of a file that is open. */
static int open_again(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDWR);
}
`,
    },
    copy_out: {
        includes: ['fcntl.h', 'stdlib.h', 'sys/mman.h', 'sys/sendfile.h', 'unistd.h'], uses: ['returned'],
        code: raw`
/* sendfile() or copy_file_range() of a part of a file into another one. */
static void copy_out(int to, int fd, off_t offset, unsigned long len, int by_range)
{
	unsigned char c;

	returned(by_range ? copy_file_range(fd, &offset, to, NULL, len, 0) : sendfile(to, fd, &offset, len));
	if (sh->ret > 0 && pread(to, &c, 1, 0) == 1)
		sh->value = c;
	close(to);
}
`,
    },
    splice_out: {
        includes: ['fcntl.h', 'unistd.h'], uses: ['pins', 'returned'],
        code: raw`
/* splice() into a pipe, which holds the pages of the page cache. */
static void splice_out(int fd, off_t offset, unsigned long len)
{
	int pipefd[2];

	if (pipe(pipefd) || fcntl(pipefd[1], F_SETPIPE_SZ, len + page_size) < 0) {
		returned(-1);
		return;
	}
	hold(pipefd[1]);
	hold(pipefd[0]);
	returned(splice(fd, &offset, pipefd[1], NULL, len, SPLICE_F_NONBLOCK));
}
`,
    },
    hardware_corrupted: {
        includes: ['stdio.h'],
        code: raw`
/* HardwareCorrupted of /proc/meminfo, kB. */
static long hardware_corrupted(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long kb = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "HardwareCorrupted: %ld kB", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}
`,
    },
    node_counter: {
        includes: ['stdlib.h'], uses: ['read_file'],
        code: raw`
static long node_counter(const char *path)
{
	char buf[32];

	read_file(path, buf, sizeof(buf));
	return atol(buf);
}
`,
    },
    hugepages_count: {
        includes: ['stdio.h'], uses: ['node_counter'],
        code: raw`
/* A counter of the huge pages of the default size. */
static long hugepages(const char *which)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128], path[128];
	long kb = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Hugepagesize: %ld kB", &kb) == 1)
			break;
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%ldkB/%s", kb, which);
	return node_counter(path);
}
`,
    },
    special_range: {
        includes: ['stdio.h', 'string.h'], uses: ['skip_all'],
        code: raw`
/* Where /proc/self/maps shows a mapping of the kernel. */
static char *special_mapping(const char *name)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long start = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, name)) {
			sscanf(line, "%lx", &start);
			break;
		}
	if (f)
		fclose(f);
	if (!start)
		skip_all("no %s", name);
	return (char *)start;
}
`,
    },
    map_io_uring: {
        includes: ['sys/mman.h', 'sys/syscall.h', 'unistd.h'], uses: ['map', 'skip_all'], defines: [fallback('SYS_io_uring_setup', '425')],
        code: raw`
static char *map_io_uring(unsigned long len)
{
	unsigned int params[30] = { 0 };	/* struct io_uring_params */
	int fd = syscall(SYS_io_uring_setup, 4, params);

	if (fd < 0)
		skip_all("io_uring: %m");
	return map(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
}
`,
    },
    map_perf: {
        includes: ['sys/mman.h', 'sys/syscall.h', 'unistd.h'], uses: ['map', 'skip_all'],
        code: raw`
static char *map_perf(void)
{
	/* struct perf_event_attr: PERF_TYPE_SOFTWARE, its size, PERF_COUNT_SW_CPU_CLOCK */
	unsigned long long attr[8] = { 1 | 64ULL << 32 };
	int fd = syscall(SYS_perf_event_open, attr, 0, -1, -1, 0);

	if (fd < 0)
		skip_all("perf: %m");
	/* a page that describes the buffer, and the buffer */
	return map(NULL, 3 * page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
`,
    },
    map_packet: {
        includes: ['sys/mman.h', 'sys/socket.h'], uses: ['map', 'skip_all'],
        code: raw`
static char *map_packet(unsigned long len)
{
	/* struct tpacket_req: size and number of blocks, size and number of frames */
	unsigned int req[4] = { 4 * page_size, len / (4 * page_size) ? len / (4 * page_size) : 1, 2048, 0 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	req[3] = req[0] / req[2] * req[1];
	if (fd < 0 || setsockopt(fd, 263 /* SOL_PACKET */, 5 /* PACKET_RX_RING */, req, sizeof(req)))
		skip_all("packet ring: %m");
	return map(NULL, req[0] * req[1], PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
`,
    },
    cgroup: {
        includes: ['stdio.h', 'sys/stat.h', 'unistd.h'], uses: ['write_file', 'skip_all'],
        code: raw`
/* Put the calling process into a cgroup of its own. */
static void enter_cgroup(const char *path)
{
	char procs[256];

	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	mkdir(path, 0755);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
	if (write_file(procs, "%d", getpid()))
		skip_all("%s: %m", procs);
}
`,
    },
    inode: {
        includes: ['sys/stat.h'],
        code: raw`
static unsigned long inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}
`,
    },
    device: {
        includes: ['sys/stat.h', 'sys/sysmacros.h'],
        code: raw`
static unsigned int device_of(int fd, int minor_number)
{
	struct stat st;

	if (fstat(fd, &st))
		return 0;
	return minor_number ? minor(st.st_dev) : major(st.st_dev);
}
`,
    },
    einj: {
        uses: ['write_file', 'returned', 'skip_all'],
        code: raw`
/* An error in memory by APEI EINJ; "latent": nobody is told until it is met. */
static void einj(unsigned int type, unsigned long long address, int latent)
{
#define EINJ	"/sys/kernel/debug/apei/einj/"
	if (write_file(EINJ "error_type", "0x%x", type))
		skip_all("APEI EINJ: %m");
	write_file(EINJ "flags", "0x2");	/* the address is valid */
	write_file(EINJ "param1", "0x%llx", address);
	write_file(EINJ "param2", "0x%lx", ~(page_size - 1));
	write_file(EINJ "notrigger", "%d", latent);
	returned(write_file(EINJ "error_inject", "1"));
}
`,
    },
    mce_inject: {
        uses: ['write_file', 'returned', 'skip_all'],
        code: raw`
/* A machine check by mce-inject: writing the bank sets it off. */
static void mce_inject(unsigned long long status, unsigned long long addr, unsigned long long misc, int cpu, int bank)
{
#define MCE_INJECT	"/sys/kernel/debug/mce-inject/"
	if (write_file(MCE_INJECT "flags", "hw"))
		skip_all("mce-inject: %m");
	write_file(MCE_INJECT "status", "0x%llx", status);
	write_file(MCE_INJECT "addr", "0x%llx", addr);
	write_file(MCE_INJECT "misc", "0x%llx", misc);
	write_file(MCE_INJECT "cpu", "%d", cpu);
	returned(write_file(MCE_INJECT "bank", "%d", bank));
}
`,
    },
    block_state: {
        includes: ['stdio.h', 'stdlib.h'], uses: ['write_file', 'read_file', 'returned'],
        code: raw`
/* Set the memory block of a frame offline or online. */
static void set_block(unsigned long pfn, const char *state)
{
	char buf[32], path[128];

	read_file("/sys/devices/system/memory/block_size_bytes", buf, sizeof(buf));
	snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%lu/state",
		 pfn * page_size / strtoul(buf, NULL, 16));
	returned(write_file(path, "%s", state));
}
`,
    },
    inject_file: {
        includes: ['fcntl.h', 'unistd.h'], uses: ['returned'],
        code: raw`
static void read_inject_file(const char *path, int only_open)
{
	char buf[16];
	int fd = open(path, O_RDONLY);

	returned(fd < 0 ? -1 : only_open ? 0 : read(fd, buf, sizeof(buf)));
	if (fd >= 0)
		close(fd);
}
`,
    },
    futex: {
        includes: ['sys/syscall.h', 'unistd.h', 'errno.h'], uses: ['returned'],
        code: raw`
/* Wake nobody, or do not wait: the word does not have the value. */
static void futex(char *word, int wait)
{
	long ret = syscall(SYS_futex, word, wait ? 128 : 1 /* FUTEX_WAIT_PRIVATE, FUTEX_WAKE */,
			   wait ? 12345 : 1, NULL, NULL, 0);

	returned(ret < 0 && errno == EAGAIN ? 0 : ret);
}
`,
    },
    take_pending: {
        includes: ['signal.h', 'string.h', 'time.h'], uses: ['returned', 'self'],
        code: raw`
/* Take a SIGBUS that is pending, without waiting for one. */
static void take_pending(void)
{
	struct timespec none = { 0, 0 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	memset(&info, 0, sizeof(info));
	returned(sigtimedwait(&set, &info, &none) < 0 ? -1 : 0);
}
`,
    },
    take_signalfd: {
        includes: ['signal.h', 'sys/signalfd.h', 'unistd.h'], uses: ['returned'],
        code: raw`
static void take_signalfd(void)
{
	struct signalfd_siginfo info;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	returned(read(fd, &info, sizeof(info)) < 0 ? -1 : 0);
	close(fd);
}
`,
    },
    pending: {
        includes: ['signal.h'], uses: ['returned'],
        code: raw`
static void sigbus_pending(void)
{
	sigset_t set;

	sigpending(&set);
	returned(sigismember(&set, SIGBUS));
}
`,
    },
} as const satisfies Record<string, Omit<Helper, 'uses'> & { uses?: readonly string[] }>;

export type HelperName = keyof typeof ROWS;

export const HELPERS: Readonly<Record<HelperName, Helper>> = ROWS;
