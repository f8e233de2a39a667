#!/bin/sh
# SPDX-License-Identifier: MIT
# crash.sh - two instances in one machine. One forwards pings all the time; the other is ended by each
# kind of fault that an element can make, and by endless loops. It fails with a report that names it,
# its element and the function; it can be installed again, with its interface; and the machine's
# memory stays what it was.
. "$(dirname "$0")/lib/vm.sh"

how=${HOW:-$(vm_any)}
vm_need "$how"
net_need ping addr2line
VM_IMAGE=$(dirname "$vm_image")/tests/vm/clickos.elf
[ -f "$VM_IMAGE" ] || skip "no image with elements that crash: make vm-tests"
vm_image=$VM_IMAGE
symbols=${vm_image%.elf}.debug

# client and server are on interfaces 0 and 1, and what sends to the victim on 2.
net_space machine client server sender
mkdir "$net_dir/files"
cat >"$net_dir/files/wire.click" <<EOF
FromDevice(eth0, PROMISC true) -> Queue -> ToDevice(eth1);
FromDevice(eth1, PROMISC true) -> Queue -> ToDevice(eth0);
EOF
cat >"$net_dir/victim.click" <<EOF
FromDevice(eth2, PROMISC true) -> in :: Counter -> crash :: TestCrash -> Queue
	-> ToDevice(eth2);
EOF
vm_archive "$net_dir/files"
vm_start "$how" 8 3 "run=wire.click watchdog=1"
vm_plug 0 client 10.9.0.1/24
vm_plug 1 server 10.9.0.2/24
vm_plug 2 sender 10.9.1.1/24
ip -n "$net_id-sender" neigh add 10.9.1.2 lladdr 02:00:00:00:09:02 dev tap2
vm_ready
reach client 10.9.0.2 || fail "no ping through the wire"
ping_start client 10.9.0.2

state_of() { vm_say LIST | awk -v name="$1" '$2 == name { print $3 }'; }
failed() { [ "$(state_of victim)" = failed ]; }
send_packet() { at sender ping -q -c 1 -W 0.1 10.9.1.2 >/dev/null 2>&1 || :; }

# functions: those that the report's addresses lie in.
functions() {
	sed -n 's/.*rip \(0x[0-9a-f]*\).*/\1/p; s/.*backtrace[^:]*: *//p' "$net_dir/errors" | tr ' ' '\n' |
		addr2line -f -e "$symbols" | sed -n '1~2p'
}

# The victim ends in that way, by a call of its handler or by a packet; then its report.
crash() { # KIND now|packet REPORT
	vm_say "INSTALL victim<$net_dir/victim.click" >/dev/null || fail "$1: cannot install"
	if [ "$2" = packet ]; then
		vm_say "WRITE victim crash.packet $1" >/dev/null || fail "$1: no handler"
		send_packet
	else
		fails vm_say "WRITE victim crash.now $1" >"$net_dir/answer"
		holds "$(cat "$net_dir/answer")" "553 Instance 'victim' has failed" "$1: the answer"
	fi
	wait_until failed
	same "$(state_of wire)" running "$1: the other instance"
	vm_say "ERRORS victim" >"$net_dir/errors"
	holds "$(cat "$net_dir/errors")" "$3" "$1: the report"
	holds "$(cat "$net_dir/errors")" "in element 'crash :: TestCrash'" "$1: the element"
	[ "$2" = now ] || holds "$(cat "$net_dir/errors")" "from 'in :: Counter'" "$1: the way there"
	functions >"$net_dir/functions"
	# What was called is no function: who called is the first.
	grep -qx "${4:-crash_$1}" "$net_dir/functions" ||
		fail "$1: not in $(tr '\n' ' ' <"$net_dir/functions"): $(cat "$net_dir/errors")"
}

for what in now packet; do
	crash null $what "page fault: cannot write to address 0" write_to
	crash wild $what "page fault: cannot write to address 0x7fff12345678" write_to
	crash noncanonical $what "general protection fault" write_to
	crash supervisor $what "page fault: cannot write to address 0x101000" write_to
	crash text $what "page fault: cannot write to address 0x" write_to
	crash const $what "page fault: cannot write to address 0x" write_to
	crash call $what "page fault: cannot execute address 0" crash_call
	crash data $what "page fault: cannot execute address 0x" crash_data
	crash divide $what "division by zero"
	crash abort $what "invalid instruction"
	crash privileged $what "general protection fault"
	crash stack $what "stack overflow: cannot write to address 0x" deeper
done
say "each kind of fault has its report"

# In the hooks that set an element up and end it, also of one that is to be swapped in.
for hook in CONFIGURE START STOP; do
	sed "s/TestCrash/TestCrash($hook null)/" "$net_dir/victim.click" >"$net_dir/hook.click"
	if [ $hook = STOP ]; then
		vm_say "INSTALL victim<$net_dir/hook.click" >/dev/null || fail "$hook: cannot install"
		vm_say "STOP victim" >"$net_dir/answer" || :
	else
		fails vm_say "INSTALL victim<$net_dir/hook.click" >"$net_dir/answer"
		holds "$(cat "$net_dir/answer")" "552-page fault: cannot write to address 0" "$hook: answer"
		vm_say "INSTALL victim<$net_dir/victim.click" >/dev/null || fail "$hook: cannot install"
		fails vm_say "SWAP victim<$net_dir/hook.click" >"$net_dir/answer"
	fi
	wait_until failed
	vm_say "ERRORS victim" >"$net_dir/errors"
	holds "$(cat "$net_dir/errors")" "in element 'crash :: TestCrash'" "$hook: the element"
	functions | grep -qx crash_null || functions | grep -qx write_to || fail "$hook: the function"
done
say "each hook has its report"

# Many times: what is lost each time.
before=$(vm_info memory-free)
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	vm_say "INSTALL victim<$net_dir/victim.click" "WRITE victim crash.packet wild" >/dev/null ||
		fail "cannot install it, for the time $i"
	send_packet
	wait_until failed
	[ $i != 1 ] || first=$(vm_info memory-free)
done
after=$(vm_info memory-free)
vm_say "REMOVE victim" >/dev/null || fail "cannot remove it"
same "$(vm_say LIST | grep -c .)" 2 "instances"
lost=$(((first - after) / 19))
say "memory: $before before, $after after 20 more crashes: $lost bytes each"
[ $lost -lt 4096 ] || fail "each crash loses $lost bytes"

ping_end || fail "pings through the other instance: $answers"
say "pings through the other instance: $answers, none missed"

# While it loops nothing else runs; then all does as before.
for what in now packet; do
	crash loop $what "endless loop"
	crash allocate $what "endless loop"
done
reach client 10.9.0.2 || fail "no ping after the loops"
say "endless loops end"

vm_stop
say ok
