#!/bin/sh
# SPDX-License-Identifier: MIT
# nettest.sh DIR [TEST...] - runs tests/net/*.sh, which send packets between network namespaces,
# with the programs in DIR. A test ends with status 77 when it cannot run here; the last line it
# printed is the reason. What a test that passes left out is a line `WHAT: not here: REASON'.
set -u
dir=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- tests/net/*.sh

probe=probe$$
if ! reason=$(ip netns add $probe 2>&1 && ip netns exec $probe ip link set lo up 2>&1); then
	ip netns del $probe 2>/dev/null
	echo "skipped: no network namespaces here: ${reason:-are you root?}"
	echo "0 passed, 0 failed, $# skipped"
	exit 0
fi
ip netns del $probe

PATH=$dir:$PATH
export PATH
# A test that runs is ended with this, and removes what it has made.
out=$(mktemp) pid=
interrupted() {
	trap - EXIT INT TERM HUP
	[ -z "$pid" ] || kill $pid 2>/dev/null
	wait
	rm -f "$out"
	exit 130
}
trap interrupted INT TERM HUP
trap 'rm -f "$out"' EXIT

passed=0 failed=0 skipped=0
for test in "$@"; do
	[ -f "$test" ] || continue
	timeout 600 sh "$test" >"$out" 2>&1 &
	pid=$!
	wait $pid
	status=$? pid=
	output=$(cat "$out")
	case $status in
	0)
		passed=$((passed + 1))
		parts=$(printf '%s\n' "$output" | sed -n "/: not here: /s,^,$test: skipped: ,p")
		[ -z "$parts" ] || printf '%s\n' "$parts"
		[ -z "$parts" ] || skipped=$((skipped + $(printf '%s\n' "$parts" | wc -l)))
		;;
	77)
		skipped=$((skipped + 1))
		echo "$test: skipped: $(printf '%s\n' "$output" | tail -n 1)"
		;;
	*)
		failed=$((failed + 1))
		printf '%s: failed with status %s\n%s\n' "$test" $status "$output"
		;;
	esac
done
[ $skipped = 0 ] && echo "$passed passed, $failed failed" ||
	echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
