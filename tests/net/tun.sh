#!/bin/sh
# SPDX-License-Identifier: MIT
# tun.sh - what the host's own TCP sends through KernelTap and KernelTun, in large frames that are
# cut here, arrives whole at another host, and what that answers comes back.
#
#	  host a                                   host b
#	+----------------------------+          +--------+
#	| tap0 or tun0 === click  ea |----------| eb     |
#	+----------------------------+          +--------+
. "$(dirname "$0")/lib/net.sh"

net_need ip perl
[ -c /dev/net/tun ] || skip "no /dev/net/tun"
net_space a b
net_link a ea b eb
ip -n "$net_id-b" link set dev eb address 02:00:00:00:00:0b
ip -n "$net_id-b" addr add 10.9.0.2/24 dev eb
size=20000000

# check DEVICE ADDRESS: both ways; and the host must have handed over frames of many segments.
check() {
	transfer a b 10.9.0.2 $size
	frames=$(at a cat "/sys/class/net/$1/statistics/tx_packets")
	packets=$(handler k.packets)
	[ "$packets" -gt $((2 * frames)) ] || fail "$packets packets of $frames frames: none was cut"
	[ "$(handler k.drops)" = 0 ] || fail "$(handler k.drops) frames could not be cut"
	transfer b a "$2" $size
	stop_click
}

start_click a -e 'k :: KernelTap(10.9.0.1/24, DEVNAME tap0, ETHER 02:00:00:00:00:0a)
		-> Queue(4000) -> ToDevice(ea);
	FromDevice(ea, PROMISC true) -> k'
check tap0 10.9.0.1
say "KernelTap: ok"

ip -n "$net_id-b" route add 10.8.0.0/24 dev eb
ip -n "$net_id-b" neigh add 10.8.0.1 lladdr 02:00:00:00:00:0a dev eb
start_click a -e 'k :: KernelTun(10.8.0.1/24, DEVNAME tun0)
		-> EtherEncap(0x0800, 02:00:00:00:00:0a, 02:00:00:00:00:0b)
		-> Queue(4000) -> ToDevice(ea);
	FromDevice(ea, PROMISC true) -> Classifier(12/0800) -> Strip(14) -> CheckIPHeader -> k'
ip -n "$net_id-a" route add 10.9.0.0/24 dev tun0
check tun0 10.8.0.1
say "KernelTun: ok"
