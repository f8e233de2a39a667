#!/bin/sh
# SPDX-License-Identifier: MIT
# forward.sh BUILD-DIR: what click forwards between two interfaces of Linux, beside the least that
# can do it (tpacket_loop.c). Both get the same flood of 64-byte frames, in turn, RUNS (5) times,
# for SECONDS_EACH (2); printed are the medians of frames a second that came out at the far end.
#
#	  a                 r                 b
#	[ ea ]--flood-->[ ra --- rb ]----->[ eb ]  counted by the kernel
set -eu
build=$(realpath "${1:?usage: forward.sh BUILD-DIR}")
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "skipped: forward.sh needs root for its namespaces"; exit 0; }
PATH=$build:$PATH
net_lib=$here/../net/lib
. "$net_lib/net.sh"

runs=${RUNS:-5} seconds=${SECONDS_EACH:-2}
net_need taskset
${CC:-cc} -O2 -o "$net_dir/loop" "$here/tpacket_loop.c"
net_space a r b
net_link a ea r ra
net_link r rb b eb

start a taskset -c 0 click -e 'InfiniteSource(LENGTH 60, DATA \<020000000002 020000000001 0800>,
	BURST 32) -> ToDevice(ea, BURST 32)'
flood=$started

arrived() { at b cat /sys/class/net/eb/statistics/rx_packets; }

# measure COMMAND...: frames a second that arrive while it forwards.
measure() {
	start r taskset -c 1 "$@" >/dev/null 2>"$net_dir/err"
	sleep 0.5
	kill -0 "$started" || fail "$1: $(cat "$net_dir/err")"
	n=$(arrived) t=$(date +%s%N)
	sleep "$seconds"
	echo $((($(arrived) - n) * 1000000 / (($(date +%s%N) - t) / 1000)))
	kill "$started"
	wait "$started" 2>/dev/null || :
}

median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }

for i in $(seq "$runs"); do
	measure click -e 'FromDevice(ra, PROMISC true, BURST 32) -> Queue -> ToDevice(rb, BURST 32)' \
		>>"$net_dir/click"
	measure "$net_dir/loop" ra rb 100 >>"$net_dir/bare"
done
kill -0 "$flood" || fail "the flood ended"
click=$(median "$net_dir/click") bare=$(median "$net_dir/bare")
echo "forward: click $click frames/s, bare loop $bare frames/s, $((click * 100 / bare)) %"
