# SPDX-License-Identifier: MIT
# machine.sh - the emulated machine that Xen runs on. To be sourced by box.sh.
#
# Why these flags:
#   svm, npt      without them there are no PVH guests
#   qemu64        with more, Xen or dom0 dies of what TCG does not emulate (SMAP, MWAIT, RDTSCP)
#   rdrand        without it every `xl create' takes seconds to collect randomness
#   eager-fpu     TCG does not trap the first use of the FPU as Xen's lazy switching expects, and
#                 dom0's registers are corrupted as soon as a guest runs
# The kernel of dom0 is a multiboot module, like its root: there is no boot loader.

xen_arguments='com1=115200,8n1 console=com1 dom0_mem=512M,max:512M dom0_max_vcpus=1
	spec-ctrl=eager-fpu bootscrub=0 loglvl=warning guest_loglvl=warning'
dom0_arguments='console=hvc0 xen_scrub_pages=0 quiet ipv6.disable_ipv6=1'
boot_limit=900          # s

# comma PATH: as a value of one of QEMU's options.
comma() {
	printf '%s' "$1" | sed 's/,/,,/g'
}


# machine ARGUMENT...: runs it, for $limit seconds at most (0: without end), in the directory $work:
# host/ is what dom0 has as /host; go.in is the second serial line.
machine() {
	cd "$box"
	exec timeout --foreground -k 5 "$limit" qemu-system-x86_64 \
		-accel tcg -cpu qemu64,+svm,+npt,+rdrand -m 2048 -nodefaults -no-reboot -display none \
		-kernel xen -append "$(echo $xen_arguments)" \
		-initrd "vmlinux $dom0_arguments,dom0.cpio" \
		-chardev "pipe,id=go,path=$(comma "$work/go")" \
		-fsdev "local,id=host,path=$(comma "$work/host"),security_model=none" \
		-device virtio-9p-pci,fsdev=host,mount_tag=host \
		-fsdev "local,id=src,path=$(comma "$root"),security_model=none,readonly=on" \
		-device virtio-9p-pci,fsdev=src,mount_tag=src \
		-fsdev "local,id=build,path=$(comma "$(dirname "$box")"),security_model=none,readonly=on" \
		-device virtio-9p-pci,fsdev=build,mount_tag=build \
		"$@" -serial chardev:go
}

# new_work: the directory of a run.
new_work() {
	work=$box/run.$$$part
	rm -rf "$work"
	mkdir -p "$work/host/log" "$work/host/root"
	mkfifo "$work/go.in" "$work/go.out"
	: >"$work/host/output"
	: >"$work/console.log"
	printf 'export BOX=/build/%s TERM=%s\n' "$(basename "$box")" "${TERM:-linux}" \
		>"$work/host/environment"
}

# let_go: tells dom0 to go on, until it does, or its machine has ended. What is sent too early is
# lost, as the machine's state replaces it.
let_go() {
	while [ ! -e "$work/host/started" ] && [ -d "$work" ]; do
		echo 2>/dev/null 1<>"$work/go.in" || :
		sleep 0.1
	done
}

# until_true SECONDS COMMAND...: false after that time, or when the machine has ended.
until_true() {
	tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] && kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.1
	done
}

# stop_machine: ends it, if it has not.
stop_machine() {
	[ -n "${pid:-}" ] || return 0
	kill "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
	pid=
}

booted() { grep -q 'box: booted' "$work/console.log"; }
started() { [ -e "$work/host/started" ]; }

# save_state: boots, and leaves the state of the booted machine in $box/state. Without it (too
# little room, for instance) each run boots anew.
save_state() {
	say 'booting once, to save the state of the machine'
	new_work
	mkfifo "$work/monitor"
	exec 4<>"$work/monitor"
	(limit=$boot_limit && machine -monitor stdio -serial "file:$work/console.log" <&4 >"$work/monitor.log" 2>&1) &
	pid=$!
	until_true $boot_limit booted || die "the box does not boot: $(tail -n 20 "$work/monitor.log" "$work/console.log")"
	sleep 1
	printf '%s\n' 'migrate_set_parameter max-bandwidth 8G' 'migrate "exec:cat >state.new"' \
		'info migrate' 'quit' >&4
	wait "$pid" || :
	pid=
	exec 4<&-
	if grep -q '^Migration status: completed' "$work/monitor.log"; then
		mv "$box/state.new" "$box/state"
	else
		say "no state saved: $(tail -n 5 "$work/monitor.log")"
		rm -f "$box/state.new"
	fi
	rm -rf "$work"
}

# start_machine ARGUMENT...: in the background, from the saved state if there is one; $pid.
start_machine() {
	if [ -f "$box/state" ]; then
		(machine -serial "file:$work/console.log" -incoming 'exec:cat state' \
			</dev/null >"$work/qemu.log" 2>&1) &
		pid=$!
		let_go &
		if until_true 300 started; then return; fi
		say 'the saved state does not work here: booting'
		stop_machine
		rm -f "$box/state"
	fi
	(machine -serial "file:$work/console.log" </dev/null >"$work/qemu.log" 2>&1) &
	pid=$!
	let_go &
}
