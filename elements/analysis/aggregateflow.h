/* SPDX-License-Identifier: MIT */
/*
 * aggregateflow.h - numbered flows between two ends, whichever sends: address pairs, TCP and UDP
 * flows.
 */
#ifndef ELEMENTS_ANALYSIS_AGGREGATEFLOW_H
#define ELEMENTS_ANALYSIS_AGGREGATEFLOW_H

#include "base/net.h"
#include "elements/analysis/aggregateannos.h"

struct flow_ends { /* as in packets; the lower address, or port, first: both ways are one key */
	uint32_t addr[2];
	uint16_t port[2];
};

struct agg_flow {
	struct agg_flow *next; /* in its bucket */
	struct flow_ends ends;
	uint32_t aggregate;
	bool swapped;          /* the first packet went from ends 1 to 0 */
	uint8_t over;          /* FLOW_ */
	int64_t first, last;   /* timestamps */
	uint64_t packets[2];   /* by direction, 0: that of the first packet */
	uint64_t filepos;
};

enum { FLOW_FIN0 = 1, FLOW_FIN1 = 2, FLOW_OVER = 3 };

struct agg_table { /* all zero, and a seed: empty */
	struct agg_flow **bucket;
	size_t n, mask;
	uint32_t seed;
};

/* Makes the key; true when the packet goes from ends 1 to 0. */
bool flow_ends_set(struct flow_ends *k, uint32_t saddr, uint32_t daddr, uint16_t sport,
		   uint16_t dport);

struct agg_flow *agg_table_find(const struct agg_table *t, const struct flow_ends *k);
/* A new flow; zero, but for its ends. NULL: no memory. */
struct agg_flow *agg_table_add(struct agg_table *t, const struct flow_ends *k);

/* Removes the flows that are over and calls ended for each, in order of their numbers. */
void agg_table_sweep(struct agg_table *t, struct element *e,
		     bool (*is_over)(struct element *, const struct agg_flow *),
		     void (*ended)(struct element *, const struct agg_flow *));
/* Removes them all; ended may be NULL. */
void agg_table_clear(struct agg_table *t, struct element *e,
		     void (*ended)(struct element *, const struct agg_flow *));
void agg_table_fini(struct agg_table *t); /* what is left, silently */

#endif
