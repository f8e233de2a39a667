/* SPDX-License-Identifier: MIT */
/*
 * aggregateannos.h - aggregates: numbers that packets have as annotation, and who is told when
 * they begin and end.
 */
#ifndef ELEMENTS_ANALYSIS_AGGREGATEANNOS_H
#define ELEMENTS_ANALYSIS_AGGREGATEANNOS_H

#include "engine/element.h"

static inline uint32_t aggregate_of(const struct packet *p)
{
	return anno_u32(p, ANNO_AGGREGATE);
}

static inline void aggregate_set(struct packet *p, uint32_t aggregate)
{
	anno_set_u32(p, ANNO_AGGREGATE, aggregate);
}

enum aggregate_event { AGGREGATE_NEW, AGGREGATE_DELETE };

struct aggregate_listener {
	struct list node;
	struct element *e;
	/* p is the first packet of a new one, else NULL */
	void (*told)(struct element *, uint32_t aggregate, enum aggregate_event,
		     const struct packet *p);
};

/* What elements offer that number aggregates: cast "AggregateNotifier". */
struct aggregate_notifier {
	struct list listeners;
};

static inline void aggregate_notifier_init(struct aggregate_notifier *n)
{
	list_init(&n->listeners);
}

static inline void aggregate_notify(const struct aggregate_notifier *n, uint32_t aggregate,
				    enum aggregate_event event, const struct packet *p)
{
	list_each(i, &n->listeners) {
		struct aggregate_listener *l = container_of(i, struct aggregate_listener, node);

		l->told(l->e, aggregate, event, p);
	}
}

/* In start. l stays until the router goes. False after `X is not an AggregateNotifier'. */
static inline bool aggregate_listen(struct element *notifier, struct aggregate_listener *l,
				    struct error *err)
{
	struct aggregate_notifier *n =
		(struct aggregate_notifier *)(uintptr_t)element_cast(notifier, "AggregateNotifier");

	if (!n)
		return fail(err, "%s is not an AggregateNotifier", notifier->name);
	list_add_tail(&n->listeners, &l->node);
	return true;
}

#endif
