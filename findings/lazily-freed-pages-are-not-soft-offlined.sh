#!/usr/bin/env bash
# Guess, written down before the run: memory that madvise(MADV_FREE) has given up is the easiest there is to take out of use. MADV_SOFT_OFFLINE
# of such a page succeeds at once, as it does of a page that is in use.
# Seen on 6.12.107 (x86-64; 7.3.4 refuses it as well): the first try fails with EBUSY, "page migration failed". The page waits on a list of the CPU
# to become lazily freed, and the list has a reference; soft offline empties the lists for pages that are off the LRU, which this one is not.
# The failed try takes it off, so that a second one succeeds, and so does the first where something else has emptied the lists before (here
# move_pages() of another page, to the node where it is).
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
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

static void soft_offline(const char *when, char *at)
{
	printf("%s: MADV_SOFT_OFFLINE: %s\n", when, madvise(at, PAGE, MADV_SOFT_OFFLINE) ? strerror(errno) : "no error");
	fflush(stdout);
}

static void drain(char *other)
{
	void *page = other;
	int node = 0, status = 0;

	printf("move_pages: %ld\n", syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, 2));
}

static void try_pages(void)
{
	char *area = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(area, 64 * PAGE, MADV_NOHUGEPAGE);
	memset(area, 'A', 64 * PAGE);
	drain(area + 60 * PAGE);
	soft_offline("in use", area + 10 * PAGE);
	madvise(area + 20 * PAGE, PAGE, MADV_FREE);
	soft_offline("given up", area + 20 * PAGE);
	soft_offline("given up, again", area + 20 * PAGE);
	madvise(area + 30 * PAGE, PAGE, MADV_FREE);
	drain(area + 60 * PAGE);
	soft_offline("given up, lists emptied", area + 30 * PAGE);
}

int main(void)
{
	struct utsname name;
	int fd;

	mkdir("/proc", 0755), mkdir("/sys", 0755), mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, 0), mount("sysfs", "/sys", "sysfs", 0, 0), mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
	freopen("/dev/ttyS0", "w", stdout);
	fd = open("/proc/sys/kernel/printk", O_WRONLY);
	if (fd < 0 || write(fd, "7", 1) != 1)
		puts("no log");
	uname(&name);
	printf("version: Linux %s\n", name.release);
	try_pages();
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
sed -n '/^move_pages/,/^end/p' console.log
grep -q '^in use: MADV_SOFT_OFFLINE: no error' console.log && grep -q '^given up: MADV_SOFT_OFFLINE: Device or resource busy' console.log \
    && grep -q '^given up, again: MADV_SOFT_OFFLINE: no error' console.log && grep -q '^given up, lists emptied: MADV_SOFT_OFFLINE: no error' console.log \
    || { echo 'this has changed'; exit 1; }
