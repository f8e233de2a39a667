#!/bin/sh
# SPDX-License-Identifier: MIT
# sandbox.sh - what a process of the process back end can see and do: a program that tries runs in
# the place of `click', and a real one is looked at from outside.
. "$(dirname "$0")/lib/cli.sh"
[ "$BACKEND" = process ] || skip "of the process back end"
cli_net
cd "$net_dir"

say "from inside"
command -v gcc >/dev/null || skip "no gcc"
gcc -O1 -o probe "$root/tests/cli/lib/probe.c"
chmod 755 "$net_dir" probe
echo 'FromDevice(left) -> Discard;' >in.click
status=0
CLICKOS_CLICK=$net_dir/probe vm run -b process -q in.click >out 2>err || status=$?
same $status 1 "the status: $(cat out err)"
grep -q '^done$' out || fail "the probe did not end: $(cat out err)"
grep possible out && fail "there are holes in the sandbox"
same "$(grep '^interface:' out | sort | tr '\n' ' ')" "interface: left interface: lo " "its interfaces"
holds "$(cat err)" "click ended with status 3" "the complaint"
same "$(vm ls -q)" "" "machines that are left"

say "from outside"
printf 'some text\n' >rules
vm run -d -q -b process --file conf/rules=rules in.click >out 2>err || fail "run: $(cat err)"
pid=$(vm inspect in | json 0.pid)
proc=/proc/$pid
value() { sed -n "s/^$1:[[:space:]]*//p" "$proc/status"; }
same "$(value Seccomp)" 2 "a filter of system calls"
same "$(value NoNewPrivs)" 1 "no new privileges"
# CAP_NET_ADMIN is 12, CAP_NET_RAW 13.
for set in CapEff CapPrm CapBnd; do same "$(value $set)" 0000000000003000 "$set"; done
for set in CapInh CapAmb; do same "$(value $set)" 0000000000000000 "$set"; done
uid=$(value Uid | cut -f 1)
[ "$uid" -ge 1879048192 ] || fail "its user is $uid"
same "$(value Groups | tr -d ' ')" "" "its groups"
for space in user mnt pid net ipc uts cgroup; do
	[ "$(readlink "$proc/ns/$space")" != "$(readlink "/proc/self/ns/$space")" ] ||
		fail "the namespace $space is the host's"
done
group=$(vm doctor --json | json "$(vm doctor --json | json_find 'host.*.name' cgroup).text")
if [ -d "$group/in" ]; then
	grep -qx "$pid" "$group/in/cgroup.procs" || fail "it is not in its control group"
fi
same "$(stat -c %a "$CLICKOS_DIR/in")" 700 "the rights of its directory"
# Its root, seen from the host: the files it was given, and the directory of its socket.
same "$(cd "$proc/root" && find . ! -type d | LC_ALL=C sort | tr '\n' ' ')" \
	"./conf/rules ./run/control " "what is in its root"
same "$(vm cp in:conf/rules -)" "some text" "its file"
same "$(wc -l <"$proc/mountinfo")" 2 "its mounts: $(cat "$proc/mountinfo")"
same "$(vm inspect in | json '0.machine-files.*.path')" conf/rules "its files"

say "a socket that is none"
# Who has taken a machine over may put a link where its socket was.
rm "$CLICKOS_DIR/in/run/control"
ln -s "$net_dir/other" "$CLICKOS_DIR/in/run/control"
perl -MIO::Socket::UNIX -e '$| = 1; my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die;
	while (my $c = $s->accept) { print "somebody came\n" }' "$net_dir/other" >came &
net_pids="$net_pids $!"
wait_until test -S other
fails vm read in config 2>err
# Who comes after it is the first.
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new($ARGV[0]) or die' "$net_dir/other"
wait_until test -s came
same "$(cat came)" "somebody came" "what came there"
vm stop -t 1 in || fail "stop"
vm rm in || fail "rm"
say "ok"
