# SPDX-License-Identifier: MIT
# vm.sh - what the tests of the image in machines share. To be sourced; the programs are in PATH, and
# VM_IMAGE (default: beside clickos) is the image.
#
#	+- client -+      +-- machine --+      +- server -+
#	|     tap0 |------| 0 VM      1 |------| tap1     |
#	+----------+      +-------------+      +----------+
#
# The machine's process is in the namespace `machine'; its TAPs are moved from there.
net_lib=${net_lib:-$(cd "$(dirname "$0")/../net/lib" && pwd)}
. "$net_lib/net.sh"

root=$(cd "$(dirname "$0")/../.." && pwd)
vm_control=$net_dir/control # the control socket of the last machine
vm_console=$net_dir/console
vm_report=$net_dir/report
vm_pid=

microvm=microvm,x-option-roms=off,pit=off,pic=off,rtc=off,isa-serial=on,acpi=off,auto-kernel-cmdline=on
qemu_common='-nodefaults -no-user-config -display none -no-reboot'

# vm_need HOW...: skips the test when that way of running is not to be had here.
vm_need() {
	net_need clickos cpio perl seq
	vm_image=${VM_IMAGE:-$(dirname "$(command -v clickos)")/clickos.elf}
	[ -f "$vm_image" ] || skip "no image: make image"
	for how; do
		reason=$(vm_cannot "$how")
		[ -z "$reason" ] || skip "$reason"
	done
}

# vm_cannot HOW: why not; nothing when it can be done.
vm_cannot() {
	case $1 in
	monitor) command -v clickos-monitor >/dev/null || echo "no clickos-monitor" ;;
	*) command -v qemu-system-x86_64 >/dev/null || echo "no qemu-system-x86_64" ;;
	esac
	case $1 in
	monitor | *-kvm) [ -r /dev/kvm ] && [ -w /dev/kvm ] || echo "no access to /dev/kvm" ;;
	esac
}

# vm_any: the way of running that tests take which are not about it.
vm_any() {
	[ -n "$(vm_cannot monitor)" ] && echo microvm || echo monitor
}

# vm_archive DIR: its files as what a machine gets at boot.
vm_archive() {
	(cd "$1" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort | cpio -o -H newc --quiet) \
		>"$net_dir/archive.cpio"
}

# The arguments of QEMU for a machine's kind and its devices' bus.
qemu_machine() {
	case $1 in
	microvm) echo "-M $microvm -accel tcg -global virtio-mmio.force-legacy=false" ;;
	microvm-kvm) echo "-M $microvm -accel kvm -global virtio-mmio.force-legacy=false" ;;
	q35-qboot) echo "-M q35 -accel tcg -bios qboot.rom" ;;
	q35-seabios) echo "-M q35 -accel tcg" ;;
	q35-kvm) echo "-M q35 -accel kvm -bios qboot.rom" ;;
	esac
}

qemu_net() { # NETS BUS
	i=0
	while [ $i -lt "$1" ]; do
		echo "-netdev tap,id=n$i,ifname=tap$i,script=no,downscript=no"
		echo "-device virtio-net-$2,netdev=n$i,mac=02:00:00:00:02:0$i"
		i=$((i + 1))
	done
}

vm_start_qemu() { # HOW MIB NETS COMMAND-LINE
	case $1 in microvm*) bus=device ;; *) bus=pci ;; esac
	names=$(seq -s , -f 'eth%g' 0 $(($3 - 1)))
	[ -z "$names" ] || names=" net=$names"
	# shellcheck disable=SC2046 # these are words
	start machine qemu-system-x86_64 $(qemu_machine "$1") $qemu_common -m "$2" \
		-kernel "$vm_image" ${vm_archive_option:+$vm_archive_option} -append "$4$names" \
		-serial "file:$vm_console" $(qemu_net "$3" $bus) \
		${QEMU_EXTRA:-} -chardev "socket,id=c,path=$vm_control,server=on,wait=off" \
		-device virtio-serial-$bus \
		-device virtserialport,chardev=c,name=org.clickos.control </dev/null
}

vm_start_monitor() { # MIB NETS COMMAND-LINE
	set -- "$1" "$2" "$3" $(i=0; while [ $i -lt "$2" ]; do
		echo "--net eth$i,tap=tap$i,mac=02:00:00:00:02:0$i"; i=$((i + 1)); done)
	mib=$1 line=$3
	shift 3
	start machine clickos-monitor --name "$net_id" --image "$vm_image" --memory "$mib" \
		--cmdline "$line" ${vm_module_option:+$vm_module_option} "$@" \
		--console "$vm_console" --control "$vm_control" --report "$vm_report"
}

# vm_start HOW MIB NETS COMMAND-LINE: a machine, with the last archive; its TAPs are in `machine'.
vm_start() {
	rm -f "$vm_control" "$vm_console" "$vm_report"
	vm_archive_option= vm_module_option=
	if [ -f "$net_dir/archive.cpio" ]; then
		vm_archive_option="-initrd $net_dir/archive.cpio"
		vm_module_option="--module $net_dir/archive.cpio"
	fi
	case $1 in
	monitor) vm_start_monitor "$2" "$3" "$4" ;;
	*) vm_start_qemu "$1" "$2" "$3" "$4" ;;
	esac
	vm_pid=$started
	wait_until vm_there_or_gone
	kill -0 "$vm_pid" 2>/dev/null || fail "the machine ended: $(vm_last)"
}

vm_there_or_gone() { [ -S "$vm_control" ] || vm_gone; }
vm_gone() { ! kill -0 "$vm_pid" 2>/dev/null; }

# vm_plug I SPACE ADDRESS/BITS: the TAP of interface I goes into that namespace.
vm_plug() {
	wait_until ip -n "$net_id-machine" link show "tap$1"
	ip -n "$net_id-machine" link set dev "tap$1" netns "$net_id-$2"
	at "$2" sysctl -qw "net.ipv6.conf.tap$1.disable_ipv6=1" || :
	ip -n "$net_id-$2" addr add "$3" dev "tap$1"
	ip -n "$net_id-$2" link set dev "tap$1" up
}

# vm COMMAND ARGUMENT...: clickos for the last machine.
vm() {
	command=$1
	shift
	timeout 240 clickos "$command" "$vm_control" "$@"
}

# vm_say LINE...: commands of the control protocol as they are; prints all answers.
vm_say() {
	timeout 300 perl "$root/tests/vm/lib/say.pl" "$vm_control" "$@"
}

# vm_info KEY: from INFO.
vm_info() {
	vm_say INFO | sed -n "s/^$1 //p"
}

# vm_ready: waits until the machine has started its instances.
vm_ready() {
	within 2400 vm_ready_or_gone || fail "not ready: $(vm_last)"
	vm_gone && fail "the machine ended: $(vm_last)"
	return 0
}

vm_ready_or_gone() { grep -qa '^clickos: ready' "$vm_console" || vm_gone; }

vm_last() { tail -n 20 "$vm_console" "$vm_report" 2>&1; }

# vm_stop: it powers off, and its process ends well.
vm_stop() {
	vm_say SHUTDOWN >/dev/null || :
	within 1200 vm_gone || fail "the machine does not end: $(vm_last)"
	wait "$vm_pid" || fail "the machine ended with status $?: $(vm_last)"
	vm_pid=
}

# same GOT WANT WHAT
same() { [ "$1" = "$2" ] || fail "$3: got '$1', not '$2'"; }
# holds TEXT PART WHAT
holds() { case $1 in *"$2"*) ;; *) fail "$3: no '$2' in: $1" ;; esac; }
