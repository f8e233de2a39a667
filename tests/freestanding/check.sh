#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh DIR - are the engine and the elements, linked in DIR with a libc.a alone, free of the
# system? They may use what engine/platform.h declares and the functions that libc.txt lists, and
# they must run.
set -u
dir=$1
here=$(dirname "$0")
passed=0 failed=0

verdict() {
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "failed: $2"
	fi
}

# What the compiler itself may call is in libgcc.
nm -u "$dir/engine.o" | sed 's/.* //' | LC_ALL=C sort -u >"$dir/undefined"
{
	nm --defined-only "$dir/tests/unit/stub_platform.o" | sed 's/.* //'
	sed 's/#.*//' "$here/libc.txt" | tr -s ' \t' '\n'
	echo _GLOBAL_OFFSET_TABLE_
} | LC_ALL=C sort -u >"$dir/allowed"
strange=$(grep -v '^__.*[dst]i[2345]$' "$dir/undefined" | LC_ALL=C comm -23 - "$dir/allowed")
[ -z "$strange" ]
verdict $? "neither in platform.h nor in $here/libc.txt: $(echo $strange)"

"$dir/freestanding"
verdict $? "running $dir/freestanding"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
