#!/bin/sh
# SPDX-License-Identifier: MIT
# memory.sh CLICK: the router of router.click is small, and stays so: the most memory that was
# resident at any time is under 8 MiB, and after 10^8 packets what it is after 10^6.
set -eu
click=${1:?usage: memory.sh CLICK}
here=$(cd "$(dirname "$0")" && pwd)

# resident N: in KiB, as the process itself reads it after N packets.
resident() {
	"$click" -C "$here" -e 'require(library router.click);
		DriverManager(pause, print $(cat /proc/self/status))' "N=$1" |
		sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p'
}

short=$(resident 1000000)
long=$(resident 100000000)
echo "memory: $short KiB resident after 10^6 packets, $long KiB after 10^8"
[ "$long" -lt 8192 ] || { echo "memory: more than 8 MiB"; exit 1; }
[ "$long" -le $((short + 64)) ] || { echo "memory: it grows"; exit 1; }
