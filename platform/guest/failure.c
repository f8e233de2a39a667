/* SPDX-License-Identifier: MIT */
/*
 * failure.c - what is said of an instance whose code made a fault.
 *
 * The element at fault is not known as such: it is the first of the instance's elements that a
 * register or the stack points to, since every hook of an element gets it as its first argument.
 * Those found further up the stack are the way that the packet, or the call, has come.
 */
#include <stdlib.h>

#include "engine/control/instance.h"
#include "kernel/heap.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/trap.h"
#include "platform/guest/guest.h"

#define WAY 12
#define CALLS 16

struct way {
	const struct element *e[WAY];
	unsigned n;
};

static const struct element *element_at(const struct router *r, uint64_t v)
{
	for (unsigned i = 0; i < r->n; i++)
		if ((uintptr_t)r->element[i] == v)
			return r->element[i];
	return NULL;
}

static void look_at(struct way *w, const struct router *r, uint64_t v)
{
	const struct element *e = v % 16 == 0 ? element_at(r, v) : NULL;

	for (unsigned i = 0; e && i < w->n; i++)
		if (w->e[i] == e)
			e = NULL;
	if (e && w->n < WAY)
		w->e[w->n++] = e;
}

static void find_way(struct way *w, const struct router *r, const struct trap_frame *f)
{
	const uint64_t registers[] = { f->rdi, f->rbx, f->rbp, f->r12,
				       f->r13, f->r14, f->r15, f->rsi };
	uint64_t top = (uintptr_t)kthread_current->stack;
	uint64_t low = top - (KTHREAD_STACK_PAGES - 1) * PAGE_SIZE;

	for (unsigned i = 0; i < ARRAY_LEN(registers); i++)
		look_at(w, r, registers[i]);
	for (uint64_t sp = f->rsp < low ? low : f->rsp & ~7ULL; sp < top; sp += 8)
		look_at(w, r, *(const uint64_t *)sp);
}

static void say_what(struct text *t, const struct trap_frame *f)
{
	uint64_t low = (uintptr_t)kthread_current->stack - (KTHREAD_STACK_PAGES - 1) * PAGE_SIZE;
	uint64_t at = trap_address();

	if (f->vector == 14 && at < low && at >= low - PAGE_SIZE)
		text_add(t, "stack overflow");
	else if (f->vector == TRAP_HANGS)
		text_add(t, "endless loop: it did not yield for some seconds");
	else
		text_add(t, "%s", trap_name(f->vector));
	if (f->vector == 14)
		text_add(t, ": cannot %s address %#llx",
			 f->error & 16  ? "execute"
			 : f->error & 2 ? "write to"
					: "read",
			 (unsigned long long)at);
}

static void say_where(struct text *t, const struct engine *g, const struct trap_frame *f)
{
	const struct router *all[] = { g->passing, g->router, g->pending };
	struct way w = { .n = 0 };

	for (unsigned i = 0; i < ARRAY_LEN(all) && w.n == 0; i++)
		if (all[i])
			find_way(&w, all[i], f);
	for (unsigned i = 0; i < w.n; i++)
		text_add(t, "\n  %s '%s :: %s'", i == 0 ? "in element" : "from", w.e[i]->name,
			 w.e[i]->class->name);
}

static void say_registers(struct text *t, const struct trap_frame *f)
{
	uint64_t calls[CALLS];
	unsigned n = trap_backtrace(f, calls, CALLS);

	text_add(t, "\n  rip %#llx rsp %#llx rax %#llx rdi %#llx rsi %#llx",
		 (unsigned long long)f->rip, (unsigned long long)f->rsp, (unsigned long long)f->rax,
		 (unsigned long long)f->rdi, (unsigned long long)f->rsi);
	text_add(t, "\n  backtrace (addr2line -fe clickos.debug):");
	for (unsigned i = 0; i < n; i++)
		text_add(t, " %#llx", (unsigned long long)calls[i]);
	text_char(t, '\n');
}

/* --- what is left --- */

struct failed {
	struct failed *next;
	const struct engine *engine;
	unsigned memory;
};

static struct failed *failed;

void failures_clean(void)
{
	while (failed) {
		struct failed *f = failed;

		failed = f->next;
		if (devices_abandon(f->engine))
			heap_owner_free(f->memory);
		free(f);
	}
}

static void clean_later(const struct engine *g)
{
	struct failed *f = malloc(sizeof(*f));

	if (!f)
		return;
	*f = (struct failed){ failed, g, kthread_current->home };
	failed = f;
}

void failure_report(void *arg, const struct trap_frame *f)
{
	struct thread *t = arg;
	struct text text = { 0 };

	say_what(&text, f);
	say_where(&text, t->engine, f);
	say_registers(&text, f);
	clean_later(t->engine);
	instance_failed(&machine_instances, t, text_as_str(&text));
	platform_wake(&machine_instances.thread);
	text_fini(&text);
}
