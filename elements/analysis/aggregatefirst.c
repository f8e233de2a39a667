/* SPDX-License-Identifier: MIT */
/*
 * AggregateFirst - let the first packet of each aggregate pass
 *
 * The others go to output 1, or nowhere. When NOTIFIER says that an aggregate
 * has ended, its next packet is a first one again.
 *
 * See also: AggregateLast, AggregateIPFlows
 */
#include "elements/analysis/aggregateannos.h"
#include "elements/analysis/aggregatemap.h"

struct aggregatefirst {
	struct element base;
	struct element *notifier;
	struct aggregate_listener listener;
	struct aggregate_map seen;
};
ELEMENT_SELF(struct aggregatefirst)

static void told(struct element *e, uint32_t aggregate, enum aggregate_event event,
		 const struct packet *p)
{
	(void)p;
	if (event == AGGREGATE_DELETE)
		aggregate_map_remove(&self(e)->seen, aggregate);
}

static bool start(struct element *e, struct error *err)
{
	struct aggregatefirst *f = self(e);

	aggregate_map_init(&f->seen, e);
	f->listener.e = e;
	f->listener.told = told;
	return !f->notifier || aggregate_listen(f->notifier, &f->listener, err);
}

static void stop(struct element *e)
{
	aggregate_map_clear(&self(e)->seen);
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	struct aggregate_map *seen = &self(e)->seen;

	for (unsigned i = 0; i < b->n; i++) {
		uint64_t *value = aggregate_map_get(seen, aggregate_of(b->pkt[i]));

		port[i] = !value || *value;
		if (value)
			*value = 1;
	}
}

static const struct arg args[] = {
	ARG("NOTIFIER", notifier, 0, "element that numbers the aggregates"),
};

const struct element_class aggregatefirst_class = {
	.name = "AggregateFirst",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.start = start,
	.stop = stop,
	.classify = classify,
	.args = TABLE(args),
};
