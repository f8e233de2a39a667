#!/bin/sh
# SPDX-License-Identifier: MIT
# unit.sh DIR - runs the unit-test programs that were built in DIR.
set -u

passed=0 failed=0
for test in $(find base engine elements kernel drivers platform monitor cli -name '*_test.c' | LC_ALL=C sort); do
	program=$1/${test%.c}
	output=$("$program" 2>&1)
	status=$?
	last=$(printf '%s\n' "$output" | tail -n 1)
	case $last in
	*[0-9]' passed, '[0-9]*' failed')
		good=${last%% *}
		bad=${last#*, }
		bad=${bad%% *}
		;;
	*) good=0 bad=0 ;;
	esac
	[ $status = 0 ] || [ "$bad" != 0 ] || bad=1
	[ "$bad" = 0 ] || printf '%s:\n%s\n' "$test" "$output"
	passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
