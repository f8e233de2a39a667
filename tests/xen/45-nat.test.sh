#!/bin/sh
# SPDX-License-Identifier: MIT
# The gateway with firewall and NAT, as on the other machines (tests/vm/nat.sh): pings and a TCP
# transfer pass, what is to be refused is, and its translations can be read.
# takes: 12 s
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf clickos clickos-xen
export CLICKOS_IMAGE=/build/clickos.elf CLICKOS_DIR=$test_dir/vms
side client xenbr0 192.168.1.2/24 192.168.1.1
side server xenbr1 203.0.113.2/24
clickos run -d -b xen --name gateway --env INSIDE=inside --env OUTSIDE=outside \
	--env NEXT_HOP=203.0.113.2 --net inside=bridge:xenbr0 --net outside=bridge:xenbr1 \
	/src/examples/nat-gateway.click >"$test_dir/out" 2>&1 || fail "$(cat "$test_dir/out")"

reach client 203.0.113.2 || fail "no ping through the gateway"

transfer client server 203.0.113.2 1000000

fails at client nc -v -w 10 203.0.113.2 23 </dev/null
clickos read gateway gw/nat.tcp_table >"$test_dir/table"
grep -q "192.168.1.2, [0-9]*, 203.0.113.2, $transfer_port" "$test_dir/table" || fail "$(cat "$test_dir/table")"
grep -q '203.0.113.1, ' "$test_dir/table" || fail "$(cat "$test_dir/table")"
[ "$(clickos read gateway gw/refused.count)" -gt 0 ] || fail "nothing was refused"
show cat "$test_dir/table"
clickos rm -f gateway
