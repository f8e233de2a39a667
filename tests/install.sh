#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh BUILD-DIR - does `make install' put everything in place, working, and does `make
# uninstall' leave nothing?
set -u
build=$1
dest=$(mktemp -d)
trap 'rm -rf "$dest"' EXIT
passed=0 failed=0

verdict() { # STATUS WHAT
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "failed: $2"
	fi
}

make --no-print-directory O="$build" DESTDIR="$dest" PREFIX=/usr install
verdict $? 'make install'

timeout 120 "$dest/usr/bin/click" -e 'Idle -> Discard' -q
verdict $? 'running the installed click'

echo 'Idle -> Discard;' | timeout 120 "$dest/usr/bin/click-flatten" | grep -q 'Discard@'
verdict $? 'running an installed tool'

timeout 120 "$dest/usr/bin/clickos" version | grep -q '^clickos '
verdict $? 'running the installed clickos'

timeout 120 "$dest/usr/bin/clickos-monitor" --help | grep -q -e --image
verdict $? 'running the installed clickos-monitor'

CLICKOS_DIR=$dest/state timeout 120 "$dest/usr/bin/clickos" doctor >"$dest/doctor"
verdict $? 'the installed clickos finds a back end'
grep -q "click  *$dest/usr/bin/click" "$dest/doctor"
verdict $? 'the installed clickos finds the installed click'
grep -q "ok  *image .*/lib/clickos/clickos.elf" "$dest/doctor"
verdict $? 'the installed clickos finds the installed image'
rm -rf "$dest/state" "$dest/doctor"

xen= # where libxl is
[ ! -f "$build/clickos-xen" ] || xen=lib/clickos/clickos-xen
for file in share/man/man1/click.1 share/man/mann/Counter.n share/man/mann/elements.n \
		share/man/man1/clickos.1 share/man/man1/clickos-run.1 \
		share/man/man1/clickos-monitor.1 share/bash-completion/completions/click \
		share/bash-completion/completions/click-flatten share/bash-completion/completions/clickos \
		bin/clickos-monitor lib/clickos/clickos.elf $xen include/click/engine/element.h; do
	test -s "$dest/usr/$file"
	verdict $? "$file was not installed"
done

printf '%s\n' '#include "engine/element.h"' |
	gcc -std=gnu11 -I"$dest/usr/include/click" -fsyntax-only -x c -
verdict $? 'including an installed header'

make --no-print-directory O="$build" DESTDIR="$dest" PREFIX=/usr uninstall
verdict $? 'make uninstall'
left=$(find "$dest" ! -type d)
test -z "$left"
verdict $? "make uninstall has left $left"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
