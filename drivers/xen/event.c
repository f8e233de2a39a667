/* SPDX-License-Identifier: MIT */
/* event.c - event channels. */
#include "drivers/xen/event.h"

#include <errno.h>

#include "abi/xen.h"
#include "drivers/xen/hypercall.h"
#include "kernel/watchdog.h"

int64_t event_time_offset;
struct event_counters event_counters;

static struct xen_shared *page;
static uint32_t armed[XEN_POLL_PORTS];
static uint32_t narmed;

void event_init(struct xen_shared *shared)
{
	page = shared;
	narmed = 0;
	for (unsigned i = 0; i < 64; i++)
		__atomic_store_n(&page->mask[i], ~0ULL, __ATOMIC_RELAXED);
	__atomic_store_n(&page->vcpu[0].upcall_pending, 0, __ATOMIC_RELAXED);
}

int event_alloc(unsigned remote)
{
	struct xen_event_alloc_unbound a = { .dom = XEN_DOMID_SELF,
					     .remote_dom = (uint16_t)remote };
	long r = xen_hypercall(XEN_EVENT_CHANNEL_OP, XEN_EVENT_ALLOC_UNBOUND, &a, 0);

	if (r < 0)
		return (int)r;
	return a.port < XEN_PORTS ? (int)a.port : -ENOSPC;
}

void event_close(uint32_t port)
{
	struct xen_event_port p = { port };

	xen_hypercall(XEN_EVENT_CHANNEL_OP, XEN_EVENT_CLOSE, &p, 0);
	event_taken(port);
}

void event_notify(uint32_t port)
{
	struct xen_event_port p = { port };

	event_counters.notified++;
	xen_hypercall(XEN_EVENT_CHANNEL_OP, XEN_EVENT_SEND, &p, 0);
}

static bool event_pending(uint32_t port)
{
	return __atomic_load_n(&page->pending[port / 64], __ATOMIC_ACQUIRE) >> port % 64 & 1;
}

bool event_taken(uint32_t port)
{
	uint64_t bit = 1ULL << port % 64;

	/* The locked instruction only when there is something to clear. */
	if (!event_pending(port))
		return false;
	__atomic_fetch_and(&page->pending[port / 64], ~bit, __ATOMIC_SEQ_CST);
	event_counters.taken++;
	return true;
}

bool event_arm(uint32_t port)
{
	/* More ports than a call takes: the wait is cut short below instead. */
	if (narmed < XEN_POLL_PORTS)
		armed[narmed] = port;
	narmed++;
	return event_taken(port);
}

static void poll(uint32_t *ports, uint32_t n, int64_t deadline)
{
	struct xen_poll p = { .ports = (uintptr_t)ports, .nports = n };

	/* 0 means without end to Xen, and so does what is too far away to be a time. */
	if (deadline < INT64_MAX - event_time_offset) {
		p.timeout = (uint64_t)(deadline + event_time_offset);
		if (p.timeout == 0)
			p.timeout = 1;
	}
	event_counters.waits++;
	xen_hypercall(XEN_SCHED_OP, XEN_SCHED_POLL, &p, 0);
}

void event_wait(int64_t deadline)
{
	uint32_t n = narmed;

	narmed = 0;
	if (n > XEN_POLL_PORTS)
		return;
	do {
		watchdog_sleep();
		poll(armed, n, deadline);
	} while (!watchdog_woken());
}

void event_wait_port(uint32_t port, int64_t deadline)
{
	poll(&port, 1, deadline);
}
