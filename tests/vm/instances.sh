#!/bin/sh
# SPDX-License-Identifier: MIT
# instances.sh - installing, swapping and removing in a machine: state is kept, a configuration in error
# changes nothing and has the messages that click prints of it, memory is what it was after hundreds of
# instances; and machines without interfaces, with damaged archives, and with quoted words.
. "$(dirname "$0")/lib/vm.sh"

how=${HOW:-$(vm_any)}
times=${TIMES:-200}
vm_need "$how"
net_need ping
net_space machine client server
cd "$net_dir"

say "swap"
vm_start "$how" 8 2 ""
vm_plug 0 client 10.6.0.1/24
vm_plug 1 server 10.6.0.2/24
vm_ready
cat >wire.click <<EOF
FromDevice(eth0, PROMISC true) -> there :: Queue -> ToDevice(eth1);
FromDevice(eth1, PROMISC true) -> back :: Queue -> ToDevice(eth0);
kept :: Queue(50) -> Unqueue(ACTIVE false) -> Discard;
EOF
{ cat wire.click; echo "InfiniteSource(LIMIT 7, STOP false) -> kept;"; } >first.click
vm install --instance wire first.click || fail "install"
kept() { same "$(vm read kept.length)" 7 "packets in the queue"; }
reach client 10.6.0.2 || fail "no ping: the first"
kept
ping_start client 10.6.0.2
for i in 1 2 3 4 5; do
	{ cat wire.click; echo "Idle -> kept; Idle -> new$i :: Counter -> Discard;"; } >next.click
	vm swap next.click || fail "swap $i"
	same "$(vm read "new$i.count")" 0 "the element of swap $i"
done
kept
same "$(vm_say "CONFIG wire" | sed 1d)" "$(cat next.click)" "its configuration"

say "the end of a conversation"
# The machine closes - QEMU passes that on to nobody -, whether the client asked for that or made a mistake that cannot be mended.
for last in QUIT 'PUT x y' 'USE wire
QUIT'; do
	[ "$how" = monitor ] || continue
	perl -MIO::Socket::UNIX -e 'alarm 120; my $s = IO::Socket::UNIX->new(Peer => shift) or die "$!";
		syswrite $s, "PING\n@ARGV\n"; print while <$s>' "$vm_control" "$last" >said ||
		fail "no end after $last: $(cat said)"
	holds "$(cat said)" "200 " "the answers before $last"
done
same "$(vm_say PING)" "200 " "the next one"

say "in error"
broken() {
	for verb in SWAP INSTALL; do
		name=wire
		[ $verb = SWAP ] || name=other
		fails vm_say "$verb $name<broken.click" >answer
		# The last line of the answer says only that there are errors.
		sed '$d; s/^552-//' answer >said
		cp broken.click $name
		click -q $name >/dev/null 2>printed || : # a file of the instance's name
		cmp said printed || fail "$verb: $(cat said) -- not: $(cat printed)"
	done
	same "$(vm_say LIST | sed -n 's/.*wire	//p')" running "the old one"
	same "$(vm_say LIST | sed -n 's/.*other	//p')" failed "the new one"
}
echo 'Idle -> Nonsense -> Discard;' >broken.click
broken
printf 'Idle -> c :: Counter(\n  NOTHING 1) -> Discard;\nx :: Queue(-5);\n' >broken.click
broken
printf 'a :: Idle -> b :: Discard; a -> b; Queue -> ' >broken.click
broken
echo 'FromDevice(eth7) -> Discard;' >broken.click
fails vm_say "INSTALL other<broken.click" >answer
holds "$(cat answer)" "eth7: no such interface" "an interface that is not there"
holds "$(cat answer)" "there is eth1" "those that are"
echo 'FromDevice(eth0) -> Discard;' >broken.click
fails vm_say "INSTALL other<broken.click" >answer
holds "$(cat answer)" "in use by another instance" "an interface that is taken"
ping_end || fail "pings meanwhile: $answers"

# Takes the interfaces from the wire for a moment, and what comes then is lost.
: >broken.click
vm_say "SWAP wire<broken.click" >/dev/null || fail "an empty configuration"
vm_say "SWAP wire<next.click" >/dev/null || fail "back again"

say "$times times"
echo 'TimedSource(INTERVAL 0.001) -> Queue(100) -> Unqueue -> c :: Counter -> Discard;' >many.click
vm_say "REMOVE other" "INSTALL many<many.click" "REMOVE many" >/dev/null || fail "the first"
before=$(vm_info memory-free)
set --
i=0
while [ $i -lt 20 ]; do
	set -- "$@" "INSTALL many$i<many.click" "READ many$i c.count" "REMOVE many$i"
	i=$((i + 1))
done
i=0
while [ $i -lt "$times" ]; do
	vm_say "$@" >answer || fail "round $i: $(cat answer)"
	i=$((i + 20))
done
after=$(vm_info memory-free)
same "$after" "$before" "free memory after $times instances"
reach client 10.6.0.2 || fail "no ping after all of these"
vm_stop

say "without interfaces"
mkdir files
echo 'TimedSource(INTERVAL 0.01) -> c :: Counter -> Discard;' >'files/a name.click'
echo 'Idle -> t :: Counter -> Print("$WORDS") -> Discard;' >files/second.click
vm_archive files
vm_start "$how" 8 0 'run="a_name:a name.click",second.click env.WORDS="two words" name=x'
vm_ready
grep -q "ready, 2 of 2 instances run" "$vm_console" || fail "not both run: $(vm_last)"
counts() { [ "$(vm read a_name/c.count)" -gt 1 ]; }
wait_until counts
same "$(vm read second/Print@3.config)" '"two words"' "the variable"
echo 'FromDevice(0) -> Discard;' >broken.click
fails vm_say "INSTALL other<broken.click" >answer
holds "$(cat answer)" "this machine has no interfaces" "no interface"
same "$(vm_say INTERFACES | wc -l)" 1 "interfaces"
vm_stop

say "damaged archives"
good=$(wc -c <archive.cpio)
cp archive.cpio whole.cpio
for size in 1 50 109 130 200 $((good / 2)); do
	head -c "$size" whole.cpio >archive.cpio
	vm_start "$how" 8 0 "run=second.click"
	vm_ready
	grep -q "archive" "$vm_console" || fail "$size bytes of an archive: $(vm_last)"
	vm_say "PING x" >/dev/null || fail "$size bytes of an archive: no answer"
	vm_stop
done
head -c 3000 /dev/urandom >archive.cpio
vm_start "$how" 8 0 "run=second.click"
vm_ready
grep -q "second.click: No such file" "$vm_console" || fail "a file that is not there: $(vm_last)"
vm_stop
say ok
