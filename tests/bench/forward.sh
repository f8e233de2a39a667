#!/bin/sh
# SPDX-License-Identifier: MIT
# forward.sh BUILD-DIR: what click forwards between two interfaces of Linux, beside the least that
# can do it (tpacket_loop.c). Both get the same flood of 64-byte frames, in turn, RUNS (15) times,
# for SECONDS_EACH (1); printed are the medians of frames a second that came out at the far end,
# and of the ratios of neighbouring turns. Where that can be had, all run in real time, before
# what else the machine does.
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

runs=${RUNS:-15} seconds=${SECONDS_EACH:-1}
net_need taskset
${CC:-cc} -O2 -o "$net_dir/loop" "$here/tpacket_loop.c"
net_space a r b
net_link a ea r ra
net_link r rb b eb

first=
if chrt -f 1 true 2>/dev/null; then first="chrt -f 1"; fi
start a $first taskset -c 0 click -e 'InfiniteSource(LENGTH 60, DATA \<020000000002 020000000001 0800>,
	BURST 32) -> ToDevice(ea, BURST 32)'
flood=$started

arrived() { at b cat /sys/class/net/eb/statistics/rx_packets; }

# measure COMMAND...: frames a second that arrive while it forwards.
measure() {
	start r $first taskset -c 1 "$@" >/dev/null 2>"$net_dir/err"
	sleep 0.3
	kill -0 "$started" || fail "$1: $(cat "$net_dir/err")"
	n=$(arrived) t=$(date +%s%N)
	sleep "$seconds"
	echo $((($(arrived) - n) * 1000000 / (($(date +%s%N) - t) / 1000)))
	kill "$started"
	wait "$started" 2>/dev/null || :
}

median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }

for i in $(seq "$runs"); do
	click=$(measure click -e \
		'FromDevice(ra, PROMISC true, BURST 32) -> Queue -> ToDevice(rb, BURST 32)')
	bare=$(measure "$net_dir/loop" ra rb 100)
	echo "$click" >>"$net_dir/click"
	echo "$bare" >>"$net_dir/bare"
	echo $((click * 100 / bare)) >>"$net_dir/ratio"
done
kill -0 "$flood" || fail "the flood ended"
echo "forward: click $(median "$net_dir/click") frames/s, bare loop $(median "$net_dir/bare")" \
	"frames/s, $(median "$net_dir/ratio") %"
