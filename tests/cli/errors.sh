#!/bin/sh
# SPDX-License-Identifier: MIT
# errors.sh - what is refused, and that nothing stays behind: configurations in error, names that
# are taken, options that make no sense, and commands at the same time.
. "$(dirname "$0")/lib/cli.sh"
cli_net
cd "$net_dir"

nothing_left() {
	same "$(vm ls -q)" "" "machines that are left"
	same "$(ls -A "$CLICKOS_DIR")" "" "files that are left"
}

# refused STATUS TEXT COMMAND...
refused() {
	want=$1 text=$2
	shift 2
	status=0
	vm "$@" >out 2>&1 || status=$?
	same "$status" "$want" "status of clickos $*: $(cat out)"
	holds "$(cat out)" "$text" "clickos $*"
}

say "configurations in error"
echo 'Idle -> Discard' >idle.click
echo 'a :: Idle -> ;' >syntax.click
echo 'Idle -> Wrong -> Discard;' >class.click
echo 'FromDevice(left) -> Queue(none) -> ToDevice(left);' >argument.click
refused 1 "syntax.click:1: " run -b "$BACKEND" syntax.click
refused 1 "class.click:1: " run -b "$BACKEND" class.click
same "$(grep -c "element 'Wrong'" out)" 1 "times that the error is said: $(cat out)"
refused 1 "argument.click:1: " run -d -b "$BACKEND" argument.click
refused 1 "none.click: No such file" run none.click
nothing_left

say "options"
refused 2 "Usage: clickos run" run
refused 2 "did you mean \`--memory'" run --memroy 4 idle.click
refused 2 "no command" rnu
refused 2 "did you mean \`run'" rnu
refused 2 "did you mean \`ls'" ps
refused 1 "did you mean \`process'" run -b proces idle.click
refused 1 "not a size" run -m 4x idle.click
refused 1 "not [NAME=]bridge" run --net br0 idle.click
refused 1 "has no interface eth9" run --net eth9=none idle.click
refused 1 "there is no bridge br7" run --net bridge:br7 argument.click
refused 1 "ip link add br7 type bridge" run --net bridge:br7 argument.click
refused 1 "not a name" run --name a/b idle.click
refused 1 "not NAME=VALUE" run --env 1 idle.click
refused 1 "is not a place in a VM" run --file ../x=idle.click idle.click
refused 1 "no VM" start nobody
refused 0 "Usage: clickos run" help run
refused 0 "--memory" run --help
refused 0 "Usage: clickos ls" ls -h
refused 1 "not [NAME=]bridge" run --net tap:tap%d argument.click
nothing_left

say "a directory of others"
mkdir others
chmod 777 others
CLICKOS_DIR=$net_dir/others refused 1 "others may write there" create -b "$BACKEND" idle.click
same "$(ls -A others)" "" "what is in it"
chmod 755 others
chown 65534 others
CLICKOS_DIR=$net_dir/others refused 1 "belongs to another user" ls
ln -s "$CLICKOS_DIR" link
chown -h 65534 link
CLICKOS_DIR=$net_dir/link refused 1 "belongs to another user" create -b "$BACKEND" idle.click
nothing_left

say "words that would be more than one"
vm run -d -q -b "$BACKEND" idle.click || fail "run"
printf 'SHUTDOWN\nSHUTDOWN\n' >words
refused 1 "is no handler" write idle 'config x' "$(cat words)"
refused 1 "cannot be called so" install --file 'a"b=words' --instance two idle idle.click
refused 1 "such a name cannot be" cp words 'idle:a"b'
refused 0 "" read idle config
vm rm -f idle
nothing_left

say "names"
vm create -q -b "$BACKEND" idle.click >out || fail "create"
same "$(vm ls --json | json 0.state)" created "after create"
refused 1 "there is a VM \`idle' already" run -b "$BACKEND" idle.click
refused 1 "clickos rm idle" run -b "$BACKEND" idle.click
refused 1 "does not run" read idle config
vm rm idle
nothing_left

say "a machine that runs"
vm run -d -q -b "$BACKEND" -m 1 idle.click >out || fail "run with less memory than there is a VM of"
refused 1 "clickos rm -f idle" run -b "$BACKEND" idle.click
refused 1 "clickos handlers idle" read idle nobody.count
refused 1 "No element named" write idle nobody.value -5 --x
refused 1 "copying: nothing: No such file" cp idle:nothing -
refused 1 "clickos swap idle" install idle idle.click
if [ "$BACKEND" != xen ]; then # what is killed there is not the machine
	kill -9 $(vm inspect idle | json 0.pid)
	wait_until eval 'test "$(vm ls --json | json 0.state)" = failed'
	refused 1 "it has failed (" read idle config
fi
vm rm -f idle
nothing_left

say "commands at the same time"
jobs=
for i in 1 2 3 4 5 6; do
	vm run -d -q -b "$BACKEND" --name one idle.click >out.$i 2>&1 &
	jobs="$jobs $!"
done
good=0
for job in $jobs; do wait "$job" && good=$((good + 1)) || :; done
same $good 1 "of six that wanted the same name"
same "$(vm ls -q)" one "the machine of that name"
jobs=
for i in 1 2 3; do
	vm stop one & jobs="$jobs $!"
	vm start -q one 2>/dev/null & jobs="$jobs $!"
	vm ls >/dev/null & jobs="$jobs $!"
done
for job in $jobs; do wait "$job" || :; done
vm rm -f one || fail "rm -f"
nothing_left

say "the foreground"
start host clickos run -b "$BACKEND" --name front idle.click >out 2>&1
front=$started
wait_until grep -q 'Ctrl-C stops it' out
same "$(vm ls -q)" front "the machine"
kill -INT "$front"
status=0
wait "$front" || status=$?
same $status 0 "status after Ctrl-C: $(cat out)"
nothing_left
start host clickos run -b "$BACKEND" --name front idle.click >out 2>&1
front=$started
wait_until grep -q 'Ctrl-C stops it' out
vm stop front
wait "$front" || fail "status after clickos stop: $(cat out)"
nothing_left

if [ "$BACKEND" = kvm ]; then
	say "the last resort"
	at host env CLICKOS_MONITOR=./none clickos create idle.click >out 2>&1 || fail "create: $(cat out)"
	holds "$(cat out)" "(kvm: the program clickos-monitor is not here)" "clickos create"
	vm rm idle

	say "Ctrl-C before the machine is ready"
	printf '#!/bin/sh\nexec sleep 600\n' >monitor
	chmod +x monitor
	for command in "run -d" run; do
		start host env CLICKOS_MONITOR=./monitor clickos $command -b kvm idle.click >out 2>&1
		front=$started
		wait_until eval 'test "$(vm ls --json | json 0.state)" = running'
		kill -INT "$front"
		wait "$front" && fail "status of an interrupted clickos $command: $(cat out)"
		holds "$(cat out)" interrupted "clickos $command"
		nothing_left
	done
fi

say "a directory that cannot be made"
status=0
CLICKOS_DIR=/proc/none vm ls >out 2>&1 || status=$?
same "$status" 1 "status of clickos ls: $(cat out)"
holds "$(cat out)" "set CLICKOS_DIR" "clickos ls"
user=$((100000 + $$))
as_user() { env -u CLICKOS_DIR -u XDG_RUNTIME_DIR setpriv --reuid=$user --clear-groups clickos "$@"; }
if as_user version >/dev/null 2>&1; then
	say "a directory that another user has made"
	rmdir /tmp/clickos-$user 2>/dev/null || : # of a run that was killed
	mkdir -m 755 /tmp/clickos-$user
	chown 65534 /tmp/clickos-$user
	status=0
	as_user ls >out 2>&1 || status=$?
	rmdir /tmp/clickos-$user
	same "$status" 1 "status of clickos ls: $(cat out)"
	holds "$(cat out)" "belongs to another user" "clickos ls"
fi

say "ok"
