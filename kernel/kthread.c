/* SPDX-License-Identifier: MIT */
/*
 * kthread.c - one CPU, handed on when a thread yields or blocks. There is no thread for idling: the
 * one that finds nothing to run looks at the sources and puts the machine to sleep.
 */
#include "kernel/kthread.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "kernel/clock.h"
#include "kernel/heap.h"
#include "kernel/machine.h"
#include "kernel/memory.h"

/* How long the sources are looked at before the machine sleeps: about what a sleep and the wake-up
 * cost. */
#define SPIN_NS 30000
#define TLS_SIZE sizeof(((struct kthread *)0)->tls)

extern uint8_t tls_vars[];
void kthread_switch(uint64_t **from, uint64_t *to);

struct kthread *kthread_current;

static struct list ready = { &ready, &ready };
static struct list blocked = { &blocked, &blocked };
static struct list abandoned = { &abandoned, &abandoned };
static struct list sources = { &sources, &sources };
static unsigned ndeadlines; /* blocked threads that have one */

/* --- sources --- */

void source_add(struct source *s)
{
	list_add_tail(&sources, &s->node);
}

static bool poll_sources(void)
{
	bool any = false;

	WRITE_ONCE(*machine.beats, *machine.beats + 1);
	for (struct list *l = sources.next; l != &sources; l = l->next) {
		struct source *s = container_of(l, struct source, node);

		if (!s->quiet && s->pending(s)) {
			s->ready(s);
			any = true;
		}
	}
	return any;
}

/* False when the machine may sleep. */
static bool arm_sources(void)
{
	bool any = false;

	for (struct list *l = sources.next; l != &sources; l = l->next) {
		struct source *s = container_of(l, struct source, node);

		if (!s->quiet && s->arm && s->arm(s))
			any = true;
	}
	return any;
}

/* --- states --- */

static void make_ready(struct kthread *t)
{
	if (t->state == KTHREAD_BLOCKED && t->deadline != INT64_MAX)
		ndeadlines--;
	list_remove(&t->node);
	t->state = KTHREAD_READY;
	list_add_tail(&ready, &t->node);
}

void kthread_wake(struct kthread *t)
{
	t->woken = true;
	if (t->state == KTHREAD_BLOCKED)
		make_ready(t);
}

static int64_t first_deadline(void)
{
	int64_t first = INT64_MAX;

	for (struct list *l = blocked.next; ndeadlines > 0 && l != &blocked; l = l->next) {
		const struct kthread *t = container_of(l, struct kthread, node);

		first = t->deadline < first ? t->deadline : first;
	}
	return first;
}

static void wake_expired(void)
{
	int64_t now;

	if (ndeadlines == 0)
		return;
	now = clock_steady();
	list_each(l, &blocked)
	{
		struct kthread *t = container_of(l, struct kthread, node);

		if (t->deadline <= now)
			make_ready(t);
	}
}

/* --- choosing --- */

static void sleep_once(void)
{
	if (!arm_sources())
		machine.wait(first_deadline());
}

/* Until a thread is ready. */
static struct kthread *choose(void)
{
	int64_t spin_end = 0, now;

	for (;;) {
		poll_sources();
		wake_expired();
		if (!list_empty(&ready))
			return container_of(ready.next, struct kthread, node);
		now = clock_steady();
		if (spin_end == 0)
			spin_end = now + SPIN_NS;
		if (now >= spin_end) {
			sleep_once();
			spin_end = 0;
		}
	}
}

static void run(struct kthread *t)
{
	struct kthread *from = kthread_current;

	list_remove(&t->node);
	if (t == from)
		return;
	memcpy(from->tls, tls_vars, TLS_SIZE);
	memcpy(tls_vars, t->tls, TLS_SIZE);
	from->owner = heap_owner_set(t->owner);
	kthread_current = t;
	kthread_switch(&from->sp, t->sp);
}

void kthread_yield(void)
{
	poll_sources();
	wake_expired();
	if (list_empty(&ready))
		return;
	list_add_tail(&ready, &kthread_current->node);
	run(container_of(ready.next, struct kthread, node));
}

void kthread_block(int64_t deadline)
{
	struct kthread *t = kthread_current;

	if (!t->woken) {
		t->state = KTHREAD_BLOCKED;
		t->deadline = deadline;
		ndeadlines += deadline != INT64_MAX;
		list_add_tail(&blocked, &t->node);
		run(choose());
	}
	t->woken = false;
}

/* --- life --- */

static void first_run(void)
{
	kthread_current->main(kthread_current->arg);
	kthread_exit();
}

void kthread_init(struct kthread *boot, const char *name, void *stack)
{
	memset(boot, 0, sizeof(*boot));
	boot->stack = stack;
	strncpy(boot->name, name, sizeof(boot->name) - 1);
	list_init(&boot->node);
	kthread_current = boot;
}

void kthread_free(struct kthread *t)
{
	stack_free(t->stack, KTHREAD_STACK_PAGES - 1);
	free(t);
}

static void free_abandoned(void)
{
	list_each(l, &abandoned)
	{
		struct kthread *t = container_of(l, struct kthread, node);

		list_remove(&t->node);
		kthread_free(t);
	}
}

struct kthread *kthread_new(const char *name, void (*main)(void *), void *arg)
{
	unsigned owner = heap_owner_set(0);
	struct kthread *t;

	free_abandoned();
	t = calloc(1, sizeof(*t));
	heap_owner_set(owner);
	if (!t)
		return NULL;
	t->home = t->owner = owner;
	t->stack = stack_alloc(KTHREAD_STACK_PAGES - 1);
	if (!t->stack) {
		free(t);
		return NULL;
	}
	strncpy(t->name, name, sizeof(t->name) - 1);
	t->main = main;
	t->arg = arg;
	/* As kthread_switch leaves a stack: six registers, then where to go on; at that point the
	 * stack is as behind a call (System V ABI, 3.2.2). */
	t->sp = (uint64_t *)t->stack - 8;
	t->sp[6] = (uint64_t)(uintptr_t)first_run;
	list_init(&t->node);
	list_add_tail(&ready, &t->node);
	return t;
}

static void leave(struct kthread *t)
{
	if (t->state == KTHREAD_BLOCKED && t->deadline != INT64_MAX)
		ndeadlines--;
	list_remove(&t->node);
	t->state = KTHREAD_DEAD;
}

void kthread_exit(void)
{
	leave(kthread_current);
	run(choose());
	__builtin_trap();
}

/* It is on the trap stack; others run before anybody looks at the list. */
void kthread_abandon(void)
{
	leave(kthread_current);
	list_add_tail(&abandoned, &kthread_current->node);
	run(choose());
	__builtin_trap();
}

void kthread_kill(struct kthread *t)
{
	leave(t);
	if (t == kthread_current)
		kthread_exit();
}
