/* SPDX-License-Identifier: MIT */
/*
 * netfront_rx.c - frames that come.
 *
 * Buffer i is a page of its own and has the request id i, for the device's life. With `gru' its grant
 * is as old as itself; without, it is granted when it is posted and taken back when it is filled.
 * With `fr' buffers go back to the ring in batches, without one by one. A response is copied out of
 * the ring once; nothing in it is believed.
 */
#include "drivers/xen/netfront.h"

#include <assert.h>

#include "drivers/xen/event.h"
#include "drivers/xen/grant.h"
#include "kernel/memory.h"

#define MASK (XEN_NET_RING - 1)
#define MIN_FRAME 14
#define PARTS (2 * XEN_NET_SLOTS) /* responses of a frame: its slots, extra information */
#define BATCH 64U                 /* buffers that are posted without waiting for a flush */

struct part { /* one response, as it was copied */
	struct xen_net_rx_response r;
	bool extra;
};

/* --- buffers --- */

static bool grant_buffer(struct netfront *f, unsigned id)
{
	int gref;

	if (f->rx.gref[id])
		return true;
	gref = grant_access(f->dom, f->rx.page[id], false);
	if (gref < 0)
		return false;
	f->rx.gref[id] = (uint32_t)gref;
	return true;
}

static void end_grant(struct front_rx *rx, unsigned id)
{
	/* What the other side still uses stays granted, and is used again. */
	if (rx->gref[id] && grant_end(rx->gref[id]))
		rx->gref[id] = 0;
}

static void free_buffer(struct netfront *f, unsigned id)
{
	if (!f->gru)
		end_grant(&f->rx, id);
	f->rx.state[id] = BUFFER_FREE;
	f->rx.free[f->rx.nfree++] = (uint16_t)id;
}

static void post_one(struct front_rx *rx)
{
	uint16_t id = rx->free[--rx->nfree];
	uint32_t at = rx->req_prod++ & MASK;

	rx->ring->e[at].req = (struct xen_net_rx_request){ .id = id, .gref = rx->gref[id] };
	rx->posted[at] = id;
	rx->state[id] = BUFFER_POSTED;
}

static void push(struct netfront *f)
{
	struct front_rx *rx = &f->rx;
	uint32_t old = rx->pushed, event;

	if (rx->req_prod == old)
		return;
	rx->pushed = rx->req_prod;
	__atomic_store_n(&rx->ring->head.req_prod, rx->pushed, __ATOMIC_RELEASE);
	/* The other side writes req_event and looks at req_prod, so here it is the other way round. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	event = __atomic_load_n(&rx->ring->head.req_event, __ATOMIC_RELAXED);
	if (rx->pushed - event < rx->pushed - old)
		front_notify(f, rx->port);
}

static void refill(struct netfront *f)
{
	struct front_rx *rx = &f->rx;

	while (rx->nfree > 0 && grant_buffer(f, rx->free[rx->nfree - 1])) {
		post_one(rx);
		if (!f->fr)
			push(f);
	}
	push(f);
}

/* Less when there is little memory: 256 buffers are 1 MiB. */
static unsigned buffers_wanted(void)
{
	size_t pages = memory_free_bytes() / XEN_PAGE;

	for (unsigned n = XEN_NET_RING; n > 32; n /= 2)
		if (n <= pages / 16)
			return n;
	return 32;
}

static void make_buffers(struct front_rx *rx)
{
	unsigned n = buffers_wanted();

	while (rx->nbuffers < n) {
		uint8_t *p = page_alloc(1);

		if (!p)
			break;
		rx->page[rx->nbuffers] = p;
		rx->gref[rx->nbuffers] = 0;
		rx->state[rx->nbuffers] = BUFFER_FREE;
		rx->free[rx->nfree++] = (uint16_t)rx->nbuffers++;
	}
}

/* --- responses --- */

static uint32_t produced(const struct front_rx *rx)
{
	return __atomic_load_n(&rx->ring->head.rsp_prod, __ATOMIC_ACQUIRE);
}

static bool unseen(const struct front_rx *rx)
{
	return produced(rx) != rx->seen;
}

/* Copies the responses of one frame, out of the n there are. 0: it is not complete; more than
 * PARTS: it never is. */
static unsigned copy_parts(const struct front_rx *rx, uint32_t n, struct part *v)
{
	unsigned i = 0;
	bool extra = false, more = true;

	while (more || extra) {
		if (i == PARTS)
			return PARTS + 1;
		if (i == n)
			return 0;
		const volatile struct xen_net_rx_response *from =
			&rx->ring->e[(rx->rsp_cons + i) & MASK].rsp;
		struct xen_net_rx_response r = { from->id, from->offset, from->flags,
						 from->status };

		v[i].extra = extra;
		v[i++].r = r;
		if (extra) {
			/* Its type and flags are where the id is. */
			extra = r.id >> 8 & XEN_NET_EXTRA_MORE;
		} else {
			more = r.flags & XEN_NETRX_MORE;
			extra = r.flags & XEN_NETRX_EXTRA;
		}
	}
	return i;
}

/* Which buffer comes back with a response; extra information does not say, but it is in the place
 * of the request that it used up. */
static unsigned part_buffer(const struct front_rx *rx, const struct part *p, uint32_t place)
{
	return p->extra ? rx->posted[place & MASK] : p->r.id;
}

static const char *wrong(const struct front_rx *rx, const struct part *p, unsigned id)
{
	if (id >= rx->nbuffers || rx->state[id] != BUFFER_POSTED)
		return "a response for a receive buffer that the other side does not have";
	if (!p->extra && p->r.status > 0 && p->r.offset + (uint32_t)p->r.status > XEN_PAGE)
		return "a response of more bytes than its receive buffer has";
	return NULL;
}

static void fill(struct netfront *f, struct net_frame *to, const struct part *p, unsigned id)
{
	to->token = (void *)(uintptr_t)id;
	to->data = f->rx.page[id] + p->r.offset;
	to->len = (uint32_t)p->r.status;
	to->flags = 0;
	to->csum_start = to->csum_offset = 0;
	f->rx.state[id] = BUFFER_HELD;
	if (!f->gru)
		end_grant(&f->rx, id);
}

/* The flags of the first slot hold for the frame. */
static bool set_csum(struct net_frame *v, uint16_t flags)
{
	if (flags & XEN_NETRX_CSUM_BLANK) {
		v->flags |= NET_CSUM_BLANK;
		return front_csum_find(v->data, v->len, &v->csum_start, &v->csum_offset);
	}
	if (flags & XEN_NETRX_VALIDATED)
		v->flags |= NET_CSUM_GOOD;
	return true;
}

/* Makes a frame of n responses, or drops it: how many structs of v it took; -1: the ring is broken. */
static int take_frame(struct netfront *f, const struct part *p, unsigned n, struct net_frame *v,
		      unsigned max)
{
	struct front_rx *rx = &f->rx;
	unsigned out = 0, len = 0;
	bool bad = false;

	for (unsigned i = 0; i < n; i++) {
		unsigned id = part_buffer(rx, &p[i], rx->rsp_cons + i);
		const char *what = wrong(rx, &p[i], id);

		if (what) {
			net_break(&f->net, what);
			return -1;
		}
		bad |= !p[i].extra && (p[i].r.status <= 0 || out == max);
		if (p[i].extra || bad) {
			free_buffer(f, id);
			continue;
		}
		len += (unsigned)p[i].r.status;
		fill(f, &v[out++], &p[i], id);
	}
	rx->rsp_cons += n;
	if (!bad && len >= MIN_FRAME && set_csum(v, p[0].r.flags)) {
		for (unsigned i = 0; i + 1 < out; i++)
			v[i].flags |= NET_MORE;
		return (int)out;
	}
	for (unsigned i = 0; i < out; i++)
		free_buffer(f, (unsigned)(uintptr_t)v[i].token);
	f->net.rx_drops++;
	return 0;
}

static unsigned count_slots(const struct part *p, unsigned n)
{
	unsigned slots = 0;

	for (unsigned i = 0; i < n; i++)
		slots += !p[i].extra;
	return slots;
}

unsigned front_receive(struct net *net, struct net_frame *v, unsigned max)
{
	struct netfront *f = front_of(net);
	struct part part[PARTS];
	uint32_t there;
	unsigned out = 0;

	if (net->broken || f->phase < PHASE_LINKED)
		return 0;
	there = produced(&f->rx) - f->rx.rsp_cons;
	if (there > f->rx.pushed - f->rx.rsp_cons) {
		net_break(net, "more receive responses than requests");
		return 0;
	}
	while (there > 0 && out < max) {
		unsigned n = copy_parts(&f->rx, there, part);
		int taken;

		if (n > PARTS) {
			net_break(net, "a received frame of too many slots");
			break;
		}
		/* What does not fit behind other frames comes with the next call. */
		if (n == 0) {
			f->rx.seen = f->rx.rsp_cons + there;
			return out;
		}
		if (out > 0 && count_slots(part, n) > max - out)
			break;
		taken = take_frame(f, part, n, v + out, max - out);
		if (taken < 0)
			break;
		net->rx_frames += taken > 0;
		out += (unsigned)taken;
		there -= n;
	}
	f->rx.seen = f->rx.rsp_cons;
	return out;
}

void front_release(struct net *net, const struct net_frame *v, unsigned count)
{
	struct netfront *f = front_of(net);

	for (unsigned i = 0; i < count; i++) {
		unsigned id = (unsigned)(uintptr_t)v[i].token;

		assert(id < f->rx.nbuffers && f->rx.state[id] == BUFFER_HELD);
		free_buffer(f, id);
		if (!f->fr)
			front_rx_flush(f);
	}
	if (f->rx.nfree >= BATCH)
		front_rx_flush(f);
}

void front_rx_flush(struct netfront *f)
{
	if (f->phase >= PHASE_LINKED && !f->net.broken)
		refill(f);
}

/* --- waking --- */

/* True: there is something. Otherwise the next response will ring. */
static bool ask(struct front_rx *rx)
{
	__atomic_store_n(&rx->ring->head.rsp_event, rx->seen + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return unseen(rx);
}

bool front_rx_pending(struct netfront *f)
{
	struct front_rx *rx = &f->rx;

	if (f->poll)
		return unseen(rx);
	if (event_taken(rx->port)) {
		f->net.events++;
		rx->look = true;
	}
	if (rx->look && !unseen(rx))
		rx->look = ask(rx);
	return rx->look;
}

bool front_rx_arm(struct netfront *f)
{
	if (event_arm(f->rx.port)) {
		f->net.events++;
		f->rx.look = true;
	}
	return ask(&f->rx);
}

/* --- connections --- */

bool front_rx_connect(struct netfront *f)
{
	struct front_rx *rx = &f->rx;
	int gref;

	if (!rx->ring)
		rx->ring = page_alloc(1);
	if (!rx->ring)
		return false;
	make_buffers(rx);
	if (rx->nbuffers == 0)
		return false;
	memset(rx->ring, 0, XEN_PAGE);
	rx->ring->head.req_event = rx->ring->head.rsp_event = 1;
	rx->req_prod = rx->rsp_cons = rx->pushed = rx->seen = 0;
	rx->look = true;
	gref = grant_access(f->dom, rx->ring, false);
	if (gref < 0)
		return false;
	rx->ring_gref = (uint32_t)gref;
	return true;
}

/* The other side has gone and keeps the page: it may have it. */
static void replace_buffer(struct front_rx *rx, unsigned id)
{
	uint8_t *p = page_alloc(1);

	if (!p)
		return;
	rx->page[id] = p;
	rx->gref[id] = 0;
}

void front_rx_disconnect(struct netfront *f)
{
	struct front_rx *rx = &f->rx;

	/* A ring that is still mapped is left to the other side for ever. */
	if (rx->ring_gref && !grant_end(rx->ring_gref))
		rx->ring = NULL;
	rx->ring_gref = 0;
	for (unsigned id = 0; id < rx->nbuffers; id++) {
		end_grant(rx, id);
		if (rx->gref[id])
			replace_buffer(rx, id);
		if (rx->state[id] == BUFFER_POSTED)
			free_buffer(f, id);
	}
}
