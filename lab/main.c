/* PID 1 of the guest: brings the machine up, then runs one plan after the other. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAN_BYTES (256 * 1024)

struct shared *shared;
struct outcome *runner_outcome(void);

static int kernel_log = -1;
static uint32_t signals_told;

static void write_kernel_log(const char *text)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		report("n\t/dev/kmsg: %s", strerror(errno));
	close(fd);
}

/* k STEP PRIORITY TEXT */
static void tell_log(int step)
{
	char record[8192];

	for (;;) {
		ssize_t got = read(kernel_log, record, sizeof(record) - 1);
		char *text, *end;

		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (got <= 0)
			return;
		record[got] = 0;
		text = strchr(record, ';');
		if (!text)
			continue;
		end = strchr(text, '\n');
		if (end)
			*end = 0;
		if (strncmp(text + 1, "hwp-lab: ", 9))
			report("k\t%d\t%d\t%s", step, atoi(record), text + 1);
	}
}

/* s STEP TASK SIGNAL CODE ADDRESS LSB */
static void tell_signals(int step)
{
	uint32_t count = shared->signal_count < MAX_SIGNALS ? shared->signal_count : MAX_SIGNALS;

	for (; signals_told < count; signals_told++) {
		struct seen_signal *seen = &shared->signals[signals_told];

		for (int i = 0; i < 1000 && !__atomic_load_n(&seen->task, __ATOMIC_SEQ_CST); i++)
			usleep(100);
		report("s\t%d\t%d\t%d\t%d\t0x%lx\t%d\t%d", step, seen->task - 1, seen->signo, seen->code, seen->address, seen->lsb, seen->during);
	}
	if (shared->signal_count > MAX_SIGNALS)
		report("n\tmore signals than %d", MAX_SIGNALS);
}

/* c STEP KILOBYTES TOTAL IGNORED FAILED DELAYED RECOVERED; -1: this kernel does not count that */
static void tell_counters(int step)
{
	static const char *const NAMES[] = { "total", "ignored", "failed", "delayed", "recovered" };
	char line[200], path[120], *end = line;
	long corrupted = -1;
	FILE *file = fopen("/proc/meminfo", "re");

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "HardwareCorrupted: %ld", &corrupted);
	if (file)
		fclose(file);
	end += sprintf(end, "%ld", corrupted);
	for (unsigned i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node0/memory_failure/%s", NAMES[i]);
		end += sprintf(end, "\t%ld", read_number(path));
	}
	report("c\t%d\t%s", step, line);
}

/* o STEP ERRNO RETURNED VALUE FRAME TEXT; `-` where there is none */
static void tell_outcome(int step, const struct outcome *out)
{
	char returned[24] = "-", value[8] = "-", frame[24] = "-";

	if (out->has_returned)
		snprintf(returned, sizeof(returned), "%ld", out->returned);
	if (out->has_value)
		snprintf(value, sizeof(value), "%d", out->value);
	if (out->has_frame)
		snprintf(frame, sizeof(frame), "0x%lx", out->frame);
	report("o\t%d\t%s\t%s\t%s\t%s\t%s", step, out->errnum < 0 ? "-" : out->errnum == 0 ? "0" : strerrorname_np(out->errnum) ? strerrorname_np(out->errnum) : "EUNKNOWN", returned, value, frame, out->text[0] ? out->text : "-");
}

static int plan_port;

static int next_byte(void)
{
	static char buffer[512];
	static ssize_t at, have;

	if (at == have) {
		have = read(plan_port, buffer, sizeof(buffer));
		at = 0;
		if (have <= 0) {
			have = 0;
			return -1;
		}
	}
	return buffer[at++];
}

/* A line from the host; NULL when it is longer than any. */
static char *next_line(char *line, size_t bytes)
{
	size_t at = 0;
	int byte;

	for (;;) {
		byte = next_byte();
		if (byte < 0)
			continue;
		if (byte == '\n')
			break;
		if (at < bytes - 1)
			line[at++] = byte;
	}
	line[at] = 0;
	return line;
}

/* Lines up to `go`, as one text; the host gives their sum, so that a byte lost on the way is no other plan. */
static int take_plan(char *plan)
{
	char line[LINE_BYTES];
	unsigned sum = 0;
	size_t at = 0;

	for (;;) {
		next_line(line, sizeof(line));
		if (!strncmp(line, "go ", 3))
			break;
		for (char *byte = line; *byte; byte++)
			sum = sum * 31 + (unsigned char)*byte;
		if (at + strlen(line) + 2 > PLAN_BYTES)
			return -1;
		at += sprintf(plan + at, "%s\n", line);
	}
	plan[at] = 0;
	return sum == strtoul(line + 3, NULL, 10) ? 0 : -1;
}

/* What may end in a fault of the kernel must not take PID 1 along. NULL: it did not come back. */
static const struct outcome *in_child(char *line)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		run_command(line);
		shared->of_child = *runner_outcome();
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? &shared->of_child : NULL;
}

/*
 * `TASK VERB ...`, `r VERB ...` for the runner, `p TASK COMM` a process, `! COMMAND` for the emulator's monitor, `c NUMBER TASK VERB ...` an
 * act of whoever competes, `H TASK $FRAME VERB ...` the race. Returns 0: go on.
 */
static int run_line(char *line, int step, const struct outcome **out)
{
	char *rest = line, *who = strsep(&rest, " ");
	int task = atoi(who), result;

	*out = NULL;
	if (!rest)
		return 0;
	if (!strcmp(who, "r")) {
		*out = !strncmp(rest, "file ", 5) ? in_child(rest) : (run_command(rest), runner_outcome());
		return shared->failed ? -1 : 0;
	}
	if (!strcmp(who, "p")) {
		char *index = strsep(&rest, " ");

		if (start_process(atoi(index), rest) < 0)
			fail("process %s did not start: %s", rest, strerror(errno));
		return shared->failed ? -1 : 0;
	}
	if (!strcmp(who, "&")) {
		char *index = strsep(&rest, " ");

		shared->stop_spinning = 0;
		if (is_alive(atoi(index)))
			start_task(atoi(index), rest);
		return 0;
	}
	if (!strcmp(who, "w")) {
		shared->stop_spinning = 1;
		if (is_alive(atoi(rest)) && await_task(atoi(rest)) < 0) {
			report("h\t%d\t%d", step, atoi(rest));
			return -1;
		}
		return 0;
	}
	if (!strcmp(who, "c")) {
		keep_act(rest);
		return 0;
	}
	if (!strcmp(who, "H")) {
		char *index = strsep(&rest, " "), *frame = strsep(&rest, " ");

		tell_counters(-1);
		result = run_race(step, atoi(index), shared->frames[atoi(frame + 1) % MAX_SLOTS], rest);
		if (result < 0)
			report("h\t%d\t%d", step, atoi(index));
		*out = result == 0 ? &shared->tasks[atoi(index)].out : NULL;
		return result < 0 || shared->failed ? -1 : 0;
	}
	if (!strcmp(who, "!")) {
		char answer[LINE_BYTES], *frame = strchr(rest, '$');

		/* `$1*`: the address of that frame. */
		if (frame) {
			unsigned long pfn = shared->frames[atoi(frame + 1) % MAX_SLOTS];

			if (!pfn) {
				fail("no frame is mapped at the target");
				return -1;
			}
			*frame = 0;
			report("m\t%s0x%lx%s", rest, pfn * PAGE_BYTES, strchr(frame + 1, '*') + 1);
		} else {
			report("m\t%s", rest);
		}
		next_line(answer, sizeof(answer));
		return 0;
	}
	if (shared->tasks[task].dead || !shared->tasks[task].used)
		return 0;
	result = call_task(task, rest);
	if (result < 0) {
		report("h\t%d\t%d", step, task);
		return -1;
	}
	*out = result == 0 ? &shared->tasks[task].out : NULL;
	return shared->failed ? -1 : 0;
}

static void tell_ranges(void)
{
	for (int i = 0; i < MAX_SLOTS; i++)
		if (shared->ranges[i].bytes)
			report("a\t%d\t0x%lx\t0x%lx", i, shared->ranges[i].address, shared->ranges[i].bytes);
}

/*
 * `@ STEP` begins a step, whose last line that says something is its outcome; `.` ends it. What stands before the first step is
 * the set-up: each of its lines must succeed. `?` before a line of a step: as in the set-up.
 */
static void run_plan(char *plan)
{
	char *rest = plan, *line, marker[64];
	int step = -1, stopped = 0;
	struct outcome last;

	memset(shared, 0, sizeof(*shared));
	signals_told = 0;
	lseek(kernel_log, 0, SEEK_END);
	report("b");
	tell_counters(-1);
	while (!stopped && (line = strsep(&rest, "\n"))) {
		const struct outcome *out;
		int must = step < 0;
		char whole[200];

		if (line[0] == '@') {
			if (step < 0) {
				tell_ranges();
				settle();
				tell_signals(-1);
				tell_log(-1);
			}
			step = atoi(line + 2);
			memset(&last, 0, sizeof(last));
			last.errnum = -1;
			snprintf(marker, sizeof(marker), "<6>hwp-lab: step %d\n", step);
			write_kernel_log(marker);
			report("g\t%d", step);
			continue;
		}
		if (line[0] == '.') {
			settle();
			for (int i = 0; i < MAX_TASKS; i++)
				if (shared->tasks[i].used && shared->tasks[i].process == i)
					is_alive(i);
			tell_outcome(step, &last);
			tell_ranges();
			tell_signals(step);
			/* A message without a line feed is not shown before the next one comes. */
			write_kernel_log("<6>hwp-lab: over\n");
			tell_log(step);
			tell_counters(step);
			continue;
		}
		if (line[0] == '?') {
			must = 1;
			line++;
		}
		snprintf(whole, sizeof(whole), "%s", line);
		stopped = run_line(line, step, &out) < 0;
		if (must && out && out->errnum > 0) {
			fail("%s: %s", whole, strerrorname_np(out->errnum));
			stopped = 1;
		}
		if (out && !must)
			last = *out;
	}
	if (shared->failed)
		report("e\t%d\t%s", step, shared->failure);
	reap_all();
	tell_log(step);
	report("z");
	/* The host looks at it meanwhile. */
	close_own();
	undo_setup();
	put_back();
	write_text("/proc/sys/vm/drop_caches", "3");
}

static void mount_kernel_files(void)
{
	static const struct { const char *type, *where; } MOUNTS[] = { { "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" }, { "debugfs", "/sys/kernel/debug" }, { "tmpfs", "/tmp" }, { "cgroup2", "/cgroup" } };

	for (unsigned i = 0; i < sizeof(MOUNTS) / sizeof(MOUNTS[0]); i++) {
		mkdir(MOUNTS[i].where, 0755);
		mount(MOUNTS[i].type, MOUNTS[i].where, MOUNTS[i].type, 0, NULL);
	}
	mkdir("/mnt", 0755);
}

/* init [WORDS] PORT: the kernel also hands on words of its command line that it does not know. */
int main(int count, char **words)
{
	static char plan[PLAN_BYTES];
	char version[300];

	if (getpid() != 1) {
		fprintf(stderr, "This is the init of a guest.\n");
		return 2;
	}
	mount_kernel_files();
	report_open(count > 1 ? words[count - 1] : "ttyS1");
	plan_port = report_fd();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prepare_races();
	write_text("/proc/sys/kernel/printk", "8 4 1 8");
	write_text("/proc/sys/kernel/panic_on_oops", "0");
	write_text("/proc/sys/kernel/panic", "0");
	prepare_machine();
	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	read_text("/proc/version", version, sizeof(version));
	report("v\t%s", version);
	for (;;) {
		report("r");
		if (take_plan(plan) < 0) {
			report("e\t-1\tthe plan did not arrive whole");
			report("z");
			continue;
		}
		run_plan(plan);
	}
}
