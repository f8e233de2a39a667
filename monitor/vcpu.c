/* SPDX-License-Identifier: MIT */
/* vcpu.c - the processor: how it starts, and what it does when it leaves the guest. */
#include "monitor/vcpu.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "base/bits.h"
#include "base/error.h"
#include "monitor/cpuid.h"
#include "monitor/device/page.h"
#include "monitor/machine.h"
#include "monitor/report.h"

#define WAIT_MAX 3600000000000ULL /* ns; the guest waits again */

enum { CR0_PE = 1, CR0_MP = 2, CR0_ET = 1 << 4, CR0_NE = 1 << 5, CR0_WP = 1 << 16 };
#define CR0_PG (1ULL << 31)
enum { CR4_PAE = 1 << 5, CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10 };
enum { EFER_LME = 1 << 8, EFER_LMA = 1 << 10, EFER_NXE = 1 << 11 };
enum { TYPE_DATA = 3, TYPE_CODE = 11, TYPE_TSS = 11 };
#define FLAGS_START 2

static struct kvm_segment segment(uint16_t selector, uint8_t type, bool wide)
{
	return (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = selector,
		.type = type,
		.present = 1,
		.dpl = selector & 3,
		.db = !wide,
		.s = 1,
		.l = wide,
		.g = 1,
	};
}

/* Ring 3 of 64-bit mode, as abi/image.h says. */
static void start_direct(const struct vm *vm, struct kvm_sregs *s, struct kvm_regs *r)
{
	struct kvm_segment data = segment(IMAGE_SS3, TYPE_DATA, false);

	s->cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG;
	s->cr3 = IMAGE_CR3;
	s->cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	s->efer = EFER_LME | EFER_LMA | EFER_NXE;
	s->cs = segment(IMAGE_CS3, TYPE_CODE, true);
	s->ss = s->ds = s->es = s->fs = s->gs = data;
	s->fs.base = vm->note.fs_base;
	s->tr = (struct kvm_segment){
		.base = IMAGE_TSS,
		.limit = IMAGE_TSS_SIZE - 1,
		.selector = IMAGE_TR,
		.type = TYPE_TSS,
		.present = 1,
	};
	s->gdt = (struct kvm_dtable){ .base = IMAGE_GDT, .limit = IMAGE_GDT_SIZE - 1 };
	s->idt = (struct kvm_dtable){ .base = IMAGE_IDT, .limit = IMAGE_IDT_SIZE - 1 };
	r->rip = vm->note.entry;
	r->rsp = vm->note.stack;
	r->rflags = FLAGS_START;
	r->rdi = vm->start_info;
	r->rsi = MONITOR_PAGE;
}

/* 32-bit protected mode without paging, as PVH says. */
static void start_pvh(const struct vm *vm, struct kvm_sregs *s, struct kvm_regs *r)
{
	struct kvm_segment data = segment(IMAGE_SS0, TYPE_DATA, false);

	s->cr0 = CR0_PE | CR0_ET;
	s->cr4 = 0;
	s->efer = 0;
	s->cs = segment(IMAGE_CS0, TYPE_CODE, false);
	s->ss = s->ds = s->es = s->fs = s->gs = data;
	s->tr = (struct kvm_segment){ .limit = IMAGE_TSS_SIZE - 1, .type = TYPE_TSS, .present = 1 };
	r->rip = vm->pvh_entry;
	r->rflags = FLAGS_START;
	r->rbx = vm->start_info;
}

bool vcpu_start(struct machine *m, struct error *err)
{
	struct kvm_sregs s;
	struct kvm_regs r = { .rip = 0 };

	if (ioctl(m->vcpu, KVM_GET_SREGS, &s) < 0)
		return fail(err, "host: KVM_GET_SREGS: %s", strerror(errno));
	if (m->vm.direct)
		start_direct(&m->vm, &s, &r);
	else
		start_pvh(&m->vm, &s, &r);
	if (ioctl(m->vcpu, KVM_SET_SREGS, &s) < 0 || ioctl(m->vcpu, KVM_SET_REGS, &r) < 0)
		return fail(err, "host: KVM does not take the image's registers: %s",
			    strerror(errno));
	return true;
}

/* Guest and host have one clock: an offset between their TSCs is taken away. */
static bool set_clock(struct machine *m, struct error *err)
{
	uint64_t offset = 0;
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL,
		.attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uintptr_t)&offset,
	};
	int khz = ioctl(m->vcpu, KVM_GET_TSC_KHZ, 0);
	struct timespec t;

	if (khz <= 0)
		return fail(err, "host: the TSC has no known frequency");
	if (ioctl(m->vcpu, KVM_SET_DEVICE_ATTR, &attr) < 0)
		return fail(err, "host: KVM cannot set the TSC (Linux 5.16 can): %s",
			    strerror(errno));
	clock_gettime(CLOCK_REALTIME, &t);
	m->vm.page->wall_tsc = __rdtsc();
	m->vm.page->wall = (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
	m->vm.page->tsc_khz = m->tsc_khz = (uint64_t)khz;
	return true;
}

bool vcpu_open(struct machine *m, struct error *err)
{
	int n = ioctl(m->vm.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	void *run;

	m->vcpu = ioctl(m->vm.fd, KVM_CREATE_VCPU, 0);
	if (m->vcpu < 0 || n < (int)sizeof(struct kvm_run))
		return fail(err, "host: KVM cannot make a processor: %s", strerror(errno));
	run = mmap(NULL, (size_t)n, PROT_READ | PROT_WRITE, MAP_SHARED, m->vcpu, 0);
	if (run == MAP_FAILED)
		return fail(err, "host: KVM's page: %s", strerror(errno));
	m->run = run;
	m->vm.page->memory = m->vm.memory.size;
	m->vm.page->deadline = UINT64_MAX;
	m->vm.page->version = MONITOR_VERSION;
	m->vm.page->magic = MONITOR_MAGIC;
	return cpuid_set(m->vcpu, err) && set_clock(m, err) && watchdog_open(m, err);
}

/* Other queues are kicked rarely: not worth the 10 ms that the first of these costs at the end. */
bool vcpu_kicks(struct machine *m, struct error *err)
{
	for (unsigned i = 0; i < m->options.nnets; i++) {
		const struct device *d = m->device[i];
		struct kvm_ioeventfd e = {
			.addr = MONITOR_PORT_KICK + d->number * 8 + VIRTIO_NET_TX,
			.len = 1,
			.fd = d->kick,
			.flags = KVM_IOEVENTFD_FLAG_PIO,
		};

		if (ioctl(m->vm.fd, KVM_IOEVENTFD, &e) < 0)
			return fail(err, "host: KVM_IOEVENTFD: %s", strerror(errno));
	}
	return true;
}

/* --- exits --- */

static void wait_port(struct machine *m)
{
	uint64_t deadline = READ_ONCE(m->vm.page->deadline), t = __rdtsc(), ns = 0;

	if (deadline > t) {
		__uint128_t wide = (__uint128_t)(deadline - t) * 1000000 / m->tsc_khz;

		ns = wide > WAIT_MAX ? WAIT_MAX : (uint64_t)wide;
	}
	wake_wait(&m->wake, ns);
}

static void wake_io(int fd)
{
	uint64_t one = 1;
	ssize_t r = write(fd, &one, sizeof(one));

	(void)r; /* it cannot be full */
}

/* A device that was attached before is let go when this returns. */
static void attach_port(struct machine *m, uint8_t number)
{
	uint32_t bit = 1U << (number & 31);

	if (number >= m->ndevices) {
		report_guest(m, "there is no device %u to attach", number);
		return;
	}
	__atomic_fetch_or(&m->attach, bit, __ATOMIC_RELEASE);
	wake_io(m->attach_wake);
	if (m->attached & bit) {
		while ((__atomic_load_n(&m->attach, __ATOMIC_ACQUIRE) & bit) &&
		       !end_is_near(&m->end))
			wake_wait(&m->attach_done, WAIT_MAX);
	}
	m->attached |= bit;
}

static void kick_port(struct machine *m, uint16_t port)
{
	unsigned number = (port - MONITOR_PORT_KICK) / 8;

	if (number >= m->ndevices || !(m->attached >> number & 1))
		report_guest(m, "kicked device %u, which is not attached", number);
	else
		wake_io(m->device[number]->kick);
}

static void ready_port(struct machine *m, uint8_t value)
{
	char c = value == 1 ? '1' : '2';
	ssize_t r;

	if (m->options.ready_fd < 0)
		return;
	r = write(m->options.ready_fd, &c, 1);
	(void)r; /* whoever wanted to know has gone */
	close(m->options.ready_fd);
	m->options.ready_fd = -1;
}

static void exit_port(struct machine *m, uint8_t value)
{
	if (value == MONITOR_POWEROFF)
		end_machine(&m->end, END_POWEROFF, NULL, "poweroff");
	else if (value == MONITOR_REBOOT)
		end_machine(&m->end, END_POWEROFF, NULL, "reboot");
	else if (value == MONITOR_PANIC)
		end_machine(&m->end, END_PANIC, NULL, "panic");
	else
		report_guest(m, "exit with %u", value);
}

static void print_port(struct machine *m, uint32_t address)
{
	const struct monitor_text *t = memory_at(&m->vm.memory, address, sizeof(*t));
	uint32_t n = t ? READ_ONCE(t->n) : 0;

	if (!t || n > MONITOR_TEXT_MAX ||
	    !memory_at(&m->vm.memory, address, sizeof(*t) + (uint64_t)n))
		report_guest(m, "text to be printed at 0x%" PRIx32 " with %" PRIu32 " bytes",
			     address, n);
	else
		sink_write(&m->sink, t->text, n);
}

static void touch_port(struct machine *m, uint32_t v)
{
	uint64_t from = (uint64_t)(v >> 12) * 4096ULL;

	if (from < m->vm.memory.size)
		memory_touch(&m->vm.memory, from, (v & 0xfff) * 4096ULL);
}

/* One byte was written to a port of ours. False when there is no such. */
static bool byte_out(struct machine *m, uint16_t port, uint8_t value)
{
	switch (port) {
	case MONITOR_PORT_WAIT:
		wait_port(m);
		return true;
	case MONITOR_PORT_ATTACH:
		attach_port(m, value);
		return true;
	case MONITOR_PORT_READY:
		ready_port(m, value);
		return true;
	case MONITOR_PORT_EXIT:
		exit_port(m, value);
		return true;
	}
	if (port < MONITOR_PORT_KICK || port >= MONITOR_PORT_KICK + 8 * MONITOR_DEVICES)
		return false;
	kick_port(m, port);
	return true;
}

static void port_exit(struct machine *m)
{
	uint16_t port = m->run->io.port;
	uint32_t bytes = m->run->io.size, count = m->run->io.count;
	const uint8_t *data = (const uint8_t *)m->run + m->run->io.data_offset;
	bool out = m->run->io.direction == KVM_EXIT_IO_OUT;

	if (out && bytes == 1 && port == MONITOR_PORT_SERIAL)
		sink_write(&m->sink, data, count);
	else if (out && bytes == 4 && count == 1 && port == MONITOR_PORT_PRINT)
		print_port(m, load32(data));
	else if (out && bytes == 4 && count == 1 && port == MONITOR_PORT_TOUCH)
		touch_port(m, load32(data));
	else if (!out || bytes != 1 || count != 1 || !byte_out(m, port, *data))
		report_guest(m, "%s port 0x%x, %u bytes", out ? "wrote to" : "read from", port,
			     bytes * count);
}

static void handle_exit(struct machine *m)
{
	const struct kvm_run *run = m->run;

	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		port_exit(m);
		break;
	case KVM_EXIT_INTR:
		break;
	case KVM_EXIT_MMIO:
		report_guest(m, "%s 0x%llx, where there is no memory",
			     run->mmio.is_write ? "wrote to" : "read from",
			     (unsigned long long)run->mmio.phys_addr);
		break;
	case KVM_EXIT_SHUTDOWN:
		report_guest(m, "triple fault");
		break;
	case KVM_EXIT_HLT:
		report_guest(m, "halted, with nothing to wake it");
		break;
	case KVM_EXIT_FAIL_ENTRY:
		report_guest(m, "a state that the processor does not enter (0x%llx)",
			     (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		report_guest(m, "an instruction that KVM cannot do (error %u)",
			     run->internal.suberror);
		break;
	default:
		report_guest(m, "an exit of kind %u", run->exit_reason);
	}
}

_Noreturn void vcpu_run(struct machine *m)
{
	while (!end_is_near(&m->end)) {
		if (ioctl(m->vcpu, KVM_RUN, 0) == 0)
			handle_exit(m);
		else if (errno != EINTR && errno != EAGAIN)
			report_guest(m, "KVM_RUN: %s", strerror(errno));
		watchdog_look(m);
	}
	for (;;)
		wake_wait(&m->wake, WAIT_MAX);
}
