/* SPDX-License-Identifier: MIT */
/* main.c - the image's start, in ring 3: from nothing to running instances. */
#include "abi/monitor.h"
#include "abi/pvh.h"
#include "drivers/virtio/virtio.h"
#include "drivers/xen/xen.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "platform/guest/guest.h"

_Noreturn void guest_main(struct pvh_start_info *start, struct monitor_page *page);

extern char boot_stack_top[]; /* kernel/stubs.S */

static struct kthread boot_thread;

static void unpack_modules(void)
{
	const struct pvh_module *m = (const struct pvh_module *)machine.start->modules;

	for (uint32_t i = 0; i < machine.start->nmodules; i++)
		(void)files_unpack((const void *)m[i].base, (size_t)m[i].size);
}

static void start_devices(void)
{
	switch (machine.kind) {
	case MACHINE_MONITOR:
		virtio_page_init(machine.page);
		break;
	case MACHINE_XEN:
		xen_init();
		break;
	case MACHINE_KVM:
	case MACHINE_BARE:
		irq_init();
		virtio_mmio_init();
		virtio_pci_init();
		break;
	}
}

/* From kernel/stubs.S. */
void guest_main(struct pvh_start_info *start, struct monitor_page *page)
{
	kthread_init(&boot_thread, "control", boot_stack_top);
	machine_find(start, page);
	if (machine.kind == MACHINE_KVM || machine.kind == MACHINE_BARE)
		console_serial();
	if (machine.kind == MACHINE_XEN)
		console_set(xen_console_early);
	memory_init(start);
	heap_init();
	kprint("clickos: on %s, %zu KiB of memory, %zu KiB free", machine.name,
	       memory_total() / 1024, memory_free_bytes() / 1024);
	start_devices();
	unpack_modules();
	control_run_machine();
}
