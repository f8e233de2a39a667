# SPDX-License-Identifier: MIT
# cli.sh - what the tests of the command `clickos' share. To be sourced; the programs are in PATH.
# BACKEND says which back end they use (process).
#
#	+- client -+      +------------------ host -------------------+      +- server -+
#	|  10.7.0.1|------| bridge left --- the VM --- bridge right   |------|10.7.0.2  |
#	+----------+      +-------------------------------------------+      +----------+
#
# `host' is a network namespace too: interfaces and bridges are of this test alone.
net_lib=${net_lib:-$(cd "$(dirname "$0")/../net/lib" && pwd)}
. "$net_lib/net.sh"

root=$(cd "$(dirname "$0")/../.." && pwd)
BACKEND=${BACKEND:-process}
CLICKOS_DIR=$net_dir/state
export CLICKOS_DIR
unset CLICKPATH

command -v clickos >/dev/null || skip "no clickos"

# vm ARGUMENT...: clickos on the host of this test.
vm() { at host clickos "$@"; }

# Machines go before what they are connected to.
cli_cleanup() {
	status=$?
	trap - EXIT INT TERM HUP
	if [ -d "$CLICKOS_DIR" ]; then
		for name in $(vm ls -q); do vm rm -f "$name" || :; done
	fi >/dev/null 2>&1
	(exit $status)
	net_cleanup
}
trap cli_cleanup EXIT

cli_bridge() { # BRIDGE SPACE ADDRESS
	ip -n "$net_id-host" link add "$1" type bridge forward_delay 0
	ip -n "$net_id-host" link set dev "$1" up
	net_link host "to-$1" "$2" e0
	ip -n "$net_id-host" link set dev "to-$1" master "$1"
	ip -n "$net_id-$2" addr add "$3/24" dev e0
}

# cli_net: the picture above.
cli_net() {
	net_need ping perl
	net_space host client server
	at host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || :
	cli_bridge left client 10.7.0.1
	cli_bridge right server 10.7.0.2
	reason=$(vm doctor --json) || :
	printf '%s' "$reason" | perl -MJSON::PP -e '
		my ($b) = grep { $_->{name} eq $ARGV[0] } @{decode_json(join "", <STDIN>)->{backends}};
		print "$b->{text}\n", exit 1 unless $b->{ok}' "$BACKEND" >"$net_dir/why" ||
		skip "back end $BACKEND: $(cat "$net_dir/why")"
}

# json EXPRESSION: what that Perl expression of $j says of the JSON on standard input.
json() {
	perl -MJSON::PP -e 'my $j = decode_json(join "", <STDIN>); print eval $ARGV[0], "\n";
		die $@ if $@' "$1"
}

# pings COUNT: client reaches server, through the VM.
pings() { at client ping -q -c "$1" -i 0.01 -W 5 -w 10 10.7.0.2 >/dev/null; }

# same GOT WANT WHAT
same() { [ "$1" = "$2" ] || fail "$3: got '$1', not '$2'"; }
# holds TEXT PART WHAT
holds() { case $1 in *"$2"*) ;; *) fail "$3: no '$2' in: $1" ;; esac; }
