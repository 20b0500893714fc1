/** Files of the kernel that set something or count something. */
import { raw, type HelperRows } from './helper.js';

export const SETTING_HELPERS = {
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
} as const satisfies HelperRows;
