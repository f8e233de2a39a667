/* SPDX-License-Identifier: MIT */
/*
 * apic.h - the local APIC at its usual place, and its timer in one-shot mode (Intel SDM 3A, 11).
 *
 * Its task priority is so, except in a halt, that nothing but the timer interrupts ring 3, and that
 * only once ring 3 has interrupts on (kernel/watchdog.h).
 */
#ifndef KERNEL_APIC_H
#define KERNEL_APIC_H

#include <stdbool.h>
#include <stdint.h>

enum { APIC_INITIAL = 0x380, APIC_CURRENT = 0x390 };

/* False when there is none. It may be called again. */
bool apic_init(void);
/* Counts of the timer in a second. */
uint32_t apic_timer_hz(void);

uint32_t apic_read(unsigned reg);
void apic_write(unsigned reg, uint32_t v);

#endif
