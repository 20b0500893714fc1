/** Loads, stores, and system calls that read or write memory of a task. */
import { raw, type HelperRows } from './helper.js';

export const ACCESS_HELPERS = {
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
} as const satisfies HelperRows;
