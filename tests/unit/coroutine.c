/* SPDX-License-Identifier: MIT */
/* coroutine.c - threads of the stub platform, by ucontext. */
#include "tests/unit/coroutine.h"

#include <errno.h>
#include <stdlib.h>
#include <ucontext.h>

#include "tests/unit/stub_platform.h"

#define MAX 64
#define STACK ((size_t)1 << 20)

enum state { FREE, ALIVE, ENDED, FAULTED, BURIED };

struct coroutine {
	enum state state;
	struct thread *t;
	void (*main)(struct thread *);
	ucontext_t context;
	char *stack;
};

static struct {
	struct coroutine v[MAX];
	struct coroutine *running; /* NULL: the test itself */
	ucontext_t test;
} all;

static void enter(void)
{
	struct coroutine *c = all.running;

	c->main(c->t);
	c->state = ENDED;
}

static void prepare(struct coroutine *c)
{
	getcontext(&c->context);
	c->context.uc_stack.ss_sp = c->stack;
	c->context.uc_stack.ss_size = STACK;
	c->context.uc_link = &all.test;
	makecontext(&c->context, enter, 0);
}

static int start(struct thread *t, void (*main)(struct thread *))
{
	for (int i = 0; i < MAX; i++) {
		struct coroutine *c = &all.v[i];

		if (c->state != FREE)
			continue;
		*c = (struct coroutine){ ALIVE, t, main, .stack = malloc(STACK) };
		if (!c->stack)
			abort();
		prepare(c);
		return 0;
	}
	return -EAGAIN;
}

static void join(struct thread *t)
{
	for (int i = 0; i < MAX; i++) {
		if (all.v[i].t != t || all.v[i].state == FREE)
			continue;
		if (all.v[i].state != ENDED)
			abort();
		free(all.v[i].stack);
		all.v[i].state = FREE;
	}
}

static void yield(struct thread *t, int64_t timeout)
{
	(void)t, (void)timeout;
	if (all.running)
		swapcontext(&all.running->context, &all.test);
}

void coroutines_init(void)
{
	stub.thread_start = start;
	stub.thread_join = join;
	stub.wait = yield;
}

void coroutines_run(void)
{
	struct thread *test = thread_current;

	for (int i = 0; i < MAX; i++) {
		if (all.v[i].state != ALIVE)
			continue;
		all.running = &all.v[i];
		thread_current = all.v[i].t;
		swapcontext(&all.test, &all.v[i].context);
		all.running = NULL;
	}
	thread_current = test;
}

unsigned coroutines_alive(void)
{
	unsigned n = 0;

	for (int i = 0; i < MAX; i++)
		n += all.v[i].state == ALIVE;
	return n;
}

void coroutine_fault(void)
{
	all.running->state = FAULTED;
	yield(NULL, 0);
}

struct thread *coroutine_faulted(void)
{
	for (int i = 0; i < MAX; i++)
		if (all.v[i].state == FAULTED) {
			all.v[i].state = BURIED;
			return all.v[i].t;
		}
	return NULL;
}

void coroutines_fini(void)
{
	for (int i = 0; i < MAX; i++)
		if (all.v[i].state != FREE) {
			free(all.v[i].stack);
			all.v[i].state = FREE;
		}
}
