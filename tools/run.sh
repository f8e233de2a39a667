#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh CLICK: the main job on real traffic. A client and a server, each in a network namespace
# of its own, and between them click with examples/nat-gateway.click:
#
#      client                       click                       server
#   192.168.1.2/24 --- in0 [ 192.168.1.1  203.0.113.1 ] out0 --- 203.0.113.2/24
#
# Needs root for the namespaces; without it the same gateway runs on pcap files.
set -eu

click=$(realpath "${1:?usage: run.sh CLICK}")
root=$(realpath "$(dirname "$0")/..")
dir=$(mktemp -d)
tag=click$$
client=$tag-client gateway=$tag-click server=$tag-server
control=$dir/control
megabytes=${MEGABYTES:-256}

bold() { printf '\n\033[1m%s\033[0m\n' "$*"; }
say() { printf '  %s\n' "$*"; }
fail() { printf 'run: %s\n' "$*" >&2; exit 1; }

# --- the control socket, as any client speaks to it ---

# handler NAME: what its read handler says.
handler() {
	printf 'READ %s\r\nQUIT\r\n' "$1" | nc -U -N "$control" |
		perl -0777 -ne 'print substr($2, 0, $1) if /\r\nDATA (\d+)\r\n(.*)/s'
}

# --- namespaces ---

pids=
cleanup() {
	set +e
	trap - EXIT INT TERM
	for pid in $pids; do kill "$pid" && wait "$pid"; done 2>/dev/null
	for ns in $client $gateway $server; do ip netns del $ns; done 2>/dev/null
	rm -rf "$dir"
}

on() { ip netns exec "$@"; }

build_net() {
	for ns in $client $gateway $server; do ip netns add $ns; done
	ip -n $gateway link add in0 type veth peer name eth0 netns $client
	ip -n $gateway link add out0 type veth peer name eth0 netns $server
	for dev in in0 out0; do
		on $gateway sysctl -qw net.ipv6.conf.$dev.disable_ipv6=1 2>/dev/null || true
		ip -n $gateway link set $dev up
	done
	ip -n $client addr add 192.168.1.2/24 dev eth0
	ip -n $server addr add 203.0.113.2/24 dev eth0
	for ns in $client $server; do
		ip -n $ns link set lo up
		ip -n $ns link set eth0 up
	done
	ip -n $client route add default via 192.168.1.1
}

start_click() {
	# Not by a function: the process to end is click, not a shell around it.
	ip netns exec $gateway "$click" -u "$control" "$root/examples/nat-gateway.click" \
		INSIDE=in0 OUTSIDE=out0 NEXT_HOP=203.0.113.2 &
	pids="$! $pids"
	for i in $(seq 100); do
		[ -S "$control" ] && return
		kill -0 "${pids%% *}" 2>/dev/null || fail "click ended"
		sleep 0.05
	done
	fail "click does not answer"
}

# --- what is shown ---

show_ping() {
	bold "client pings server, through the gateway"
	on $client ping -c 3 -i 0.2 -W 2 203.0.113.2 | sed 's/^/  /'
}

show_transfer() {
	bold "client sends $megabytes MB to server by TCP"
	head -c ${megabytes}M /dev/urandom >"$dir/sent"
	ip netns exec $server nc -l -N 5001 >"$dir/received" &
	receiver=$!
	pids="$receiver $pids"
	sleep 0.3
	start=$(date +%s%N)
	on $client nc -N 203.0.113.2 5001 <"$dir/sent"
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
	say "refused by the gateway: $(handler gw/refused.count) packets"
}

show_state() {
	bold "counters and the NAT table, read live through handlers"
	say "gw/nat.table_size   $(handler gw/nat.table_size)"
	say "gw/nat.tcp_table"
	handler gw/nat.tcp_table | sed 's/^/    /'
	say "gw/ping.table"
	handler gw/ping.table | sed 's/^/    /'
	say "gw/unasked.count    $(handler gw/unasked.count)"
	say "packets"
	handler packets | sed 's/^/    /'
}

main_job() {
	trap cleanup EXIT
	trap 'exit 130' INT TERM
	bold "click between two networks, with examples/nat-gateway.click"
	build_net
	start_click
	say "control socket: $control (try: echo 'read list' | nc -U -N $control)"
	show_ping
	show_transfer
	show_refused
	show_state
	bold "done; all namespaces and files are gone"
}

# --- without rights ---

traces_job() {
	trap cleanup EXIT
	bold "not root: network namespaces need it (sudo make run)"
	say "here is the same gateway on pcap files, which need no rights"
	cd "$dir"
	"$click" "$root/examples/lib/traces.click"
	"$click" -h gw/nat.table_size -h gw/nat.udp_table -h gw/ping.table -h gw/refused.count \
		"$root/examples/nat-gateway-trace.click"
	for side in outside inside; do
		bold "what leaves to the $side"
		"$click" -e "FromDump(to-$side.pcap, STOP true) -> Classifier(12/0800) -> Strip(14)
			-> CheckIPHeader -> IPPrint -> Discard" 2>&1 | sed 's/^/  /'
	done
	bold "done"
}

if [ "$(id -u)" = 0 ]; then
	main_job
else
	traces_job
fi
