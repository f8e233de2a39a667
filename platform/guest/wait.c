/* SPDX-License-Identifier: MIT */
/*
 * wait.c - the engine's threads are kernel threads, and what they wait for are interfaces.
 *
 * A descriptor is the number of an interface. A watch holds as long as its event does, as with epoll:
 * it is called in each wait until it is changed or the ring is empty.
 */
#include <errno.h>
#include <stdlib.h>

#include "engine/run/thread.h"
#include "kernel/clock.h"
#include "platform/guest/guest.h"

_Thread_local struct thread *thread_current;

struct guest_watch {
	struct list node;
	struct watch *w;
	unsigned events;
	bool seen; /* in this dispatch */
};

void platform_thread_init(struct thread *t)
{
	struct context *c;

	if (t->platform)
		return;
	c = calloc(1, sizeof(*c));
	if (!c)
		platform_panic("no memory for a thread");
	c->k = kthread_current;
	list_init(&c->watches);
	t->platform = c;
}

void platform_thread_fini(struct thread *t)
{
	struct context *c = t->platform;

	if (!c)
		return;
	list_each(i, &c->watches) free(container_of(i, struct guest_watch, node));
	free(c);
	t->platform = NULL;
}

/* --- watches --- */

static struct guest_watch *find(struct context *c, const struct watch *w)
{
	list_each(i, &c->watches)
	{
		struct guest_watch *g = container_of(i, struct guest_watch, node);

		if (g->w == w)
			return g;
	}
	return NULL;
}

static void tell_device(struct context *c, int fd)
{
	unsigned events = 0;

	list_each(i, &c->watches)
	{
		struct guest_watch *g = container_of(i, struct guest_watch, node);

		events |= g->w->fd == fd ? g->events : 0;
	}
	device_watch(fd, events, c->k);
}

int platform_watch(struct watch *w, unsigned events)
{
	struct context *c;
	struct guest_watch *g;

	if (w->fd < 0)
		return events ? -EBADF : 0;
	if (!w->thread->platform && !events)
		return 0;
	platform_thread_init(w->thread);
	c = w->thread->platform;
	g = find(c, w);
	if (!g && events) {
		g = calloc(1, sizeof(*g));
		if (!g)
			return -ENOMEM;
		g->w = w;
		list_add_tail(&c->watches, &g->node);
	}
	if (g && events) {
		g->events = events;
	} else if (g) {
		list_remove(&g->node);
		free(g);
	}
	tell_device(c, w->fd);
	return 0;
}

/* What is called may change any watch: the search starts over each time. */
static struct guest_watch *next_ready(struct context *c, unsigned *events)
{
	list_each(i, &c->watches)
	{
		struct guest_watch *g = container_of(i, struct guest_watch, node);

		if (g->seen)
			continue;
		g->seen = true;
		*events = device_events(g->w->fd, g->events);
		if (*events)
			return g;
	}
	return NULL;
}

static void dispatch(struct context *c)
{
	struct guest_watch *g;
	unsigned events;

	list_each(i, &c->watches) container_of(i, struct guest_watch, node)->seen = false;
	while ((g = next_ready(c, &events)))
		g->w->ready(g->w->e, g->w, events);
}

/* --- waiting --- */

void platform_wait(struct thread *t, int64_t timeout)
{
	struct context *c = t->platform;

	if (timeout == 0) {
		kthread_yield();
	} else {
		thread_sleeps(t);
		kthread_block(timeout < 0 ? INT64_MAX : clock_steady() + timeout);
		thread_wakes(t);
	}
	if (!list_empty(&c->watches))
		dispatch(c);
}

void platform_wake(struct thread *t)
{
	struct context *c = t->platform;

	if (c)
		kthread_wake(c->k);
}

/* --- threads --- */

struct start {
	struct thread *t;
	void (*main)(struct thread *);
};

static void enter(void *arg)
{
	struct start s = *(struct start *)arg;

	free(arg);
	thread_current = s.t;
	s.main(s.t);
}

int platform_thread_start(struct thread *t, void (*main)(struct thread *))
{
	struct start *s = malloc(sizeof(*s));
	struct context *c;

	platform_thread_init(t);
	c = t->platform;
	if (!s)
		return -ENOMEM;
	*s = (struct start){ t, main };
	c->k = kthread_new("instance", enter, s);
	if (!c->k) {
		free(s);
		return -ENOMEM;
	}
	c->started = true;
	c->k->failed = failure_report;
	c->k->arg_failed = t;
	return 0;
}

void platform_yield(void)
{
	kthread_yield();
}

/* Of a thread that is about to leave or has left. */
void platform_thread_join(struct thread *t)
{
	struct context *c = t->platform;

	if (!c || !c->started)
		return;
	while (c->k->state != KTHREAD_DEAD)
		kthread_yield();
	kthread_free(c->k);
	platform_thread_fini(t);
}
