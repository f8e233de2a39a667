# SPDX-License-Identifier: MIT
# cli.sh - what the tests of the command `clickos' share. To be sourced; the programs are in PATH.
# BACKEND says which back end they use: process, kvm or xen.
#
#	+- client -+      +------------------ host -------------------+      +- server -+
#	|  10.7.0.1|------| bridge left --- the VM --- bridge right   |------|10.7.0.2  |
#	+----------+      +-------------------------------------------+      +----------+
#
# `host' is a network namespace too: interfaces and bridges are of this test alone. On Xen it is
# dom0 itself, as the back ends of interfaces are made there and nowhere else; this may be a dom0
# that is slow (NET_SLOW times as slow as others; CLI_BYTES are many to copy) and has no Perl.
net_lib=${net_lib:-$(cd "$(dirname "$0")/../net/lib" && pwd)}
. "$net_lib/net.sh"

root=$(cd "$(dirname "$0")/../.." && pwd)
BACKEND=${BACKEND:-process}
CLICKOS_DIR=$net_dir/state
export CLICKOS_DIR
unset CLICKPATH
cli_bridges=
[ "$BACKEND" != xen ] || net_own=host

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
	for bridge in $cli_bridges; do at host ip link del dev "$bridge" || :; done
	(exit $status)
	net_cleanup
}
trap cli_cleanup EXIT

cli_bridge() { # BRIDGE SPACE ADDRESS
	at host ip link add "$1" type bridge forward_delay 0 mcast_snooping 0
	cli_bridges="$cli_bridges $1"
	at host sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1" 2>/dev/null || :
	at host ip link set dev "$1" up
	net_link host "to-$1" "$2" e0
	at host ip link set dev "to-$1" master "$1"
	at "$2" ip addr add "$3/24" dev e0
}

# cli_net: the picture above.
cli_net() {
	net_need ping awk
	[ "$BACKEND" = xen ] || net_space host
	net_space client server
	[ "$BACKEND" = xen ] ||
		at host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || :
	cli_bridge left client 10.7.0.1
	cli_bridge right server 10.7.0.2
	vm doctor --json >"$net_dir/doctor" || :
	number=$(json_find 'backends.*.name' "$BACKEND" <"$net_dir/doctor")
	[ "$(json "$number.ok" <"$net_dir/doctor")" = true ] ||
		skip "back end $BACKEND: $(json "$number.text" <"$net_dir/doctor")"
}

# json PATH: the values of that path in the JSON on standard input, a line each.
json() { awk -v "want=$1" -f "$root/tests/cli/lib/json.awk"; }
# json_find PATH VALUE: where that value is: the path without its last word.
json_find() { awk -v "want=$1" -v "value=$2" -f "$root/tests/cli/lib/json.awk"; }

# cli_show VM: what the back end has of it, for who reads the output.
cli_show() {
	[ "$BACKEND" = xen ] || return 0
	echo "| the store of a guest that clickos drives:"
	xenstore-ls -p "/local/domain/$(xl domid "$1")/clickos" | sed 's/^/| /'
}

# pings: client reaches server, through the VM.
pings() { reach client 10.7.0.2; }

if ! command -v perl >/dev/null; then
	# As in net.sh, with what busybox has.
	listening() { wait_until at "$1" sh -c "netstat -ltn | grep -q ':$2 '"; }
	serve() {
		start "$1" busybox nc -ll -p "$2" -e echo "$3"
		listening "$1" "$2"
	}
	ask() { at "$1" busybox nc -w 60 "$2" "$3" </dev/null; }
	no_answer() {
		fails at "$1" busybox nc -w $((1 + ${NET_SLOW:-1} / 3)) "$2" "$3" </dev/null >/dev/null
	}
fi

# same GOT WANT WHAT
same() { [ "$1" = "$2" ] || fail "$3: got '$1', not '$2'"; }
# holds TEXT PART WHAT
holds() { case $1 in *"$2"*) ;; *) fail "$3: no '$2' in: $1" ;; esac; }
