#!/bin/sh
# SPDX-License-Identifier: MIT
# Interfaces that go and come back, and what a packet costs: hypercalls, events, grants.
# takes: 69 s
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf click
side client xenbr0 10.0.0.1/24
side server xenbr1 10.0.0.2/24

# boot ARGUMENTS: a guest that bridges, ready; $node is its node.
boot() {
	guest_config front kernel=/build/clickos.elf cmdline="name=front $1" \
		vif='["bridge=xenbr0", "bridge=xenbr1"]'
	guest_create front
	id=$(guest_id front)
	node=/local/domain/$id/clickos
	guest_node front clickos
	wait_key "$node/state" ready
	xenstore-write "$node/instance/b/config" \
		'FromDevice(0) -> Queue(1000) -> ToDevice(1); FromDevice(1) -> Queue(1000) -> ToDevice(0);'
	wait_key "$node/instance/b/state" running
	reach client 10.0.0.2 || fail "no ping ($1)"
}

# facts: what INFO and INTERFACES say, into $test_dir/facts.
talk=0
facts() {
	talk=$((talk + 1))
	xenstore-rm "$node/stream/in" 2>/dev/null || :
	xenstore-write "$node/stream/open" $talk
	wait_key "$node/stream/opened" $talk
	xenstore-write "$node/stream/in/0" "$(printf 'INFO\nINTERFACES\nPING end\n.')"
	: >"$test_dir/facts"
	part=0
	until grep -q '200 end' "$test_dir/facts"; do
		wait_key "$node/stream/out/$part"
		# Line ends and the like are shown as they are in C.
		printf "$(xenstore-read "$node/stream/out/$part")" >>"$test_dir/facts"
		xenstore-rm "$node/stream/out/$part"
		part=$((part + 1))
	done
}

fact() { sed -n "s/^$1 //p" "$test_dir/facts" | tr -d '\r'; }
received() { awk -F'\t' '$4 == "netfront" { n += $6 } END { print n + 0 }' "$test_dir/facts"; }

# load: packets from client to server, as fast as they go; what they cost, in thousandths a packet.
load() {
	facts
	for key in hypercalls events-taken grants grant-ends; do
		eval "before_$(echo $key | tr - _)=$(fact xen-$key)"
	done
	packets=$(received)
	at client click -e 'InfiniteSource(DATA \<ffffffffffff 020000000001 88b5 0102030405>, LIMIT 10000,
		BURST 32, STOP true) -> Queue(10000) -> ToDevice(eth0);
		Script(TYPE DRIVER, pause, wait 5, stop)'
	facts
	packets=$(($(received) - packets))
	[ $packets -gt 1000 ] || fail "only $packets packets have come"
	hypercalls=$(((1000 * ($(fact xen-hypercalls) - before_hypercalls)) / packets))
	events=$(((1000 * ($(fact xen-events-taken) - before_events_taken)) / packets))
	grants=$((($(fact xen-grants) - before_grants + $(fact xen-grant-ends) - before_grant_ends)))
	say "$1: $packets packets, thousandths a packet: hypercalls $hypercalls, events $events;" \
		"grant operations $grants in all"
}

# cheap: what the last load cost is as it should be.
cheap() { [ $hypercalls -le 200 ] && [ $events -le 100 ] && [ $grants -le 1000 ]; }

boot ''
load 'poll gru fr'
# Where the host does something else meanwhile, packets come one by one, and each costs more.
for try in again 'for the third time' 'for the fourth time'; do
	load "poll gru fr, $try"
	! cheap || break
done
[ $hypercalls -le 200 ] || fail "$hypercalls thousandths of a hypercall a packet"
[ $events -le 100 ] || fail "$events thousandths of an event a packet"
[ $grants -le 1000 ] || fail "$grants grant operations"

# The back end goes away without a word, and comes back.
driver=/sys/bus/xen-backend/drivers/vif
back=/local/domain/0/backend/vif/$id/0
echo "vif-$id-0" >$driver/unbind
fails at client ping -q -c 1 -W 1 10.0.0.2
echo "vif-$id-0" >$driver/bind
wait_key "$back/state" 2
wait_until 20 test -e "/sys/class/net/vif$id.0"
ip link set dev "vif$id.0" master xenbr0 up
xenstore-write "$back/hotplug-status" connected
wait_key "$back/state" 4
reach client 10.0.0.2 || fail "no ping after the back end came back"

# The host takes an interface away, and adds it anew.
xl network-detach front 1
wait_until 20 fails xenstore-exists "/local/domain/$id/device/vif/1/state"
fails at client ping -q -c 1 -W 1 10.0.0.2
xl network-attach front bridge=xenbr1
wait_key "/local/domain/0/backend/vif/$id/1/state" 4
reach client 10.0.0.2 || fail "no ping through a new interface"
guest_destroy front

boot 'xen.poll=0 xen.gru=0 xen.fr=0'
load 'none of them'
[ $grants -ge $packets ] || fail "only $grants grant operations without gru"
guest_destroy front
