#!/bin/sh
# SPDX-License-Identifier: MIT
# What becomes of a guest of the command clickos when something ends suddenly.
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf clickos clickos-xen click
BACKEND=xen NET_SLOW=6 CLICKOS_IMAGE=/build/clickos.elf \
	timeout 1100 sh "$(dirname "$0")/../cli/crash.sh"
