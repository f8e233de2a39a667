# SPDX-License-Identifier: MIT
# transfer.sh - TCP transfers between namespaces, whose bytes arrive or the test fails. To be sourced
# where there are at, start, fail, and `listening SPACE PORT', which waits for a TCP server. What was
# sent and what came are noted in $transfer_dir. With Perl they are not kept, but what is sent is known
# to both sides; else nc sends bytes by chance.

transfer_port=5001
transfer_perl=
if command -v perl >/dev/null; then transfer_perl=${net_lib-}/transfer.pl; fi

# transfer_begin SPACE: a server there, which takes one transfer.
transfer_begin() {
	if [ -n "$transfer_perl" ]; then
		start "$1" perl "$transfer_perl" listen $transfer_port >"$transfer_dir/got"
	else
		start "$1" nc -l -N $transfer_port >"$transfer_dir/got"
	fi
	transfer_server=$started
	listening "$1" $transfer_port
}

# transfer_command HOST BYTES COMMAND...: runs COMMAND with the words that send, as at and start do.
# With Perl BYTES may be a file: until there is one.
transfer_command() {
	transfer_host=$1 transfer_bytes=$2
	shift 2
	if [ -n "$transfer_perl" ]; then
		"$@" perl "$transfer_perl" send "$transfer_host" $transfer_port "$transfer_bytes" \
			>"$transfer_dir/sent"
	else
		"$@" sh -c 'head -c "$3" /dev/urandom | tee "$4" | nc -N "$1" "$2"' - \
			"$transfer_host" $transfer_port "$transfer_bytes" "$transfer_dir/sent"
	fi
}

# transfer_end WHAT: the server has got all that was sent.
transfer_end() {
	wait "$transfer_server" || fail "$1: the server"
	[ -s "$transfer_dir/sent" ] || fail "$1: nothing was sent"
	cmp "$transfer_dir/sent" "$transfer_dir/got" || fail "$1: what came is not what was sent"
}

# transfer FROM TO HOST BYTES: HOST is what FROM calls TO.
transfer() {
	transfer_begin "$2"
	transfer_command "$3" "$4" at "$1" || fail "transfer from $1 to $2: the sender"
	transfer_end "transfer from $1 to $2"
}
