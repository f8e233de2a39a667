#!/bin/sh
# SPDX-License-Identifier: MIT
# hotswap.sh - a wire whose configuration is replaced while packets go through: none is lost, none
# comes twice.
#
#	  host a               router r                host b
#	+--------+          +------------+          +--------+
#	|     ea |----------| ra click rb|----------| eb     |
#	+--------+          +------------+          +--------+
. "$(dirname "$0")/lib/net.sh"

here=$(cd "$(dirname "$0")" && pwd)
net_need ping perl
net_space a r b
net_link a ea r ra
net_link r rb b eb
ip -n "$net_id-a" addr add 10.9.0.1/24 dev ea
ip -n "$net_id-b" addr add 10.9.0.2/24 dev eb

for method in LINUX XDP; do
	wire="FromDevice(ra, PROMISC true, METHOD $method) -> ab :: Queue -> tb :: ToDevice(rb, METHOD $method);
		FromDevice(rb, PROMISC true, METHOD $method) -> ba :: Queue -> ta :: ToDevice(ra, METHOD $method)"
	at r click -q -e "$wire" 2>/dev/null || { say "no METHOD $method here"; continue; }
	start_click r -R -e "$wire"
	reach a 10.9.0.2 || fail "ping"
	ping_start a 10.9.0.2
	for i in 1 2 3 4 5 6 7 8; do
		sleep 0.1
		printf 'WRITEUNTIL hotconfig END\n%s\nEND\nREAD list\n' "$wire; Idle -> c$i :: Counter -> Discard" |
			perl "$here/lib/talk.pl" "$net_dir/ready" >"$net_dir/talk"
		grep -q "c$i" "$net_dir/talk" || fail "swap $i: $(cat "$net_dir/talk")"
	done
	ping_end || fail "$method: pings: $answers"
	stop_click
	say "$method: ok, $answers"
done
