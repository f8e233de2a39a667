/* SPDX-License-Identifier: MIT */
/*
 * netfront_tx.c - frames that are sent.
 *
 * A frame is sent from where it lies: one request for each page it touches. The slots of a frame are
 * linked from the first one, which knows how many responses are still to come; all of them are free
 * again when the last one has come, so an id that the other side answers too often is found.
 */
#include "drivers/xen/netfront.h"

#include "drivers/xen/event.h"
#include "drivers/xen/grant.h"
#include "drivers/xen/pagegrant.h"
#include "kernel/memory.h"

#define MASK (XEN_NET_RING - 1)
#define MIN_FRAME 14U

static unsigned ndone(const struct front_tx *tx)
{
	return tx->done_in - tx->done_out;
}

static void done(struct front_tx *tx, void *token)
{
	tx->done[tx->done_in++ % FRONT_DONE] = token;
}

/* --- sending --- */

static unsigned pages_of(const struct net_frame *v)
{
	uintptr_t at = (uintptr_t)v->data % XEN_PAGE;

	return (unsigned)((at + v->len + XEN_PAGE - 1) / XEN_PAGE);
}

static uint16_t slot_flags(const struct net_frame *v)
{
	if (v->flags & NET_CSUM_BLANK)
		return XEN_NETTX_CSUM_BLANK | XEN_NETTX_VALIDATED;
	return v->flags & NET_CSUM_GOOD ? XEN_NETTX_VALIDATED : 0;
}

/* Puts n bytes, all in one page, into the next request. The first slot of a frame is its own head. */
static void put_slot(struct front_tx *tx, uint16_t id, struct pagegrant *grant, const uint8_t *data,
		     uint16_t size, uint16_t flags)
{
	tx->slot[id].grant = grant;
	tx->ring->e[tx->req_prod++ & MASK].req =
		(struct xen_net_tx_request){ .gref = grant->gref,
					     .offset = (uint16_t)((uintptr_t)data % XEN_PAGE),
					     .flags = flags,
					     .id = id,
					     .size = size };
}

/* The pages' grants in v; false: there are none left, and nothing has changed. */
static bool grant_pages(struct netfront *f, const uint8_t *data, unsigned n, struct pagegrant **v)
{
	for (unsigned i = 0; i < n; i++) {
		v[i] = pagegrant_get(f->dom, data + (size_t)i * XEN_PAGE);
		if (!v[i]) {
			while (i > 0)
				pagegrant_put(v[--i]);
			return false;
		}
	}
	return true;
}

static void put_frame(struct front_tx *tx, const struct net_frame *v, const uint8_t *data,
		      struct pagegrant **grant, unsigned n)
{
	uint16_t head = tx->free[tx->nfree - 1], id = head, flags = slot_flags(v);
	uint32_t left = v->len;

	for (unsigned i = 0; i < n; i++) {
		uint32_t part = XEN_PAGE - (uint32_t)((uintptr_t)data % XEN_PAGE);
		bool last = i + 1 == n;

		part = part < left ? part : left;
		id = tx->free[--tx->nfree];
		tx->slot[id].head = head;
		tx->slot[id].next = last ? NO_SLOT : tx->free[tx->nfree - 1];
		put_slot(tx, id, grant[i], data, (uint16_t)(i == 0 ? v->len : part),
			 (uint16_t)(flags | (last ? 0 : XEN_NETTX_MORE)));
		flags = 0;
		data += part;
		left -= part;
	}
	tx->slot[head].token = v->token;
	tx->slot[head].left = (uint16_t)n;
	tx->slot[head].failed = false;
}

/* A copy in one page, for a back end that takes nothing else. It belongs to the next free id. */
static const uint8_t *bounce(struct front_tx *tx, const struct net_frame *v)
{
	uint8_t **page = &tx->bounce[tx->free[tx->nfree - 1]];

	if (v->len > XEN_PAGE)
		return NULL;
	if (!*page)
		*page = page_alloc(1);
	if (*page)
		memcpy(*page, v->data, v->len);
	return *page;
}

/* False: the ring has no room. A frame that can never be sent is done at once. */
static bool send_one(struct netfront *f, const struct net_frame *v)
{
	struct front_tx *tx = &f->tx;
	struct pagegrant *grant[XEN_NET_SLOTS];
	const uint8_t *data = v->data;
	unsigned n = pages_of(v);

	if (tx->nfree < n || ndone(tx) > FRONT_DONE - XEN_NET_RING - 1)
		return false;
	if (n > 1 && !f->sg) {
		data = bounce(tx, v);
		n = 1;
	}
	if (!data || v->len < MIN_FRAME || v->len > UINT16_MAX || n > XEN_NET_SLOTS ||
	    !grant_pages(f, data, n, grant)) {
		f->net.tx_drops++;
		done(tx, v->token);
		return true;
	}
	put_frame(tx, v, data, grant, n);
	f->net.tx_frames++;
	return true;
}

static void push(struct netfront *f)
{
	struct front_tx *tx = &f->tx;
	uint32_t old = tx->pushed, event;

	if (tx->req_prod == old)
		return;
	tx->pushed = tx->req_prod;
	__atomic_store_n(&tx->ring->head.req_prod, tx->pushed, __ATOMIC_RELEASE);
	/* The other side writes req_event and looks at req_prod, so here it is the other way round. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	event = __atomic_load_n(&tx->ring->head.req_event, __ATOMIC_RELAXED);
	if (tx->pushed - event < tx->pushed - old)
		front_notify(f, tx->port);
}

/* --- responses --- */

static uint32_t unconsumed(const struct front_tx *tx)
{
	return __atomic_load_n(&tx->ring->head.rsp_prod, __ATOMIC_ACQUIRE) - tx->rsp_cons;
}

static void finish_frame(struct netfront *f, uint16_t head)
{
	struct front_tx *tx = &f->tx;

	f->net.tx_drops += tx->slot[head].failed;
	done(tx, tx->slot[head].token);
	for (unsigned id = head, next; id != NO_SLOT; id = next) {
		next = tx->slot[id].next;
		tx->slot[id].head = NO_SLOT;
		tx->free[tx->nfree++] = (uint16_t)id;
	}
}

static void take_response(struct netfront *f, struct xen_net_tx_response r)
{
	struct front_tx *tx = &f->tx;
	struct front_slot *s, *head;

	if (r.id >= XEN_NET_RING || !tx->slot[r.id].grant) {
		net_break(&f->net, "a response for a frame that was not sent");
		return;
	}
	s = &tx->slot[r.id];
	head = &tx->slot[s->head];
	pagegrant_put(s->grant);
	s->grant = NULL;
	head->failed |= r.status < 0;
	if (--head->left == 0)
		finish_frame(f, s->head);
}

static void take_responses(struct netfront *f)
{
	struct front_tx *tx = &f->tx;
	uint32_t n = unconsumed(tx);

	if (n > tx->pushed - tx->rsp_cons) {
		net_break(&f->net, "more responses than frames were sent");
		return;
	}
	for (; n > 0 && ndone(tx) < FRONT_DONE && !f->net.broken; n--) {
		const volatile struct xen_net_tx_response *from =
			&tx->ring->e[tx->rsp_cons++ & MASK].rsp;

		take_response(f, (struct xen_net_tx_response){ from->id, from->status });
	}
}

/* All that is on its way counts as lost. */
static void give_up(struct netfront *f)
{
	struct front_tx *tx = &f->tx;

	for (uint16_t id = 0; id < XEN_NET_RING; id++) {
		struct front_slot *s = &tx->slot[id];

		if (s->grant)
			pagegrant_put(s->grant);
		s->grant = NULL;
		if (s->head == id) {
			s->failed = true;
			finish_frame(f, id);
		}
	}
}

unsigned front_send(struct net *net, const struct net_frame *v, unsigned count)
{
	struct netfront *f = front_of(net);
	unsigned i = 0;

	if (net->broken || f->phase != PHASE_UP)
		return 0;
	if (f->tx.nfree < XEN_NET_RING / 2)
		take_responses(f);
	while (i < count && !net->broken && send_one(f, &v[i]))
		i++;
	return i;
}

unsigned front_reclaim(struct net *net, void **token, unsigned max)
{
	struct netfront *f = front_of(net);
	struct front_tx *tx = &f->tx;
	unsigned n = 0;

	if (f->phase >= PHASE_LINKED) {
		if (!net->broken)
			take_responses(f);
		if (net->broken)
			give_up(f);
	}
	while (n < max && ndone(tx) > 0)
		token[n++] = tx->done[tx->done_out++ % FRONT_DONE];
	return n;
}

void front_tx_flush(struct netfront *f)
{
	if (f->phase == PHASE_UP && !f->net.broken)
		push(f);
}

/* --- waking --- */

static bool has_room(const struct front_tx *tx)
{
	return tx->nfree >= XEN_NET_SLOTS || unconsumed(tx) > 0;
}

/* A response that makes room rings: not the next one, but one of the next quarter of the ring. */
static bool ask(struct front_tx *tx)
{
	uint32_t ahead = (tx->pushed - tx->rsp_cons) / 4;

	__atomic_store_n(&tx->ring->head.rsp_event, tx->rsp_cons + (ahead ? ahead : 1),
			 __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return has_room(tx);
}

bool front_tx_pending(struct netfront *f)
{
	struct front_tx *tx = &f->tx;

	if (f->poll || tx->nfree >= XEN_NET_SLOTS)
		return has_room(tx);
	/* Both rings may share a port, so its mark is left to the receiving side. */
	if (f->split && event_taken(tx->port)) {
		f->net.events++;
		tx->look = true;
	}
	if (tx->look && !has_room(tx))
		tx->look = ask(tx);
	return f->split ? tx->look : has_room(tx);
}

bool front_tx_arm(struct netfront *f)
{
	if (event_arm(f->tx.port)) {
		f->net.events++;
		f->tx.look = true;
	}
	return ask(&f->tx);
}

/* --- connections --- */

bool front_tx_connect(struct netfront *f)
{
	struct front_tx *tx = &f->tx;
	int gref;

	if (!tx->ring)
		tx->ring = page_alloc(1);
	if (!tx->ring)
		return false;
	memset(tx->ring, 0, XEN_PAGE);
	tx->ring->head.req_event = tx->ring->head.rsp_event = 1;
	tx->req_prod = tx->rsp_cons = tx->pushed = 0;
	tx->nfree = 0;
	tx->look = true;
	for (unsigned id = XEN_NET_RING; id-- > 0;) {
		tx->slot[id] = (struct front_slot){ .head = NO_SLOT };
		tx->free[tx->nfree++] = (uint16_t)id;
	}
	gref = grant_access(f->dom, tx->ring, false);
	if (gref < 0)
		return false;
	tx->ring_gref = (uint32_t)gref;
	return true;
}

void front_tx_disconnect(struct netfront *f)
{
	struct front_tx *tx = &f->tx;

	give_up(f);
	/* A ring that is still mapped is left to the other side for ever. */
	if (tx->ring_gref && !grant_end(tx->ring_gref))
		tx->ring = NULL;
	tx->ring_gref = 0;
}
