/* SPDX-License-Identifier: MIT */
/*
 * irq.c - waking from a halt on machines that have PC interrupts: the local APIC with its timer, and
 * the first I/O APICs (82093AA).
 */
#include "kernel/irq.h"

#include "kernel/apic.h"
#include "kernel/clock.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/ring0.h"
#include "kernel/watchdog.h"

#define IOAPIC 0xfec00000ULL
#define IOAPIC2 0xfec10000ULL /* QEMU microvm's second one, for interrupts from 24 on */
#define IOAPIC_PINS 24

#define LEVEL (1U << 15)
#define CALIBRATE 62500U /* 1 ms */
#define CALIBRATE_TRIES 8
#define NS_MAX 60000000000LL /* of one halt: the counter has 32 bits */

#define MSR_WALL_CLOCK 0x4b564d00U /* KVM's, Documentation/virt/kvm/x86/msr.rst */
#define MSR_SYSTEM_TIME 0x4b564d01U

struct kvm_time { /* pvclock_vcpu_time_info */
	uint32_t version, pad;
	uint64_t tsc, ns;
	uint32_t mul;
	int8_t shift;
	uint8_t flags, pad2[2];
};

struct kvm_wall {
	uint32_t version, sec, nsec;
};

static void ioapic_write(uint64_t base, uint32_t reg, uint32_t v)
{
	*(volatile uint32_t *)base = reg;
	*(volatile uint32_t *)(base + 0x10) = v;
}

void irq_route(unsigned gsi, bool level)
{
	uint64_t base = gsi < IOAPIC_PINS ? IOAPIC : IOAPIC2;
	unsigned pin = gsi % IOAPIC_PINS;

	ioapic_write(base, 0x10 + pin * 2 + 1, 0);
	ioapic_write(base, 0x10 + pin * 2, IRQ_VECTOR_DEVICE | (level ? LEVEL : 0));
}

static void wait(int64_t deadline)
{
	int64_t left = deadline - clock_steady();
	uint32_t count = 0; /* the timer goes on as it is */

	if (left <= 0)
		return;
	if (deadline != INT64_MAX) {
		left = left < NS_MAX ? left : NS_MAX;
		count = (uint32_t)((uint64_t)left * apic_timer_hz() / 1000000000 + 1);
		watchdog_lend_timer();
	}
	ring0_halt(count);
	if (!watchdog_awake() && count)
		apic_write(APIC_INITIAL, 0);
}

/* Both counters at one moment: of some tries the one in which least time passed, since we may lose
 * the CPU in between. */
static uint64_t both_counters(uint32_t *passed)
{
	uint64_t tsc = 0, best = UINT64_MAX;

	for (int i = 0; i < CALIBRATE_TRIES; i++) {
		uint64_t before = clock_tsc();
		uint32_t left = apic_read(APIC_CURRENT);
		uint64_t took = clock_tsc() - before;

		if (took < best) {
			best = took;
			tsc = before + took / 2;
			*passed = UINT32_MAX - left;
		}
	}
	return tsc;
}

/* The timer's rate is known; the counter's is what passes meanwhile. */
static void calibrate(void)
{
	uint32_t from = 0, to = 0;
	uint64_t start, end;

	apic_write(APIC_INITIAL, UINT32_MAX);
	start = both_counters(&from);
	do {
		end = both_counters(&to);
	} while (to - from < CALIBRATE);
	clock_set(start, 0, (end - start) * (apic_timer_hz() / 1000) / (to - from));
	apic_write(APIC_INITIAL, 0);
}

static bool kvm_clock(void)
{
	static volatile struct kvm_time t __attribute__((aligned(64)));
	static volatile struct kvm_wall w __attribute__((aligned(64)));

	if (machine.kind != MACHINE_KVM)
		return false;
	ring0_wrmsr(MSR_SYSTEM_TIME, (uint64_t)(uintptr_t)&t | 1);
	ring0_wrmsr(MSR_WALL_CLOCK, (uint64_t)(uintptr_t)&w);
	if (t.mul == 0)
		return false;
	clock_set_scale(t.tsc, t.ns, t.mul, t.shift);
	clock_set_wall((int64_t)w.sec * 1000000000 + w.nsec);
	return true;
}

void irq_init(void)
{
	memory_map_device(IOAPIC, 0x200000);
	if (!apic_init())
		panic("there is no local APIC");
	if (!kvm_clock())
		calibrate();
	machine.wait = wait;
}
