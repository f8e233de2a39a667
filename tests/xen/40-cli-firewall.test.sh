#!/bin/sh
# SPDX-License-Identifier: MIT
# The command clickos with its Xen back end, by the test that the other back ends pass, too.
# takes: 80 s
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf clickos clickos-xen click
BACKEND=xen NET_SLOW=6 CLI_BYTES=100000 CLICKOS_IMAGE=/build/clickos.elf \
	timeout 1100 sh "$(dirname "$0")/../cli/firewall.sh"
