#!/bin/sh
# SPDX-License-Identifier: MIT
# A Linux guest routes between two bridges: PVH, its console, hotplug and netback work.
#
#	client ---- xenbr0 ---- eth0 [ guest ] eth1 ---- xenbr1 ---- server
#	10.0.1.2                10.0.1.1  10.0.2.1                   10.0.2.2
# takes: 65 s
. "$(dirname "$0")/dom0/test.sh"

two_sides
guest_linux router || fail "the guest does not start"
id=$(guest_id router)
guest_node router own
is "who owns a node" "n$id" \
	"$(xenstore-ls -p "/local/domain/$id" | sed -n 's/^own = .*(\(.*\))$/\1/p')"
for i in 0 1; do
	wait_key "/local/domain/0/backend/vif/$id/$i/state" 4
	is "vif $i is on" "xenbr$i" "$(xenstore-read "/local/domain/0/backend/vif/$id/$i/bridge")"
done

reach client 10.0.2.2 || fail "no ping through the guest"

transfer client server 10.0.2.2 2000000

fails xl network-attach router bridge=nowhere >"$test_dir/lost" 2>&1
grep -q 'on bridge nowhere' "$test_dir/lost" || fail "not told why: $(cat "$test_dir/lost")"

guest_destroy router
wait_until 10 test ! -e "/sys/class/net/vif$id.0"
fails xenstore-exists "/local/domain/$id"
