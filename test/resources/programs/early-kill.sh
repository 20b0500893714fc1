#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
#
# early kill
#
# From 01-early-kill.hwp:4, by hwp export; the expectations are those of Linux
# 7.3.
#
# It injects memory errors: run it as root, in a machine that may be lost, and
# that nothing else uses meanwhile. Pages stay poisoned until the machine
# boots again.
# Needs CONFIG_MEMORY_FAILURE.
# Needs CONFIG_HWPOISON_INJECT (modprobe hwpoison-inject) and debugfs at
# /sys/kernel/debug.
#
# Not made here:
# - processes: it takes a process: `--as c` makes it
# - place: a page of a process or of a file has to be named by a process:
# `--as c` does it

exec 3>&1
page_size=$(getconf PAGESIZE 2>/dev/null || echo 4096)

# What the machine lacks for this test: not a failure.
skip_all() {
	echo "1..0 # SKIP $*" >&3
	exit 4
}

# Write a text to a file; what went wrong is in $err, and empty when nothing did.
write() {
	err=$(printf %s "$2" | LC_ALL=C dd of="$1" conv=notrunc 2>&1 >/dev/null) && err=
}

n=0 failed=0

# ok WHAT: the condition is the exit status of the command before.
ok() {
	if [ "$?" -eq 0 ]; then
		n=$((n + 1))
		echo "ok $n - $1"
		return
	fi
	n=$((n + 1))
	failed=1
	echo "not ok $n - $1"
	[ -z "$err" ] || echo "# $err"
	printf '%s\n' "$log" | sed 's/^/# /'
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

[ "$page_size" -eq 4096 ] || skip_all "the scenario is for pages of 4 KiB"
case $(uname -r) in 7.3.*) ;; *) echo "# expectations are for Linux 7.3, this is $(uname -r)" ;; esac
[ -e /sys/kernel/debug/hwpoison/corrupt-pfn ] || skip_all "there is no /sys/kernel/debug/hwpoison/corrupt-pfn"

echo "TAP version 13"
echo 1..9

# corrupt-pfn bad
# Cannot be made: a page of a process or of a file has to be named by a process: `--as c` does it. The test ends here.
skip 'corrupt-pfn bad: expect MF_MSG_DIRTY_LRU MF_RECOVERED errno 0' 'a page of a process or of a file has to be named by a process: `--as c` does it'
skip 'corrupt-pfn bad: expect SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12' 'a page of a process or of a file has to be named by a process: `--as c` does it'

# db: read heap[2]
skip 'db: read heap[2]: expect SIGBUS BUS_MCEERR_AR to db at heap[2] lsb 12' 'a page of a process or of a file has to be named by a process: `--as c` does it'

# db: read heap[1]
skip 'db: read heap[1]: expect value "B"' 'a page of a process or of a file has to be named by a process: `--as c` does it'

# corrupt-pfn bad
skip 'corrupt-pfn bad: expect MF_MSG_ALREADY_POISONED MF_FAILED errno EHWPOISON' 'a page of a process or of a file has to be named by a process: `--as c` does it'
skip 'corrupt-pfn bad: expect no signal' 'a page of a process or of a file has to be named by a process: `--as c` does it'

# db: madvise heap[3] MADV_HWPOISON
skip 'db: madvise heap[3] MADV_HWPOISON: expect SIGBUS BUS_MCEERR_AR to db at heap[3] when kernel >= 6.12' 'a page of a process or of a file has to be named by a process: `--as c` does it'
skip 'db: madvise heap[3] MADV_HWPOISON: expect HardwareCorrupted 8 KiB' 'a page of a process or of a file has to be named by a process: `--as c` does it'
skip 'db: madvise heap[3] MADV_HWPOISON: expect survives db' 'a page of a process or of a file has to be named by a process: `--as c` does it'

exit "$failed"
