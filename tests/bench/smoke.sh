#!/bin/sh
# SPDX-License-Identifier: MIT
# smoke.sh CLICK - does each benchmark's configuration run to its end?
set -u
passed=0 failed=0
for config in "$(dirname "$0")"/*.click; do
	if timeout 600 "$1" "$config" N=10000; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "failed: $1 $config N=10000"
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
