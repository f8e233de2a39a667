#!/bin/sh
# SPDX-License-Identifier: MIT
# forward.sh - click between two hosts, as a wire: ping, and TCP with all offloads on and off.
#
#	  host a                    router r                    host b
#	+---------+            +-----------------+            +---------+
#	|      ea |------------| ra   click   rb |------------| eb      |
#	+---------+            +-----------------+            +---------+
#	10.9.0.1/24                                           10.9.0.2/24
. "$(dirname "$0")/lib/net.sh"

method=${METHOD:-LINUX}
bytes=${BYTES:-20000000}

net_need perl ethtool ping
net_space a r b
net_link a ea r ra
net_link r rb b eb
ip -n "$net_id-a" addr add 10.9.0.1/24 dev ea
ip -n "$net_id-b" addr add 10.9.0.2/24 dev eb

at r click -q -e "FromDevice(ra, METHOD $method) -> Discard" 2>"$net_dir/err" ||
	skip "no METHOD $method here: $(sed -n 2p "$net_dir/err")"

for offload in on off; do
	for space in "a ea" "b eb" "r ra" "r rb"; do
		set -- $space
		at "$1" ethtool -K "$2" tx $offload tso $offload gso $offload gro $offload \
			>/dev/null 2>&1 || :
	done
	start_click r -e "
		FromDevice(ra, PROMISC true, METHOD $method) -> ab :: Queue -> ToDevice(rb, METHOD $method);
		FromDevice(rb, PROMISC true, METHOD $method) -> ba :: Queue -> ToDevice(ra, METHOD $method);"
	reach a 10.9.0.2 || fail "no answer, offloads $offload"
	at a ping -q -c 3 -i 0.2 -W 60 10.9.0.2 >"$net_dir/ping" || fail "ping, offloads $offload"
	transfer a b 10.9.0.2 "$bytes"
	transfer b a 10.9.0.1 "$bytes"
	stop_click
	say "$method, offloads $offload: $(sed -n 's/.*= //p' "$net_dir/ping") round trip"
done
say ok
