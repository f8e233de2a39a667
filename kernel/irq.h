/* SPDX-License-Identifier: MIT */
/*
 * irq.h - interrupts where nothing better wakes a sleeping guest: local APIC, I/O APIC, MSI.
 *
 * All vectors do the same: they end the halt of RING0_HALT, the only place where they can come.
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#define IRQ_VECTOR_DEVICE 0x31

/* Makes machine.wait halt with the local APIC's timer. */
void irq_init(void);
/* Global system interrupt gsi wakes from now on (level: until the device is acknowledged). */
void irq_route(unsigned gsi, bool level);
/* What a device writes where for its message-signalled interrupt. */
#define IRQ_MSI_ADDRESS 0xfee00000U
#define IRQ_MSI_DATA IRQ_VECTOR_DEVICE

#endif
