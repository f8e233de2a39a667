#!/bin/sh
# SPDX-License-Identifier: MIT
# nat_hotswap.sh - the configuration of a NAT gateway is replaced again and again under a TCP
# transfer: what arrives is what was sent, and translations and ARP tables are those of before. A
# broken configuration is refused with its errors, and changes nothing.
#
#	  client                      click                       server
#	192.168.1.2/24 --- eth1 [ 192.168.1.1  203.0.113.1 ] eth0 --- 203.0.113.2/24
. "$(dirname "$0")/lib/net.sh"

example=$net_lib/../../../examples/nat-gateway.click
swaps=${SWAPS:-8}

net_need perl ping nc
net_space client click server
net_link client eth0 click eth1
net_link server eth0 click eth0
ip -n "$net_id-client" addr add 192.168.1.2/24 dev eth0
ip -n "$net_id-server" addr add 203.0.113.2/24 dev eth0
ip -n "$net_id-client" route add default via 192.168.1.1
start_click click -R -p 7777 "$example" 2>"$net_dir/log"

# swap TEXT...: installs the example with more text at its end; prints the answer.
swap() {
	{
		printf 'WRITEUNTIL hotconfig END-OF-CONFIG\n'
		sed "s,lib/gateway.click,$(dirname "$example")/lib/gateway.click," "$example"
		printf '%s\nEND-OF-CONFIG\nQUIT\n' "$*"
	} | control
}

# The connection's translation, without what ages.
translation() {
	handler gw/nat.tcp_table | grep '^(192.168.1.2' | sed 's/ \[.*//'
}

transfer_begin server
transfer_command 203.0.113.2 "$net_dir/enough" start client
sender=$started
wait_until sh -c "ip netns exec $net_id-server ss -Htn | grep -q :$transfer_port"

before=$(translation)
[ -n "$before" ] || fail "no translation: $(handler gw/nat.tcp_table)"
queries=$(handler gw/arp_outside.queries)
since=$(date +%s)
n=0
while [ $n -lt "$swaps" ]; do
	n=$((n + 1))
	swap "Idle -> c$n :: Counter -> Discard;" >"$net_dir/answer"
	grep -q '^200' "$net_dir/answer" || fail "swap $n: $(cat "$net_dir/answer")"
	handler list | grep -qx "c$n" || fail "swap $n is not in place"
	[ "$(translation)" = "$before" ] || fail "translations after swap $n: $(translation)"
	swap "broken :: NoSuchClass;" >"$net_dir/answer"
	grep -q "unknown element class 'NoSuchClass'" "$net_dir/answer" ||
		fail "a broken configuration: $(cat "$net_dir/answer")"
	handler list | grep -qx "c$n" || fail "a broken configuration replaced swap $n"
	kill -0 "$sender" || fail "the transfer has ended after swap $n"
done
: >"$net_dir/enough"
wait "$sender" || fail "the sender"
transfer_end "the transfer"
say "$n swaps: $(cat "$net_dir/got")"

# No question is asked again for what the table knew, before it asks anyway: after a minute.
[ "$(handler gw/arp_outside.queries)" = "$queries" ] || [ $(($(date +%s) - since)) -gt 50 ] ||
	fail "ARP was asked again"
handler gw/arp_outside.table | grep -q '^203.0.113.2 ' || fail "ARP table"

# The same by TCP, as people type it.
printf 'READ gw/refused.count\r\nQUIT\r\n' | at click nc -N 127.0.0.1 7777 >"$net_dir/nc"
tr -d '\r' <"$net_dir/nc" | perl -0777 -ne '
	exit !/\AClick::ControlSocket\/1\.\d+\n200 .*\nDATA 1\n0200 [^\n]*\n\z/s' ||
	fail "nc: $(cat "$net_dir/nc")"
stop_click
say ok
