#!/bin/sh
# SPDX-License-Identifier: MIT
# tsan.sh DIR COMMAND... - runs a test of what was built in DIR with TSAN=1, where that can run: the
# thread sanitizer does not know memory that is laid out too much at random.
set -u

dir=$1
shift
export TSAN_OPTIONS="${TSAN_OPTIONS-atexit_sleep_ms=0}"
fixed='setarch -R'
$fixed true 2>/dev/null || fixed=
if ! said=$($fixed "$dir/click" -e 'Script(stop)' 2>&1); then
	echo "skipped: the thread sanitizer does not run here: $said"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
fi
exec $fixed "$@"
