#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD: the main job on real traffic. A client and a server, each in a network namespace of
# its own, and between them a firewall with NAT, examples/nat-gateway.click, in a virtual machine
# on the best back end of this host:
#
#      client                bridges on the host, and between them the machine               server
#   192.168.1.2/24 --- ckinN --- inside [ 192.168.1.1  203.0.113.1 ] outside --- ckoutN --- 203.0.113.2/24
#
# BACKEND=kvm, xen or process picks another. Needs root for namespaces and bridges; without it the
# same gateway runs on pcap files.
set -eu

build=$(realpath "${1:?usage: run.sh BUILD}")
root=$(realpath "$(dirname "$0")/..")
dir=$(mktemp -d)
client=ck$$-client server=ck$$-server
inside=ckin$$ outside=ckout$$
vm=gw$$
backend=${BACKEND:-auto}
megabytes=${MEGABYTES:-256}
export CLICKOS_DIR=$dir/vms PATH="$build:$PATH"

bold() { printf '\n\033[1m%s\033[0m\n' "$*"; }
say() { printf '  %s\n' "$*"; }
fail() { printf 'run: %s\n' "$*" >&2; exit 1; }

# --- the network ---

cleanup() {
	set +e
	trap - EXIT INT TERM
	clickos rm -f $vm >/dev/null 2>&1
	for ns in $client $server; do ip netns del $ns; done 2>/dev/null
	for bridge in $inside $outside; do ip link del $bridge; done 2>/dev/null
	rm -rf "$dir"
}

on() { ip netns exec "$@"; }

# side NAMESPACE BRIDGE ADDRESS: a host on a bridge of its own.
side() {
	ip link add $2 type bridge
	sysctl -qw net.ipv6.conf.$2.disable_ipv6=1 2>/dev/null || true
	ip link set $2 up
	ip netns add $1
	ip link add $2p type veth peer name eth0 netns $1
	sysctl -qw net.ipv6.conf.$2p.disable_ipv6=1 2>/dev/null || true
	ip link set $2p master $2 up
	ip -n $1 addr add $3/24 dev eth0
	ip -n $1 link set lo up
	ip -n $1 link set eth0 up
}

build_net() {
	side $client $inside 192.168.1.2
	side $server $outside 203.0.113.2
	ip -n $client route add default via 192.168.1.1
}

start_gateway() {
	clickos run --detach --name $vm --backend "$backend" \
		--env INSIDE=inside --env OUTSIDE=outside --env NEXT_HOP=203.0.113.2 \
		--net inside=bridge:$inside --net outside=bridge:$outside \
		"$root/examples/nat-gateway.click" >/dev/null
	clickos ls | sed 's/^/  /'
}

# --- what is shown ---

show_ping() {
	bold "client pings server, through the gateway"
	on $client ping -c 3 -i 0.2 -W 10 203.0.113.2 | sed 's/^/  /'
}

show_transfer() {
	bold "client sends $megabytes MB to server by TCP"
	head -c ${megabytes}M /dev/urandom >"$dir/sent"
	timeout 300 ip netns exec $server nc -l -N 5001 >"$dir/received" &
	receiver=$!
	tries=600
	until on $server ss -Hltn | grep -q ':5001 '; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "nc does not listen"
		sleep 0.05
	done
	start=$(date +%s%N)
	timeout 300 ip netns exec $client nc -N 203.0.113.2 5001 <"$dir/sent"
	wait $receiver
	ms=$((($(date +%s%N) - start) / 1000000))
	cmp "$dir/sent" "$dir/received" || fail "what arrived is not what was sent"
	say "$megabytes MB in $ms ms: $((megabytes * 8 * 1048576 / 1000 / (ms > 0 ? ms : 1))) Mbit/s; what arrived is what was sent"
}

show_refused() {
	bold "client tries telnet, which the policy refuses"
	if message=$(on $client nc -v -w 3 203.0.113.2 23 2>&1 </dev/null); then
		fail "telnet got through"
	fi
	say "$(printf '%s\n' "$message" | head -n 1)"
	say "refused by the gateway: $(clickos read $vm gw/refused.count) packets"
}

show_state() {
	bold "counters and the NAT table, read live from the machine"
	for handler in gw/nat.table_size gw/nat.tcp_table gw/ping.table gw/unasked.count packets; do
		say "clickos read $vm $handler"
		clickos read $vm $handler | sed 's/^/    /'
	done
}

main_job() {
	trap cleanup EXIT
	trap 'exit 130' INT TERM HUP PIPE
	bold "a gateway between two networks: clickos run examples/nat-gateway.click"
	build_net
	start_gateway
	show_ping
	show_transfer
	show_refused
	show_state
	bold "done; the machine, all namespaces and files are gone"
}

# --- without rights ---

traces_job() {
	trap cleanup EXIT
	bold "not root: namespaces and bridges need it (sudo make run)"
	say "here is the same gateway as a process on pcap files, which need no rights"
	cd "$dir"
	click "$root/examples/lib/traces.click"
	click -h gw/nat.table_size -h gw/nat.udp_table -h gw/ping.table -h gw/refused.count \
		"$root/examples/nat-gateway-trace.click"
	for side in outside inside; do
		bold "what leaves to the $side"
		click -e "FromDump(to-$side.pcap, STOP true) -> Classifier(12/0800) -> Strip(14)
			-> CheckIPHeader -> IPPrint -> Discard" 2>&1 | sed 's/^/  /'
	done
	bold "done"
}

if [ "$(id -u)" = 0 ]; then
	main_job
else
	traces_job
fi
