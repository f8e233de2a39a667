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
refused 1 "argument.click:1: " run -d -b "$BACKEND" argument.click
refused 1 "none.click: No such file" run none.click
nothing_left

say "options"
refused 2 "Usage: clickos run" run
refused 2 "did you mean \`--memory'" run --memroy 4 idle.click
refused 2 "no command" rnu
refused 2 "did you mean \`run'" rnu
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

if [ "$BACKEND" = process ]; then
	say "ended as it starts a machine"
	# Between the machine's first process and the note of it.
	start host clickos run -d -q -b process idle.click >out 2>&1
	perl -e 'my $of = shift; while (open my $f, "<", "/proc/$of/task/$of/children") {
		for (split " ", <$f> // "") {
			open my $name, "<", "/proc/$_/comm" or next;
			if ((<$name> // "") eq "clickos-super\n") { kill "TERM", $of; exit }
		}
	}' "$started"
	wait "$started" || :
	same "$(vm ls --json | json 0.state)" running "the machine: $(cat out)"
	vm rm -f idle
	nothing_left
fi

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

say "ok"
