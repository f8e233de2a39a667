/* SPDX-License-Identifier: MIT */
/*
 * console.c - output to Xen's console, which `xl console' and the host's log show.
 *
 * When nobody empties the ring, a message waits for a moment, and from then on messages are lost
 * without waiting until there is room again. Input is ignored.
 */
#include "drivers/xen/xen.h"

#include "abi/xen.h"
#include "drivers/xen/event.h"
#include "kernel/clock.h"
#include "kernel/ring0.h"

#define DEBUG_PORT 0xe9      /* a line at a time goes to the hypervisor's log */
#define PATIENCE 100000000LL /* ns */

static struct {
	struct xen_console *ring;
	uint32_t port, prod;
	bool stuck;
	char last;
} console;

void xen_console_early(const char *p, size_t n)
{
	while (n-- > 0)
		out8(DEBUG_PORT, (uint8_t)*p++);
}

void xen_console_init(void)
{
	console.ring = xen_param_page(XEN_PARAM_CONSOLE_PFN);
	console.port = xen_param(XEN_PARAM_CONSOLE_PORT);
	if (console.port == 0 || console.port >= XEN_PORTS)
		console.ring = NULL;
	if (console.ring)
		console.prod = console.ring->out_prod;
}

static uint32_t room(void)
{
	uint32_t used = console.prod - __atomic_load_n(&console.ring->out_cons, __ATOMIC_ACQUIRE);

	return used <= sizeof(console.ring->out) ? (uint32_t)sizeof(console.ring->out) - used : 0;
}

static void push(void)
{
	__atomic_store_n(&console.ring->out_prod, console.prod, __ATOMIC_RELEASE);
	event_notify(console.port);
}

/* False: nobody reads. */
static bool make_room(void)
{
	int64_t end = clock_steady() + PATIENCE;

	if (console.stuck)
		return false;
	push();
	for (;;) {
		event_taken(console.port);
		if (room() > 0)
			return true;
		if (clock_steady() >= end)
			break;
		event_wait_port(console.port, end);
	}
	console.stuck = true;
	return false;
}

static bool put(char c)
{
	if (room() == 0 && !make_room())
		return false;
	console.ring->out[console.prod++ % sizeof(console.ring->out)] = c;
	return true;
}

/* The terminal of `xl console' wants carriage returns. */
void xen_console_write(const char *p, size_t n)
{
	if (!console.ring)
		return;
	if (room() > 0)
		console.stuck = false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n' && console.last != '\r' && !put('\r'))
			break;
		if (!put(p[i]))
			break;
		console.last = p[i];
	}
	push();
}
