/** Files and file systems. */
import { raw, type HelperRows } from './helper.js';

export const FILE_HELPERS = {
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
} as const satisfies HelperRows;
