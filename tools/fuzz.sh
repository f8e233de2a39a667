#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh DIR SECONDS [NAME...] - runs the fuzzers DIR/fuzz_NAME, two at a time, each for that long.
# Inputs start from tests/fuzz/corpus/NAME, or from what tests/fuzz/seeds_NAME.pl makes, and grow
# in DIR/corpus/NAME; what breaks a target is left in DIR as NAME-crash-... With SEED in the
# environment a new DIR sees much the same inputs each time, in all places.
set -u
dir=$1 seconds=$2
shift 2

run_one() {
	name=$1
	mkdir -p "$dir/corpus/$name"
	seeds=tests/fuzz/corpus/$name
	[ -d "$seeds" ] || seeds=
	[ ! -x "tests/fuzz/seeds_$name.pl" ] || "tests/fuzz/seeds_$name.pl" "$dir/corpus/$name"
	dictionary=tests/fuzz/$name.dict
	[ -f "$dictionary" ] || dictionary=
	"$dir/fuzz_$name" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 \
		${SEED:+-seed="$SEED"} ${dictionary:+-dict="$dictionary"} -artifact_prefix="$dir/$name-" \
		"$dir/corpus/$name" $seeds >"$dir/$name.log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$name.log")
	if [ $status = 0 ]; then
		echo "$name: ${runs:-no} inputs"
	else
		tail -n 40 "$dir/$name.log"
		echo "$name: failed, see $dir/$name.log"
	fi
	return $status
}

[ $# -gt 0 ] || set -- $(cd "$dir" && ls | sed -n 's/^fuzz_\([a-z0-9_]*\)$/\1/p')
passed=0 failed=0
count() {
	if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
while [ $# -gt 0 ]; do
	run_one "$1" &
	one=$!
	two=
	if [ $# -gt 1 ]; then
		run_one "$2" &
		two=$!
		shift
	fi
	shift
	wait $one
	count $?
	if [ -n "$two" ]; then
		wait $two
		count $?
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
