#!/bin/sh
# SPDX-License-Identifier: MIT
# restart.sh - whatever way click ends, the next one starts, and the interfaces are as before.
#
#	  host a               router r
#	+--------+          +-------------+
#	|     ea |----------| ra   click  |
#	+--------+          +-------------+
. "$(dirname "$0")/lib/net.sh"

net_need ping
net_space a r
net_link a ea r ra
ip -n "$net_id-a" addr add 10.9.0.1/24 dev ea
ip -n "$net_id-a" neigh add 10.9.0.2 lladdr 2:0:0:0:0:2 dev ea nud permanent

flags() { ip -n "$net_id-r" -d link show dev ra | grep -o 'promiscuity [0-9]*\|prog/xdp' || :; }
before=$(flags)
as_before() { [ "$(flags)" = "$before" ]; }

for method in LINUX XDP PCAP; do
	config="FromDevice(ra, PROMISC true, METHOD $method) -> Classifier(12/0800) -> Strip(14)
		-> CheckIPHeader -> ICMPPingResponder -> EtherEncap(0x0800, 2:0:0:0:0:2, $(
			ip -n "$net_id-a" -o link show dev ea | sed 's/.*ether \([^ ]*\).*/\1/'))
		-> Queue -> ToDevice(ra, METHOD $method); KernelTap(10.8.0.1/24, DEVNAME cktap) -> Discard"
	at r click -q -e "$config" 2>"$net_dir/err" || { say "no METHOD $method here: $(cat "$net_dir/err")"; continue; }
	for signal in KILL TERM KILL SEGV TERM; do
		start_click r -e "$config"
		reach a 10.9.0.2 || fail "no ping, METHOD $method"
		kill -$signal "$click_pid"
		wait "$click_pid" 2>/dev/null || :
		wait_until sh -c "! ip -n $net_id-r link show dev cktap"
	done
	wait_until as_before
	say "$method: ok"
done
