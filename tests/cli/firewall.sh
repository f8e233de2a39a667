#!/bin/sh
# SPDX-License-Identifier: MIT
# firewall.sh - a firewall's life in a VM, by all commands: run, read, write, handlers, swap,
# install, remove, cp, logs, inspect, ls, stop, start, rm. The picture is in lib/cli.sh.
. "$(dirname "$0")/lib/cli.sh"
cli_net

cp "$root/examples/firewall.click" "$net_dir/fw.click"
cd "$net_dir"

say "run"
vm run -d -q -b "$BACKEND" --env LEFT=left --env RIGHT=right fw.click >out 2>err ||
	fail "run: $(cat err)"
same "$(cat out)" fw "the name"
pings || fail "ping through the firewall"
serve server 80 web
serve server 23 telnet
same "$(ask client 10.7.0.2 80)" web "the port that is allowed"
no_answer client 10.7.0.2 23

say "read, write, handlers"
refuses() { [ "$(vm read fw refused.count)" -gt 0 ]; }
wait_until refuses
same "$(vm read fw fw/refused.count)" "$(vm read fw refused.count)" "with the instance's name"
vm write fw log.active false
same "$(vm read fw log.active)" false "what was written"
# A late packet may count.
reset() {
	vm write fw refused.reset
	[ "$(vm read fw refused.count)" = 0 ]
}
wait_until reset
holds "$(vm handlers fw refused)" "refused.count" "handlers of an element"
holds "$(vm handlers fw)" "from_left/kind.program" "handlers of all elements"
vm handlers --json fw refused >handlers
number=$(json_find '*.handler' count <handlers)
same "$(json "$number.read" <handlers) $(json "$number.write" <handlers)" "true false" "handlers --json"

say "handlers that are not there"
# mistyped TEXT COMMAND...: it fails, and says so.
mistyped() {
	text=$1
	shift
	fails vm "$@" 2>err
	holds "$(cat err)" "$text" "clickos $*"
}
mistyped "No handler named 'refused.cuont'" read fw refused.cuont
mistyped "did you mean \`count'" read fw refused.cuont
mistyped "did you mean \`reset'" write fw refused.rest
mistyped "No element named 'refusd'" read fw refusd.count
mistyped "did you mean \`refused'" read fw refusd.count
mistyped "did you mean \`refused'" write fw refusd.reset
mistyped "did you mean \`refused'" handlers fw refusd
mistyped "did you mean \`config'" read fw confg
mistyped "handlers to read: " read fw refused.nonsense
holds "$(cat err)" " count" "what can be read"
case $(cat err) in *" reset,"*) fail "what can only be written: $(cat err)" ;; esac
mistyped "handlers to write: " write fw refused.nonsense
holds "$(cat err)" " reset" "what can be written"
mistyped "its elements: " read fw nobody.count
holds "$(cat err)" "refused" "the elements"
mistyped "\`refused' is an element" read fw refused
holds "$(cat err)" " count" "what can be read of it"
fails vm read wf refused.count 2>err
holds "$(cat err)" "did you mean \`fw'" "the complaint"

say "swap"
sed 's/tcp dst port 22,/tcp dst port 22 or tcp dst port 23,/; s/tcp src port 80 or/tcp src port 80 or tcp src port 23 or/' \
	fw.click >telnet.click
vm swap fw telnet.click || fail "swap"
same "$(ask client 10.7.0.2 23)" telnet "the port that is allowed now"
echo 'FromDevice(left) -> Nonsense -> Discard;' >bad.click
fails vm swap fw bad.click 2>err
holds "$(cat err)" "bad.click:1: " "the error has its place"
holds "$(cat err)" "Nonsense" "the error has its name"
same "$(ask client 10.7.0.2 23)" telnet "the old one runs on"

say "install, remove"
echo 'TimedSource(INTERVAL 0.001) -> c :: Counter -> Discard;' >count.click
vm install --instance second fw count.click || fail "install"
pings || fail "ping, with two instances"
counts() { [ "$(vm read fw second/c.count)" -gt 3 ]; }
wait_until counts
fails vm read fw c.count 2>err
holds "$(cat err)" "its instances: fw, second" "the complaint"
fails vm install --instance second fw count.click 2>err
# It says nothing of instances where the machine takes long to answer.
lists() {
	vm ls --json >list
	[ "$(json '0.instances.*.name' <list | tr '\n' ' ')" = "fw second " ]
}
wait_until lists
same "$(json '0.instances.*.state' <list | tr '\n' ' ')" "running running " "ls --json: states"
vm remove fw second || fail "remove"
fails vm remove fw second 2>err
removed() { [ "$(vm ls --json | json '0.instances.*.name')" = fw ]; }
wait_until removed

say "cp"
head -c "${CLI_BYTES:-300000}" /dev/urandom >data
vm cp data fw:dir/data || fail "cp into the VM"
vm cp fw:dir/data back || fail "cp out of the VM"
cmp data back || fail "what came back is not what went in"
vm cp fw:dir/data - | cmp - data || fail "cp to standard output"
fails vm cp fw:nothing there 2>err
holds "$(cat err)" nothing "the complaint"
fails vm cp data back 2>err

say "logs, inspect"
vm write fw log.active true
no_answer client 10.7.0.2 81
logged() { vm logs fw | grep -q refused; }
wait_until logged
same "$(vm logs --tail 1 fw | wc -l)" 1 "logs --tail"
inspects() { vm inspect fw >inspect && [ "$(json 0.instances.0.name <inspect)" = fw ]; }
wait_until inspects
same "$(json 0.name <inspect)" fw "inspect: name"
same "$(json 0.state <inspect)" running "inspect: state"
same "$(json 0.backend <inspect)" "$BACKEND" "inspect: back end"
same "$(json 0.interfaces.1.net <inspect)" bridge:right "inspect: interfaces"
json 0.instances.0.configuration <inspect | grep -q 'IPFilter' || fail "inspect: configuration"
json '0.machine-files.*.path' <inspect | grep -q 'dir/data' || fail "inspect: files"
json 0.info.version <inspect | grep -q . || fail "inspect: info"

cli_show fw

say "stop, start, rm"
fails vm rm fw 2>err
holds "$(cat err)" runs "the complaint"
fails vm start fw 2>err
vm stop fw || fail "stop"
same "$(vm ls --json | json 0.state)" stopped "after stop"
vm stop fw || fail "stop of one that has stopped"
fails vm read fw refused.count 2>err
holds "$(cat err)" "clickos start fw" "the remedy"
fails at client ping -q -c 1 -W 1 10.7.0.2 >/dev/null
vm start -q fw || fail "start"
pings || fail "ping after the start"
vm rm -f fw || fail "rm -f"
same "$(vm ls -q)" "" "after rm"
same "$(at host ip -o link show master left | wc -l)" 1 "what is left on the bridge"

say "ok"
