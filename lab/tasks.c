/* Processes and threads of the scenario. Each waits for a command, takes it, and says what came of it; the runner sees it when one dies. */
#include "agent.h"
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A command that has not come back by then hangs: seconds of the guest. */
#define PATIENCE 12
/* A handler that returns from a fault is called again by the same access; after so many times the access is given up. */
#define MOST_RETURNS 3

__thread struct task *self;
__thread volatile int armed;
__thread sigjmp_buf escape;
static __thread int returns;

static void futex_wait(volatile uint32_t *word, uint32_t value, long nanoseconds)
{
	struct timespec limit = { nanoseconds / 1000000000, nanoseconds % 1000000000 };

	syscall(SYS_futex, word, FUTEX_WAIT, value, nanoseconds ? &limit : NULL, NULL, 0);
}

static void futex_wake(volatile uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 64, NULL, NULL, 0);
}

/* A handler that exits has a status, which is counted on from EXITING. */
enum { DEFAULT, IGNORED, LONGJMP, RETURNING, REMAPPING, EXITING };

static const char *const handlers[] = { [LONGJMP] = "longjmp", [RETURNING] = "returning", [REMAPPING] = "remapping" };

static int disposition_of(const char *word)
{
	if (!strncmp(word, "exiting", 7))
		return EXITING + atoi(word + 7);
	for (int i = LONGJMP; i <= REMAPPING; i++)
		if (!strcmp(word, handlers[i]))
			return i;
	return !strcmp(word, "ignored") ? IGNORED : DEFAULT;
}

/* An empty page where the bad one was; 0 where the signal names none. */
static int remap(const siginfo_t *info)
{
	unsigned long size;

	if (info->si_code != BUS_MCEERR_AR && info->si_code != BUS_MCEERR_AO)
		return 0;
	size = 1UL << info->si_addr_lsb;
	if (size < (unsigned long)sysconf(_SC_PAGESIZE))
		return 0;
	return mmap((void *)((unsigned long)info->si_addr & ~(size - 1)), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

static void on_signal(int signo, siginfo_t *info, void *context)
{
	int error = errno, synchronous = armed && info->si_code > 0 && info->si_code != BUS_MCEERR_AO && info->si_code != SI_KERNEL;
	uint32_t at = __atomic_fetch_add(&shared->signal_count, 1, __ATOMIC_SEQ_CST);

	(void)context;
	if (at < MAX_SIGNALS) {
		struct seen_signal *seen = &shared->signals[at];
		int tells_size = signo == SIGBUS && (info->si_code == BUS_MCEERR_AR || info->si_code == BUS_MCEERR_AO);

		seen->signo = signo;
		seen->code = info->si_code;
		seen->address = (unsigned long)info->si_addr;
		seen->lsb = tells_size ? info->si_addr_lsb : -1;
		seen->during = armed;
		__atomic_store_n(&seen->task, self ? (int)(self - shared->tasks) + 1 : -1, __ATOMIC_SEQ_CST);
	}
	if (self && shared->disposition[self->process] >= EXITING)
		_exit(shared->disposition[self->process] - EXITING);
	if (self && signo == SIGBUS && shared->disposition[self->process] == REMAPPING && remap(info))
		synchronous = 0;
	errno = error;
	if (synchronous && (shared->disposition[self->process] != RETURNING || signo != SIGBUS || ++returns > MOST_RETURNS)) {
		armed = 0;
		returns = 0;
		siglongjmp(escape, 1);
	}
}

/* What the process does about SIGBUS. Only one that handles it handles SIGSEGV too. */
void set_disposition(int process, const char *word)
{
	struct sigaction action;
	int disposition = disposition_of(word), handled = disposition >= LONGJMP;

	memset(&action, 0, sizeof(action));
	shared->disposition[process] = disposition;
	action.sa_flags = handled ? SA_SIGINFO : 0;
	if (handled)
		action.sa_sigaction = on_signal;
	else
		action.sa_handler = disposition == IGNORED ? SIG_IGN : SIG_DFL;
	sigaction(SIGBUS, &action, NULL);
	if (!handled)
		action.sa_handler = SIG_DFL;
	sigaction(SIGSEGV, &action, NULL);
}

static void serve(struct task *task)
{
	self = task;
	task->tid = syscall(SYS_gettid);
	task->pid = getpid();
	__atomic_store_n(&task->started, 1, __ATOMIC_SEQ_CST);
	futex_wake((volatile uint32_t *)&task->started);
	for (;;) {
		uint32_t done = task->done;

		while (task->request == done)
			futex_wait(&task->request, done, 0);
		memset(&task->out, 0, sizeof(task->out));
		task->out.errnum = -1;
		run_command(task->line);
		__atomic_store_n(&task->done, done + 1, __ATOMIC_SEQ_CST);
		if (task->marks)
			race_mark();
		futex_wake(&task->done);
	}
}

static int await_start(struct task *task)
{
	for (int i = 0; i < PATIENCE * 100 && !task->started; i++)
		futex_wait((volatile uint32_t *)&task->started, 0, 10000000);
	return task->started ? 0 : -1;
}

static struct task *claim(int index, int process)
{
	struct task *task = &shared->tasks[index];

	memset(task, 0, sizeof(*task));
	task->process = process;
	task->used = 1;
	return task;
}

int start_process(int index, const char *comm)
{
	struct task *task = claim(index, index);
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (pid == 0) {
		prctl(PR_SET_NAME, comm, 0, 0, 0);
		serve(task);
	}
	task->pid = pid;
	snprintf(task->comm, sizeof(task->comm), "%s", comm);
	return await_start(task);
}

/* The child stays a child of the runner, which wants to see how it ends; to the memory it is a child as any. */
long fork_task(struct task *parent, int index)
{
	struct task *task = claim(index, index);
	pid_t pid;

	shared->disposition[index] = shared->disposition[parent->process];
	memcpy(task->comm, parent->comm, sizeof(task->comm));
	pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		serve(task);
	if (pid < 0)
		return -1;
	task->pid = pid;
	return await_start(task) < 0 ? -1 : pid;
}

static void *thread_main(void *task)
{
	serve(task);
	return NULL;
}

long thread_task(int index)
{
	struct task *task = claim(index, self->process);
	pthread_t thread;

	memcpy(task->comm, self->comm, sizeof(task->comm));
	errno = pthread_create(&thread, NULL, thread_main, task);
	return errno || await_start(task) < 0 ? -1 : task->tid;
}

/* Can it still take commands? A process that has ended is told of, once; a thread that has ended leaves its process behind. */
int is_alive(int index)
{
	int process = shared->tasks[index].process, status;
	struct task *leader = &shared->tasks[process];

	if (!leader->ended && waitpid(leader->pid, &status, WNOHANG) == leader->pid) {
		leader->ended = 1;
		for (int i = 0; i < MAX_TASKS; i++)
			if (shared->tasks[i].used && shared->tasks[i].process == process)
				shared->tasks[i].dead = 1;
		report("x\t%d\t%d", process, status);
	}
	return !leader->ended && !shared->tasks[index].dead;
}

void start_task(int index, const char *line)
{
	struct task *task = &shared->tasks[index];

	snprintf(task->line, sizeof(task->line), "%s", line);
	__atomic_store_n(&task->request, task->done + 1, __ATOMIC_SEQ_CST);
	futex_wake(&task->request);
}

/* 0: taken; 1: the process died of it; -1: it hangs. */
int call_task(int index, const char *line)
{
	if (!is_alive(index))
		return 1;
	start_task(index, line);
	return await_task(index);
}

int await_task(int index)
{
	struct task *task = &shared->tasks[index];
	uint32_t wanted = task->request;
	time_t start = time(NULL);

	while (task->done != wanted) {
		futex_wait(&task->done, wanted - 1, 5000000);
		/* A thread that ends by itself does not come back; its process ends a moment after the last of them. */
		if (task->dead)
			usleep(5000);
		if (task->done != wanted && !is_alive(index))
			return 1;
		if (time(NULL) - start > PATIENCE)
			return -1;
	}
	return 0;
}

/* Every task that can run has run since: what was sent to it has been delivered. */
void settle(void)
{
	for (int i = 0; i < MAX_TASKS; i++) {
		struct task *task = &shared->tasks[i];

		if (task->used && !task->dead && !shared->tasks[task->process].stopped && task->done == task->request)
			call_task(i, "nothing");
	}
	drain_batches();
}

void reap_all(void)
{
	int status;

	for (int i = 0; i < MAX_TASKS; i++)
		if (shared->tasks[i].used && shared->tasks[i].process == i && !shared->tasks[i].ended)
			kill(shared->tasks[i].pid, SIGKILL);
	for (int i = 0; i < MAX_TASKS; i++)
		if (shared->tasks[i].used && shared->tasks[i].process == i && !shared->tasks[i].ended)
			waitpid(shared->tasks[i].pid, &status, 0);
	while (waitpid(-1, &status, WNOHANG) > 0)
		;
}
