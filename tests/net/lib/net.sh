# SPDX-License-Identifier: MIT
# net.sh - what the tests in network namespaces share. To be sourced; `click' is in PATH.
#
# The programs beside this file are in $net_lib, which who is not in tests/net/ sets before.
#
# Namespaces are named after the process, so several runs do not meet. Whatever ends the test,
# its processes, namespaces (and with them their links) and files go.

set -eu
export LC_ALL=C

net_lib=${net_lib:-$(cd "$(dirname "$0")/lib" && pwd)}
net_id=ck$$
net_spaces=
net_pids=
net_dir=$(mktemp -d "${TMPDIR:-/tmp}/net.XXXXXX")

net_cleanup() {
	status=$?
	trap - EXIT INT TERM HUP
	for pid in $net_pids; do kill -9 "$pid" 2>/dev/null || :; done
	for pid in $net_pids; do wait "$pid" 2>/dev/null || :; done
	for space in $net_spaces; do ip netns del "$net_id-$space" 2>/dev/null || :; done
	rm -rf "$net_dir"
	exit $status
}
trap net_cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*"; }
fail() { say "FAILED: $*" >&2; exit 1; }
skip() { say "skipped: $*"; exit 77; }

# net_need: skips the test when namespaces or a program are not to be had.
net_need() {
	for program in ip click "$@"; do
		command -v "$program" >/dev/null || skip "no $program"
	done
	ip netns add "$net_id-probe" 2>/dev/null || skip "no right to make network namespaces"
	ip netns del "$net_id-probe"
}

# net_space NAME...: new namespaces, with loopback up.
net_space() {
	for space; do
		ip netns add "$net_id-$space"
		net_spaces="$net_spaces $space"
		ip -n "$net_id-$space" link set dev lo up
	done
}

# at SPACE COMMAND...: runs it there. The space $net_own is where the test itself runs.
at() {
	space=$1
	shift
	if [ "$space" = "${net_own-}" ]; then
		"$@"
	else
		ip netns exec "$net_id-$space" "$@"
	fi
}

# net_link SPACE-A DEVICE-A SPACE-B DEVICE-B: a virtual Ethernet pair, both ends up, without IPv6
# so that nobody speaks unasked.
net_link() {
	at "$1" ip link add "$2" type veth peer name "$4" netns "$net_id-$3"
	at "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=1" 2>/dev/null || :
	at "$3" sysctl -qw "net.ipv6.conf.$4.disable_ipv6=1" 2>/dev/null || :
	at "$1" ip link set dev "$2" up
	at "$3" ip link set dev "$4" up
}

# start SPACE COMMAND...: runs it there in the background; its process is $started.
start() {
	space=$1
	shift
	if [ "$space" = "${net_own-}" ]; then
		"$@" &
	else
		ip netns exec "$net_id-$space" "$@" &
	fi
	started=$!
	net_pids="$net_pids $started"
}

# fails COMMAND...: is not to succeed; `! COMMAND' would not end a script under set -e.
fails() {
	if "$@"; then fail "succeeded: $*"; fi
}

# wait_until COMMAND...: until it succeeds, 5 s at most, or NET_SLOW times as long.
wait_until() {
	tries=$((100 * ${NET_SLOW:-1}))
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "never came true: $*"
		sleep 0.05
	done
}

# start_click SPACE ARGUMENT...: click in the background, ready when its control socket answers.
start_click() {
	where=$1
	shift
	rm -f "$net_dir/ready"
	start "$where" click -u "$net_dir/ready" "$@"
	click_pid=$started
	wait_until test -S "$net_dir/ready"
	kill -0 "$click_pid" 2>/dev/null || fail "click did not start"
}

# stop_click: ends the last one in a regular way.
stop_click() {
	kill -TERM "$click_pid"
	wait "$click_pid" || fail "click ended with status $?"
}

# control: speaks to the last click's control socket; prints all that it says.
control() {
	perl "$net_lib/talk.pl" "$net_dir/ready"
}

# handler NAME: what that read handler says.
handler() {
	printf 'READ %s\r\nQUIT\r\n' "$1" | control |
		perl -0777 -ne 'print substr($2, 0, $1) if /\r\nDATA (\d+)\r\n(.*)/s'
}

# listening SPACE PORT: waits until a TCP server is there.
listening() {
	wait_until at "$1" sh -c "ss -Hltn | grep -q ':$2 '"
}

# serve SPACE [ADDRESS:]PORT TEXT: a TCP server that says TEXT, ready.
serve() {
	start "$1" perl "$net_lib/tcp.pl" serve "$2" "$3"
	listening "$1" "${2##*:}"
}

# ask SPACE HOST PORT: what the TCP server there says; fails when there is none.
ask() {
	at "$1" perl "$net_lib/tcp.pl" ask "$2" "$3"
}

transfer_dir=$net_dir
. "$net_lib/transfer.sh"
