#!/bin/sh
# SPDX-License-Identifier: MIT
# An endless loop in one instance of a guest ends that instance alone, with a report that names the
# element and the way of the packet.
# takes: 15 s
. "$(dirname "$0")/dom0/test.sh"

need /build/tests/vm/clickos.elf
side client xenbr0 10.0.0.1/24
side server xenbr1 10.0.0.2/24
guest_config loops kernel=/build/tests/vm/clickos.elf cmdline='net=lan,wan watchdog=1' \
	vif='["bridge=xenbr0", "bridge=xenbr1"]'
guest_create loops
node=/local/domain/$(guest_id loops)/clickos
guest_node loops clickos
wait_key "$node/state" ready
wire=$node/instance/wire victim=$node/instance/victim
xenstore-write "$wire/config" 'FromDevice(lan) -> Queue -> ToDevice(wan);
	FromDevice(wan) -> Queue -> ToDevice(lan);'
wait_key "$wire/state" running
reach client 10.0.0.2 || fail "no ping"

for what in loop allocate; do
	xenstore-write "$victim/config" \
		'RatedSource(RATE 5) -> in :: Counter -> crash :: TestCrash -> Discard;'
	wait_key "$victim/state" running
	xenstore-write "$victim/write" "crash.packet $what"
	wait_key "$victim/state" failed
	report=$(store_get "$victim/error")
	case $report in
	*'endless loop'*"in element 'crash :: TestCrash'"*"from 'in :: Counter'"*backtrace*) ;;
	*) fail "$what: the report: $report" ;;
	esac
	reach client 10.0.0.2 || fail "no ping after '$what'"
	is "$what: the other instance" running "$(xenstore-read "$wire/state")"
done
show echo "$report"
