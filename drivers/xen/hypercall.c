/* SPDX-License-Identifier: MIT */
/* hypercall.c - hypercalls by way of ring 0. */
#include "drivers/xen/hypercall.h"

#include "kernel/ring0.h"

uint64_t xen_hypercalls;

long xen_hypercall(unsigned nr, unsigned op, void *arg, uint64_t a3)
{
	xen_hypercalls++;
	return ring0_hypercall(nr, op, (uintptr_t)arg, a3, 0, 0);
}
