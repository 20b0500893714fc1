#!/usr/bin/env bash
# Guess, written down before the run: a SIGBUS that is blocked and pending waits until it is unblocked. A thread that then reads address 0 dies of SIGSEGV,
# and one that handles both signals gets SIGSEGV now and SIGBUS when it unblocks it.
# Seen (Linux 5.0 or newer, any machine): the thread dies of SIGBUS, and where both are handled, the handler of the blocked SIGBUS is set up at once; the
# signal is not pending afterwards. The kernel takes the first of the synchronous signals (those with si_code > 0) in the queue of the thread
# as soon as any one of them is not blocked, without asking whether it is that one.
# So "died of SIGBUS" does not say that the last access met it: an error that was told early (BUS_MCEERR_AO) may wait for the next SIGSEGV.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v cc > /dev/null || { echo 'needs cc: apt-get install gcc libc6-dev'; exit 2; }
cd "$folder"
cat > try.c <<'C'
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int handled;

static void jump(int number)
{
	handled = number;
	siglongjmp(back, 1);
}

/* A SIGBUS as memory_failure() sends it, blocked; then an access to nothing. */
static void meet(int handles)
{
	siginfo_t info;
	sigset_t set, waiting;

	sigemptyset(&set);
	sigaddset(&set, SIGBUS);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (handles) {
		signal(SIGSEGV, jump);
		signal(SIGBUS, jump);
	}
	memset(&info, 0, sizeof(info));
	info.si_signo = SIGBUS;
	info.si_code = 5;
	syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGBUS, &info);
	if (!sigsetjmp(back, 1))
		*(volatile char *)0 = 1;
	sigpending(&waiting);
	printf("first handler to run: %s, SIGBUS pending: %d\n", handled == SIGSEGV ? "SIGSEGV" : "SIGBUS", sigismember(&waiting, SIGBUS));
	fflush(stdout);
}

int main(void)
{
	int status;

	for (int handles = 0; handles < 2; handles++) {
		if (!fork()) {
			meet(handles);
			_exit(0);
		}
		wait(&status);
		if (WIFSIGNALED(status))
			printf("died of %s\n", WTERMSIG(status) == SIGBUS ? "SIGBUS" : "SIGSEGV"), fflush(stdout);
	}
	return 0;
}
C
cc -O1 -o try try.c
echo "version: Linux $(uname -r)"
out=$(./try)
printf 'behaviour:\n%s\n' "$out"
grep -qx 'died of SIGBUS' <<< "$out" && grep -q 'SIGBUS pending: 0' <<< "$out" || { echo 'this has changed'; exit 1; }
