/* SPDX-License-Identifier: MIT */
/*
 * AggregateLast - hold the last packet of each aggregate
 *
 * When a newer packet of its aggregate comes, the one held goes to output 1, or
 * nowhere, and its counts go on in the newer one's annotations: extra packets,
 * extra length, the first timestamp. Those held leave by output 0 when NOTIFIER
 * says that their aggregate has ended, or after `clear'. With STOP_AFTER_CLEAR
 * the driver stops then.
 *
 * See also: AggregateFirst, AggregateIPFlows
 */
#include <stdlib.h>

#include "elements/analysis/aggregateannos.h"
#include "elements/analysis/aggregatemap.h"

struct aggregatelast {
	struct element base;
	struct element *notifier;
	bool stop_after_clear;
	struct aggregate_listener listener;
	struct aggregate_map held;          /* value: struct packet * */
	struct packet *ended, **ended_tail; /* to leave */
	bool clearing;
	struct task task;
};
ELEMENT_SELF(struct aggregatelast)

static struct packet *packet_at(const uint64_t *value)
{
	return (struct packet *)(uintptr_t)*value;
}

/* --- leaving --- */

static void end(struct aggregatelast *a, struct packet *p)
{
	p->next = NULL;
	*a->ended_tail = p;
	a->ended_tail = &p->next;
}

static void end_all(struct aggregatelast *a)
{
	struct aggregate_slot *v = aggregate_map_sorted(&a->held);

	for (size_t i = 0; v && i < a->held.n; i++)
		end(a, packet_at(&v[i].value));
	if (v || a->held.n == 0)
		aggregate_map_clear(&a->held);
	free(v);
}

static void emit_ended(struct aggregatelast *a)
{
	struct packet *p = a->ended, *next;

	a->ended = NULL;
	a->ended_tail = &a->ended;
	for (; p; p = next) {
		next = p->next;
		p->next = NULL;
		output_push_packet(&a->base, 0, p);
	}
}

static bool run(struct element *e)
{
	struct aggregatelast *a = self(e);
	bool clearing = a->clearing;

	a->clearing = false;
	if (clearing)
		end_all(a);
	emit_ended(a);
	if (clearing && a->stop_after_clear)
		router_stop(e->router, 1);
	return true;
}

static void told(struct element *e, uint32_t aggregate, enum aggregate_event event,
		 const struct packet *p)
{
	struct aggregatelast *a = self(e);
	const uint64_t *value = aggregate_map_find(&a->held, aggregate);

	(void)p;
	if (event != AGGREGATE_DELETE || !value)
		return;
	end(a, packet_at(value));
	aggregate_map_remove(&a->held, aggregate);
	task_schedule(&a->task);
}

/* --- packets --- */

static void accumulate(struct packet *p, const struct packet *old)
{
	uint64_t first = anno_u64(old, ANNO_FIRST_TIMESTAMP),
		 own = anno_u64(p, ANNO_FIRST_TIMESTAMP);

	first = first ? first : (uint64_t)old->timestamp;
	anno_set_u64(p, ANNO_FIRST_TIMESTAMP, own == 0 || first < own ? first : own);
	anno_set_u32(p, ANNO_EXTRA_PACKETS,
		     anno_u32(p, ANNO_EXTRA_PACKETS) + 1 + anno_u32(old, ANNO_EXTRA_PACKETS));
	anno_set_u32(p, ANNO_EXTRA_LENGTH,
		     anno_u32(p, ANNO_EXTRA_LENGTH) + old->len + anno_u32(old, ANNO_EXTRA_LENGTH));
}

/* The packet that has to go: the older one, or p when there is no memory. */
static struct packet *hold(struct aggregatelast *a, struct packet *p)
{
	uint64_t *value = aggregate_map_get(&a->held, aggregate_of(p));
	struct packet *old;

	if (!value)
		return p;
	old = packet_at(value);
	*value = (uintptr_t)p;
	if (old)
		accumulate(p, old);
	else if (anno_u64(p, ANNO_FIRST_TIMESTAMP) == 0)
		anno_set_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)p->timestamp);
	return old;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct aggregatelast *a = self(e);
	unsigned n = 0;

	(void)port;
	if (a->clearing)
		(void)run(e);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *old = hold(a, b->pkt[i]);

		if (old)
			b->pkt[n++] = old;
	}
	b->n = n;
	output_push_or_drop(e, 1, b);
}

/* --- life --- */

static bool start(struct element *e, struct error *err)
{
	struct aggregatelast *a = self(e);

	aggregate_map_init(&a->held, e);
	a->ended_tail = &a->ended;
	task_init(&a->task, e, run);
	a->listener.e = e;
	a->listener.told = told;
	return !a->notifier || aggregate_listen(a->notifier, &a->listener, err);
}

static void stop(struct element *e)
{
	struct aggregatelast *a = self(e);
	struct packet *p;

	if (!a->ended_tail)
		return;
	end_all(a);
	while ((p = a->ended)) {
		a->ended = p->next;
		packet_drop(p);
	}
	a->ended_tail = NULL;
}

static bool clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->clearing = true;
	task_schedule(&self(e)->task);
	return true;
}

static const struct arg args[] = {
	ARG("NOTIFIER", notifier, 0, "element that numbers the aggregates"),
	ARG_OR("STOP_AFTER_CLEAR", stop_after_clear, 0, "false", "stop the driver after a clear"),
};

static const struct handler handlers[] = {
	WRITE("clear", clear, "let all packets go"),
};

const struct element_class aggregatelast_class = {
	.name = "AggregateLast",
	.ports = "1/1-2",
	.processing = "h/h",
	.size = sizeof(self_t),
	.start = start,
	.stop = stop,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
