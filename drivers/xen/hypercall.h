/* SPDX-License-Identifier: MIT */
/* hypercall.h - the one way to the hypervisor. Tests link a hypervisor of their own instead. */
#ifndef DRIVERS_XEN_HYPERCALL_H
#define DRIVERS_XEN_HYPERCALL_H

#include <stdint.h>

/* Has Xen fill in its page; leaf: its CPUID base. */
void xen_hypercall_init(uint32_t leaf);

/* Negative: -errno, in Xen's numbers, which are Linux's. arg: the address of a structure. */
long xen_hypercall(unsigned nr, unsigned op, void *arg, uint64_t a3);

extern uint64_t xen_hypercalls; /* made so far */

#endif
