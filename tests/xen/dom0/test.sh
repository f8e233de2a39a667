# SPDX-License-Identifier: MIT
# test.sh - what a test in dom0 begins with: xen.sh, errors that end it, and processes that end
# with it. Guests, namespaces and bridges go when it has ended, whatever it ended with.

set -eu
. "$(dirname "$0")/dom0/xen.sh"

test_pids=
test_dir=$(mktemp -d)
test_cleanup() {
	local status=$? pid
	trap - EXIT INT TERM
	for pid in $test_pids; do kill -9 "$pid" 2>/dev/null || :; done
	rm -rf "$test_dir"
	exit $status
}
trap test_cleanup EXIT
trap 'exit 143' INT TERM

fail() { say "FAILED: $*"; exit 1; }
skip() { say "$*"; exit 77; }

# need FILE...: skips the test where one of them has not been built, or is no command.
need() {
	local file
	for file; do
		[ -e "$file" ] || command -v "$file" >/dev/null || skip "no $file"
	done
}

# start NAME COMMAND...: in that namespace, in the background; its process is $started.
start() {
	local space=$1
	shift
	ip netns exec "$space" "$@" &
	started=$!
	test_pids="$test_pids $started"
}

# reach NAME HOST: until a ping from there is answered.
reach() { wait_until 20 at "$1" ping -q -c 1 -W 10 "$2"; }

# fails COMMAND...: is not to succeed; `! COMMAND' would not end a script under set -e.
fails() {
	if "$@"; then fail "succeeded: $*"; fi
}

# show COMMAND...: what it prints is shown when the test passes, too.
show() { "$@" | sed 's/^/| /'; }

# is WHAT EXPECTED FOUND
is() {
	[ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
}

# listening NAME PORT: waits until a TCP server is there.
listening() { wait_until 20 at "$1" sh -c "netstat -ltn | grep -q ':$2 '"; }

transfer_dir=$test_dir
. "$(dirname "$0")/../net/lib/transfer.sh"
