#!/usr/bin/env bash
# Guess, written down before the run: a System V segment is a file of tmpfs, as a memfd is. A read fault maps the neighbours that are in the page cache
# along (fault_around_bytes, 64 KiB) in both, so a process that read one page of either, and asked for early kill, is told of an error in the next.
# Seen on 6.12.107 (x86-64): a memfd is mapped around the fault, all 16 pages. Of a System V segment the reader has the one page that it read
# (shm_vm_ops has no map_pages): who looks for mapped pages in pagemap finds none of its neighbours. And it is told of the error in page 1 all the
# same, for early kill asks whose mapping covers the page of the file, not who has an entry for it (collect_procs_file()).
set -euo pipefail
package=linux-image-6.12.107+deb12-amd64-unsigned
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for tool in qemu-system-x86_64 cc cpio apt-get dpkg-deb; do command -v $tool > /dev/null || { echo "needs $tool: apt-get install qemu-system-x86 gcc libc6-dev cpio"; exit 2; }; done
cd "$folder"
chmod 755 .
apt-get download -qq "$package" || { echo "the package sources of this system have no $package (Debian 12 with its updates)"; exit 2; }
dpkg-deb -x linux-image-*.deb kernel
cat > init.c <<'C'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#define PAGES 16
#define SIZE (PAGES * 4096UL)
/* All of it lies in one window of fault_around_bytes. */
#define AREA ((void *)0x200000000000)

static volatile sig_atomic_t told;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	told = info->si_code;
}

static int present(const char *area)
{
	uint64_t entries[PAGES] = { 0 };
	int fd = open("/proc/self/pagemap", O_RDONLY), count = 0;

	if (pread(fd, entries, sizeof(entries), (uintptr_t)area / 4096 * 8) != sizeof(entries))
		puts("pagemap cannot be read");
	close(fd);
	for (int at = 0; at < PAGES; at++)
		count += entries[at] >> 63;
	return count;
}

static char *again(int fd, int segment)
{
	return fd >= 0 ? mmap(AREA, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : shmat(segment, AREA, 0);
}

/* In a child of its own, so that nobody inherits the mapping. */
static void write_all(int fd, int segment)
{
	pid_t writer = fork();

	if (writer == 0) {
		memset(again(fd, segment), 'A', SIZE);
		_exit(0);
	}
	waitpid(writer, NULL, 0);
}

/* The signal that tells who injects ends it. */
static void inject(int fd, int segment)
{
	pid_t injector = fork();
	int status;

	if (injector == 0) {
		char *area = again(fd, segment);

		_exit(madvise(area + 4096, 4096, MADV_HWPOISON) ? errno : 0);
	}
	waitpid(injector, &status, 0);
	printf("who injects the error in page 1 %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS ? "is told" : "is not told");
	fflush(stdout);
}

static void try(int fd, int segment, const char *what)
{
	struct sigaction act = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };
	int ready[2], go[2];
	char byte = 0;
	pid_t reader;

	printf("== %s\n", what);
	fflush(stdout);
	write_all(fd, segment);
	if (pipe(ready) || pipe(go))
		puts("no pipe");
	reader = fork();
	if (reader == 0) {
		char *own = again(fd, segment);

		sigaction(SIGBUS, &act, NULL);
		prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0);
		byte = *(volatile char *)own;
		printf("the reader read page 0, and has %d of %d pages\n", present(own), PAGES);
		fflush(stdout);
		if (write(ready[1], &byte, 1) != 1 || (read(go[0], &byte, 1) != 1 && errno != EINTR))
			puts("no answer");
		printf("the reader %s of the error in page 1\n", told ? "is told" : "is not told");
		fflush(stdout);
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1)
		puts("no answer");
	inject(fd, segment);
	if (write(go[1], &byte, 1) != 1)
		puts("no answer");
	waitpid(reader, NULL, 0);
}

int main(void)
{
	struct utsname name;
	int fd;

	mkdir("/proc", 0755), mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, 0), mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
	freopen("/dev/ttyS0", "w", stdout);
	uname(&name);
	printf("version: Linux %s\n", name.release);
	fd = memfd_create("shared", 0);
	if (fd < 0 || ftruncate(fd, SIZE))
		puts("no memfd");
	try(fd, -1, "a memfd");
	try(-1, shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600), "a System V segment");
	puts("end");
	fflush(stdout);
	sleep(1);
	reboot(RB_POWER_OFF);
	return 0;
}
C
cc -O1 -static -o init init.c 2> cc.log || { cat cc.log; exit 2; }
echo init | cpio -o -H newc --quiet > init.cpio
timeout 600 qemu-system-x86_64 -accel tcg -smp 1 -m 512M -cpu max -nographic -no-reboot -monitor none -serial stdio -kernel kernel/boot/vmlinuz-* -initrd init.cpio \
    -append 'console=ttyS0 quiet panic=-1 no_timer_check rdinit=/init' < /dev/null | tr -d '\r' > console.log || { tail -20 console.log; echo 'the kernel did not boot'; exit 2; }
echo "version: $(sed -n 's/.*version: //p' console.log | head -1), $package"
echo 'behaviour:'
sed -n '/^== a memfd/,/^end/p' console.log
memfd=$(sed -n '/^== a memfd/,/^== a System/p' console.log); segment=$(sed -n '/^== a System/,/^end/p' console.log)
grep -q 'has 16 of 16 pages' <<< "$memfd" && grep -q 'reader is told' <<< "$memfd" && grep -q 'has 1 of 16 pages' <<< "$segment" && grep -q 'reader is told' <<< "$segment" \
    || { echo 'this has changed'; exit 1; }
