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

# within TRIES COMMAND...: until it succeeds, with 0.05 s between tries. False: it never did.
within() {
	tries=$1
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# wait_until COMMAND...: until it succeeds. After more than a minute, which no machine that works
# needs however busy it is, the test fails.
wait_until() {
	within 1200 "$@" || fail "never came true: $*"
}

# reach SPACE HOST [OPTION...]: until a ping from there is answered; false after 20 in vain. (ping
# with a deadline would not do: it ends where nobody answers ARP for 3 s.)
reach() {
	reach_space=$1 reach_host=$2
	shift 2
	within 20 at "$reach_space" ping -q -c 1 -W 5 "$@" "$reach_host"
}

# ping_start SPACE HOST: pings there all the time, and is back after the first answers.
ping_start() {
	start "$1" ping -n -i 0.01 "$2" >"$net_dir/pings"
	pinging=$started
	wait_until ping_is_past 3
}

# ping_end: ends the pings after some more answers. False: one is missing, or came twice. $answers
# says what came. A number of pings that ping itself counts would not do: after the last one it waits for
# twice the longest time that an answer took, which on a busy machine is not enough.
# shellcheck disable=SC2034 # it is the caller's
ping_end() {
	last=$(ping_last)
	answers="none after that to $last"
	within 1200 ping_is_past $((last + 10)) || return 1
	kill -INT "$pinging"
	wait "$pinging" || :
	answers=$(unbroken "$net_dir/pings")
}

ping_last() { sed -n 's/.*icmp_seq=\([0-9]*\) .*time=.*/\1/p' "$net_dir/pings" | tail -n 1; }
ping_is_past() { [ "$(ping_last)" -gt "$1" ]; }

# unbroken FILE: what ping printed has every answer from the first to the last, once. One that was on
# its way when ping was ended is not missed. Prints how many there are.
unbroken() {
	! grep 'DUP!' "$1" || return 1
	sed -n 's/.*icmp_seq=\([0-9]*\).*time=.*/\1/p' "$1" | sort -n | awk '
		$1 != NR { print "no answer to " NR; bad = 1; exit }
		END { if (!bad) print NR " answers"; exit bad || NR == 0 }'
}

# start_click SPACE ARGUMENT...: click in the background, ready when its control socket answers.
start_click() {
	where=$1
	shift
	rm -f "$net_dir/ready"
	start "$where" click -u "$net_dir/ready" "$@"
	click_pid=$started
	wait_until click_ready_or_gone
	kill -0 "$click_pid" 2>/dev/null || fail "click did not start"
}

click_ready_or_gone() {
	[ -S "$net_dir/ready" ] || ! kill -0 "$click_pid"
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
	at "$1" perl "$net_lib/tcp.pl" ask "$2" "$3" 60
}

# no_answer SPACE HOST PORT: nobody can be reached there. It stops before TCP tries anew, so that one
# packet is all that it sends.
no_answer() {
	fails at "$1" perl "$net_lib/tcp.pl" ask "$2" "$3" 0.8 >/dev/null
}

transfer_dir=$net_dir
. "$net_lib/transfer.sh"
