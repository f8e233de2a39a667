# SPDX-License-Identifier: MIT
# xen.sh - what is often wanted in dom0, in tests and by people. To be sourced; $BOX is set.

guest_dir=/run/guests
mkdir -p $guest_dir

say() { echo "$*"; }

# --- networks ---

# side NAME BRIDGE ADDRESS/BITS [GATEWAY]: a namespace with eth0 on that bridge, which is made if
# there is none. Nobody there speaks IPv6, or unasked.
side() {
	if [ ! -e "/sys/class/net/$2" ]; then
		ip link add "$2" type bridge forward_delay 0 mcast_snooping 0
		ip link set dev "$2" up
	fi
	ip netns add "$1"
	ip -n "$1" link set dev lo up
	ip link add "to-$1" type veth peer name eth0 netns "$1"
	ip link set dev "to-$1" master "$2" up
	ip -n "$1" addr add "$3" dev eth0
	ip -n "$1" link set dev eth0 up
	[ -z "${4-}" ] || ip -n "$1" route add default via "$4"
}

# two_sides: client (10.0.1.2) on xenbr0 and server (10.0.2.2) on xenbr1, for a guest that routes
# between them as 10.0.1.1 and 10.0.2.1.
two_sides() {
	side client xenbr0 10.0.1.2/24 10.0.1.1
	side server xenbr1 10.0.2.2/24 10.0.2.1
}

# no_sides: all namespaces and bridges are gone.
no_sides() {
	for space in $(ip netns list | cut -d' ' -f1); do ip netns del "$space"; done
	for dir in /sys/class/net/*/bridge; do
		[ ! -e "$dir" ] || ip link del dev "$(basename "$(dirname "$dir")")"
	done
}

# at NAME COMMAND...: runs it in that namespace.
at() {
	ip netns exec "$@"
}

# --- waiting; SECONDS are 60 if not given, since an emulated machine may be slow ---

# wait_until SECONDS COMMAND...: until it succeeds; five times as long, since its host may be busy, too.
# Asks less and less often, once in 0.8 s in the end: each look takes time away from the guest that is
# waited for.
wait_until() {
	local left=$(($1 * 50)) step=1
	shift
	until "$@" >/dev/null 2>&1; do
		if [ $left -le 0 ]; then
			say "never came true: $*"
			return 1
		fi
		usleep ${step}00000
		left=$((left - step))
		[ $step -ge 8 ] || step=$((step * 2))
	done
}

key_is() {
	local value
	value=$(xenstore-read "$1") && case $value in $2) ;; *) return 1 ;; esac
}
console_has() { grep -qe "$2" "/var/log/xen/guest-$1.log"; }
guest_gone() { ! xl domid "$1"; }

# wait_key PATH [PATTERN [SECONDS]]: until the store has that key, and its value fits the shell
# pattern.
wait_key() { wait_until "${3:-60}" key_is "$1" "${2:-*}"; }

# wait_console GUEST REGEX [SECONDS]: until a line of its console fits.
wait_console() { wait_until "${3:-60}" console_has "$1" "$2"; }

# wait_gone GUEST [SECONDS]: until it has ended.
wait_gone() { wait_until "${2:-60}" guest_gone "$1"; }

# --- guests ---

# guest_config NAME KEY=VALUE...: its configuration for xl. Numbers, "strings" and [lists] stay as
# they are, other values are quoted. A PVH guest of 32 MB that ends when it crashes, unless it is
# said otherwise.
guest_config() {
	local name=$1 setting value
	shift
	set -- name="\"$name\"" type=pvh memory=32 vcpus=1 on_poweroff=destroy on_reboot=destroy \
		on_crash=destroy "$@"
	for setting; do
		value=${setting#*=}
		case $value in
		'['* | '"'*) ;;
		'' | *[!0-9]*) value="\"$value\"" ;;
		esac
		echo "${setting%%=*} = $value"
	done >"$guest_dir/$name.cfg"
}

# guest_create NAME [OPTION...]: as configured; xl's options.
guest_create() {
	local name=$1
	shift
	xl create -q "$@" "$guest_dir/$name.cfg"
}

# guest_id NAME: its number.
guest_id() { xl domid "$1"; }

# guest_console NAME: all it has said.
guest_console() { cat "/var/log/xen/guest-$1.log"; }

# guest_node NAME KEY: a directory in the guest's part of the store that the guest may write; what is
# there otherwise it may mostly read only.
guest_node() {
	local id
	id=$(guest_id "$1")
	xenstore-write "/local/domain/$id/$2" ''
	xenstore-chmod "/local/domain/$id/$2" "n$id"
}

# store_put NODE FILE: a text of any length, in parts, its lines whole. xenstore-write reads \\ and \n
# as C does.
store_put() {
	local i=0 part
	sed 's/\\/\\\\/g' "$2" | awk '{
		if (length(part $0) > 3000) {
			print part
			part = ""
		}
		part = part $0 "\\n"
	}
	END { print part }' | {
		while IFS= read -r part; do
			xenstore-write "$1/$i" "$part"
			i=$((i + 1))
		done
		xenstore-write "$1" "parts $i"
	}
}

# store_get NODE: a text that may be in parts.
store_get() {
	local i=0 value
	value=$(xenstore-read "$1") || return
	case $value in
	'parts '[0-9]*)
		while [ $i -lt "${value#parts }" ]; do
			xenstore-read -R "$1/$i" || return
			i=$((i + 1))
		done
		;;
	*) xenstore-read -R "$1" ;;
	esac
}

# guest_destroy NAME: at once, and waits for its end.
guest_destroy() { xl destroy "$1" && wait_gone "$1"; }

# no_guests: all of them are gone.
no_guests() {
	local id
	for id in $(xl list | awk 'NR > 1 && $2 > 0 { print $2 }'); do xl destroy "$id"; done
}

# What a Linux guest needs not do: it takes time under emulation.
linux_arguments='console=hvc0 quiet loglevel=2 cryptomgr.notests mitigations=off audit=0'

# guest_linux NAME: a Linux guest that routes between the two sides, ready.
guest_linux() {
	guest_config "$1" kernel="$BOX/vmlinux" ramdisk="$BOX/guest.cpio" memory=192 \
		cmdline="$linux_arguments addresses=10.0.1.1/24,10.0.2.1/24" \
		vif='["bridge=xenbr0", "bridge=xenbr1"]'
	guest_create "$1" && wait_console "$1" 'guest: up' 120
}
