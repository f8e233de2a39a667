#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh install|uninstall BUILD-DIR DESTDIR PREFIX TOOL... - puts the program, its names as
# tools, the manual pages and the completion in their places, or takes them away.
set -eu
what=$1 build=$2 root=$3$4
shift 4

bin=$root/bin
man=$root/share/man
lib=$root/lib/clickos
completion=$root/share/bash-completion/completions
include=$root/include/click

put() { # FILE DIRECTORY
	mkdir -p "$2"
	install -m 644 "$1" "$2"
}

case $what in
install)
	mkdir -p "$bin"
	install -m 755 "$build/click" "$bin/click"
	install -m 755 "$build/clickos-monitor" "$bin/clickos-monitor"
	install -m 755 "$build/clickos" "$bin/clickos"
	mkdir -p "$lib"
	# These two are not built everywhere; `clickos doctor' says what then is missing.
	[ ! -f "$build/clickos-xen" ] || install -m 755 "$build/clickos-xen" "$lib/clickos-xen"
	[ ! -f "$build/clickos.elf" ] || install -m 644 "$build/clickos.elf" "$lib/clickos.elf"
	for tool in "$@"; do ln -sf click "$bin/$tool"; done
	for page in docs/man/*.1; do put "$page" "$man/man1"; done
	for page in "$build"/man/*.n; do put "$page" "$man/mann"; done
	mkdir -p "$completion"
	install -m 644 tools/completion/click.bash "$completion/click"
	install -m 644 tools/completion/clickos.bash "$completion/clickos"
	for tool in "$@"; do ln -sf click "$completion/$tool"; done
	# What an element of one's own includes.
	for header in base/*.h engine/*.h engine/lang/lang.h engine/graph/graph.h; do
		put "$header" "$include/${header%/*}"
	done
	;;
uninstall)
	rm -f "$bin/click" "$bin/clickos-monitor" "$bin/clickos" "$completion/click" "$completion/clickos"
	rm -rf "$lib"
	for tool in "$@"; do rm -f "$bin/$tool" "$completion/$tool"; done
	for page in docs/man/*.1; do rm -f "$man/man1/${page##*/}"; done
	for page in "$build"/man/*.n; do rm -f "$man/mann/${page##*/}"; done
	rm -rf "$include"
	;;
*)
	echo 'usage: install.sh install|uninstall BUILD-DIR DESTDIR PREFIX TOOL...' >&2
	exit 2
	;;
esac
