/** The functions that an exported shell script can use. POSIX sh; dd, od, awk and dmesg of coreutils or busybox. */

export interface ShellHelper {
    readonly uses?: readonly ShellHelperName[];
    readonly code: string;
}

const raw = String.raw;

const ROWS = {
    skip_all: {
        code: raw`
# What the machine lacks for this test: not a failure.
skip_all() {
	echo "1..0 # SKIP $*" >&3
	exit 4
}
`,
    },
    tap: {
        code: raw`
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
`,
    },
    tap_skip: {
        uses: ['tap'],
        code: raw`
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
`,
    },
    write: {
        code: raw`
# Write a text to a file; what went wrong is in $err, and empty when nothing did.
write() {
	err=$(printf %s "$2" | LC_ALL=C dd of="$1" conv=notrunc 2>&1 >/dev/null) && err=
}
`,
    },
    setting: {
        uses: ['skip_all', 'write'],
        code: raw`
put_back=
trap 'eval "$put_back"' EXIT

# Set something of the machine until the test ends.
set_to() {
	before=$(cat "$1" 2>/dev/null) || skip_all "there is no $1"
	case $before in *\[*) before=@{before#*\[} before=@{before%%\]*} ;; esac
	put_back="write '$1' '$before'; $put_back"
	write "$1" "$2"
	[ -z "$err" ] || skip_all "$1: $err"
}
`,
    },
    step: {
        code: raw`
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
`,
    },
    logged: {
        uses: ['step'],
        code: raw`
# Has the kernel printed this in the step? A pattern of the shell.
logged() {
	case $log in
	*$1*) return 0 ;;
	esac
	return 1
}
`,
    },
    failed_with: {
        uses: ['write'],
        code: raw`
# Did the command end with that message of strerror()? None: it did not fail.
failed_with() {
	case $err in
	'') [ -z "$1" ] ;;
	*) [ -n "$1" ] && case $err in *"$1"*) ;; *) false ;; esac ;;
	esac
}
`,
    },
    kpageflags: {
        code: raw`
# The flags of a page, a decimal number.
kpageflags() {
	dd if=/proc/kpageflags bs=8 skip="$(($1))" count=1 2>/dev/null | od -An -v -t u8 | tr -d ' '
}
`,
    },
    find_page: {
        uses: ['skip_all'],
        code: raw`
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
`,
    },
    iomem: {
        uses: ['skip_all'],
        code: raw`
# The middle page of a range of /proc/iomem.
iomem() {
	range=$(sed -n "s/^ *\([0-9a-f]*\)-\([0-9a-f]*\) : $1\$/0x\1 0x\2/p" /proc/iomem | head -n 1)
	[ -n "$range" ] || skip_all "/proc/iomem shows no $1"
	set -- $range
	echo $((($1 + ($2 - $1) / 2) / page_size))
}
`,
    },
    beyond_ram: {
        uses: ['skip_all'],
        code: raw`
# A frame above all memory.
beyond_ram() {
	end=$(sed -n 's/^[0-9a-f]*-\([0-9a-f]*\) : System RAM$/0x\1/p' /proc/iomem | tail -n 1)
	echo $(((end + 1 + (64 << 30)) / page_size))
}
`,
    },
    hardware_corrupted: {
        code: raw`
# HardwareCorrupted of /proc/meminfo, kB.
hardware_corrupted() {
	awk '/^HardwareCorrupted:/ { print $2 }' /proc/meminfo
}
`,
    },
    hugepages: {
        code: raw`
# A counter of the huge pages of the default size.
hugepages() {
	cat "/sys/kernel/mm/hugepages/hugepages-$(awk '/^Hugepagesize:/ { print $2 }' /proc/meminfo)kB/$1"
}
`,
    },
    set_block: {
        uses: ['write'],
        code: raw`
# Set the memory block of a frame offline or online.
set_block() {
	write "/sys/devices/system/memory/memory$(($1 * page_size / 0x$(cat /sys/devices/system/memory/block_size_bytes)))/state" "$2"
}
`,
    },
    einj: {
        uses: ['write', 'skip_all'],
        code: raw`
# An error in memory by APEI EINJ: type, address, 1 for one that nobody is told of.
einj() {
	cd /sys/kernel/debug/apei/einj 2>/dev/null || skip_all "there is no APEI EINJ"
	write error_type "$1"
	write flags 0x2
	write param1 "$2"
	write param2 "$(printf 0x%x "$((~(page_size - 1)))")"
	write notrigger "$3"
	write error_inject 1
	cd / || exit
}
`,
    },
    mce_inject: {
        uses: ['write', 'skip_all'],
        code: raw`
# A machine check by mce-inject: writing the bank sets it off.
mce_inject() {
	cd /sys/kernel/debug/mce-inject 2>/dev/null || skip_all "there is no mce-inject"
	write flags hw
	write status "$1"
	write addr "$2"
	write misc "$3"
	write cpu "$4"
	write bank "$5"
	cd / || exit
}
`,
    },
} as const satisfies Record<string, Omit<ShellHelper, 'uses'> & { uses?: readonly string[] }>;

export type ShellHelperName = keyof typeof ROWS;
export const SHELL_HELPERS: Readonly<Record<ShellHelperName, ShellHelper>> = ROWS;
