#!/bin/sh
# SPDX-License-Identifier: MIT
# headers.sh CC... - does every header compile alone, and twice, with each compiler?
set -u

passed=0 failed=0
for header in $(find base abi engine elements kernel drivers platform monitor cli tests/unit \
		-name '*.h' 2>/dev/null | LC_ALL=C sort); do
	for cc in "$@"; do
		if printf '#include "%s"\n' "$header" "$header" |
				$cc -std=gnu11 -I. -Wall -Wextra -Werror -fsyntax-only -x c -; then
			passed=$((passed + 1))
		else
			echo "$header does not compile alone with $cc"
			failed=$((failed + 1))
		fi
	done
done
echo "$passed passed, $failed failed"
test $failed = 0
