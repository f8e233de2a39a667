#!/bin/sh
# SPDX-License-Identifier: MIT
# rights.sh - the image's page tables give each page the rights of what is linked there: nothing can be
# both written and executed, and what is ring 0's is closed to ring 3. A table that is wrong is seen.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
image=$(dirname "$(command -v click)")/clickos.elf
[ -f "$image" ] || { echo "rights: skipped: no image: make image"; exit 77; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/rights.XXXXXX")
trap 'rm -rf "$dir"' EXIT

perl "$root/tests/vm/lib/rights.pl" "$image"

# The entry of the first page of text, with one bit changed each time: present, write, user, and
# no execute. Page table 0 is at 0x108000; .tables is at 0x101000 in memory.
tables=$(readelf -SW "$image" | sed -n 's/.* \.tables *PROGBITS *[0-9a-f]* *\([0-9a-f]*\) .*/\1/p')
entry=$((0x$tables + 0x108000 - 0x101000 + 0x10b * 8))
for change in 0:1 0:2 0:4 7:128; do
	cp "$image" "$dir/image"
	perl -e 'my ($path, $at, $bit) = @ARGV;
		open my $f, "+<:raw", $path or die $!;
		seek $f, $at, 0; read $f, my ($byte), 1;
		seek $f, $at, 0; print $f chr(ord($byte) ^ $bit)' \
		"$dir/image" $((entry + ${change%:*})) "${change#*:}"
	if perl "$root/tests/vm/lib/rights.pl" "$dir/image" >"$dir/said"; then
		echo "rights: a wrong entry ($change) was not seen"
		exit 1
	fi
	grep -q '^0x10b000: ' "$dir/said" || { echo "rights: $change:"; cat "$dir/said"; exit 1; }
done
echo "rights: ok"
