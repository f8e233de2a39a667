#!/bin/sh
# SPDX-License-Identifier: MIT
# clitest.sh DIR [TEST...] - runs tests/cli/*.sh with the programs in DIR, for each of the back ends
# in BACKENDS (process, kvm, xen; process if not given) that can work here. Counts and skips as
# nettest.sh does. In sandboxes there is no place for sanitizers: CLICKOS_CLICK has to be a `click'
# without, and CLICKOS_MONITOR a monitor.
set -u
dir=$1
shift
[ $# -gt 0 ] || set -- tests/cli/*.sh

passed=0 failed=0 skipped=0
for backend in ${BACKENDS:-process}; do
	output=$(BACKEND=$backend tools/nettest.sh "$dir" "$@")
	printf '%s\n' "$output" | sed "\$d; s/^/$backend: /"
	counts=$(printf '%s\n' "$output" | tail -n 1 | tr -dc '0-9,')
	passed=$((passed + ${counts%%,*}))
	counts=${counts#*,}
	failed=$((failed + ${counts%%,*}))
	case $counts in *,*) skipped=$((skipped + ${counts#*,})) ;; esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
