/* SPDX-License-Identifier: MIT */
/*
 * wait.c - waiting for descriptors and for other threads: epoll, with an eventfd to wake it.
 *
 * A watch may be removed, changed or added by any function that platform_wait calls, also for
 * the descriptor at hand; so each dispatch takes a new round number, an interest is served once
 * a round, and the search starts over after each call. A new interest belongs to the round in
 * which it was made: an event from before it (the descriptor's number used again) is not its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/run/thread.h"
#include "platform/linux/linux.h"

#define EVENTS 64

/* --- a thread's context --- */

static int context_open(struct context *c)
{
	struct epoll_event ev = { .events = EPOLLIN };

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->wake = ev.data.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->epoll < 0 || c->wake < 0)
		return -errno;
	return epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->wake, &ev) < 0 ? -errno : 0;
}

/* Whoever needs it first makes it: there may be watches before the thread runs. */
void platform_thread_init(struct thread *t)
{
	struct context *c;

	if (t->platform)
		return;
	c = calloc(1, sizeof(*c));
	if (!c || context_open(c) < 0)
		platform_panic("click: cannot open an epoll descriptor for a thread");
	t->platform = c;
}

/* --- the set of watched descriptors --- */

static struct watched *watched_at(struct context *c, int fd)
{
	size_t n = c->nfds;
	struct watched *v;

	if ((size_t)fd < n)
		return &c->fd[fd];
	while (n <= (size_t)fd)
		n = n > 0 ? 2 * n : 32;
	v = realloc(c->fd, n * sizeof(*v));
	if (!v)
		return NULL;
	memset(v + c->nfds, 0, (n - c->nfds) * sizeof(*v));
	c->fd = v;
	c->nfds = n;
	return &v[fd];
}

static struct interest **interest_of(struct watched *d, const struct watch *w)
{
	struct interest **i = &d->first;

	while (*i && (*i)->w != w)
		i = &(*i)->next;
	return i;
}

/* Tells epoll what the interests of fd add up to. */
static int update(struct context *c, int fd, struct watched *d)
{
	struct epoll_event ev = { .data.fd = fd };
	unsigned was = d->events, now = 0;
	int op;

	for (struct interest *i = d->first; i; i = i->next)
		now |= i->events;
	d->events = now;
	if (d->plain || now == was) {
		c->nplain -= d->plain && now == 0;
		d->plain = d->plain && now != 0;
		return 0;
	}
	ev.events = (now & WATCH_READ ? EPOLLIN : 0U) | (now & WATCH_WRITE ? EPOLLOUT : 0U);
	op = was == 0 ? EPOLL_CTL_ADD : now == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
	if (epoll_ctl(c->epoll, op, fd, &ev) == 0 || op == EPOLL_CTL_DEL)
		return 0;
	if (errno != EPERM)
		return -errno;
	d->plain = true;
	c->nplain++;
	return 0;
}

static void interest_end(struct context *c, struct interest **i)
{
	struct interest *old = *i;

	*i = old->next;
	free(old);
	c->nwatched--;
}

static int interest_set(struct context *c, struct watched *d, struct watch *w, unsigned events)
{
	struct interest **i = interest_of(d, w);

	if (!*i) {
		*i = calloc(1, sizeof(**i));
		if (!*i)
			return -ENOMEM;
		(*i)->w = w;
		(*i)->round = c->round;
		c->nwatched++;
	}
	(*i)->events = events;
	return 0;
}

int platform_watch(struct watch *w, unsigned events)
{
	struct context *c;
	struct watched *d;
	int r = 0;

	if (w->fd < 0)
		return events ? -EBADF : 0;
	if (!w->thread->platform && !events)
		return 0;
	platform_thread_init(w->thread);
	c = w->thread->platform;
	d = watched_at(c, w->fd);
	if (!d)
		return -ENOMEM;
	if (events)
		r = interest_set(c, d, w, events);
	else if (*interest_of(d, w))
		interest_end(c, interest_of(d, w));
	if (r == 0)
		r = update(c, w->fd, d);
	if (r < 0 && *interest_of(d, w)) {
		interest_end(c, interest_of(d, w));
		update(c, w->fd, d);
	}
	return r;
}

/* --- waiting --- */

static struct interest *next_interest(const struct context *c, const struct watched *d,
				      unsigned events)
{
	for (struct interest *i = d->first; i; i = i->next)
		if (i->round != c->round && i->events & events)
			return i;
	return NULL;
}

static void dispatch(struct context *c, int fd, unsigned events)
{
	struct interest *i;

	while ((i = next_interest(c, &c->fd[fd], events))) {
		i->round = c->round;
		i->w->ready(i->w->e, i->w, events & i->events);
	}
}

static unsigned events_of(uint32_t epoll)
{
	if (epoll & (EPOLLHUP | EPOLLERR))
		return WATCH_READ | WATCH_WRITE;
	return (epoll & EPOLLIN ? (unsigned)WATCH_READ : 0U) |
	       (epoll & EPOLLOUT ? (unsigned)WATCH_WRITE : 0U);
}

/* Kernels before 5.11 count in milliseconds: rounded up, so as not to spin at the end. */
static int epoll_ns(int epoll, struct epoll_event ev[EVENTS], int64_t timeout)
{
	struct timespec ts = { timeout / 1000000000, timeout % 1000000000 };
	int n = epoll_pwait2(epoll, ev, EVENTS, timeout < 0 ? NULL : &ts, NULL);

	if (n < 0 && errno == ENOSYS) {
		int64_t ms = (timeout + 999999) / 1000000;

		n = epoll_wait(epoll, ev, EVENTS,
			       timeout < 0      ? -1
			       : ms > INT32_MAX ? INT32_MAX
						: (int)ms);
	}
	return n;
}

static void dispatch_plain(struct context *c)
{
	for (size_t fd = 0; fd < c->nfds; fd++)
		if (c->fd[fd].plain)
			dispatch(c, (int)fd, WATCH_READ | WATCH_WRITE);
}

void platform_wait(struct thread *t, int64_t timeout)
{
	struct context *c = t->platform;
	struct epoll_event ev[EVENTS];
	uint64_t count;
	int n;

	if (timeout != 0) {
		console_flush();
		__atomic_store_n(&c->asleep, 1, __ATOMIC_SEQ_CST);
	}
	if (__atomic_exchange_n(&c->woken, 0, __ATOMIC_SEQ_CST) || c->nplain > 0)
		timeout = 0;
	if (timeout != 0)
		thread_sleeps(t);
	n = timeout == 0 && c->nwatched == c->nplain ? 0 : epoll_ns(c->epoll, ev, timeout);
	if (timeout != 0)
		thread_wakes(t);
	__atomic_store_n(&c->asleep, 0, __ATOMIC_SEQ_CST);
	c->round++;
	for (int i = 0; i < n; i++) {
		if (ev[i].data.fd != c->wake)
			dispatch(c, ev[i].data.fd, events_of(ev[i].events));
		else if (read(c->wake, &count, sizeof(count)) > 0)
			__atomic_exchange_n(&c->woken, 0, __ATOMIC_SEQ_CST);
	}
	if (c->nplain > 0)
		dispatch_plain(c);
}

/*
 * The one who waits says `asleep' and then looks at `woken'; the one who wakes says `woken' and
 * then looks at `asleep': in one order of all four, at least one sees the other. Also called
 * from signal handlers.
 */
void platform_wake(struct thread *t)
{
	struct context *c = t->platform;
	uint64_t one = 1;
	int saved = errno;

	if (!c || __atomic_exchange_n(&c->woken, 1, __ATOMIC_SEQ_CST))
		return;
	if (__atomic_load_n(&c->asleep, __ATOMIC_SEQ_CST) && write(c->wake, &one, sizeof(one)) < 0)
		errno = saved; /* full: it is awake */
	errno = saved;
}

void platform_thread_fini(struct thread *t)
{
	struct context *c = t->platform;

	if (!c)
		return;
	for (size_t fd = 0; fd < c->nfds; fd++)
		while (c->fd[fd].first)
			interest_end(c, &c->fd[fd].first);
	close(c->wake);
	close(c->epoll);
	free(c->fd);
	free(c);
	t->platform = NULL;
}
