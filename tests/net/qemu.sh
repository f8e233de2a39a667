#!/bin/sh
# SPDX-License-Identifier: MIT
# qemu.sh - the image between two hosts, as a wire, on QEMU's machines, emulated and with KVM: ping, TCP
# with open checksums, an instance stopped and started, two control clients in a row, power off.
#
#	  host a                  QEMU, clickos.elf               host b
#	+---------+              +-----------------+            +---------+
#	|      ta |--------------| net0       net1 |------------| tb      |
#	+---------+  virtio-net  +-----------------+            +---------+
#	10.9.0.1/24                                             10.9.0.2/24
. "$(dirname "$0")/lib/net.sh"

image=${IMAGE:-build/clickos.elf}
bytes=${BYTES:-2000000}
qboot=${QBOOT:-/usr/share/qemu/qboot.rom}
machines=${MACHINES:-microvm-tcg microvm-kvm q35-tcg q35-kvm}

net_need perl ping ethtool cpio qemu-system-x86_64
[ -f "$image" ] || skip "no $image: make image"
ip netns exec "$(ip netns add "$net_id-probe"; echo "$net_id-probe")" \
	ip tuntap add dev probe mode tap 2>/dev/null || no_tap=1
ip netns del "$net_id-probe"
[ -z "${no_tap-}" ] || skip "no TAP devices"

mkdir "$net_dir/files"
cat >"$net_dir/files/wire.click" <<'END'
FromDevice(0) -> there :: Counter -> Queue(1000) -> ToDevice(1);
FromDevice(eth1) -> back :: Counter -> Queue(1000) -> ToDevice(eth0);
END
(cd "$net_dir/files" && echo wire.click | cpio -o -H newc --quiet >"$net_dir/files.cpio")

machine() {
	perl "$net_lib/machine.pl" "$net_dir/control" "$@"
}

# The options of a kind of machine into $options, the suffix of its devices into $suffix. False: not here.
choose() {
	case $1 in
	microvm-*)
		suffix=device
		options='-M microvm,x-option-roms=off,pit=off,pic=off,rtc=off,isa-serial=on,acpi=off,auto-kernel-cmdline=on'
		options="$options -global virtio-mmio.force-legacy=false"
		;;
	q35-tcg)
		suffix=pci
		options='-M q35'
		;;
	q35-kvm)
		suffix=pci
		options="-M q35 -bios $qboot"
		[ -f "$qboot" ] || return 1
		;;
	esac
	case $1 in
	*-kvm)
		options="$options -enable-kvm -cpu host"
		[ -w /dev/kvm ] || return 1
		;;
	*) options="$options -accel tcg -cpu max" ;;
	esac
}

start_machine() {
	rm -f "$net_dir/control" "$net_dir/serial"
	net_space r a b
	start r qemu-system-x86_64 $options -m 32 -nodefaults -no-user-config -display none -no-reboot \
		-kernel "$image" -initrd "$net_dir/files.cpio" -append 'run=wire.click net=eth0,eth1' \
		-serial "file:$net_dir/serial" \
		-netdev tap,id=a,ifname=ta,script=no,downscript=no -device "virtio-net-$suffix,netdev=a" \
		-netdev tap,id=b,ifname=tb,script=no,downscript=no -device "virtio-net-$suffix,netdev=b" \
		-device "virtio-serial-$suffix" -chardev \
		"socket,id=c,path=$net_dir/control,server=on,wait=off" \
		-device virtserialport,chardev=c,name=org.clickos.control
	qemu=$started
	wait_until grep -q '1 of 1 instances run' "$net_dir/serial"
	# They stay QEMU's wherever they are.
	for end in a b; do
		ip -n "$net_id-r" link set dev "t$end" netns "$net_id-$end"
		at "$end" sysctl -qw "net.ipv6.conf.t$end.disable_ipv6=1" || :
		ip -n "$net_id-$end" link set dev "t$end" up
	done
	ip -n "$net_id-a" addr add 10.9.0.1/24 dev ta
	ip -n "$net_id-b" addr add 10.9.0.2/24 dev tb
}

try_machine() {
	start_machine
	reach a 10.9.0.2 || fail "$kind: ping"
	for offload in on off; do
		at a ethtool -K ta tx $offload >/dev/null || :
		at b ethtool -K tb tx $offload >/dev/null || :
		transfer a b 10.9.0.2 "$bytes"
	done
	for command in 'PING one' 'PING two'; do
		machine "$command" || fail "$kind: $command"
	done
	[ "$(machine 'READ wire there.count')" -gt 3 ] || fail "$kind: nothing was counted"
	machine INTERFACES >"$net_dir/interfaces"
	[ "$(cut -f 2,5 "$net_dir/interfaces" | tr '\t\n' '  ')" = 'eth0 up eth1 up ' ] ||
		fail "$kind: interfaces: $(cat "$net_dir/interfaces")"
	# Stopping takes the receive buffers out of the ring, which resets the device.
	for round in 1 2 3; do
		machine 'STOP wire' || fail "$kind: stop $round"
		fails at a ping -c 1 -W 0.2 10.9.0.2 >/dev/null
		machine 'START wire' || fail "$kind: start $round"
		reach a 10.9.0.2 || fail "$kind: ping after start $round"
	done
	transfer a b 10.9.0.2 "$bytes"
	machine SHUTDOWN || fail "$kind: shutdown"
	wait_until sh -c "! kill -0 $qemu 2>/dev/null"
	wait "$qemu" || fail "$kind: QEMU ended with status $?"
	for space in r a b; do ip netns del "$net_id-$space"; done
	net_spaces=
	say "$kind works"
}

tried=0
for kind in $machines; do
	choose "$kind" || continue
	try_machine
	tried=$((tried + 1))
done
[ $tried -gt 0 ] || skip "none of $machines"
