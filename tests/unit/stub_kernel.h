/* SPDX-License-Identifier: MIT */
/*
 * stub_kernel.h - what a test of drivers may set and see of the machine in stub_kernel.c: devices
 * behind ports and registers, the command line, what was printed.
 */
#ifndef TESTS_UNIT_STUB_KERNEL_H
#define TESTS_UNIT_STUB_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stub_kernel {
	const char *cmdline;
	size_t memory;     /* memory_total(); 0: 64 MiB */
	bool quiet;        /* nothing is printed to stderr */
	char printed[512]; /* the last line of kprint */
	unsigned routed;   /* calls of irq_route */
	/* NULL: reads give ones, writes do nothing. */
	uint32_t (*port_read)(uint16_t port);
	void (*port_write)(uint16_t port, uint32_t v, unsigned size);
	/* NULL: registers are plain memory. */
	uint32_t (*mmio_read)(const volatile void *p, unsigned size);
	void (*mmio_write)(volatile void *p, uint32_t v, unsigned size);
	int64_t (*clock)(void); /* NULL: a millisecond passes between two looks */
	/* NULL: zeroed memory, kept until the end. */
	void *(*map)(uint64_t base, size_t size);
	void (*console)(const char *p, size_t n); /* console_set's */
};

extern struct stub_kernel stub_kernel;

/* The sources that were added, as the scheduler would ask them: calls ready of all that are
 * pending; returns how many were. */
unsigned stub_kernel_sources(void);
/* Arms all; true: one says that there is something already. */
bool stub_kernel_arm(void);
/* Are these n bytes in pages that were given out? For what a driver tells its device. */
bool stub_kernel_is_ram(uint64_t p, uint64_t n);
/* Forgets all sources, and takes all pages back. */
void stub_kernel_reset(void);

#endif
