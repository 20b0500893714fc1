#!/usr/bin/env bash
# Guess, written down before the run: mprotect(PROT_READ) changes who may write a transparent huge page and nothing else. The page stays dirty,
# as small pages do: smaps counts it as Private_Dirty, and memory_failure() finds a dirty page, says so and sends SIGBUS.
# Seen on 6.12.107 (x86-64; 6.12.43, 6.16.12, 6.18.15, 7.0.13 and 7.1.13 do the same, 6.1.176, 6.12.117, 7.2.13 and 7.3.4 do not): the dirty bit
# of the PMD is lost. smaps says Private_Clean, the handler reports "clean LRU page: Recovered", and nobody is told that data is gone.
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
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#define HUGE (2UL << 20)

static void on_bus(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	printf("SIGBUS code %d lsb %d\n", info->si_code, info->si_addr_lsb);
	fflush(stdout);
	_exit(0);
}

static void dirty(const char *when, const char *at)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	int inside = 0;
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from <= (unsigned long)at && (unsigned long)at < to;
		else if (inside && !strncmp(line, "Private_Dirty", 13))
			printf("%s: %s", when, line);
	}
	fclose(file);
}

static void try(int advice, const char *what)
{
	struct sigaction act = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };
	char *area;

	printf("== %s\n", what);
	fflush(stdout);
	if (fork() == 0) {
		sigaction(SIGBUS, &act, NULL);
		area = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		area = (char *)(((unsigned long)area + HUGE - 1) & ~(HUGE - 1));
		madvise(area, HUGE, advice);
		memset(area, 'A', HUGE);
		dirty("written", area);
		mprotect(area, HUGE, PROT_READ);
		dirty("mprotect(PROT_READ)", area);
		printf("MADV_HWPOISON: %s\n", madvise(area + 5 * 4096, 4096, MADV_HWPOISON) ? strerror(errno) : "no error");
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

int main(void)
{
	struct utsname name;
	int fd;

	mkdir("/proc", 0755), mkdir("/sys", 0755), mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, 0), mount("sysfs", "/sys", "sysfs", 0, 0), mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
	freopen("/dev/ttyS0", "w", stdout);
	fd = open("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY);
	if (fd < 0 || write(fd, "madvise", 7) != 7)
		puts("no huge pages");
	fd = open("/proc/sys/kernel/printk", O_WRONLY);
	if (fd < 0 || write(fd, "7", 1) != 1)
		puts("no log");
	uname(&name);
	printf("version: Linux %s\n", name.release);
	try(MADV_NOHUGEPAGE, "small pages");
	try(MADV_HUGEPAGE, "a huge page");
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
sed -n '/^== small/,/^end/p' console.log
small=$(sed -n '/^== small/,/^== a huge/p' console.log); huge=$(sed -n '/^== a huge/,/^end/p' console.log)
grep -q 'mprotect(PROT_READ): Private_Dirty: *2048 kB' <<< "$small" && grep -q 'dirty LRU page: Recovered' <<< "$small" && grep -q 'SIGBUS code 4 lsb 12' <<< "$small" \
    && grep -q 'written: Private_Dirty: *2048 kB' <<< "$huge" && grep -q 'mprotect(PROT_READ): Private_Dirty: *0 kB' <<< "$huge" && grep -q 'clean LRU page: Recovered' <<< "$huge" && ! grep -q SIGBUS <<< "$huge" \
    || { echo 'this has changed'; exit 1; }
