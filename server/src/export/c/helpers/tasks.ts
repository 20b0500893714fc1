/** Processes and threads, and what they do with signals. */
import { raw, type HelperRows } from './helper.js';

export const TASK_HELPERS = {
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
} as const satisfies HelperRows;
