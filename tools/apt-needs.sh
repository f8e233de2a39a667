#!/bin/sh
# SPDX-License-Identifier: MIT
# apt-needs.sh build|run|xen|check - installs the Debian packages that building, `make run', the
# emulated Xen host or `make check' need and that are missing. Only root can; others are told, and
# go on as far as they can.
set -eu

build='gcc binutils libc6-dev musl-dev make perl pkg-config zlib1g-dev libbz2-dev libpcap-dev
	libxdp-dev libbpf-dev libjson-c-dev libseccomp-dev libxen-dev'
run="$build iproute2 iputils-ping netcat-openbsd"
xen='qemu-system-x86 xz-utils'
check="$run $xen clang clang-format libclang-rt-dev musl-tools bzip2 cpio ethtool procps"

case ${1-} in
build) packages=$build ;;
run) packages=$run ;;
xen) packages="$build $xen" ;;
check) packages=$check ;;
*)
	echo 'usage: apt-needs.sh build|run|xen|check' >&2
	exit 2
	;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "not a Debian system: please see that there are" $packages
	exit 0
fi

# Another package may provide it (pkgconf does, for pkg-config).
installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}, ${Provides},\n' |
	sed -n 's/^ii //p' | sed 's/([^)]*)//g' | tr ',' '\n' | tr -d ' ')
missing=
for package in $packages; do
	printf '%s\n' "$installed" | grep -qx "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "missing packages (only root can install them):$missing"
	exit 0
fi
# apt COMMAND...: another one may be at work, and servers may fail now and then. What cannot be had is
# said by those who need it.
apt() {
	apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null ||
		echo "apt-get has failed; going on as far as that goes"
}

echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-cache show $missing >/dev/null 2>&1 || apt update
for package in $missing; do # what this release does not have is left out
	apt-cache show "$package" >/dev/null 2>&1 || {
		echo "no package $package here"
		missing=$(printf '%s' "$missing" | sed "s/ $package\\b//")
	}
done
[ -z "$missing" ] || apt -y --no-install-recommends install $missing
