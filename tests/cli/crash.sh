#!/bin/sh
# SPDX-License-Identifier: MIT
# crash.sh - after the sudden end of anything that belongs to a machine, it is seen to have failed,
# can be started again, and its name can be used again.
. "$(dirname "$0")/lib/cli.sh"
cli_net
cd "$net_dir"
cat >wire.click <<EOF
FromDevice(left, PROMISC true) -> Queue -> ToDevice(right);
FromDevice(right, PROMISC true) -> Queue -> ToDevice(left);
EOF

state() { vm ls --json | json 0.state; }
has_state() { [ "$(state)" = "$1" ]; }
# The file `pid' has a line for who answers for the machine, and one for who runs it.
pid_of() { sed -n "$1p" "$CLICKOS_DIR/wire/pid" | cut -d ' ' -f 1; }
# Of who runs it there is no process on Xen, but a domain.
end_of() {
	if [ "$BACKEND:$1" = xen:2 ]; then
		xl destroy wire
	else
		kill -9 "$(pid_of "$1")"
	fi
}

vm run -d -q -b "$BACKEND" wire.click >out 2>err || fail "run: $(cat err)"
pings || fail "ping"

for line in 1 2; do
	say "end of process $line"
	end_of $line
	wait_until has_state failed
	fails vm read wire config 2>err
	holds "$(cat err)" "clickos start wire" "the remedy"
	vm start -q wire 2>err || fail "start: $(cat err)"
	pings || fail "ping after the start"
done

say "end of both"
(end_of 1; end_of 2) 2>/dev/null || :
wait_until has_state failed
vm rm wire || fail "rm"
vm run -d -q -b "$BACKEND" wire.click >out 2>err || fail "run with the same name: $(cat err)"
pings || fail "ping"

say "end of the command"
start host clickos run -b "$BACKEND" --name idle "$root/tests/cli/lib/idle.click" >out 2>&1
command=$started
wait_until grep -q 'Ctrl-C stops it' out
kill -9 "$command"
wait "$command" 2>/dev/null || :
same "$(vm ls -q | tr '\n' ' ')" "idle wire " "the machine runs on"
vm rm -f idle || fail "rm -f"

say "what a restart of the host leaves"
cp -a "$CLICKOS_DIR/wire" saved
vm rm -f wire
cp -a saved "$CLICKOS_DIR/wire"
printf '1 1\n1 1\nanother-boot\n' >"$CLICKOS_DIR/wire/pid"
mkdir "$CLICKOS_DIR/.new-4194303-half" "$CLICKOS_DIR/.old-4194303-gone"
same "$(state)" failed "after a restart"
same "$(ls -A "$CLICKOS_DIR")" wire "half-made directories"
vm start -q wire 2>err || fail "start: $(cat err)"
pings || fail "ping"

say "a machine that stands still for a while"
# clickos stop waits for it as long as it is told to.
if [ "$BACKEND" = xen ]; then
	vm stop wire
else
	machine=$(pid_of 2)
	kill -STOP "$machine"
	start host clickos stop -t 60 wire
	stopping=$started
	sleep 2.5
	kill -CONT "$machine" || fail "it has been ended by force"
	wait "$stopping" || fail "stop"
	same "$(head -n 1 "$CLICKOS_DIR/wire/report")" poweroff "its report"
fi

say "a damaged description"
echo '{ "name": 1' >"$CLICKOS_DIR/wire/vm.json"
fails vm start wire 2>err
holds "$(cat err)" damaged "the complaint"
vm ls >/dev/null 2>err || fail "ls"
holds "$(cat err)" "clickos rm -f wire" "the remedy"
vm rm -f wire 2>/dev/null || fail "rm -f"
same "$(ls -A "$CLICKOS_DIR")" "" "files that are left"
say "ok"
