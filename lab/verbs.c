/* One function a command. `@3+4096` is an address in range 3 of the plan, `#2` the descriptor in slot 2, `$1` the frame in slot 1. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/ptrace.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Folios that the kernel adds to the LRU at a time */
#define BATCH_PAGES 31

#define MAX_WORDS 64

extern __thread volatile int armed;
extern __thread sigjmp_buf escape;

static struct outcome own;

static struct outcome *out(void)
{
	return self ? &self->out : &own;
}

void fail(const char *format, ...)
{
	va_list arguments;

	if (shared->failed)
		return;
	va_start(arguments, format);
	vsnprintf(shared->failure, sizeof(shared->failure), format, arguments);
	va_end(arguments);
	shared->failed = 1;
}

static unsigned long number(const char *word)
{
	return strtoull(word, NULL, 0);
}

/* `@range+offset`, or a plain number. */
static char *address_of(const char *word)
{
	char *rest;
	unsigned long range, offset = 0;

	if (word[0] != '@')
		return (char *)number(word);
	range = strtoul(word + 1, &rest, 10);
	if (*rest == '+')
		offset = number(rest + 1);
	return (char *)shared->ranges[range % MAX_SLOTS].address + offset;
}

static int slot_of(const char *word)
{
	return atoi(word + 1) % MAX_SLOTS;
}

/* Slots that this process has closed: the number may be another file's by now. Children have it from their parents. */
static char closed[MAX_SLOTS];

static int descriptor(const char *word)
{
	return word[0] == '#' && !closed[slot_of(word)] ? shared->fds[slot_of(word)] : -1;
}

static void keep_descriptor(const char *word, int fd)
{
	shared->fds[slot_of(word)] = fd;
	closed[slot_of(word)] = 0;
}

/* A frame: `$slot`, or a number. */
static unsigned long frame_at(const char *word)
{
	return word[0] == '$' ? shared->frames[slot_of(word)] : number(word);
}

/* `%20` for a space: words have none. */
static char *decoded(char *word)
{
	char *to = word;

	if (!strcmp(word, "%"))
		return word + 1;
	for (char *from = word; *from; to++) {
		if (from[0] == '%' && from[1] && from[2]) {
			char digits[3] = { from[1], from[2], 0 };

			*to = strtol(digits, NULL, 16);
			from += 3;
		} else {
			*to = *from++;
		}
	}
	*to = 0;
	return word;
}

static void called(long result)
{
	out()->errnum = result < 0 ? errno : 0;
}

static void transferred(ssize_t result)
{
	called(result);
	if (result >= 0) {
		out()->has_returned = 1;
		out()->returned = result;
	}
}

static void byte_seen(unsigned char value)
{
	out()->has_value = 1;
	out()->value = value;
}

/* Memory */

static void v_map(int n, char **w)
{
	/* map RANGE BYTES PROTECTION FLAGS DESCRIPTOR OFFSET ADVICE ADDRESS */
	int range = atoi(w[1]) % MAX_SLOTS, protection = number(w[3]), flags = number(w[4]), fd = descriptor(w[5]);
	unsigned long bytes = number(w[2]);
	char *got;

	(void)n;
	got = mmap((void *)number(w[8]), bytes, protection, flags, fd, number(w[6]));
	called(got == MAP_FAILED ? -1 : 0);
	if (got == MAP_FAILED)
		return;
	shared->ranges[range].address = (unsigned long)got;
	shared->ranges[range].bytes = bytes;
	if (number(w[7]) && madvise(got, bytes, number(w[7])) < 0)
		called(-1);
}

/* special RANGE BYTES vdso|vvar|io_uring: what the kernel maps into a process */
static void v_special(int n, char **w)
{
	int range = atoi(w[1]) % MAX_SLOTS;
	char line[300], name[24], parameters[120];
	unsigned long start = 0, end;

	(void)n;
	errno = ENODATA;
	if (!strcmp(w[3], "io_uring")) {
		int ring;
		void *at;

		memset(parameters, 0, sizeof(parameters));
		ring = syscall(SYS_io_uring_setup, 4, parameters);
		/* nothing behind it */
		at = mmap(NULL, number(w[2]) + 0x100000, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		at = mmap(at, number(w[2]), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE | MAP_FIXED, ring, 0);
		start = at == MAP_FAILED ? 0 : (unsigned long)at;
	} else {
		FILE *maps = fopen("/proc/self/maps", "re");

		snprintf(name, sizeof(name), "[%s]\n", w[3]);
		while (maps && !start && fgets(line, sizeof(line), maps))
			if (strlen(line) > strlen(name) && !strcmp(line + strlen(line) - strlen(name), name) && sscanf(line, "%lx-%lx", &start, &end) != 2)
				start = 0;
		if (maps)
			fclose(maps);
	}
	called(start ? 0 : -1);
	shared->ranges[range].address = start;
	shared->ranges[range].bytes = number(w[2]);
}

/* shm-make #SLOT BYTES [locked]: a System V segment, which goes when the scenario ends */
static void v_shm_make(int n, char **w)
{
	int id = shmget(IPC_PRIVATE, number(w[2]), IPC_CREAT | 0600);

	called(id);
	shared->fds[slot_of(w[1])] = id;
	if (id >= 0 && shared->segment_count < MAX_SLOTS)
		shared->segments[shared->segment_count++] = id;
	if (id >= 0 && n > 3)
		called(shmctl(id, SHM_LOCK, NULL));
}

/* shm-map RANGE #SLOT BYTES ADDRESS */
static void v_shm_map(int n, char **w)
{
	int range = atoi(w[1]) % MAX_SLOTS;
	void *at = shmat(shared->fds[slot_of(w[2])], (void *)number(w[4]), 0);

	(void)n;
	called(at == (void *)-1 ? -1 : 0);
	if (at == (void *)-1)
		return;
	shared->ranges[range].address = (unsigned long)at;
	shared->ranges[range].bytes = number(w[3]);
}

#define POISON_FEATURE (1UL << 14)
struct poison_request { struct uffdio_range range; uint64_t mode; int64_t updated; };
#define POISON_RANGE _IOWR(UFFDIO, 0x08, struct poison_request)

/* uffd-poison ADDRESS BYTES: userfaultfd is left again at once, so that the pages beside it fault as ever */
static void v_uffd_poison(int n, char **w)
{
	struct uffdio_api api = { .api = UFFD_API, .features = POISON_FEATURE };
	struct uffdio_register region = { .range = { (unsigned long)address_of(w[1]), number(w[2]) }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct poison_request request = { .range = region.range };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC), result = -1;

	(void)n;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) < 0 || ioctl(fd, UFFDIO_REGISTER, &region) < 0) {
		called(-1);
	} else {
		result = ioctl(fd, POISON_RANGE, &request);
		called(result);
		ioctl(fd, UFFDIO_UNREGISTER, &region.range);
	}
	if (fd >= 0)
		close(fd);
}

static void v_munmap(int n, char **w)
{
	(void)n;
	called(munmap(address_of(w[1]), number(w[2])));
}

static unsigned char content_at(const char *contents, unsigned long index)
{
	unsigned long length = strlen(contents);

	return length == 0 ? 0 : contents[index < length ? index : length - 1];
}

/* fill ADDRESS UNITS BYTES-OF-A-UNIT CONTENTS: whom a signal hits leaves the rest. */
static void v_fill(int n, char **w)
{
	char *at = address_of(w[1]);
	unsigned long units = number(w[2]), bytes = number(w[3]);
	const char *contents = decoded(w[4]);

	(void)n;
	if (sigsetjmp(escape, 1) == 0) {
		armed = 1;
		for (unsigned long i = 0; i < units; i++)
			memset(at + i * bytes, content_at(contents, i), bytes);
		armed = 0;
	}
	called(0);
}

/* touch ADDRESS PAGES: read without saying anything */
static void v_touch(int n, char **w)
{
	volatile char *at = address_of(w[1]), byte;

	(void)n;
	if (sigsetjmp(escape, 1) == 0) {
		armed = 1;
		for (unsigned long i = 0; i < number(w[2]); i++)
			byte = at[i * PAGE_BYTES];
		armed = 0;
		(void)byte;
	}
	called(0);
}

static void v_read(int n, char **w)
{
	volatile unsigned char *at = (unsigned char *)address_of(w[1]), byte;
	unsigned long offset = (unsigned long)at % PAGE_BYTES;
	int first = 1;

	(void)n;
	if (sigsetjmp(escape, 1) == 0) {
		armed = 1;
		for (unsigned long i = 0; i < number(w[2]); i++) {
			byte = i == 0 ? at[0] : at[i * PAGE_BYTES - offset];
			if (first)
				out()->value = byte;
			first = 0;
		}
		armed = 0;
		out()->has_value = 1;
	}
}

static void v_write(int n, char **w)
{
	volatile char *at = address_of(w[1]);
	const char *contents = decoded(w[3]);
	unsigned long offset = (unsigned long)at % PAGE_BYTES;

	(void)n;
	if (sigsetjmp(escape, 1) == 0) {
		armed = 1;
		for (unsigned long i = 0; i < number(w[2]); i++) {
			volatile char *page = i == 0 ? at : at + i * PAGE_BYTES - offset;

			*page = content_at(contents, i);
			memset((char *)page, content_at(contents, i), PAGE_BYTES - (unsigned long)page % PAGE_BYTES);
		}
		armed = 0;
		byte_seen(content_at(contents, 0));
	}
}

static void v_madvise(int n, char **w)
{
	(void)n;
	called(madvise(address_of(w[1]), number(w[2]), number(w[3])));
}

static void v_process_madvise(int n, char **w)
{
	/* process_madvise ADDRESS BYTES ADVICE TASK */
	struct iovec part = { address_of(w[1]), number(w[2]) };
	int pidfd = syscall(SYS_pidfd_open, shared->tasks[atoi(w[4])].pid, 0);

	(void)n;
	transferred(syscall(SYS_process_madvise, pidfd, &part, 1UL, number(w[3]), 0));
	close(pidfd);
}

static void v_mlock(int n, char **w)
{
	(void)n;
	called(mlock(address_of(w[1]), number(w[2])));
}

static void v_munlock(int n, char **w)
{
	(void)n;
	called(munlock(address_of(w[1]), number(w[2])));
}

static void v_mlockall(int n, char **w)
{
	(void)n, (void)w;
	called(mlockall(MCL_CURRENT));
}

static void v_mprotect(int n, char **w)
{
	(void)n;
	called(mprotect(address_of(w[1]), number(w[2]), number(w[3])));
}

static void v_mremap(int n, char **w)
{
	/* mremap ADDRESS BYTES TO FLAGS */
	(void)n;
	called(mremap(address_of(w[1]), number(w[2]), number(w[2]), number(w[4]), address_of(w[3])) == MAP_FAILED ? -1 : 0);
}

static void v_msync(int n, char **w)
{
	(void)n;
	called(msync(address_of(w[1]), number(w[2]), MS_SYNC));
}

static void v_mincore(int n, char **w)
{
	unsigned char here[512];
	unsigned long pages = number(w[2]) / PAGE_BYTES;
	int result = pages > 255 ? (errno = E2BIG, -1) : mincore(address_of(w[1]), number(w[2]), here);

	(void)n;
	called(result);
	for (unsigned long i = 0; result == 0 && i < pages; i++)
		out()->text[i] = here[i] & 1 ? '1' : '0';
}

static void v_move_pages(int n, char **w)
{
	/* move_pages ADDRESS TASK */
	void *page = address_of(w[1]);
	int status = 0;
	long result = syscall(SYS_move_pages, shared->tasks[atoi(w[2])].pid, 1UL, &page, NULL, &status, 0);

	(void)n;
	transferred(result);
	if (result >= 0)
		snprintf(out()->text, sizeof(out()->text), "status=%d", status);
}

/* A page that a pipe or a file has, for calls that read from or write to user memory. */
static char *healthy(unsigned long bytes)
{
	static __thread char *page;

	if (!page) {
		page = mmap(NULL, 4UL << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(page, 4UL << 20, MADV_NOHUGEPAGE);
	}
	memset(page, shared->pipe_content, bytes);
	return page;
}

/* O_DIRECT asks for a disk. */
static int scratch_file(int direct)
{
	return open(direct ? "/mnt/ext4/scratch" : "/tmp/scratch", O_RDWR | O_CREAT | O_CLOEXEC | (direct ? O_DIRECT : 0), 0600);
}

static void v_write_from(int n, char **w)
{
	/* write-from ADDRESS BYTES pipe|tmpfs [direct] */
	char *at = address_of(w[1]);
	unsigned long bytes = number(w[2]);
	int ends[2] = { -1, -1 };
	ssize_t result;
	char seen = 0;

	if (!strcmp(w[3], "pipe")) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return called(-1);
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
		result = write(ends[1], at, bytes);
		transferred(result);
		if (result > 0 && read(ends[0], &seen, 1) == 1)
			shared->pipe_content = seen;
	} else {
		ends[0] = scratch_file(n > 4);
		result = pwrite(ends[0], at, bytes, 0);
		transferred(result);
		if (result > 0 && pread(ends[0], &seen, 1, 0) == 1)
			shared->pipe_content = seen;
	}
	close(ends[0]);
	close(ends[1]);
}

static void v_read_into(int n, char **w)
{
	char *at = address_of(w[1]), *from;
	unsigned long bytes = number(w[2]);
	int ends[2] = { -1, -1 };

	from = healthy(bytes);
	if (!strcmp(w[3], "pipe")) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return called(-1);
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
		if (write(ends[1], from, bytes) != (ssize_t)bytes)
			return called(-1);
		transferred(read(ends[0], at, bytes));
	} else {
		int ready = open(n > 4 ? "/mnt/ext4/scratch" : "/tmp/scratch", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		if (pwrite(ready, from, bytes, 0) != (ssize_t)bytes)
			return called(-1);
		if (n > 4)
			fsync(ready);
		close(ready);
		ends[0] = scratch_file(n > 4);
		transferred(pread(ends[0], at, bytes, 0));
	}
	close(ends[0]);
	close(ends[1]);
}

static void v_process_vm(int n, char **w)
{
	/* process-vm read|write ADDRESS BYTES TASK */
	unsigned long bytes = number(w[3]);
	int reads = !strcmp(w[1], "read");
	struct iovec there = { address_of(w[2]), bytes }, here = { healthy(bytes), bytes };
	pid_t pid = shared->tasks[atoi(w[4])].pid;
	ssize_t result = reads ? process_vm_readv(pid, &here, 1, &there, 1, 0) : process_vm_writev(pid, &here, 1, &there, 1, 0);

	(void)n;
	transferred(result);
	if (reads && result > 0)
		byte_seen(*(unsigned char *)here.iov_base);
}

static void v_proc_mem(int n, char **w)
{
	char path[64], *here = healthy(number(w[3]));
	int reads = !strcmp(w[1], "read"), fd;
	ssize_t result;

	(void)n;
	snprintf(path, sizeof(path), "/proc/%d/mem", shared->tasks[atoi(w[4])].pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return called(-1);
	result = reads ? pread(fd, here, number(w[3]), (off_t)address_of(w[2])) : pwrite(fd, here, number(w[3]), (off_t)address_of(w[2]));
	transferred(result);
	if (reads && result > 0)
		byte_seen(here[0]);
	close(fd);
}

static void v_ptrace(int n, char **w)
{
	/* ptrace peek|poke ADDRESS TASK */
	pid_t pid = shared->tasks[atoi(w[3])].tid;
	long result, word = 0;
	int status;

	(void)n;
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		return called(-1);
	waitpid(pid, &status, __WALL);
	memset(&word, shared->pipe_content, sizeof(word));
	errno = 0;
	result = !strcmp(w[1], "peek") ? ptrace(PTRACE_PEEKDATA, pid, address_of(w[2]), NULL) : ptrace(PTRACE_POKEDATA, pid, address_of(w[2]), word);
	called(errno ? -1 : 0);
	if (!errno && !strcmp(w[1], "peek"))
		byte_seen(result & 0xff);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

/* The pipe that holds pages of this process. */
static int held_pipe[2] = { -1, -1 };

static void v_vmsplice(int n, char **w)
{
	struct iovec part = { address_of(w[1]), number(w[2]) };

	(void)n;
	if (held_pipe[0] < 0 && pipe2(held_pipe, O_CLOEXEC) < 0)
		return called(-1);
	transferred(vmsplice(held_pipe[1], &part, 1, 0));
}

static void v_read_pipe(int n, char **w)
{
	char *page = healthy(PAGE_BYTES);
	ssize_t result = read(held_pipe[0], page, PAGE_BYTES);

	(void)n, (void)w;
	transferred(result);
	if (result > 0)
		byte_seen(page[0]);
}

/* Rings of this process that hold pages. */
static struct { char *at; int ring; } rings[8];

static void v_uring_pin(int n, char **w)
{
	/* IORING_REGISTER_BUFFERS: a long-term pin */
	char parameters[120];
	struct iovec part = { address_of(w[1]), number(w[2]) };
	int ring;

	(void)n;
	memset(parameters, 0, sizeof(parameters));
	ring = syscall(SYS_io_uring_setup, 4, parameters);
	called(ring < 0 ? -1 : syscall(SYS_io_uring_register, ring, 0, &part, 1));
	if (ring >= 0)
		fcntl(ring, F_SETFD, FD_CLOEXEC);
	for (unsigned i = 0; i < 8 && ring >= 0; i++)
		if (!rings[i].at) {
			rings[i].at = part.iov_base;
			rings[i].ring = ring;
			break;
		}
}

/* unpin ADDRESS BYTES: of the ring that pinned it, or what the pipe holds */
static void v_unpin(int n, char **w)
{
	char *at = address_of(w[1]);

	(void)n;
	for (unsigned i = 0; i < 8; i++)
		if (rings[i].at == at) {
			called(syscall(SYS_io_uring_register, rings[i].ring, 1, NULL, 0));
			close(rings[i].ring);
			rings[i].at = NULL;
			return;
		}
	if (held_pipe[0] >= 0) {
		close(held_pipe[0]);
		close(held_pipe[1]);
		held_pipe[0] = held_pipe[1] = -1;
	}
	called(0);
}

static void v_futex(int n, char **w)
{
	/* futex ADDRESS wake|wait */
	struct timespec none = { 0, 1000000 };
	int waits = !strcmp(w[2], "wait");
	long result = syscall(SYS_futex, address_of(w[1]), waits ? FUTEX_WAIT_PRIVATE : FUTEX_WAKE, waits ? 0xfedcba98u : 1u, &none, NULL, 0);

	(void)n;
	/* The word is another one than is waited for: it was read. */
	transferred(waits && result < 0 && errno == EAGAIN ? 0 : result);
}

static void v_openat(int n, char **w)
{
	(void)n;
	called(open(address_of(w[1]), O_RDONLY | O_CLOEXEC));
}

static void v_clock_gettime(int n, char **w)
{
	(void)n;
	/* a clock that begins with zeroes */
	called(syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, address_of(w[1])));
}

static void v_pagemap(int n, char **w)
{
	/* pagemap ADDRESS */
	unsigned long frame = frame_of(address_of(w[1]));

	(void)n;
	out()->errnum = 0;
	out()->has_frame = 1;
	out()->frame = frame;
	/* Without CAP_SYS_ADMIN the entry does not tell which frame. */
	snprintf(out()->text, sizeof(out()->text), "%s", pagemap_entry(address_of(w[1])) >> 63 ? "present" : "not present");
}

/* A page keeps the name that it had where nothing is mapped any more; one that never had any is not there. */
static void named_frame(int slot, unsigned long frame)
{
	if (frame)
		shared->frames[slot] = frame;
	errno = ENOENT;
	called(shared->frames[slot] ? 0 : -1);
}

/* frame-of TASK ADDRESS $FRAME: a page that has lost its frame is still named by it */
static void v_frame_of(int n, char **w)
{
	unsigned long frame = frame_of_process(shared->tasks[atoi(w[1])].pid, address_of(w[2]));

	(void)n;
	named_frame(slot_of(w[3]), frame);
}

/* has ADDRESS BIT TRIES ADVICE: the frame there has that flag; else the advice is given, and it is looked at again */
static void v_has(int n, char **w)
{
	char *at = address_of(w[1]);
	int bit = atoi(w[2]);

	(void)n;
	for (int i = 0; i < atoi(w[3]); i++) {
		unsigned long frame = frame_of(at);

		if (frame && HAS(page_flags(frame), bit)) {
			called(0);
			return;
		}
		if (number(w[4]))
			madvise((char *)((unsigned long)at / HUGE_BYTES * HUGE_BYTES), HUGE_BYTES, number(w[4]));
		usleep(20000);
	}
	errno = ENODATA;
	called(-1);
}

/* page-out ADDRESS PAGES */
static void v_page_out(int n, char **w)
{
	char *at = address_of(w[1]);

	(void)n;
	for (unsigned long page = 0; page < number(w[2]); page++) {
		char *one = at + page * PAGE_BYTES;
		int tries = 0;

		for (; tries < 60 && pagemap_entry(one) >> 62 != 1; tries++) {
			madvise(one, PAGE_BYTES, MADV_PAGEOUT);
			usleep(10000);
		}
		if (tries == 60) {
			errno = EBUSY;
			called(-1);
			return;
		}
	}
	called(0);
}

/* Files */

static void v_open(int n, char **w)
{
	/* open #SLOT PATH FLAGS */
	int fd = open(decoded(w[2]), number(w[3]) | O_CLOEXEC, 0600);

	(void)n;
	called(fd);
	keep_descriptor(w[1], fd);
}

static void v_memfd(int n, char **w)
{
	int fd = syscall(SYS_memfd_create, decoded(w[2]), number(w[3]));

	(void)n;
	called(fd);
	keep_descriptor(w[1], fd);
}

static void v_memfd_secret(int n, char **w)
{
	int fd = syscall(SYS_memfd_secret, 0);

	(void)n;
	called(fd);
	keep_descriptor(w[1], fd);
}

static void v_reopen(int n, char **w)
{
	/* reopen #SLOT #OTHER: another description of the same file */
	char path[64];
	int fd;

	(void)n;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor(w[2]));
	fd = open(path, O_RDWR | O_CLOEXEC);
	called(fd);
	keep_descriptor(w[1], fd);
}

/* file-frame #SLOT OFFSET $FRAME: the frame of the page cache there. Populating meets poison without a signal; the page keeps the name that it had. */
static void v_file_frame(int n, char **w)
{
	char *at = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor(w[1]), number(w[2]));
	unsigned long frame = at == MAP_FAILED ? 0 : frame_of(at);

	(void)n;
	if (at == MAP_FAILED)
		return called(-1);
	if (!frame && !shared->frames[slot_of(w[3])]) {
		/* Secret memory is not populated; a call that reads it meets poison without a signal, too. */
		int ends[2];

		if (!pipe2(ends, O_CLOEXEC)) {
			if (write(ends[1], at, 1) == 1)
				frame = frame_of(at);
			close(ends[0]);
			close(ends[1]);
		}
	}
	munmap(at, PAGE_BYTES);
	named_frame(slot_of(w[3]), frame);
}

static void v_close(int n, char **w)
{
	(void)n;
	called(close(descriptor(w[1])));
	closed[slot_of(w[1])] = 1;
}

static void v_ftruncate(int n, char **w)
{
	(void)n;
	called(ftruncate(descriptor(w[1]), number(w[2])));
}

static void v_pread(int n, char **w)
{
	/* pread #SLOT OFFSET BYTES */
	unsigned long bytes = number(w[3]);
	char *page = healthy(bytes);
	ssize_t result = pread(descriptor(w[1]), page, bytes, number(w[2]));

	(void)n;
	transferred(result);
	if (result >= 0)
		byte_seen(result > 0 ? page[0] : 0);
}

static void v_pwrite(int n, char **w)
{
	/* pwrite #SLOT OFFSET BYTES UNIT CONTENTS: UNIT bytes of each character; 0: the text as it is */
	unsigned long bytes = number(w[3]), unit = number(w[4]);
	const char *contents = decoded(w[5]);
	char *page = healthy(bytes);

	(void)n;
	if (unit)
		for (unsigned long i = 0; i < bytes; i++)
			page[i] = content_at(contents, i / unit);
	else
		memcpy(page, contents, bytes);
	transferred(pwrite(descriptor(w[1]), page, bytes, number(w[2])));
}

/* What was added to the LRU before is there when the batch of this CPU is full: marks of use depend on it. */
static void drain_batch(void)
{
	int scratch = syscall(SYS_memfd_create, "batch", 0);

	for (int i = 0; scratch >= 0 && i < 2 * BATCH_PAGES; i++)
		if (pwrite(scratch, "", 1, (off_t)i * PAGE_BYTES) != 1)
			break;
	if (scratch >= 0)
		close(scratch);
}

/* fill-file #SLOT BYTES UNIT CONTENTS: a write() for each unit, so that the page cache makes no larger folios of them */
static void v_fill_file(int n, char **w)
{
	unsigned long bytes = number(w[2]), unit = number(w[3]);
	const char *contents = decoded(w[4]);
	char *page = healthy(unit);

	(void)n;
	for (unsigned long at = 0; at < bytes; at += unit) {
		unsigned long part = bytes - at < unit ? bytes - at : unit;

		memset(page, content_at(contents, at / unit), part);
		if (pwrite(descriptor(w[1]), page, part, at) != (ssize_t)part)
			return called(-1);
	}
	drain_batch();
	called(0);
}

static void v_fsync(int n, char **w)
{
	(void)n;
	called(fsync(descriptor(w[1])));
}

static void v_syncfs(int n, char **w)
{
	(void)n;
	called(syncfs(descriptor(w[1])));
}

static void v_fallocate(int n, char **w)
{
	(void)n;
	called(fallocate(descriptor(w[1]), number(w[2]), number(w[3]), number(w[4])));
}

static void v_lseek(int n, char **w)
{
	(void)n;
	transferred(lseek(descriptor(w[1]), number(w[2]), number(w[3])));
}

static void v_unlink(int n, char **w)
{
	(void)n;
	called(unlink(decoded(w[1])));
}

/* What a call has put into another file. */
static void first_byte_of(int fd)
{
	char byte = 0;

	if (out()->errnum == 0 && (out()->returned == 0 || pread(fd, &byte, 1, 0) == 1))
		byte_seen(byte);
}

static void v_sendfile(int n, char **w)
{
	/* sendfile #SLOT OFFSET BYTES */
	off_t at = number(w[2]);
	int to = scratch_file(0);

	(void)n;
	transferred(sendfile(to, descriptor(w[1]), &at, number(w[3])));
	first_byte_of(to);
	close(to);
}

static void v_splice(int n, char **w)
{
	loff_t at = number(w[2]);

	(void)n;
	if (held_pipe[0] < 0 && pipe2(held_pipe, O_CLOEXEC) < 0)
		return called(-1);
	transferred(splice(descriptor(w[1]), &at, held_pipe[1], NULL, number(w[3]), 0));
}

static void v_copy_range(int n, char **w)
{
	/* copy-range #SLOT OFFSET BYTES PATH: into a file of the same file system; `-secret` and `-FLAGS`: one without a path, of memfd_secret() or memfd_create() */
	loff_t at = number(w[2]), start = 0;
	int to = !strcmp(w[4], "-secret") ? (int)syscall(SYS_memfd_secret, 0) : w[4][0] == '-' ? (int)syscall(SYS_memfd_create, "copy", number(w[4] + 1)) : open(decoded(w[4]), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)n;
	transferred(copy_file_range(descriptor(w[1]), &at, to, &start, number(w[3]), 0));
	first_byte_of(to);
	close(to);
}

/* Tasks */

static void v_fork(int n, char **w)
{
	(void)n;
	transferred(fork_task(self, atoi(w[1])));
}

static void v_thread(int n, char **w)
{
	(void)n;
	transferred(thread_task(atoi(w[1])));
}

static void v_exit(int n, char **w)
{
	(void)n, (void)w;
	_exit(0);
}

static void v_thread_exit(int n, char **w)
{
	(void)n, (void)w;
	self->dead = 1;
	syscall(SYS_exit, 0);
}

static void v_prctl(int n, char **w)
{
	/* prctl OPTION ARG2 ARG3 ARG4 ARG5 */
	long result = prctl(number(w[1]), number(w[2]), number(w[3]), number(w[4]), number(w[5]));

	(void)n;
	if (number(w[1]) == PR_MCE_KILL_GET)
		transferred(result);
	else
		called(result);
}

static void v_name(int n, char **w)
{
	(void)n;
	snprintf(self->comm, sizeof(self->comm), "%s", decoded(w[1]));
	called(prctl(PR_SET_NAME, self->comm, 0, 0, 0));
}

static void v_capset(int n, char **w)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	unsigned bit = 1u << CAP_SYS_ADMIN;

	(void)n;
	syscall(SYS_capget, &header, data);
	data[0].effective = !strcmp(w[1], "raise") ? data[0].effective | bit : data[0].effective & ~bit;
	called(syscall(SYS_capset, &header, data));
}

static void v_disposition(int n, char **w)
{
	(void)n;
	set_disposition(self->process, w[1]);
	called(0);
}

static void v_sigmask(int n, char **w)
{
	sigset_t set;

	(void)n;
	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	called(-pthread_sigmask(!strcmp(w[1], "block") ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL));
}

static void v_sigpending(int n, char **w)
{
	sigset_t set;

	(void)n, (void)w;
	called(sigpending(&set));
	out()->has_returned = 1;
	out()->returned = sigismember(&set, SIGBUS);
}

static void v_sigtimedwait(int n, char **w)
{
	struct timespec none = { 0, 0 };
	siginfo_t info;
	sigset_t set;
	int result;

	(void)n, (void)w;
	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	result = sigtimedwait(&set, &info, &none);
	called(result);
	if (result > 0)
		snprintf(out()->text, sizeof(out()->text), "siginfo %d 0x%lx %d", info.si_code, (unsigned long)info.si_addr, info.si_addr_lsb);
}

static void v_read_signalfd(int n, char **w)
{
	struct signalfd_siginfo info;
	sigset_t set;
	int fd;

	(void)n, (void)w;
	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	called(fd < 0 ? -1 : read(fd, &info, sizeof(info)));
	close(fd);
}

static void v_kill(int n, char **w)
{
	struct task *task = &shared->tasks[atoi(w[1])];
	int stops = !strcmp(w[2], "stop");

	(void)n;
	if (task->pid <= 0) {
		/* It was never made; 0 would mean everybody. */
		errno = ESRCH;
		return called(-1);
	}
	called(kill(task->pid, stops ? SIGSTOP : SIGCONT));
	task->stopped = stops;
	usleep(20000);
}

static void v_cpu(int n, char **w)
{
	cpu_set_t set;

	(void)n;
	CPU_ZERO(&set);
	CPU_SET(atoi(w[1]), &set);
	called(sched_setaffinity(0, sizeof(set), &set));
}

/* Injection, and what the machine says */

/* file PATH TEXT: one write, its errno. `$slot` in the text is that frame, `$slot*` its address. */
static void v_file(int n, char **w)
{
	char text[128];
	int fd;
	ssize_t result;

	if (n > 2 && w[2][0] == '$' && !frame_at(w[2]))
		return fail("no frame is mapped at the target");
	if (n > 2 && w[2][0] == '$')
		snprintf(text, sizeof(text), "0x%lx", w[2][strlen(w[2]) - 1] == '*' ? frame_at(w[2]) * PAGE_BYTES : frame_at(w[2]));
	else
		snprintf(text, sizeof(text), "%s", n > 2 ? decoded(w[2]) : "");
	fd = open(decoded(w[1]), O_WRONLY | O_CLOEXEC);
	result = fd < 0 ? -1 : write(fd, text, strlen(text));
	called(result);
	if (fd >= 0)
		close(fd);
}

static void v_open_read(int n, char **w)
{
	/* open-read PATH read|open */
	char byte;
	int fd = open(decoded(w[1]), !strcmp(w[2], "read") ? O_RDWR | O_CLOEXEC : O_RDONLY | O_CLOEXEC);

	(void)n;
	called(fd < 0 ? -1 : !strcmp(w[2], "read") ? read(fd, &byte, 1) : 0);
	if (fd >= 0)
		close(fd);
}

/* set PATH TEXT: put back when the scenario ends */
static void v_set(int n, char **w)
{
	char *path = decoded(w[1]);

	called(set_for_now(path, n > 2 ? decoded(w[2]) : ""));
}

static void v_frame(int n, char **w)
{
	/* frame $SLOT KIND PAGES: frames of a kind that is there anyway */
	long frame = find_frame(w[2], number(w[3]));

	(void)n;
	if (frame < 0) {
		errno = ENODATA;
		called(-1);
		return;
	}
	shared->frames[slot_of(w[1])] = frame;
	called(0);
}

static void v_next_frame(int n, char **w)
{
	/* next-frame $TO $FROM PAGES */
	(void)n;
	shared->frames[slot_of(w[1])] = frame_at(w[2]) + number(w[3]);
	called(0);
}

static void v_kpageflags(int n, char **w)
{
	static const char *const NAMES[64] = { "LOCKED", "ERROR", "REFERENCED", "UPTODATE", "DIRTY", "LRU", "ACTIVE", "SLAB", "WRITEBACK", "RECLAIM", "BUDDY", "MMAP", "ANON", "SWAPCACHE", "SWAPBACKED", "COMPOUND_HEAD", "COMPOUND_TAIL", "HUGE", "UNEVICTABLE", "HWPOISON", "NOPAGE", "KSM", "THP", "OFFLINE", "ZERO_PAGE", "IDLE", "PGTABLE", [32] = "RESERVED", "MLOCKED", "OWNER_2", "PRIVATE", "PRIVATE_2", "OWNER_PRIVATE", "ARCH", "UNCACHED", "SOFTDIRTY", "ARCH_2" };
	uint64_t flags = page_flags(frame_at(w[1]));

	(void)n;
	called(0);
	for (int i = 0; i < 64; i++)
		if (HAS(flags, i) && NAMES[i])
			snprintf(out()->text + strlen(out()->text), sizeof(out()->text) - strlen(out()->text), "%s%s", out()->text[0] ? "," : "", NAMES[i]);
	if (!out()->text[0])
		strcpy(out()->text, "(none)");
}

static void v_hugepages(int n, char **w)
{
	/* hugepages BYTES [nr_hugepages|free_hugepages] */
	char path[120];
	long total, spare;

	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%lukB/nr_hugepages", number(w[1]) / 1024);
	total = read_number(path);
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%lukB/free_hugepages", number(w[1]) / 1024);
	spare = read_number(path);
	called(0);
	if (n > 2 && !strcmp(w[2], "nr_hugepages"))
		snprintf(out()->text, sizeof(out()->text), "%ld", total);
	else if (n > 2)
		snprintf(out()->text, sizeof(out()->text), "%ld", spare);
	else
		snprintf(out()->text, sizeof(out()->text), "total=%ld free=%ld", total, spare);
}

static void v_swapoff(int n, char **w)
{
	(void)n;
	called(swapoff(decoded(w[1])));
}

static void v_sleep(int n, char **w)
{
	(void)n;
	usleep(number(w[1]) * 1000);
}

/* spin: in user mode, until a signal jumps out or the runner has seen enough */
static void v_spin(int n, char **w)
{
	static volatile unsigned long turns;

	(void)n, (void)w;
	if (sigsetjmp(escape, 1) == 0) {
		armed = 1;
		while (!shared->stop_spinning)
			turns++;
		armed = 0;
	}
}

/* Races */

static void v_warm(int n, char **w)
{
	(void)n, (void)w;
	warm_up();
	called(0);
}

static void v_dummies(int n, char **w)
{
	(void)n, (void)w;
	called(prepare_dummies());
}

static void v_drain(int n, char **w)
{
	(void)n, (void)w;
	called(drain_lists());
}

static void v_memory(int n, char **w)
{
	(void)n, (void)w;
	called(prepare_memory());
}

static void v_free_one(int n, char **w)
{
	called(free_one(&shared->frames[slot_of(w[1])], n > 2));
}

/* is-free $SLOT: in the buddy allocator, by itself */
static void v_is_free(int n, char **w)
{
	(void)n;
	errno = ENODATA;
	called(HAS(page_flags(frame_at(w[1])), FLAG_BUDDY) ? 0 : -1);
}

static void v_take(int n, char **w)
{
	(void)n;
	called(take_frame(frame_at(w[1]), address_of(w[2])));
}

static void v_give_back(int n, char **w)
{
	(void)n;
	flush_batch();
	called(madvise(address_of(w[1]), PAGE_BYTES, MADV_DONTNEED));
}

static void v_refill(int n, char **w)
{
	(void)n, (void)w;
	called(touch_one());
}

static void v_free_table(int n, char **w)
{
	(void)n, (void)w;
	called(free_table());
}

static void v_find_table(int n, char **w)
{
	(void)n;
	called(find_table(&shared->frames[slot_of(w[1])]));
}

static void v_take_table(int n, char **w)
{
	(void)n;
	called(take_table(frame_at(w[1])));
}

static void v_symbols(int n, char **w)
{
	called(tell_symbols(n - 1, w + 1));
}

/* split TASK ADDRESS BYTES: the large folios that it maps there */
static void v_split(int n, char **w)
{
	unsigned long at = (unsigned long)address_of(w[2]);
	char text[96];

	(void)n;
	snprintf(text, sizeof(text), "%d,0x%lx,0x%lx,0", shared->tasks[atoi(w[1])].pid, at, at + number(w[3]));
	called(write_text("/sys/kernel/debug/split_huge_pages", text));
}

static void v_nothing(int n, char **w)
{
	(void)n, (void)w;
}

static const struct { const char *word; int words; void (*run)(int, char **); } VERBS[] = {
	{ "map", 9, v_map }, { "munmap", 3, v_munmap }, { "fill", 5, v_fill }, { "touch", 3, v_touch }, { "read", 3, v_read }, { "write", 4, v_write },
	{ "madvise", 4, v_madvise }, { "process-madvise", 5, v_process_madvise }, { "mlock", 3, v_mlock }, { "munlock", 3, v_munlock }, { "mlockall", 1, v_mlockall }, { "mprotect", 4, v_mprotect },
	{ "mremap", 5, v_mremap }, { "msync", 3, v_msync }, { "mincore", 3, v_mincore }, { "move-pages", 3, v_move_pages },
	{ "write-from", 4, v_write_from }, { "read-into", 4, v_read_into }, { "process-vm", 5, v_process_vm }, { "proc-mem", 5, v_proc_mem }, { "ptrace", 4, v_ptrace },
	{ "vmsplice", 3, v_vmsplice }, { "read-pipe", 1, v_read_pipe }, { "uring-pin", 3, v_uring_pin }, { "unpin", 3, v_unpin }, { "uffd-poison", 3, v_uffd_poison }, { "special", 4, v_special }, { "shm-make", 3, v_shm_make }, { "shm-map", 5, v_shm_map }, { "copy-range", 5, v_copy_range }, { "read-signalfd", 1, v_read_signalfd }, { "futex", 3, v_futex }, { "openat", 2, v_openat }, { "clock-gettime", 2, v_clock_gettime },
	{ "pagemap", 2, v_pagemap }, { "frame-of", 4, v_frame_of }, { "has", 5, v_has }, { "page-out", 3, v_page_out },
	{ "open", 4, v_open }, { "memfd", 4, v_memfd }, { "memfd-secret", 2, v_memfd_secret }, { "close", 2, v_close }, { "reopen", 3, v_reopen }, { "file-frame", 4, v_file_frame }, { "ftruncate", 3, v_ftruncate }, { "pread", 4, v_pread }, { "pwrite", 6, v_pwrite }, { "fill-file", 5, v_fill_file },
	{ "fsync", 2, v_fsync }, { "syncfs", 2, v_syncfs }, { "fallocate", 5, v_fallocate }, { "lseek", 4, v_lseek }, { "unlink", 2, v_unlink }, { "sendfile", 4, v_sendfile }, { "splice", 4, v_splice },
	{ "fork", 2, v_fork }, { "thread", 2, v_thread }, { "exit", 1, v_exit }, { "thread-exit", 1, v_thread_exit }, { "prctl", 6, v_prctl }, { "name", 2, v_name }, { "capset", 2, v_capset },
	{ "disposition", 2, v_disposition }, { "sigmask", 2, v_sigmask }, { "sigpending", 1, v_sigpending }, { "sigtimedwait", 1, v_sigtimedwait }, { "kill", 3, v_kill }, { "cpu", 2, v_cpu },
	{ "file", 2, v_file }, { "open-read", 3, v_open_read }, { "set", 2, v_set }, { "frame", 4, v_frame }, { "next-frame", 4, v_next_frame }, { "kpageflags", 2, v_kpageflags },
	{ "hugepages", 2, v_hugepages }, { "swapoff", 2, v_swapoff }, { "sleep", 2, v_sleep }, { "spin", 1, v_spin }, { "nothing", 1, v_nothing },
	{ "warm", 1, v_warm }, { "dummies", 1, v_dummies }, { "drain", 1, v_drain }, { "memory", 1, v_memory }, { "free-one", 2, v_free_one }, { "is-free", 2, v_is_free }, { "take", 3, v_take }, { "give-back", 2, v_give_back },
	{ "refill", 1, v_refill }, { "free-table", 1, v_free_table }, { "find-table", 2, v_find_table }, { "take-table", 2, v_take_table }, { "symbols", 2, v_symbols }, { "split", 4, v_split },
};

/* Runs a line in this thread; what came of it is in `self->out`, or in what the runner keeps. */
int run_command(char *line)
{
	char *words[MAX_WORDS], *rest = line, *word;
	int count = 0;

	while (count < MAX_WORDS && (word = strsep(&rest, " ")))
		if (*word)
			words[count++] = word;
	if (count == 0)
		return 0;
	if (!self) {
		memset(&own, 0, sizeof(own));
		own.errnum = -1;
	}
	errno = 0;
	for (unsigned i = 0; i < sizeof(VERBS) / sizeof(VERBS[0]); i++)
		if (!strcmp(VERBS[i].word, words[0])) {
			if (count < VERBS[i].words) {
				fail("'%s' needs %d words, there are %d", words[0], VERBS[i].words, count);
				return -1;
			}
			VERBS[i].run(count, words);
			return 0;
		}
	if (!self && setup_verb(words[0], count, words) == 0) {
		called(errno ? -1 : 0);
		return 0;
	}
	fail("the agent knows no command '%s'", words[0]);
	return -1;
}

struct outcome *runner_outcome(void)
{
	return &own;
}

/* Pipes of the runner, for the next scenario. */
void close_own(void)
{
	if (held_pipe[0] >= 0) {
		close(held_pipe[0]);
		close(held_pipe[1]);
		held_pipe[0] = held_pipe[1] = -1;
	}
}
