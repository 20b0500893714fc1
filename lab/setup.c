/* The machine before a scenario, and what a scenario adds to it: file systems, huge pages, swap. */
#include "agent.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>

static const char *const CLEARED[] = { "/mnt/tmpfs", "/mnt/tmpfs-huge", "/mnt/ramfs", "/mnt/ext4", "/mnt/huge", "/tmp" };

static void make_mount(const char *what, const char *where, const char *type, const char *data)
{
	mkdir(where, 0755);
	if (mount(what, where, type, 0, data) < 0)
		report("n\t%s %s is not there: %s", type, where, strerror(errno));
}

/* An image without its empty blocks: offset, length, bytes; over and over. */
static int unpack_image(const char *from, const char *to)
{
	uint64_t part[2];
	char block[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), device = open(to, O_RDWR | O_CLOEXEC), result = 0;

	if (in < 0 || device < 0)
		return -1;
	while (read(in, part, sizeof(part)) == sizeof(part) && result == 0)
		for (uint64_t at = 0; at < part[1] && result == 0; at += sizeof(block)) {
			size_t bytes = part[1] - at < sizeof(block) ? part[1] - at : sizeof(block);

			if (read(in, block, bytes) != (ssize_t)bytes || pwrite(device, block, bytes, part[0] + at) != (ssize_t)bytes)
				result = -1;
		}
	fsync(device);
	close(in);
	close(device);
	return result;
}

/* What this kernel does not have: plans that need it are not sent. */
static void lack(const char *what, int missing)
{
	if (missing)
		report("l\t%s", what);
}

void prepare_machine(void)
{
	make_mount("tmpfs", "/mnt/tmpfs", "tmpfs", "size=400m");
	make_mount("tmpfs", "/mnt/tmpfs-huge", "tmpfs", "size=200m,huge=always");
	make_mount("ramfs", "/mnt/ramfs", "ramfs", NULL);
	make_mount("hugetlbfs", "/mnt/huge", "hugetlbfs", "pagesize=2M");
	write_text("/cgroup/cgroup.subtree_control", "+memory");
	load_module("hwpoison-inject");
	if (access("/ext4.parts", F_OK) == 0) {
		load_module("brd,crc16,crc32c_generic,crc32c-cryptoapi,libcrc32c,mbcache,jbd2,ext4");
		mkdir("/mnt/ext4", 0755);
		if (unpack_image("/ext4.parts", "/dev/ram0") < 0 || mount("/dev/ram0", "/mnt/ext4", "ext4", 0, "commit=900") < 0)
			report("n\text4 is not there: %s", strerror(errno));
	}
	load_module("loop,lz4_compress,lz4hc_compress,842_compress,842_decompress,zstd_compress,lzo_compress,lzo-rle,zsmalloc,zram");
	lack("hwpoison-inject", access("/sys/kernel/debug/hwpoison/corrupt-pfn", F_OK));
	lack("soft-offline", access("/sys/devices/system/memory/soft_offline_page", F_OK));
	lack("ext4", access("/mnt/ext4/lost+found", F_OK));
	lack("loop", access("/dev/loop0", F_OK) && access("/dev/loop-control", F_OK));
	lack("zram", access("/dev/zram0", F_OK));
	lack("ksm", access("/sys/kernel/mm/ksm/run", F_OK));
	lack("thp", access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK));
	write_text("/proc/sys/kernel/io_uring_disabled", "0");
	/* What is dirty stays dirty, however long a scenario takes. */
	write_text("/proc/sys/vm/dirty_expire_centisecs", "360000");
	write_text("/proc/sys/vm/dirty_writeback_centisecs", "360000");
	write_text("/sys/kernel/mm/ksm/pages_to_scan", "2000");
	write_text("/sys/kernel/mm/ksm/sleep_millisecs", "5");
	write_text("/sys/kernel/mm/ksm/smart_scan", "0");
}

static struct { char path[64]; } swaps[4];
static int swap_count;
static int loop_fd = -1;

/* What mkswap writes: version 1, the last page, and the signature at the end of the first page. */
static int write_swap_header(const char *path, unsigned long bytes)
{
	static char header[65536];
	uint32_t *info = (uint32_t *)(header + 1024);
	int fd = open(path, O_RDWR | O_CLOEXEC), result;

	memset(header, 0, sizeof(header));
	info[0] = 1;
	info[1] = bytes / PAGE_BYTES - 1;
	memcpy(header + PAGE_BYTES - 10, "SWAPSPACE2", 10);
	result = fd < 0 || pwrite(fd, header, PAGE_BYTES, 0) != (ssize_t)PAGE_BYTES ? -1 : fsync(fd);
	close(fd);
	return result;
}

static int loop_over(const char *file, unsigned long bytes)
{
	char block[65536] = { 0 };
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	for (unsigned long at = 0; at < bytes; at += sizeof(block))
		if (pwrite(fd, block, sizeof(block), at) < 0)
			return -1;
	loop_fd = open("/dev/loop0", O_RDWR | O_CLOEXEC);
	if (loop_fd < 0 || ioctl(loop_fd, LOOP_SET_FD, fd) < 0)
		return -1;
	close(fd);
	return 0;
}

#define DISK_BYTES (15UL << 20)

/* A swap file on a disk that takes its time: a ram disk answers at once, and its pages do not stay in the swap cache. */
static int disk_for_swap(void)
{
	if (loop_over("/mnt/tmpfs/swap", DISK_BYTES) < 0 || unpack_image("/ext4.parts", "/dev/loop0") < 0)
		return -1;
	mkdir("/mnt/disk", 0755);
	return mount("/dev/loop0", "/mnt/disk", "ext4", 0, NULL);
}

/* swap device|file|zram BYTES */
static int make_swap(int count, char **words)
{
	unsigned long bytes = count > 2 ? strtoul(words[2], NULL, 0) : 0;
	char path[64], text[32];

	if (swap_count == 4)
		return -1;
	if (!strcmp(words[1], "zram")) {
		snprintf(path, sizeof(path), "/dev/zram0");
		snprintf(text, sizeof(text), "%lu", bytes);
		if (write_text("/sys/block/zram0/disksize", text) < 0)
			return -1;
	} else if (!strcmp(words[1], "file")) {
		/* Not on tmpfs: that has no blocks of its own. */
		int fd = disk_for_swap() < 0 ? -1 : open("/mnt/disk/swap", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		snprintf(path, sizeof(path), "/mnt/disk/swap");
		if (fd < 0 || posix_fallocate(fd, 0, bytes) != 0)
			return -1;
		close(fd);
	} else {
		snprintf(path, sizeof(path), "/dev/loop0");
		if (loop_over("/mnt/tmpfs/swap", bytes) < 0)
			return -1;
	}
	if (write_swap_header(path, bytes) < 0 || swapon(path, 0) < 0)
		return -1;
	snprintf(swaps[swap_count++].path, sizeof(swaps[0].path), "%s", path);
	return 0;
}

/* cgroup NAME: below the root, with the memory controller */
static int make_cgroup(const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), "/cgroup/%.60s", name);
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -1 : 0;
}

/* memcg-filter PATH NAME: the inode of the cgroup is what the filter is given */
static int filter_memcg(const char *path, const char *name)
{
	char folder[80], text[32];
	struct stat about;

	snprintf(folder, sizeof(folder), "/cgroup/%.60s", name);
	if (stat(folder, &about) < 0)
		return -1;
	snprintf(text, sizeof(text), "%lu", (unsigned long)about.st_ino);
	return set_for_now(path, text);
}

/* ksm-scan: until ksmd has seen everything three times, which it needs to merge */
static int ksm_scan(void)
{
	long before;

	if (set_for_now("/sys/kernel/mm/ksm/run", "1") < 0)
		return -1;
	before = read_number("/sys/kernel/mm/ksm/full_scans");
	for (int tries = 0; tries < 800; tries++) {
		if (read_number("/sys/kernel/mm/ksm/full_scans") >= before + 4)
			return write_text("/sys/kernel/mm/ksm/run", "0");
		usleep(10000);
	}
	errno = ETIMEDOUT;
	return -1;
}

/* pool BYTES-OF-A-PAGE COUNT */
static int make_pool(char **words)
{
	char path[120];
	long wanted = atol(words[2]);

	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%lukB/nr_hugepages", strtoul(words[1], NULL, 0) / 1024);
	for (int tries = 0; tries < 5; tries++) {
		if (set_for_now(path, words[2]) < 0)
			return -1;
		if (read_number(path) == wanted)
			return 0;
		write_text("/proc/sys/vm/compact_memory", "1");
	}
	errno = ENOMEM;
	return -1;
}

/* 0: it is a command of this file, with errno 0 where it succeeded. */
int setup_verb(const char *verb, int count, char **words)
{
	int result;

	if (!strcmp(verb, "swap") && count > 2)
		result = make_swap(count, words);
	else if (!strcmp(verb, "pool") && count > 2)
		result = make_pool(words);
	else if (!strcmp(verb, "cgroup") && count > 1)
		result = make_cgroup(words[1]);
	else if (!strcmp(verb, "memcg-filter") && count > 2)
		result = filter_memcg(words[1], words[2]);
	else if (!strcmp(verb, "ksm-scan"))
		result = ksm_scan();
	else
		return -1;
	if (result == 0)
		errno = 0;
	return 0;
}

static void clear_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char file[512];

	while (folder && (entry = readdir(folder)))
		if (entry->d_type == DT_REG) {
			snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
			unlink(file);
		}
	if (folder)
		closedir(folder);
}

void undo_setup(void)
{
	for (int i = 0; i < swap_count; i++)
		swapoff(swaps[i].path);
	swap_count = 0;
	umount2("/mnt/disk", MNT_DETACH);
	if (loop_fd >= 0) {
		ioctl(loop_fd, LOOP_CLR_FD, 0);
		close(loop_fd);
		loop_fd = -1;
	}
	write_text("/sys/block/zram0/reset", "1");
	for (int i = 0; i < shared->segment_count; i++)
		shmctl(shared->segments[i], IPC_RMID, NULL);
	for (unsigned i = 0; i < sizeof(CLEARED) / sizeof(CLEARED[0]); i++)
		clear_folder(CLEARED[i]);
}
