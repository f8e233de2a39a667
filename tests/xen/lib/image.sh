# SPDX-License-Identifier: MIT
# image.sh - makes what the box boots out of the unpacked packages. To be sourced by box.sh.
#
#	$box/xen          the hypervisor
#	$box/vmlinux      the kernel of dom0, and of Linux guests
#	$box/dom0.cpio    the root of dom0; $box/root is the same as a tree
#	$box/guest.cpio   the root of a small Linux guest

libdir=usr/lib/x86_64-linux-gnu
dom0_modules='xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs xen-netback bridge veth tun
	virtio_pci 9pnet_virtio 9p'
guest_modules='xen-netfront'
dom0_programs='bash ip tcpdump nc.openbsd ethtool xenstore'

# copy_program TREE PROGRAM [PATH]: a program of the host (or of the packages) into the tree, at
# PATH in it (/usr/bin/NAME), with those of its libraries that are neither there nor in $present.
copy_program() {
	copy_at=$1/${3:-usr/bin/$(basename "$2")}
	mkdir -p "$(dirname "$copy_at")" "$1/$libdir" "$1/usr/lib64"
	cp -L "$2" "$copy_at"
	LD_LIBRARY_PATH=$package_libs ldd "$2" 2>/dev/null |
		while read -r name arrow path rest; do
			case "$name $arrow" in
			/*ld-linux*) to=usr/lib64/${name##*/} path=$name ;;
			*' =>') to=$libdir/$name ;;
			*) continue ;;
			esac
			[ "$path" != not ] || die "$2 needs $name, which is not to be found here"
			[ -e "$1/$to" ] || [ -e "$present/$to" ] || cp -L "$path" "$1/$to"
		done
}

# find_program TREE NAME: its path in there.
find_program() {
	find "$1" -path "*bin/$2" -type f | head -n 1
}

# copy_module TREE NAME: a kernel module, and those it depends on, unpacked; they lie in order of
# their loading in the file `order'.
copy_module() {
	file=$(find "$kernel/kernel" -name "$(echo "$2" | tr _- '??').ko*" | head -n 1)
	[ -n "$file" ] || return 0 # built into the kernel
	to=$1/lib/modules/$(basename "${file%%.ko*}").ko
	[ ! -e "$to" ] || return 0
	case $file in
	*.xz) xz -dc "$file" >"$to" ;;
	*.zst) zstd -qdc "$file" >"$to" ;;
	*.gz) gzip -dc "$file" >"$to" ;;
	*) cp "$file" "$to" ;;
	esac
	for other in $(tr '\0' '\n' <"$to" | sed -n 's/^depends=//p' | tr , ' '); do
		copy_module "$1" "$other"
	done
	file=$(find "$1/lib/modules" -name "$(echo "$2" | tr _- '??').ko")
	basename "$file" >>"$1/lib/modules/order"
}

# new_tree TREE BUSYBOX MODULE...: directories, busybox and modules, which all our systems have.
new_tree() {
	tree=$1 program=$2
	shift 2
	rm -rf "$tree"
	for dir in bin sbin lib lib64; do
		mkdir -p "$tree/usr/$dir"
		ln -s "usr/$dir" "$tree/$dir"
	done
	mkdir -p "$tree/dev" "$tree/proc" "$tree/sys" "$tree/run" "$tree/tmp" "$tree/root" \
		"$tree/lib/modules" "$tree/etc" "$tree/var"
	ln -s ../run "$tree/var/run"
	copy_program "$tree" "$program" usr/bin/busybox
	for name in $("$busybox" --list); do
		[ "$name" = busybox ] || ln -s busybox "$tree/bin/$name"
	done
	for module; do copy_module "$tree" "$module"; done
}

# pack TREE FILE: as an archive that a kernel unpacks.
pack() {
	(cd "$1" && find . | LC_ALL=C sort | "$busybox" cpio -o -H newc -R 0:0 2>/dev/null) >"$2"
}

# xen_tools TREE: all of Xen's programs, where they belong, and in PATH.
xen_tools() {
	for program in "$xen_bin"/*; do
		[ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
		copy_program "$1" "$program" "usr/lib/$xen_version/bin/$(basename "$program")"
		ln -sf "../lib/$xen_version/bin/$(basename "$program")" "$1/usr/sbin/"
	done
	for name in chmod exists list ls read rm watch write; do
		ln -sf xenstore "$1/usr/bin/xenstore-$name"
	done
	mkdir -p "$1/etc/xen/scripts" "$1/var/lib/xen" "$1/var/lib/xenstored" "$1/var/log/xen"
	cp "$here/dom0/xl.conf" "$1/etc/xen/xl.conf"
	cp "$here/dom0/vif-bridge" "$1/etc/xen/scripts/vif-bridge"
}

# dom0_image: the root of dom0.
dom0_image() {
	new_tree "$box/root" "$busybox" $dom0_modules
	mkdir -p "$box/root/host" "$box/root/src" "$box/root/build"
	for name in $dom0_programs; do
		program=$(find_program "$box/packages" "$name")
		rm -f "$box/root/bin/${name%.openbsd}"
		copy_program "$box/root" "$program" "usr/bin/${name%.openbsd}"
	done
	xen_tools "$box/root"
	# Loaded by name when a thread is cancelled, as xl does.
	cp -L "$(ls /lib/x86_64-linux-gnu/libgcc_s.so.1)" "$box/root/$libdir"
	for name in poweroff reboot halt; do
		rm "$box/root/bin/$name"
		printf '#!/bin/sh\nexec busybox %s -f\n' $name >"$box/root/bin/$name"
		chmod 755 "$box/root/bin/$name"
	done
	cp "$here/dom0/profile" "$box/root/etc/profile"
	cp "$here/dom0/init" "$box/root/init"
	pack "$box/root" "$box/dom0.cpio"
}

# guest_image: the root of the Linux guest.
guest_image() {
	new_tree "$box/guest" "$(find_program "$box/static" busybox)" $guest_modules
	cp "$here/guest/init" "$box/guest/init"
	pack "$box/guest" "$box/guest.cpio"
	rm -rf "$box/guest"
}

# number FILE OFFSET: the 32-bit number there.
number() {
	od -An -tu4 -j"$2" -N4 "$1" | tr -d ' '
}

# kernel_image: the ELF file in Debian's compressed kernel (its place in there: boot protocol 2.08,
# payload_offset and payload_length). Xen could unpack it, but under emulation that takes long.
kernel_image() {
	file=$(ls "$box"/packages/boot/vmlinuz-*)
	sectors=$(od -An -tu1 -j497 -N1 "$file" | tr -d ' ')
	start=$(((${sectors:-4} + 1) * 512 + $(number "$file" 584)))
	length=$(number "$file" 588)
	tail -c +$((start + 1)) "$file" | head -c "$length" >"$box/payload"
	case $(od -An -tx1 -N4 "$box/payload" | tr -d ' ') in
	fd377a58) xz -dc --single-stream <"$box/payload" ;;
	28b52ffd) head -c $((length - 4)) "$box/payload" | zstd -qdc ;;
	1f8b*) gzip -dc <"$box/payload" 2>/dev/null || : ;;
	*) die "the kernel of $file is compressed in a way that is not known here" ;;
	esac >"$box/vmlinux"
	rm "$box/payload"
}

# image: all files of the box.
image() {
	say 'making the image'
	present=/nowhere
	kernel=$(ls -d "$box"/packages/lib/modules/* "$box"/packages/usr/lib/modules/* 2>/dev/null | head -n 1)
	xen_bin=$(ls -d "$box"/packages/usr/lib/xen-[0-9]*/bin | head -n 1)
	xen_version=$(basename "$(dirname "$xen_bin")")
	busybox=$(find_program "$box/packages" busybox)
	gzip -dc "$box"/packages/boot/xen-[0-9]*.gz >"$box/xen"
	kernel_image
	dom0_image
	guest_image
}
