/* SPDX-License-Identifier: MIT */
/*
 * fragmentqueue.h - packets between two addresses that wait, in order, until it is known which
 * flow fragments in front of them belong to.
 */
#ifndef ELEMENTS_ANALYSIS_FRAGMENTQUEUE_H
#define ELEMENTS_ANALYSIS_FRAGMENTQUEUE_H

#include "elements/analysis/aggregateflow.h"

#define FRAGMENT_KNOWN 8U

struct fragment_known { /* of a datagram whose first fragment was seen */
	uint32_t aggregate;
	uint16_t id;
	uint8_t proto, paint;
	bool used;
};

struct fragment_queue { /* one for each pair of addresses with fragments of late */
	struct fragment_queue *next;
	struct flow_ends ends; /* ports are 0 */
	struct packet *head, **tail;
	struct fragment_known known[FRAGMENT_KNOWN];
	unsigned next_known;
	int64_t last; /* packet time */
};

#define FRAGMENT_BUCKETS 256U

struct fragment_queues {
	struct fragment_queue *bucket[FRAGMENT_BUCKETS];
	uint32_t waiting; /* packets in all of them */
	uint32_t seed;
};

struct fragment_queue *fragment_queue_find(const struct fragment_queues *, const struct flow_ends *);
struct fragment_queue *fragment_queue_add(struct fragment_queues *, const struct flow_ends *);
void fragment_queue_append(struct fragment_queues *, struct fragment_queue *, struct packet *);
struct packet *fragment_queue_take(struct fragment_queues *, struct fragment_queue *);

void fragment_queue_learn(struct fragment_queue *, const struct ip_header *, uint32_t aggregate,
			  uint8_t paint);
const struct fragment_known *fragment_queue_known(const struct fragment_queue *,
						  const struct ip_header *);

#endif
