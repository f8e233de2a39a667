#!/bin/sh
# SPDX-License-Identifier: MIT
# frames.sh - frames that are not the usual: VLAN tags, large MTUs, too long ones, an interface
# that goes down and comes up, one that is removed; filters; other threads.
#
#	  host a               router r                host b
#	+--------+          +------------+          +--------+
#	|     ea |----------| ra click rb|----------| eb     |
#	+--------+          +------------+          +--------+
. "$(dirname "$0")/lib/net.sh"

net_need ping ethtool
net_space a r b
net_link a ea r ra
net_link r rb b eb
ip -n "$net_id-a" addr add 10.9.0.1/24 dev ea
ip -n "$net_id-b" addr add 10.9.0.2/24 dev eb
wire="FromDevice(ra, PROMISC true, SNAPLEN 9200) -> ab :: Counter -> Queue -> tb :: ToDevice(rb);
	FromDevice(rb, PROMISC true, SNAPLEN 9200) -> Queue -> ta :: ToDevice(ra);"

# The kernel takes the tag out of frames that come in, and hands it over apart.
start_click r -e "$wire"
reach a 10.9.0.2 || fail "ping"
start b click -u "$net_dir/counting" -e "FromDevice(eb, PROMISC true) -> Print(b, 60)
	-> c :: Classifier(12/81000007);
	c -> tagged :: Counter(COUNT_CALL 3 stop) -> Discard; Script(wait 60, stop)" -h tagged.count \
	>"$net_dir/tagged"
counting=$started
wait_until test -S "$net_dir/counting"
at a click -e 'RatedSource(DATA \<ffffffffffff 020000000001 81000007 88b5 0102030405>, LIMIT 3, RATE 100)
	-> Queue -> ToDevice(ea) -> Counter(COUNT_CALL 3 stop) -> Discard'
wait "$counting" || fail "who counts tags ended with status $?"
[ "$(cat "$net_dir/tagged")" = 3 ] || fail "of 3 tagged frames came $(cat "$net_dir/tagged")"
stop_click
say "VLAN tags: ok"

for x in "a ea" "r ra" "r rb" "b eb"; do
	set -- $x
	ip -n "$net_id-$1" link set dev "$2" mtu 9000
done
start_click r -e "$wire"
reach a 10.9.0.2 -s 8900 -M do || fail "ping of 8900 bytes"
stop_click
say "MTU of 9000: ok"

ip -n "$net_id-r" link set dev rb mtu 1500
start_click r -e "FromDevice(ra, SNAPLEN 9200, PROMISC true) -> Queue -> tb :: ToDevice(rb);
	tb[0] -> sent :: Counter -> Discard; tb[1] -> refused :: Counter -> Discard;
	FromDevice(rb, PROMISC true) -> Queue -> ToDevice(ra);" -h sent.count -h refused.count \
	>"$net_dir/counts" 2>"$net_dir/err"
at a ping -q -c 3 -i 0.2 -w 1 -s 4000 -M do 10.9.0.2 >/dev/null && fail "a frame that is too long"
reach a 10.9.0.2 || fail "ping after frames that are too long"
stop_click
grep -q 'ToDevice(rb): Message too long' "$net_dir/err" || fail "no message of long frames"
[ "$(grep -c . "$net_dir/err")" = 1 ] || fail "too many messages: $(cat "$net_dir/err")"
say "frames that are too long: ok"

start_click r -e "$wire" 2>"$net_dir/err"
ip -n "$net_id-r" link set dev ra down
# Ticks of its time. What it has to do first may take a while.
used() { cut -d' ' -f14 "/proc/$click_pid/stat"; }
is_quiet() {
	before=$(used)
	sleep 0.5
	[ $(($(used) - before)) -le 2 ]
}
wait_until grep -q 'Network is down' "$net_dir/err"
within 20 is_quiet || fail "spins while the device is down"
ip -n "$net_id-r" link set dev ra up
reach a 10.9.0.2 || fail "ping after down and up"
ip -n "$net_id-r" link del dev ra
sleep 0.3
kill -0 "$click_pid" || fail "ended with its device"
stop_click
grep -q 'FromDevice(ra): recvfrom: Network is down' "$net_dir/err" || fail "not told of the device"
say "down, up, gone: ok"
