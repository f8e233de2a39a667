/* SPDX-License-Identifier: MIT */
/* memory.h - the guest's memory as the monitor sees it, and checked access to it. */
#ifndef MONITOR_MEMORY_H
#define MONITOR_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/monitor.h"

/* Linux 5.14; not every C library has them. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

/* Below it are page 0 and the page of abi/monitor.h: no device reads or writes there. */
#define MEMORY_DEVICE_MIN (MONITOR_PAGE + 4096)

struct memory {
	uint8_t *base;
	uint64_t size;
};

/* Where a device finds the n bytes at address, or NULL when they are not all in memory that a device
 * may use. */
static inline void *memory_at(const struct memory *m, uint64_t address, uint64_t n)
{
	if (address < MEMORY_DEVICE_MIN || address > m->size || n > m->size - address)
		return NULL;
	return m->base + address;
}

/* Makes pages present: one that the guest finds missing costs it ten times what it costs here. */
void memory_touch(const struct memory *, uint64_t from, uint64_t n);

#endif
