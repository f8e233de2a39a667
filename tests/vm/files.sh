#!/bin/sh
# SPDX-License-Identifier: MIT
# files.sh - what ToDump writes in the machine is what was sent, packet by packet; what was copied in is
# replayed by FromDump; files come back as they went; libraries and data are found.
. "$(dirname "$0")/lib/vm.sh"

how=${HOW:-$(vm_any)}
vm_need "$how"
net_space machine client
cd "$net_dir"
vm_start "$how" 16 1 ""
vm_plug 0 client 10.8.0.1/24
vm_ready

say "written inside"
cat >dump.click <<EOF
FromDevice(eth0, PROMISC true) -> dump :: ToDump(seen.pcap, SNAPLEN 0, UNBUFFERED true) -> Discard;
EOF
vm install dump.click || fail "install"
# The sender's own record of it: what click reads from a file and sends.
click -e "RandomSource(LENGTH 60, LIMIT 300, STOP false) -> EtherEncap(0x88b5, 02:00:00:00:01:01, 02:00:00:00:02:00)
	-> SetTimestamp -> d :: ToDump(sent.pcap, ENCAP ETHER);
	s :: Script(TYPE ACTIVE, label x, wait 0.05, goto x \$(lt \$(d.count) 300), stop)" ||
	fail "cannot make packets"
same "$(click -e 'FromDump(sent.pcap, STOP true) -> c :: Counter -> Discard' -h c.count 2>/dev/null)" 300 "packets"
at client click -e 'FromDump(sent.pcap, STOP false) -> q :: Queue -> rate :: RatedUnqueue(3000) -> q2 :: Queue
	-> d :: ToDevice(tap0) -> Counter(COUNT_CALL 300 stop) -> Discard; Script(wait 120, stop)' || fail "cannot send"
arrived() { [ "$(vm read dump.count)" -ge 300 ]; }
wait_until arrived
timeout 240 clickos cp "$vm_control:seen.pcap" seen.pcap || fail "cp"
perl "$root/tests/vm/lib/pcap.pl" sent.pcap >sent.txt
perl "$root/tests/vm/lib/pcap.pl" seen.pcap | grep 88b5 >seen.txt || :
same "$(wc -l <sent.txt)" 300 "packets sent"
cmp sent.txt seen.txt || fail "what was written is not what was sent: $(wc -l <seen.txt) packets"
vm remove || fail "remove"

say "replayed"
timeout 240 clickos cp sent.pcap "$vm_control:again.pcap" || fail "cp into the machine"
cat >replay.click <<EOF
FromDump(again.pcap, STOP false, ACTIVE false) -> q :: Queue(1000) -> out :: ToDevice(eth0);
EOF
start client click -e 'FromDevice(tap0, PROMISC true, SNIFFER false, OUTBOUND false) -> Classifier(12/88b5)
	-> c :: Counter -> ToDump(back.pcap, ENCAP ETHER, UNBUFFERED true)' -u "$net_dir/receiver"
wait_until test -S receiver
vm install replay.click || fail "install"
vm write FromDump@1.active true || fail "active"
back() { [ "$(perl "$root/tests/vm/lib/pcap.pl" back.pcap | wc -l)" -ge 300 ]; }
wait_until back
perl "$root/tests/vm/lib/pcap.pl" back.pcap >back.txt
cmp sent.txt back.txt || fail "what was replayed is not what was copied in"
vm remove || fail "remove"

say "as they went"
for n in 0 1 4095 4096 4097 1000000; do
	head -c $n /dev/urandom >data
	timeout 240 clickos cp data "$vm_control:dir/data" || fail "cp of $n bytes"
	timeout 240 clickos cp "$vm_control:dir/data" - >back.data || fail "cp back of $n bytes"
	cmp data back.data || fail "$n bytes came back as others"
done
vm_say FILES >list || fail "FILES"
grep -q "^1000000	dir/data$" list || fail "FILES: $(cat list)"
vm_say "DELETE dir/data" >/dev/null || fail "DELETE"
fails timeout 240 clickos cp "$vm_control:dir/data" back.data 2>err
head -c 20000000 /dev/zero >big
fails vm_say "PUT big<big" >answer
# There is less memory than that.
holds "$(cat answer)" "555 " "a file that is too big"
vm_say "PING on" >/dev/null || fail "after a file that is too big"
vm_stop
say ok
