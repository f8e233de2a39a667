/* SPDX-License-Identifier: MIT */
/* hypercall.c - hypercalls by way of ring 0. */
#include "drivers/xen/hypercall.h"

#include "abi/image.h"
#include "kernel/ring0.h"

uint64_t xen_hypercalls;

void xen_hypercall_init(uint32_t leaf)
{
	uint32_t r[4]; /* ebx: the register that is told where the page shall be */

	cpuid(leaf + 2, 0, r);
	ring0_wrmsr(r[1], IMAGE_HYPERCALL);
}

long xen_hypercall(unsigned nr, unsigned op, void *arg, uint64_t a3)
{
	xen_hypercalls++;
	return ring0_hypercall(nr, op, (uintptr_t)arg, a3, 0, 0);
}
