#!/bin/sh
# SPDX-License-Identifier: MIT
# control.sh - a machine of two instances: a wire between two interfaces, known by their numbers,
# and a responder on a third. The wire's configuration is swapped while packets go through: none is
# lost; a broken one changes nothing; that the other instance comes and goes does not matter.
#
#	  host a               router r                host b
#	+--------+          +-------------+          +--------+
#	|     ea |----------| ra  wire  rb|----------| eb     |
#	|     ec |----------| rc  answers |          +--------+
#	+--------+          +-------------+
. "$(dirname "$0")/lib/net.sh"

net_need ping perl
net_space a r b
net_link a ea r ra
net_link r rb b eb
net_link a ec r rc
ip -n "$net_id-a" addr add 10.9.0.1/24 dev ea
ip -n "$net_id-b" addr add 10.9.0.2/24 dev eb
ip -n "$net_id-a" addr add 10.8.0.1/24 dev ec
ip -n "$net_id-a" neigh add 10.8.0.2 lladdr 2:0:0:0:0:2 dev ec nud permanent

wire="FromClickOS(0, PROMISC true) -> ab :: Counter -> Queue -> ToClickOS(1);
	FromDevice(1, PROMISC true) -> ba :: Counter -> Queue -> ToDevice(0)"
mac=$(ip -n "$net_id-a" -o link show dev ec | sed 's/.*ether \([^ ]*\).*/\1/')
answers="FromDevice(2, PROMISC true) -> Classifier(12/0800) -> Strip(14) -> CheckIPHeader
	-> ICMPPingResponder -> EtherEncap(0x0800, 2:0:0:0:0:2, $mac) -> Queue -> ToDevice(2)"
socket=$net_dir/machine

# say_to COMMAND [DATA]: one command of the control protocol; the answer goes to $net_dir/answer.
say_to() {
	if [ $# = 2 ]; then
		printf '%s %d\n%s' "$1" "$(printf %s "$2" | wc -c)" "$2"
	else
		printf '%s\n' "$1"
	fi | perl "$net_lib/talk.pl" "$socket" | tr -d '\r' >"$net_dir/answer"
}
expect() {
	code=$1
	shift
	say_to "$@"
	grep -q "^$code " "$net_dir/answer" || fail "$1: $(cat "$net_dir/answer")"
}

start r click --control "$socket" --device 0=ra --device 1=rb --device 2=rc
machine=$started
expect 200 "INSTALL wire" "$wire"
expect 200 "INSTALL answers" "$answers"
reach a 10.9.0.2 || fail "ping over the wire"
reach a 10.8.0.2 || fail "ping to the responder"
expect 200 INTERFACES
grep -q "^1	rb	.*	up	" "$net_dir/answer" || fail "interfaces: $(cat "$net_dir/answer")"

ping_start a 10.9.0.2
for i in 1 2 3 4 5 6 7 8; do
	expect 200 "SWAP wire" "$wire; Idle -> c$i :: Counter -> Discard;"
	expect 552 "SWAP wire" "$wire; Idle -> Nonsense;"
	expect 200 "READ wire c$i.count"
	expect 200 "STOP answers"
	expect 200 "START answers"
done
ping_end || fail "pings over the wire: $answers"
reach a 10.8.0.2 || fail "ping to the responder that was restarted"
expect 200 "REMOVE wire"
at a ping -q -c 1 -W 1 10.9.0.2 >/dev/null && fail "the wire is still there"
expect 200 SHUTDOWN
wait "$machine" || fail "the machine's exit status"
say "ok, $answers"
