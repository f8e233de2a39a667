/* SPDX-License-Identifier: MIT */
/*
 * io.h - access to devices: I/O ports and registers in memory.
 *
 * These are functions, since each access costs an exit from the machine anyway: so a test can be
 * the device.
 */
#ifndef DRIVERS_IO_H
#define DRIVERS_IO_H

#include <stdint.h>

void port_write8(uint16_t port, uint8_t v);
void port_write32(uint16_t port, uint32_t v);
uint32_t port_read32(uint16_t port);

uint8_t mmio_read8(const volatile void *p);
uint16_t mmio_read16(const volatile void *p);
uint32_t mmio_read32(const volatile void *p);
void mmio_write8(volatile void *p, uint8_t v);
void mmio_write16(volatile void *p, uint16_t v);
void mmio_write32(volatile void *p, uint32_t v);

#endif
