#!/bin/sh
# SPDX-License-Identifier: MIT
# idle.sh - the watchdog's timer comes while a machine works, and not while it sleeps: the emulator
# tells which interrupts there were.
. "$(dirname "$0")/lib/vm.sh"

how=${HOW:-microvm}
vm_need "$how"
net_need ping
net_space machine client
mkdir "$net_dir/files"
echo 'FromDevice(eth0) -> Discard;' >"$net_dir/files/sink.click"
vm_archive "$net_dir/files"
QEMU_EXTRA="-d int -D $net_dir/interrupts"
vm_start "$how" 8 1 "run=sink.click"
vm_plug 0 client 10.9.0.1/24
ip -n "$net_id-client" neigh add 10.9.0.2 lladdr 02:00:00:00:02:00 dev tap0
vm_ready

# As kernel/ring0.h has it.
ticks() { grep -c 'INT=0x40' "$net_dir/interrupts" || :; }
# more_than N: there are when it has to do something.
more_than() {
	at client ping -q -c 20 -i 0.05 -W 0.1 10.9.0.2 >/dev/null || :
	[ "$(ticks)" -gt "$1" ]
}
wait_until more_than 0

# The last tick ends no sleep, and there is no other. It may be late.
silent() {
	before=$(ticks)
	sleep 3
	[ "$(ticks)" = "$before" ]
}
sleep 1
within 10 silent || fail "ticks in each 3 s of sleep"
wait_until more_than "$before"
vm_stop
say ok
