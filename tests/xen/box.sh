#!/bin/sh
# SPDX-License-Identifier: MIT
#
# box.sh - a Xen host in a box: Debian's hypervisor and dom0 under QEMU's plain emulation, for tests
# and for people. Needs QEMU and apt, no rights, and no support for virtualisation.
#
#   box.sh build DIR                    makes the box in DIR, or what of it is out of date
#   box.sh run [-t S] [-p PROGRAM]... DIR SCRIPT [FILE...]
#                                       runs SCRIPT in dom0, in /host, where the FILEs are, too;
#                                       prints what it prints, and ends with its status
#   box.sh check [-t S] [-j N] [-p PROGRAM]... DIR [TEST...]
#                                       runs them, or tests/xen/*.test.sh, in N boxes at once; ends
#                                       with `N passed, N failed'
#   box.sh shell [-p PROGRAM]... DIR    a shell in dom0, on this terminal
#
# -t: ends the box after S seconds (3600). -p: a program of this machine that dom0 is to have; its
# libraries go with it. In dom0 /src is the project, read-only, /build the directory that DIR is in,
# and $BOX is DIR. What a run leaves - console, guests' consoles - is in DIR/last, with -j in
# DIR/last.0 and so on. Status 77 and a last line `skipped: REASON': this machine cannot have the box.
set -eu
export LC_ALL=C
umask 022

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
. "$here/lib/packages.sh"
. "$here/lib/image.sh"
. "$here/lib/machine.sh"

say() { printf 'xen box: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# skip REASON: this machine cannot have the box.
skip() {
	echo "skipped: $*"
	[ "$command" = check ] || exit 77
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
}
usage() { sed -n 's/^# \{0,1\}//; /^box.sh - /,/^DIR.last.0/p' "$0" >&2; exit 2; }

work= pid= tail_pid=
cleanup() {
	status=$?
	trap - EXIT INT TERM HUP
	stop_machine
	[ -z "$tail_pid" ] || kill "$tail_pid" 2>/dev/null || :
	[ -z "$work" ] || rm -rf "$work"
	exit $status
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- building ---

# made STAGE KEY: that stage has been made of what KEY stands for.
made() { [ "$(cat "$box/$1.key" 2>/dev/null)" = "$2" ]; }

# sum FILE...: what they contain, as a number.
sum() { cat "$@" | cksum | tr ' ' -; }

# stage NAME KEY FUNCTION: makes it, when it has not been made of that.
stage() {
	made "$1" "$2" && return
	rm -f "$box/$1.key"
	$3
	printf '%s\n' "$2" >"$box/$1.key"
}

build() {
	command -v qemu-system-x86_64 >/dev/null || skip 'no qemu-system-x86_64'
	mkdir -p "$box"
	box=$(cd "$box" && pwd)
	log=$box/apt.log
	package_libs=$box/packages/usr/lib/x86_64-linux-gnu:$box/packages/lib/x86_64-linux-gnu
	case $box in *[,\ ]*) die "a path without commas and spaces is needed for the box: $box" ;; esac
	exec 9>"$box/lock"
	flock 9
	for dir in "$box"/run.*; do # of a run that was killed
		[ ! -d "$dir" ] || kill -0 "${dir##*.}" 2>/dev/null || rm -rf "$dir"
	done
	packages_key=$(sum "$here/lib/packages.sh")
	image_key=$packages_key-$(sum "$here/lib/image.sh" "$here"/dom0/init "$here"/dom0/profile \
		"$here"/dom0/xl.conf "$here"/dom0/vif-bridge "$here"/guest/*)
	state_key=$image_key-$(sum "$here/lib/machine.sh")-$(qemu-system-x86_64 --version | cksum)
	stage packages "$packages_key" packages
	stage image "$image_key" image
	stage state "$state_key" save_state
	exec 9>&-
}

# --- running ---

# add_programs: those that were asked for, for dom0 to add to its root.
add_programs() {
	present=$box/root
	for program in $programs; do
		copy_program "$work/host/root" "$(command -v "$program")"
	done
}

# keep_logs: the consoles, as DIR/last.
keep_logs() {
	rm -rf "$box/$last"
	mkdir -p "$box/$last"
	cp "$work/console.log" "$work/host/output" "$box/$last"
	[ ! -e "$work/qemu.log" ] || cp "$work/qemu.log" "$box/$last"
	cp "$work"/host/log/* "$box/$last" 2>/dev/null || :
}

# show FILE...: ends of files that are not empty.
show() {
	for file; do
		[ -s "$file" ] || continue
		printf -- '--- %s\n' "$file"
		tail -n 60 "$file"
	done
}

# run_box: boots it for $work/host/script; sets status, which is empty if there is no result.
run_box() {
	start_machine
	tail -q -n +1 -s 0.1 --pid="$pid" -f "$work/host/output" &
	tail_pid=$!
	ended=0
	wait "$pid" || ended=$?
	pid=
	wait "$tail_pid" || :
	tail_pid=
	status=$(cat "$work/host/status" 2>/dev/null || :)
	keep_logs
	[ -n "$status" ] && return
	show "$box/$last/qemu.log" "$box/$last"/console.log "$box/$last"/guest-*.log
	[ $ended != 124 ] || say "ended after $limit s"
	say 'the box has ended without a result'
}

run() {
	script=$1
	shift
	[ -f "$script" ] || die "no script $script"
	build
	new_work
	cp -L "$script" "$work/host/script"
	for file; do cp -rL "$file" "$work/host/"; done
	add_programs
	run_box
	[ "$status" = 0 ] || [ -z "$status" ] || show "$box/$last/console.log" "$box/$last"/guest-*.log
	exit "${status:-1}"
}

# check_here TEST...: in one box. The programs that have been built are there for all tests.
check_here() {
	new_work
	for program in "$box/../click" "$box/../clickos" "$box/../clickos-xen" "$box"/../tests/xen/*; do
		[ ! -f "$program" ] || [ ! -x "$program" ] || programs="$programs $program"
	done
	add_programs
	printf 'exec sh /src/tests/xen/dom0/run-tests' >"$work/host/script"
	for test; do
		[ -f "$test" ] || die "no test $test"
		test=$(realpath "$test")
		printf " '/src/%s'" "${test#"$root"/}" >>"$work/host/script"
	done
	run_box
	[ -n "$status" ] || echo '0 passed, 1 failed'
	exit "${status:-1}"
}

# share TEST...: lines with the number of a box and a test: the longest first, each for the box that
# has least to do. A test says what it takes by a line `# takes: N s'.
share() {
	for test; do
		printf '%s %s\n' "$(sed -n 's/^# takes: \([0-9]*\) s$/\1/p' "$test" | grep . || echo 10)" "$test"
	done | sort -rn | awk -v jobs="$jobs" '{
		least = 0
		for (i = 1; i < jobs; i++)
			if (sum[i] < sum[least])
				least = i
		sum[least] += $1
		sub(/^[0-9]+ /, "")
		print least, $0
	}'
}

# check_part N SHARES: the tests of box N, with logs and a directory of its own.
check_part() {
	part=.$1 last=last.$1
	trap cleanup EXIT
	IFS='
'
	# shellcheck disable=SC2046 # a test is a line
	set -- $(sed -n "s/^$1 //p" "$2" | sort)
	unset IFS
	check_here "$@"
}

# sum_parts FILE...: what they say, and how many tests passed in all.
sum_parts() {
	sed -s '$d' "$@"
	sed -s -n '$p' "$@" | awk '
		/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; skipped += $5; next }
		{ print; failed++ }
		END {
			print passed + 0 " passed, " failed + 0 " failed" \
				(skipped ? ", " skipped " skipped" : "")
		}'
}

# check TEST...
check() {
	if [ $# = 0 ]; then
		for test in "$here"/*.test.sh; do set -- "$@" "$test"; done
	fi
	build
	[ "$jobs" -gt 1 ] || check_here "$@"
	parts=$(mktemp -d) pids= good=0
	share "$@" >"$parts/shares"
	for part in $(seq 0 $((jobs - 1))); do
		(check_part "$part" "$parts/shares") >"$parts/output.$part" 2>&1 &
		pids="$pids $!"
	done
	for part_pid in $pids; do wait "$part_pid" || good=1; done
	sum_parts "$parts"/output.*
	rm -rf "$parts"
	exit $good
}

shell() {
	[ -t 0 ] || die 'a shell needs a terminal'
	build
	new_work
	add_programs
	stty size | sed -n 's/^\([1-9].*\) \([1-9].*\)/stty rows \1 columns \2/p' >"$work/host/terminal"
	limit=0
	say 'starting; poweroff leaves, and Ctrl-A x ends the emulator'
	let_go &
	set --
	[ ! -f "$box/state" ] || set -- -incoming 'exec:cat state'
	(machine -serial mon:stdio "$@") || :
	exit 0
}

# --- command line ---

[ $# -ge 2 ] || usage
command=$1
shift
limit=3600 programs= jobs=1 part= last=last
while getopts t:j:p: option; do
	case $option in
	t) limit=$OPTARG ;;
	j) jobs=$OPTARG ;;
	p) programs="$programs $OPTARG" ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || usage
box=$1
shift
case $command in
build) build ;;
run) [ $# -ge 1 ] || usage && run "$@" ;;
check) check "$@" ;;
shell) shell ;;
*) usage ;;
esac
