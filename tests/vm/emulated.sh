#!/bin/sh
# SPDX-License-Identifier: MIT
# emulated.sh - the other tests in this directory on QEMU's machines under plain emulation: with
# virtio-mmio, and with virtio-pci.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for how in microvm q35-qboot; do
	for test in crash files instances; do
		echo "emulated: $test on $how"
		HOW=$how sh "$here/$test.sh" || exit
	done
done
