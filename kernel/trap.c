/* SPDX-License-Identifier: MIT */
/* trap.c - a fault ends the thread that made it, when it can be ended, else the machine. */
#include "kernel/trap.h"

#include "abi/monitor.h"
#include "base/bits.h"
#include "kernel/heap.h"
#include "kernel/kthread.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/watchdog.h"

extern char text_start[], text_end[];

static bool ending; /* the machine, by a fault that is being reported */
static uint64_t fault_address;

void trap_critical_enter(void)
{
	watchdog.critical++;
}

void trap_critical_leave(void)
{
	watchdog.critical--;
}

const char *trap_name(uint64_t vector)
{
	static const char *const names[] = {
		"division by zero",
		"debug trap",
		"an end to what did not yield",
		"breakpoint",
		"overflow",
		"bounds",
		"invalid instruction",
		"no floating point",
		"double fault",
		"?",
		"invalid TSS",
		"segment not present",
		"stack fault",
		"general protection fault",
		"page fault",
		"?",
		"floating point error",
		"misaligned access",
		"machine check",
		"SIMD floating point error",
	};

	return vector < ARRAY_LEN(names) ? names[vector] : "trap";
}

uint64_t trap_address(void)
{
	return fault_address;
}

/* Behind a call: E8 rel32, or FF /2 in one of its lengths. */
static bool is_return_address(uint64_t v)
{
	const uint8_t *p = (const uint8_t *)v;

	if (v < (uintptr_t)text_start + 8 || v >= (uintptr_t)text_end)
		return false;
	return p[-5] == 0xe8 || (p[-2] == 0xff && (p[-1] & 0x38) == 0x10) ||
	       (p[-3] == 0xff && (p[-2] & 0x38) == 0x10) ||
	       (p[-4] == 0xff && (p[-3] & 0x38) == 0x10) ||
	       (p[-6] == 0xff && (p[-5] & 0x38) == 0x10) ||
	       (p[-7] == 0xff && (p[-6] & 0x38) == 0x10);
}

/* There are no frame pointers: what looks like a return address is taken for one. */
unsigned trap_backtrace(const struct trap_frame *f, uint64_t *v, unsigned n)
{
	uint64_t top = kthread_current ? (uintptr_t)kthread_current->stack : 0;
	uint64_t sp = f->rsp & ~7ULL;
	unsigned found = 0;

	if (top && sp < top - (KTHREAD_STACK_PAGES - 1) * PAGE_SIZE)
		sp = top - (KTHREAD_STACK_PAGES - 1) * PAGE_SIZE; /* it ran over */
	for (; sp < top && found < n; sp += 8)
		if (is_return_address(*(const uint64_t *)sp))
			v[found++] = *(const uint64_t *)sp;
	return found;
}

static void print_fault(const struct trap_frame *f)
{
	uint64_t v[16];
	unsigned n = trap_backtrace(f, v, ARRAY_LEN(v));

	kprint("%s at %#llx, address %#llx, error %#llx, in thread %s", trap_name(f->vector),
	       (unsigned long long)f->rip, (unsigned long long)fault_address,
	       (unsigned long long)f->error, kthread_current ? kthread_current->name : "?");
	for (unsigned i = 0; i < n; i++)
		kprint("  from %#llx", (unsigned long long)v[i]);
}

static _Noreturn void end_machine(const struct trap_frame *f)
{
	/* A fault in what reports one: nothing is left that can be relied on. */
	if (ending)
		machine.off(MONITOR_PANIC);
	ending = true;
	watchdog.critical++;
	print_fault(f);
	panic("%s", trap_name(f->vector));
}

void trap_entry(const struct trap_frame *f, uint64_t address)
{
	struct kthread *t = kthread_current;

	fault_address = f->vector == 14 ? address : 0;
	if (!t || !t->failed || watchdog.critical || t->state == KTHREAD_DEAD || (f->cs & 3) != 3)
		end_machine(f);
	watchdog.critical++;
	heap_owner_set(0);
	t->failed(t->arg_failed, f);
	watchdog.critical--;
	watchdog_again();
	kthread_abandon();
}
