#!/bin/sh
# SPDX-License-Identifier: MIT
# memory.sh CLICK: the router of router.click is small, and stays so: the most memory that was
# resident at any time is under 8 MiB, and after 10^8 packets it has of its own what it has after
# 10^6. (How much of the program's file the kernel maps differs from run to run.)
set -eu
click=${1:?usage: memory.sh CLICK}
here=$(cd "$(dirname "$0")" && pwd)

# status N: of the process, as it reads it itself after N packets.
status() {
	"$click" -C "$here" -e 'require(library router.click);
		DriverManager(pause, print $(cat /proc/self/status))' "N=$1"
}

# field NAME: in KiB, of what comes in.
field() { sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p"; }

short=$(status 1000000 | field RssAnon)
end=$(status 100000000)
long=$(printf '%s\n' "$end" | field RssAnon)
most=$(printf '%s\n' "$end" | field VmHWM)
echo "memory: $most KiB resident, $short KiB its own after 10^6 packets, $long KiB after 10^8"
[ "$most" -lt 8192 ] || { echo "memory: more than 8 MiB"; exit 1; }
[ "$long" -le $((short + 64)) ] || { echo "memory: it grows"; exit 1; }
