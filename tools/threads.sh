#!/bin/sh
# SPDX-License-Identifier: MIT
# threads.sh DIR - runs the tests with several threads, of engines or of instances, on DIR/click, which was built with TSAN=1.
# (The sanitizer does not know memory that is laid out too much at random.)
set -u

fixed='setarch -R'
$fixed true 2>/dev/null || fixed=
if ! said=$($fixed "$1/click" -e 'Script(stop)' 2>&1); then
	echo "skipped: the thread sanitizer does not run here: $said"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
fi
$fixed tools/clicktest -t 300 -p "$1" $(grep -rl --include='*.test' -e 'click -j [2-9]' -e 'click --control' engine elements platform)
