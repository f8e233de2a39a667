#!/bin/sh
# SPDX-License-Identifier: MIT
# The program clickos-xen, and what the command clickos makes of what others do to its guests.
# takes: 25 s
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf clickos clickos-xen
export CLICKOS_IMAGE=/build/clickos.elf CLICKOS_DIR=$test_dir/vms
side client xenbr0 10.0.0.1/24
side server xenbr1 10.0.0.2/24
cat >"$test_dir/wire.click" <<END
FromDevice(xenbr0) -> Queue -> ToDevice(xenbr1);
FromDevice(xenbr1) -> Queue -> ToDevice(xenbr0);
END

# As little memory as there can be; interfaces are named and on their bridges.
clickos run -d -b xen --memory 1m "$test_dir/wire.click" >"$test_dir/out" 2>&1 || fail "$(cat "$test_dir/out")"
grep -q '3 MiB of memory' "$test_dir/out" || fail "$(cat "$test_dir/out")"
reach client 10.0.0.2 || fail "no ping with 3 MiB"
[ -e /sys/class/net/xenbr0/brif/wire.0 ] && [ -e /sys/class/net/xenbr1/brif/wire.1 ] ||
	fail "$(ip link)"
is "the guest's right" "n$(guest_id wire)" \
	"$(xenstore-ls -f -p "/local/domain/$(guest_id wire)" | sed -n 's/^[^ ]*\/clickos = .*(\(.*\))$/\1/p')"

# Which are ours.
guest_config other kernel=/build/clickos.elf cmdline='name=other'
guest_create other -p
is "list" "wire running" "$(clickos-xen list | cut -f 2,3 | tr '\t' ' ')"
fails clickos-xen destroy other 2>"$test_dir/err"
grep -q 'not one of ours' "$test_dir/err" || fail "$(cat "$test_dir/err")"
fails clickos run -d -b xen --name other "$test_dir/wire.click" 2>"$test_dir/err"
guest_id other >/dev/null || fail "a guest of somebody else has been destroyed"
# Its console has nobody who reads it.
xl unpause other
clickos-xen console other >"$test_dir/console" &
test_pids="$test_pids $!"
wait_until 30 grep -q 'clickos: ready' "$test_dir/console"
guest_destroy other

# A shutdown that xl asks for is a good end.
xl shutdown wire
wait_gone wire
state_is() { clickos ls --json | grep -q "\"state\": *\"$1\""; }
wait_until 30 state_is stopped
clickos logs wire | grep -q 'power off' || fail "$(clickos logs wire)"
clickos start -q wire 2>"$test_dir/err" || fail "$(cat "$test_dir/err")"
xl destroy wire
wait_until 30 state_is failed
clickos rm wire
is "guests that are left" "" "$(clickos-xen list)"
