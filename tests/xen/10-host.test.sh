#!/bin/sh
# SPDX-License-Identifier: MIT
# The host: a hypervisor that can run PVH guests, dom0, and the store with its watches.
# takes: 9 s
. "$(dirname "$0")/dom0/test.sh"

xl info >"$test_dir/info"
grep -q '^xen_major *: 4' "$test_dir/info" || fail "no hypervisor"
grep -q '^virt_caps *: .*hvm hap' "$test_dir/info" || fail "no PVH guests"
is "domains" "Domain-0 0" "$(xl list | awk 'NR > 1 { print $1, $2 }')"

xenstore-write /tool/test/a 1 /tool/test/b 'two words'
is "a value" 'two words' "$(xenstore-read /tool/test/b)"
is "a directory" 'a b' "$(xenstore-list /tool/test | sort | xargs)"
xenstore-chmod /tool/test/a n0 r1
is "permissions" 'n0,r1' "$(xenstore-ls -p /tool/test | sed -n 's/^a = .*(\(.*\))$/\1/p')"
xenstore-rm /tool/test/a
fails xenstore-read /tool/test/a 2>/dev/null

# A watch is told once when it is set, and then of what changes below.
xenstore-watch -n 3 /tool/test >"$test_dir/watch" &
test_pids=$!
wait_until 10 test -s "$test_dir/watch"
xenstore-write /tool/test/c 3
xenstore-rm /tool/test/c
wait $test_pids
is "a watch" '/tool/test /tool/test/c /tool/test/c' "$(xargs <"$test_dir/watch")"
xenstore-rm /tool/test

two_sides
at client ping -q -c 1 -W 1 10.0.2.2 >/dev/null && fail "the bridges are connected"
side other xenbr0 10.0.1.3/24
reach client 10.0.1.3 || fail "no ping on one bridge"
