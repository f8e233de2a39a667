/* SPDX-License-Identifier: MIT */
/* trap.h - faults: what was being done, and who ends. */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include <stdbool.h>
#include <stdint.h>

struct trap_frame { /* as kernel/stubs.S pushes it */
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/* From stubs.S, on the trap stack in ring 3. */
_Noreturn void trap_entry(const struct trap_frame *f, uint64_t address);

#define TRAP_HANGS 2 /* the NMI: it did not yield (kernel/watchdog.h) */

const char *trap_name(uint64_t vector);
/* The address that could not be reached, of a page fault. */
uint64_t trap_address(void);
/* Return addresses found from the frame's stack up: at most n. */
unsigned trap_backtrace(const struct trap_frame *f, uint64_t *v, unsigned n);

/* Between these a fault ends the machine: shared tables are not whole. */
void trap_critical_enter(void), trap_critical_leave(void);

#endif
