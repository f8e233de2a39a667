#!/bin/sh
# SPDX-License-Identifier: MIT
# unconnected.sh - interfaces that are connected to nothing: the VM has them, what it sends there is
# gone, nothing comes, and the host has none of them, neither while it runs nor afterwards.
. "$(dirname "$0")/lib/cli.sh"
[ "$BACKEND" != xen ] || skip "on Xen an interface needs a bridge"
cli_net
cd "$net_dir"

# More frames than a ring has room for.
cat >sends.click <<-'end'
	RatedSource(RATE 50000, LIMIT 5000) -> Queue(5000) -> sent :: Counter -> ToDevice(left);
	FromDevice(left) -> come :: Counter -> Discard;
	FromDevice(other) -> come;
end
interfaces() { at host ip -o link | sed 's/^[0-9]*: //; s/[@:].*//' | sort | tr '\n' ' '; }

before=$(interfaces)
vm run -d -b "$BACKEND" --net left=none --net none --name lonely sends.click >out 2>&1 ||
	fail "run: $(cat out)"
holds "$(cat out)" "interface left is not connected" "run"
holds "$(cat out)" "interface other is not connected" "run"
same "$(interfaces)" "$before" "the host's interfaces while it runs"
all_sent() { [ "$(vm read lonely sent.count)" = 5000 ]; }
wait_until all_sent
same "$(vm read lonely come.count)" 0 "frames that came"
vm inspect lonely >json
same "$(json '0.interfaces.*.net' <json | tr '\n' ' ')" "none none " "inspect"
same "$(json '0.interfaces.*.host-interface' <json)" "" "inspect: the host's ends"
vm stop lonely
same "$(interfaces)" "$before" "the host's interfaces after it"
vm start -q lonely
same "$(interfaces)" "$before" "the host's interfaces when it runs again"
wait_until all_sent

say "one of two"
sed 's/FromDevice(other)/FromDevice(right)/' sends.click >half.click
vm run -d -q -b "$BACKEND" --net right=none --name half half.click >out 2>&1 || fail "run: $(cat out)"
at host ip -o link show master left | grep -q 'half.' || fail "the one that is connected: $(interfaces)"
same "$(at host ip -o link show master right | grep -c 'half.')" 0 "the one that is not"
vm rm -f half lonely
same "$(interfaces)" "$before" "the host's interfaces in the end"

say "ok"
