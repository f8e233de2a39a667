/* SPDX-License-Identifier: MIT */
/*
 * ring0.h - the few things that only ring 0 can do, as trap gates that ring 3 calls (kernel/stubs.S).
 *
 * Everything else of the image runs in ring 3, where a wild pointer is a trap and where software
 * KVM runs code at full speed; in ring 0 it interprets each instruction, at 4 us.
 *
 * This file is included by assembly.
 */
#ifndef KERNEL_RING0_H
#define KERNEL_RING0_H

/* Xen's hypercalls are a software interrupt: rax number, rdi rsi rdx r10 r8 arguments; rax result. */
#define TRAP_HYPERCALL 0x80

/* The others are an invalid instruction, ud2, with this in r11, since software KVM has no other
 * software interrupts. */
#define RING0_MAGIC 0x436c6900
#define RING0_MAP 0   /* rdi address of a table entry, rsi its value, rdx how many, rcx step */
#define RING0_HALT 1  /* sleeps until an interrupt; edi: what the timer is set to first, unless 0 */
#define RING0_WRMSR 2 /* ecx, edx:eax */
#define RING0_RDMSR 3 /* ecx; edx:eax */
#define RING0_INTERRUPTS 4 /* ring 3 can be interrupted from now on, until it traps */
#define RING0_CALLS 5

#define IRQ_FIRST 0x30       /* vectors that devices may use; all do no more than to end a halt */
#define IRQ_LAST 0x3f
#define IRQ_TIMER 0x40       /* of higher priority */
#define IRQ_EOI 0xfee000b0   /* local APIC: end of interrupt */
#define IRQ_COUNT 0xfee00380 /* the timer's initial count */

/* struct watchdog (kernel/watchdog.h) */
#define WATCHDOG_BEATS 0
#define WATCHDOG_SEEN 4
#define WATCHDOG_LEFT 8
#define WATCHDOG_PATIENCE 12
#define WATCHDOG_TICK 16
#define WATCHDOG_AGAIN 20
#define WATCHDOG_ARMED 24
#define WATCHDOG_ASLEEP 28
#define WATCHDOG_CRITICAL 32

#ifndef __ASSEMBLER__
#include <stdint.h>

/* n page table entries from the one at `at' on, each `step' more than the one before. */
static inline void ring0_map(uint64_t at, uint64_t entry, uint64_t n, uint64_t step)
{
	register uint64_t r11 __asm__("r11") = RING0_MAGIC + RING0_MAP;

	__asm__ volatile("ud2"
			 : "+D"(at), "+S"(entry), "+d"(n), "+c"(step), "+r"(r11)
			 :
			 : "rax", "memory");
}

static inline void ring0_halt(uint32_t count)
{
	register uint64_t r11 __asm__("r11") = RING0_MAGIC + RING0_HALT;

	__asm__ volatile("ud2" : "+r"(r11) : "D"(count) : "memory");
}

static inline void ring0_interrupts(void)
{
	register uint64_t r11 __asm__("r11") = RING0_MAGIC + RING0_INTERRUPTS;

	__asm__ volatile("ud2" : "+r"(r11) : : "memory");
}

static inline void ring0_wrmsr(uint32_t msr, uint64_t v)
{
	register uint64_t r11 __asm__("r11") = RING0_MAGIC + RING0_WRMSR;

	__asm__ volatile("ud2"
			 : "+r"(r11)
			 : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32))
			 : "memory");
}

static inline uint64_t ring0_rdmsr(uint32_t msr)
{
	register uint64_t r11 __asm__("r11") = RING0_MAGIC + RING0_RDMSR;
	uint32_t lo, hi;

	__asm__ volatile("ud2" : "=a"(lo), "=d"(hi), "+r"(r11) : "c"(msr) : "memory");
	return (uint64_t)hi << 32 | lo;
}

/* Xen's hypercalls (public/xen.h has the numbers). */
static inline long ring0_hypercall(unsigned nr, uint64_t a1, uint64_t a2, uint64_t a3,
				   uint64_t a4, uint64_t a5)
{
	register uint64_t r10 __asm__("r10") = a4;
	register uint64_t r8 __asm__("r8") = a5;
	long r = (long)nr;

	__asm__ volatile("int %6"
			 : "+a"(r), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10), "+r"(r8)
			 : "i"(TRAP_HYPERCALL)
			 : "memory");
	return r;
}

static inline void out8(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void out16(uint16_t port, uint16_t v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline void cpuid(uint32_t leaf, uint32_t sub, uint32_t r[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3])
			 : "a"(leaf), "c"(sub));
}
#endif

#endif
