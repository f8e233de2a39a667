/* SPDX-License-Identifier: MIT */
/*
 * io.c - the I/O thread. While something moves it goes round without asking for kicks; when nothing
 * has moved for a while it asks for them and sleeps. Idle machines have no timer.
 */
#include "monitor/io.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/error.h"
#include "monitor/device/page.h"
#include "monitor/machine.h"
#include "monitor/sandbox.h"

/* Looking once more is cheaper than a kick (40 us) up to here. */
#define SPIN 50000LL       /* ns */
#define GRACE 5000000000LL /* ns that a guest has to shut down */
#define EVENTS 16

/*
 * What woke us, when it is no device: addresses that are no device's. Descriptors that only wake are
 * never read: each write to an eventfd is a new edge.
 */
static char tag_wake, tag_signal;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static bool watch(struct machine *m, int fd, void *tag)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.ptr = tag };

	return epoll_ctl(m->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool io_open(struct machine *m, struct error *err)
{
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	m->attach_wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	m->signals = open_signals();
	if (m->epoll < 0 || m->attach_wake < 0 || m->signals < 0 ||
	    !watch(m, m->end.wake, &tag_wake) || !watch(m, m->attach_wake, &tag_wake) ||
	    !watch(m, m->signals, &tag_signal))
		return fail(err, "host: the I/O thread: %s", strerror(errno));
	for (unsigned i = 0; i < m->ndevices; i++) {
		struct device *d = m->device[i];

		d->epoll = m->epoll;
		d->wake = &m->wake;
		watch(m, d->kick, &tag_wake);
	}
	return true;
}

/* Their descriptors, whose edges must not pass before the devices can move something. */
static void watch_host(struct machine *m)
{
	if (m->console.listener >= 0)
		device_watch(&m->console.base, m->console.listener);
	if (m->sink.in >= 0)
		device_watch(&m->console.base, m->sink.in);
	for (unsigned i = 0; i < m->options.nnets; i++)
		if (m->net[i].fd >= 0)
			device_watch(&m->net[i].base, m->net[i].fd);
}

static void attach(struct machine *m)
{
	uint32_t bits = __atomic_load_n(&m->attach, __ATOMIC_ACQUIRE);
	char why[200];

	if (!bits)
		return;
	for (unsigned i = 0; i < m->ndevices; i++) {
		if ((bits >> i & 1) &&
		    !page_attach(m->vm.page, m->device[i], &m->vm.memory, why, sizeof(why)))
			end_machine(&m->end, END_GUEST, NULL, "guest: %s", why);
	}
	__atomic_fetch_and(&m->attach, ~bits, __ATOMIC_RELEASE);
	wake_send(&m->attach_done);
}

static void guest_broke(struct machine *m, const struct device *d, const struct virtqueue *q)
{
	end_machine(&m->end, END_GUEST, NULL, "guest: queue %u of %s: %s", (unsigned)(q - d->queue),
		    d->label, q->why);
}

/* All devices move what they can. True when any did. */
static bool run_devices(struct machine *m)
{
	bool any = false;

	for (unsigned i = 0; i < m->ndevices; i++) {
		struct device *d = m->device[i];
		const struct virtqueue *q;

		if (!d->attached)
			continue;
		any |= d->ops->run(d);
		q = device_broken(d);
		if (q)
			guest_broke(m, d, q);
	}
	return any;
}

static bool arm_devices(struct machine *m)
{
	bool more = false;

	for (unsigned i = 0; i < m->ndevices; i++) {
		if (m->device[i]->attached)
			more |= m->device[i]->ops->arm(m->device[i]);
	}
	return more;
}

/* The first signal asks the guest, if it can hear; it has a second. The next one is the end. */
static void signalled(struct machine *m, int64_t *deadline)
{
	struct signalfd_siginfo s;
	bool again = *deadline != INT64_MAX;

	while (read(m->signals, &s, sizeof(s)) > 0) {
		if (again || !console_shutdown(&m->console)) {
			end_machine(&m->end, END_HOST, NULL, "host: terminated by signal %u",
				    s.ssi_signo);
			return;
		}
		*deadline = now() + GRACE;
		again = true;
	}
}

static void happened(struct machine *m, void *what, int64_t *deadline)
{
	struct device *d = what;

	if (what == &tag_signal)
		signalled(m, deadline);
	else if (what != &tag_wake)
		d->ops->ready(d);
}

/* Milliseconds for epoll_wait; -1: no end. */
static int timeout(int64_t deadline)
{
	int64_t left;

	if (deadline == INT64_MAX)
		return -1;
	left = (deadline - now()) / 1000000 + 1;
	return left < 0 ? 0 : left > 10000 ? 10000 : (int)left;
}

/* The machine has got its end. What is in the rings is delivered. */
static _Noreturn void finish(struct machine *m)
{
	for (unsigned i = 0; i < m->ndevices; i++) {
		if (m->device[i]->attached && m->device[i]->ops->finish)
			m->device[i]->ops->finish(m->device[i]);
	}
	end_report(&m->end);
	_exit((int)m->end.status);
}

/* Sleeps, or not, until something is to be done. */
static void wait_for_events(struct machine *m, int ms, int64_t *deadline)
{
	struct epoll_event e[EVENTS];
	int n = epoll_wait(m->epoll, e, EVENTS, ms);

	for (int i = 0; i < n; i++)
		happened(m, e[i].data.ptr, deadline);
	attach(m);
	if (now() > *deadline)
		end_machine(&m->end, END_HOST, NULL,
			    "host: terminated; the guest did not shut down in time");
}

static _Noreturn void loop(struct machine *m)
{
	int64_t deadline = INT64_MAX, spin_until = 0;

	while (!end_is_near(&m->end)) {
		bool busy = run_devices(m);
		int ms = 0;

		if (busy)
			spin_until = now() + SPIN;
		else if (now() >= spin_until && !arm_devices(m))
			ms = timeout(deadline);
		if (!end_is_near(&m->end))
			wait_for_events(m, ms, &deadline);
	}
	finish(m);
}

bool io_enter(struct machine *m, struct error *err)
{
	watch_host(m);
	vm_touch(&m->vm);
	return sandbox_enter_thread(m, SANDBOX_IO, err);
}

void io_run(struct machine *m)
{
	loop(m);
}
