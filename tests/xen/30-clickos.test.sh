#!/bin/sh
# SPDX-License-Identifier: MIT
# ClickOS as a PVH guest, controlled by nodes of the store, bridges packets between two interfaces.
#
#	client ---- xenbr0 ---- lan [ guest ] wan ---- xenbr1 ---- server
#	10.0.0.1                                                   10.0.0.2
# takes: 32 s
. "$(dirname "$0")/dom0/test.sh"

need /build/clickos.elf
side client xenbr0 10.0.0.1/24
side server xenbr1 10.0.0.2/24
guest_config bridge kernel=/build/clickos.elf cmdline='name=bridge net=lan,wan' \
	vif='["bridge=xenbr0", "bridge=xenbr1"]'
guest_create bridge
node=/local/domain/$(guest_id bridge)/clickos
guest_node bridge clickos
wait_key "$node/state" ready
is "version" 1 "$(xenstore-read "$node/version")"

# A configuration in error says why, as `click' does.
b=$node/instance/b
echo 'Idle -> c :: Counter -> Nothing(1) -> Discard;' >"$test_dir/b"
xenstore-write "$b/config" "$(cat "$test_dir/b")"
wait_key "$b/state" failed
wait_key "$b/result" '552 *'
(cd "$test_dir" && fails click b 2>error) || fail "click takes it"
is "error" "$(cat "$test_dir/error")" "$(store_get "$b/error")"
xenstore-write "$b/result" '' "$b/config" 'FromDevice(dmz) -> Discard;'
wait_key "$b/result" '552 *'
store_get "$b/error" | grep -q 'dmz: no such interface' || fail "$(store_get "$b/error")"

# Another one takes its place; in parts.
xenstore-write "$b/config/0" 'FromDevice(lan) -> c :: Counter -> Queue(1000) -> ToDevice(wan);' \
	"$b/config/1" 'FromDevice(wan) -> Queue(1000) -> ToDevice(lan);' "$b/config" 'parts 2'
wait_key "$b/state" running
reach client 10.0.0.2 || fail "no ping through the guest"

transfer client server 10.0.0.2 1000000

# call KEY TEXT: a handler call or a command; waits until it is done.
call() {
	xenstore-write "$b/$1" "$2"
	wait_key "$b/$1" ''
}
call read c.count
is "read" "200 Read handler 'c.count' OK" "$(xenstore-read "$b/result")"
[ "$(xenstore-read "$b/value")" -gt 100 ] || fail "counted $(xenstore-read "$b/value")"
call write 'c.reset'

# Texts of any length, both ways.
{
	echo 'FromDevice(lan) -> c :: Counter -> Queue(1000) -> ToDevice(wan);'
	echo 'FromDevice(wan) -> Queue(1000) -> ToDevice(lan);'
	seq 1 150 | sed 's|^|// one of many lines with a \\ in each that do not do anything: |'
} >"$test_dir/long"
xenstore-write "$b/result" ''
store_put "$b/config" "$test_dir/long"
wait_key "$b/result" '200 *'
call read config
case $(xenstore-read "$b/value") in 'parts '[5-9]) ;; *) fail "value: $(xenstore-read "$b/value")" ;; esac
store_get "$b/value" >"$test_dir/value"
cmp "$test_dir/long" "$test_dir/value" || fail "the configuration has changed on its way"
call read c.count
is "a short value after a long one" "value" "$(xenstore-ls -f "$b" | sed -n 's/^.*\/\(value[^ ]*\) .*/\1/p')"
show echo "the store of a guest that is driven by xenstore-write alone:"
show xenstore-ls -p "$node"
call read 'c.nothing'
wait_key "$b/result" '511 *'
call command stop
wait_key "$b/state" stopped
fails at client ping -q -c 1 -W 1 10.0.0.2
call command start
wait_key "$b/state" running
reach client 10.0.0.2 || fail "no ping after another start"

# A running one is swapped.
xenstore-write "$b/config" 'FromDevice(lan) -> c :: Counter -> Queue(5) -> ToDevice(wan);
	FromDevice(wan) -> d :: Counter -> Queue(5) -> ToDevice(lan);'
wait_key "$b/result" '200 *'
call read d.count
is "the new configuration" "200 Read handler 'd.count' OK" "$(xenstore-read "$b/result")"
call command remove
wait_until 10 fails xenstore-exists "$b/config"

# The protocol itself, in two conversations.
stream=$node/stream
for talk in 1 2; do
	xenstore-rm "$stream/in" 2>/dev/null || :
	xenstore-write "$stream/open" $talk
	wait_key "$stream/opened" $talk
	wait_key "$stream/out/0" 'ClickOS::Control/1.0*'
	xenstore-rm "$stream/out/0"
	xenstore-write "$stream/in/0" "$(printf 'PING number-%s\n.' $talk)"
	wait_key "$stream/out/1" "200 number-$talk*"
done

xl shutdown bridge
wait_gone bridge
grep -q 'power off' /var/log/xen/guest-bridge.log || fail "$(guest_console bridge)"
