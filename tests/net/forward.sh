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

here=$(cd "$(dirname "$0")" && pwd)
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

transfer() {
	from=$1 to=$2 address=$3
	start "$to" perl "$here/lib/transfer.pl" listen 4000 >"$net_dir/got"
	listener=$started
	wait_until at "$to" sh -c "ss -Hltn 2>/dev/null | grep -q :4000"
	at "$from" perl "$here/lib/transfer.pl" send "$address" 4000 "$bytes" >"$net_dir/sent" ||
		fail "transfer from $from to $to"
	wait "$listener" || fail "the listener"
	cmp -s "$net_dir/sent" "$net_dir/got" || fail "what came is not what was sent"
}

for offload in on off; do
	for space in "a ea" "b eb" "r ra" "r rb"; do
		set -- $space
		at "$1" ethtool -K "$2" tx $offload tso $offload gso $offload gro $offload \
			>/dev/null 2>&1 || :
	done
	start_click r -e "
		FromDevice(ra, PROMISC true, METHOD $method) -> ab :: Queue -> ToDevice(rb, METHOD $method);
		FromDevice(rb, PROMISC true, METHOD $method) -> ba :: Queue -> ToDevice(ra, METHOD $method);"
	at a ping -q -c 3 -i 0.2 -w 5 10.9.0.2 >"$net_dir/ping" || fail "ping, offloads $offload"
	transfer a b 10.9.0.2
	transfer b a 10.9.0.1
	stop_click
	say "$method, offloads $offload: $(sed -n 's/.*= //p' "$net_dir/ping") round trip"
done
say ok
