/* SPDX-License-Identifier: MIT */
/* apic.c - the local APIC. */
#include "kernel/apic.h"

#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/ring0.h"

#define APIC 0xfee00000ULL

enum {
	APIC_VERSION = 0x30,
	APIC_TPR = 0x80,
	APIC_SPURIOUS = 0xf0,
	APIC_TIMER = 0x320,
	APIC_LINT0 = 0x350,
	APIC_LINT1 = 0x360,
	APIC_DIVIDE = 0x3e0
};

#define APIC_ENABLE 0x100
#define APIC_MASKED 0x10000
#define DIVIDE_16 3

_Static_assert(APIC + APIC_INITIAL == IRQ_COUNT, "as ring 0 has it");

uint32_t apic_read(unsigned reg)
{
	return *(volatile uint32_t *)(APIC + reg);
}

void apic_write(unsigned reg, uint32_t v)
{
	*(volatile uint32_t *)(APIC + reg) = v;
}

/* Its clock is 1 GHz with all hypervisors but Xen, where it is 100 MHz. */
uint32_t apic_timer_hz(void)
{
	return (machine.kind == MACHINE_XEN ? 100000000 : 1000000000) / 16;
}

bool apic_init(void)
{
	static bool done;

	if (done)
		return true;
	memory_map_device(APIC, 0x1000);
	if ((apic_read(APIC_VERSION) & 0xf0) != 0x10)
		return false;
	apic_write(APIC_SPURIOUS, APIC_ENABLE | IRQ_LAST);
	apic_write(APIC_TPR, IRQ_FIRST);
	apic_write(APIC_LINT0, APIC_MASKED);
	apic_write(APIC_LINT1, APIC_MASKED);
	apic_write(APIC_DIVIDE, DIVIDE_16);
	apic_write(APIC_TIMER, IRQ_TIMER);
	return done = true;
}
