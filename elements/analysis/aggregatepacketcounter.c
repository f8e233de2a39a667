/* SPDX-License-Identifier: MIT */
/*
 * AggregatePacketCounter - count packet numbers by aggregate
 *
 * For each aggregate that is not 0 it counts, at each input, how often each
 * packet number came: the annotation ANNO, or NONE: all are number 0. Packets
 * pass from input i to output i. What came to input 0 more often than to input 1
 * was not delivered.
 *
 * See also: AggregateCounter, AggregateIPFlows
 */
#include <stdlib.h>

#include "elements/analysis/aggregateannos.h"
#include "elements/analysis/aggregatemap.h"

/* The packet numbers of one aggregate. */
struct numbers {
	struct aggregate_map *input; /* [nin] */
};

struct aggregatepacketcounter {
	struct element base;
	struct element *notifier;
	struct str anno_name;
	struct anno anno;
	bool no_anno;
	struct aggregate_map map; /* value: struct numbers * */
	uint64_t count;
	bool started, seen; /* seen: an aggregate was counted, ever */
};
ELEMENT_SELF(struct aggregatepacketcounter)

/* --- counting --- */

static struct numbers *numbers_at(const uint64_t *value)
{
	return (struct numbers *)(uintptr_t)*value;
}

static struct numbers *numbers_new(struct element *e)
{
	struct numbers *n = malloc(sizeof(*n));

	if (!n)
		return NULL;
	n->input = calloc(e->nin, sizeof(*n->input));
	for (unsigned i = 0; n->input && i < e->nin; i++)
		aggregate_map_init(&n->input[i], e);
	if (n->input)
		return n;
	free(n);
	return NULL;
}

static void count_packet(struct aggregatepacketcounter *c, unsigned input, const struct packet *p)
{
	uint32_t aggregate = aggregate_of(p);
	uint64_t *value = aggregate ? aggregate_map_get(&c->map, aggregate) : NULL;

	if (!value)
		return;
	if (*value == 0)
		*value = (uintptr_t)numbers_new(&c->base);
	if (*value == 0)
		return;
	value = aggregate_map_get(&numbers_at(value)->input[input],
				  c->no_anno ? 0 : anno_u32(p, c->anno.offset));
	if (value) {
		++*value;
		c->count++;
		c->seen = true;
	}
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		count_packet(self(e), port, b->pkt[i]);
	output_push_or_drop(e, port, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned i = b->n;

	if (port >= e->nin)
		return;
	input_pull(e, port, b, max);
	for (; i < b->n; i++)
		count_packet(self(e), port, b->pkt[i]);
}

/* --- life --- */

static bool configure(struct element *e, struct error *err)
{
	struct aggregatepacketcounter *c = self(e);

	c->no_anno = str_is(c->anno_name, "NONE");
	if (!c->no_anno && !parse_anno(c->anno_name, 4, e, &c->anno))
		return fail(err, "bad ANNO");
	return true;
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	aggregate_map_init(&self(e)->map, e);
	self(e)->started = true;
	return true;
}

static void forget(struct aggregatepacketcounter *c)
{
	for (size_t i = 0; c->map.slot && i <= c->map.mask; i++) {
		struct numbers *n = c->map.slot[i].used ? numbers_at(&c->map.slot[i].value) : NULL;

		if (!n)
			continue;
		for (unsigned k = 0; k < c->base.nin; k++)
			aggregate_map_clear(&n->input[k]);
		free(n->input);
		free(n);
	}
	aggregate_map_clear(&c->map);
}

static void stop(struct element *e)
{
	struct aggregatepacketcounter *c = self(e);

	if (c->started && !c->seen)
		chatter(e, "%s :: %s: warning: saw no packets with aggregate annotations", e->name,
			e->class->name);
	forget(c);
}

/* --- handlers --- */

/* What is known of the aggregate that the handler's parameter names. NULL: nothing. */
static bool find_numbers(struct element *e, struct handler_call *h, const struct numbers **n)
{
	const uint64_t *value;
	uint32_t aggregate;

	if (!parse_u32(str_trim(h->value), &aggregate, NULL))
		return fail(h->err, "argument should be aggregate number");
	value = aggregate_map_find(&self(e)->map, aggregate);
	*n = value && *value ? numbers_at(value) : NULL;
	return true;
}

static void print_slots(const struct aggregate_map *m, struct text *out)
{
	struct aggregate_slot *v = aggregate_map_sorted(m);

	for (size_t i = 0; v && i < m->n; i++)
		text_add(out, "%u\n", v[i].aggregate);
	free(v);
}

static bool read_received(struct element *e, struct handler_call *h)
{
	const struct numbers *n;
	struct aggregate_map all;

	if (!find_numbers(e, h, &n))
		return false;
	aggregate_map_init(&all, e);
	for (unsigned k = 0; n && k < e->nin; k++)
		for (size_t i = 0; n->input[k].slot && i <= n->input[k].mask; i++)
			if (n->input[k].slot[i].used)
				(void)aggregate_map_get(&all, n->input[k].slot[i].aggregate);
	print_slots(&all, h->out);
	aggregate_map_clear(&all);
	return true;
}

static bool read_undelivered(struct element *e, struct handler_call *h)
{
	struct aggregate_slot *v;
	const struct numbers *n;

	if (!find_numbers(e, h, &n))
		return false;
	v = n ? aggregate_map_sorted(&n->input[0]) : NULL;
	for (size_t i = 0; v && i < n->input[0].n; i++) {
		const uint64_t *got =
			e->nin > 1 ? aggregate_map_find(&n->input[1], v[i].aggregate) : NULL;

		if (v[i].value > (got ? *got : 0))
			text_add(h->out, "%u\n", v[i].aggregate);
	}
	free(v);
	return true;
}

static bool clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	forget(self(e));
	self(e)->count = 0;
	return true;
}

static const struct arg args[] = {
	ARG("NOTIFIER", notifier, 0, "accepted; makes no difference"),
	ARG_OR("ANNO", anno_name, 0, "PACKET_NUMBER", "the annotation, or NONE"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", count, "packets counted"),
	CALL("received", read_received, H_READ | H_PARAM, "an aggregate's packet numbers"),
	CALL("undelivered", read_undelivered, H_READ | H_PARAM,
	     "those that came to input 0 more often than to input 1"),
	WRITE("clear", clear, "forget all counts"),
};

const struct element_class aggregatepacketcounter_class = {
	.name = "AggregatePacketCounter",
	.ports = "1-/1-",
	.processing = "a/a",
	.flow = "#/#",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
