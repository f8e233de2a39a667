# SPDX-License-Identifier: MIT
# packages.sh - fetches the Debian packages of the box and unpacks them. To be sourced by box.sh;
# nothing is installed, and nobody has to be root.
#
# What versions there are of Xen and of the kernel is asked of apt: $box/packages then holds what
# this Debian release has.

# What a dom0 is made of, apart from Xen and the kernel. The static busybox prefers its own commands
# to those in PATH, and runs them without another program: that is for the Linux guest; and as it
# has the name of the other one, it is unpacked into a directory of its own.
tools='xenstore-utils busybox busybox-static bash iproute2 tcpdump netcat-openbsd ethtool'

# Of these there is one set, the host's: a second one next to programs from the host would not fit.
from_host='libc6|libc-bin|libgcc-s1|gcc-.*|libpython.*|libcrypt1'

# apt ARGUMENT...: apt-get or apt-cache, with lists of packages of our own when $own_lists is set.
apt() {
	command=$1
	shift
	if [ -n "$own_lists" ]; then
		"$command" -o Dir::State::Lists="$box/apt/lists" -o Dir::Cache="$box/apt/cache" \
			-o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 "$@"
	else
		"$command" -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 "$@"
	fi
}

# depends PATTERN PACKAGE...: what they depend on directly, as far as it fits the pattern.
depends() {
	pattern=$1
	shift
	apt apt-cache depends "$@" 2>/dev/null | sed -n 's/^ *|\{0,1\}\(Pre\)\{0,1\}Depends: //p' |
		grep -Ex "$pattern" | grep -Evx "$from_host" | sort -u
}

# wanted: the names of all packages.
wanted() {
	xen=$(depends 'xen-hypervisor-[0-9].*|xen-utils-[0-9].*' xen-system-amd64)
	kernel=$(depends 'linux-image-[0-9].*' linux-image-amd64 | head -n 1)
	[ -n "$xen" ] && [ -n "$kernel" ] || return 1
	libraries=$(depends 'lib.*' $xen $tools)
	more=$(depends 'lib.*' $libraries)
	printf '%s\n' $xen $kernel $tools $libraries $more | sort -u
}

# download NAME...: the packages, into $box/debs, and nothing else there.
download() {
	rm -rf "$box/debs"
	mkdir -p "$box/debs"
	(cd "$box/debs" && apt apt-get -qq download "$@" </dev/null) >>"$log" 2>&1
}

# fetch: downloads. Lists that are missing or out of date are no obstacle: they are read anew, into
# the box's own directory.
fetch() {
	own_lists=
	if names=$(wanted) && download $names; then
		return
	fi
	own_lists=1
	mkdir -p "$box/apt/lists/partial" "$box/apt/cache/archives/partial"
	apt apt-get -qq update </dev/null >>"$log" 2>&1 || : # which the next one says
	names=$(wanted) || skip "Debian's Xen and kernel are not to be found by apt (see $log)"
	download $names || skip "the Debian packages cannot be downloaded (see $log)"
}

# packages: $box/packages, all of them unpacked.
packages() {
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
		skip 'no apt-get and dpkg-deb: the box is made of Debian packages'
	[ "$(dpkg --print-architecture)" = amd64 ] || skip 'the box is made of packages for amd64'
	say 'fetching Debian packages'
	fetch
	rm -rf "$box/packages" "$box/static"
	mkdir -p "$box/packages"
	for deb in "$box"/debs/*.deb; do
		case $deb in
		*/busybox-static_*) dpkg-deb -x "$deb" "$box/static" ;;
		*) dpkg-deb -x "$deb" "$box/packages" ;;
		esac
	done
	rm -rf "$box/debs" "$box/apt"
}
