/** Mappings, and what holds, merges or moves their pages. */
import { fallback, raw, type HelperRows } from './helper.js';

export const MAPPING_HELPERS = {
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
} as const satisfies HelperRows;
