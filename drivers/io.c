/* SPDX-License-Identifier: MIT */
/* io.c - I/O ports and registers in memory. */
#include "drivers/io.h"

#include "kernel/ring0.h"

void port_write8(uint16_t port, uint8_t v)
{
	out8(port, v);
}

void port_write32(uint16_t port, uint32_t v)
{
	out32(port, v);
}

uint32_t port_read32(uint16_t port)
{
	return in32(port);
}

/*
 * A hypervisor that emulates registers decodes the instruction that accessed them, so these are the
 * plainest there are.
 */
uint8_t mmio_read8(const volatile void *p)
{
	uint8_t v;

	__asm__ volatile("movb %1, %0" : "=q"(v) : "m"(*(const volatile uint8_t *)p) : "memory");
	return v;
}

uint16_t mmio_read16(const volatile void *p)
{
	uint16_t v;

	__asm__ volatile("movw %1, %0" : "=r"(v) : "m"(*(const volatile uint16_t *)p) : "memory");
	return v;
}

uint32_t mmio_read32(const volatile void *p)
{
	uint32_t v;

	__asm__ volatile("movl %1, %0" : "=r"(v) : "m"(*(const volatile uint32_t *)p) : "memory");
	return v;
}

void mmio_write8(volatile void *p, uint8_t v)
{
	__asm__ volatile("movb %1, %0" : "=m"(*(volatile uint8_t *)p) : "q"(v) : "memory");
}

void mmio_write16(volatile void *p, uint16_t v)
{
	__asm__ volatile("movw %1, %0" : "=m"(*(volatile uint16_t *)p) : "r"(v) : "memory");
}

void mmio_write32(volatile void *p, uint32_t v)
{
	__asm__ volatile("movl %1, %0" : "=m"(*(volatile uint32_t *)p) : "r"(v) : "memory");
}
