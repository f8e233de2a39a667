/* SPDX-License-Identifier: MIT */
/* clock.h - time, from the CPU's counter (TSC) and what the machine says of it. */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include <stdint.h>

static inline uint64_t clock_tsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

/* How a count becomes ns: ((tsc - base_tsc) * mul) >> 32, plus base_ns. */
void clock_set(uint64_t base_tsc, uint64_t base_ns, uint64_t tsc_khz);
/* ns since 1970 at steady time 0. */
void clock_set_wall(int64_t at_steady_zero);
/* The same from the structure that KVM and Xen share: tsc_timestamp, system_time,
 * tsc_to_system_mul, tsc_shift. */
void clock_set_scale(uint64_t base_tsc, uint64_t base_ns, uint32_t mul, int8_t shift);

int64_t clock_steady(void); /* ns, never goes back */
int64_t clock_wall(void);   /* ns since 1970 */
uint64_t clock_tsc_at(int64_t steady); /* the count at that time; UINT64_MAX for INT64_MAX */

#endif
