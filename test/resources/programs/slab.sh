#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
#
# a slab page in 7.3, sysctl off
#
# From 03-every-answer.hwp:39, by hwp export; the expectations are those of
# Linux 7.3.
#
# It injects memory errors: run it as root, in a machine that may be lost, and
# that nothing else uses meanwhile. Pages stay poisoned until the machine
# boots again.
# Needs CONFIG_MEMORY_FAILURE.
# Needs CONFIG_HWPOISON_INJECT (modprobe hwpoison-inject) and debugfs at
# /sys/kernel/debug.

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

# find_page WHAT FROM NR WITH WITHOUT: the first NR pages in a row, from FROM on,
# with all these bits of /proc/kpageflags and none of those.
find_page() {
	found=$(dd if=/proc/kpageflags bs=8 skip="$2" 2>/dev/null | od -An -v -t u8 -w8 | awk -v from="$2" -v nr="$3" -v with="$4" -v without="$5" '
		BEGIN {
			w = split(with, set)
			o = split(without, clear)
			power[0] = 1
			for (i = 1; i < 64; i++) power[i] = power[i - 1] * 2
		}
		function has(bit) { return int($1 / power[bit + 0]) % 2 }
		{
			good = 1
			for (i = 1; i <= w; i++) good = good && has(set[i])
			for (i = 1; i <= o; i++) good = good && !has(clear[i])
			run = good ? run + 1 : 0
			if (run == nr) { print from + NR - nr; exit }
		}')
	[ -n "$found" ] || skip_all "no $1"
	echo "$found"
}

err= log=
step=0

begin_step() {
	step=$((step + 1))
	err= log=
	echo "test $$ step $step" > /dev/kmsg
}

end_step() {
	log=$(dmesg | sed "1,/test $$ step $step\$/d")
}

# Has the kernel printed this in the step? A pattern of the shell.
logged() {
	case $log in
	*$1*) return 0 ;;
	esac
	return 1
}

# Did the command end with that message of strerror()? None: it did not fail.
failed_with() {
	case $err in
	'') [ -z "$1" ] ;;
	*) [ -n "$1" ] && case $err in *"$1"*) ;; *) false ;; esac ;;
	esac
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

[ "$page_size" -eq 4096 ] || skip_all "the scenario is for pages of 4 KiB"
case $(uname -r) in 7.3.*) ;; *) echo "# expectations are for Linux 7.3, this is $(uname -r)" ;; esac
[ -e /sys/kernel/debug/hwpoison/corrupt-pfn ] || skip_all "there is no /sys/kernel/debug/hwpoison/corrupt-pfn"
# SLAB; not COMPOUND_TAIL, HUGE, BUDDY, OFFLINE, ZERO_PAGE, PGTABLE, RESERVED, MMAP, UPTODATE, THP, HWPOISON
pfn_dentry=$(find_page 'slab page' 4096 1 '7' '16 17 10 23 24 26 32 11 3 22 19') || exit

echo "TAP version 13"
echo 1..3

# corrupt-pfn dentry
begin_step
write /sys/kernel/debug/hwpoison/corrupt-pfn "$(printf 0x%x "$((pfn_dentry))")"
end_step
logged "recovery action for reserved kernel page: Ignored" && failed_with 'Device or resource busy'
ok 'corrupt-pfn dentry: expect MF_MSG_KERNEL MF_IGNORED errno EBUSY'
logged "recovery action for reserved kernel page: Ignored"
ok 'corrupt-pfn dentry: expect dmesg "recovery action for reserved kernel page: Ignored"'
true
ok 'corrupt-pfn dentry: expect no panic'

exit "$failed"
