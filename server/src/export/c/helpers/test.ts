/** What a test says and checks: TAP, steps, the kernel log, signals, deaths. */
import { raw, type HelperRows } from './helper.js';

export const TEST_HELPERS = {
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
} as const satisfies HelperRows;
