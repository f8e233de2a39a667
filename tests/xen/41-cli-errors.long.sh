#!/bin/sh
# SPDX-License-Identifier: MIT
# What the command clickos refuses on Xen, and that it leaves nothing.
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf clickos clickos-xen click
BACKEND=xen NET_SLOW=6 CLICKOS_IMAGE=/build/clickos.elf \
	timeout 1100 sh "$(dirname "$0")/../cli/errors.sh"
