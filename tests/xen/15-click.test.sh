#!/bin/sh
# SPDX-License-Identifier: MIT
# The program `click' works in dom0, to make and to count the packets of other tests.
# takes: 6 s
. "$(dirname "$0")/dom0/test.sh"

need click
side client xenbr0 10.0.0.1/24
side server xenbr0 10.0.0.2/24
start server click -e 'FromDevice(eth0) -> Classifier(12/88b5) -> c :: Counter(COUNT_CALL 20 stop)
	-> Discard' -h c.count >"$test_dir/count"
counting=$started
wait_until 60 at server grep -q "^[0-9a-f]" /proc/net/packet # its socket
at client click -e 'RatedSource(DATA \<ffffffffffff 020000000001 88b5 0102030405>, LIMIT 20, RATE 50)
	-> Queue -> ToDevice(eth0) -> Counter(COUNT_CALL 20 stop) -> Discard'
wait_until 60 test -s "$test_dir/count" || fail "not all packets have come"
wait "$counting"
is "packets" 20 "$(sed -n '/^[0-9]/p' "$test_dir/count")"
