#!/bin/sh
# SPDX-License-Identifier: MIT
# nat.sh - one image on all machines: the gateway with firewall and NAT, from the same file, passes
# pings and a TCP transfer, refuses what it is to refuse, and tells its translations.
. "$(dirname "$0")/lib/vm.sh"

bytes=${BYTES:-8388608}
vm_need
net_need ping
net_space machine client server
mkdir "$net_dir/files"
cp -r "$root/examples/nat-gateway.click" "$root/examples/lib" "$net_dir/files"
vm_archive "$net_dir/files"
line='run=nat-gateway.click env.INSIDE=eth0 env.OUTSIDE=eth1 env.NEXT_HOP=203.0.113.2'

refuses() { [ "$(vm read gw/refused.count)" -gt 0 ]; }

# The machine of that kind does what a gateway does.
gateway() {
	how=$1
	vm_start "$how" "$2" 2 "$line"
	vm_plug 0 client 192.168.1.2/24
	vm_plug 1 server 203.0.113.2/24
	ip -n "$net_id-client" route add default via 192.168.1.1
	vm_ready
	reach client 203.0.113.2 || fail "$how: no answer through the gateway"
	at client ping -q -c 5 -i 0.05 -W 60 203.0.113.2 >"$net_dir/ping" ||
		fail "$how: no ping through the gateway: $(cat "$net_dir/ping")"
	transfer client server 203.0.113.2 "$bytes"
	serve server 23 telnet
	server_pid=$started
	same "$(at server perl "$net_lib/tcp.pl" ask 127.0.0.1 23 60)" telnet "$how: the server"
	no_answer client 203.0.113.2 23
	wait_until refuses
	kill "$server_pid"
	holds "$(vm read gw/nat.tcp_table)" "203.0.113.2, $transfer_port" "$how: the table of translations"
	holds "$(vm read gw/ping.table)" "203.0.113.2" "$how: the table of pings"
	vm_stop
	say "$how: ok, $(sed -n 's/^rtt.*= //p' "$net_dir/ping")"
}

[ $# -gt 0 ] || set -- monitor:4 microvm:16 q35-qboot:16 q35-seabios:32 microvm-kvm:16
done=0
for how; do
	reason=$(vm_cannot "${how%:*}")
	if [ -n "$reason" ]; then
		say "${how%:*}: not here: $reason"
		continue
	fi
	gateway "${how%:*}" "${how#*:}"
	done=$((done + 1))
done
[ $done -gt 0 ] || skip "no machine can be run here"
say "ok, on $done machines"
