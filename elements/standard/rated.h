/* SPDX-License-Identifier: MIT */
/*
 * rated.h - what the elements with a token bucket share: RatedSplitter, RatedUnqueue, and their
 * Bandwidth kinds, whose tokens are bytes.
 */
#ifndef ELEMENTS_STANDARD_RATED_H
#define ELEMENTS_STANDARD_RATED_H

#include "engine/element.h"

struct rated {
	struct element base;
	uint32_t rate;              /* the argument, of packets */
	struct bandwidth bandwidth; /* or of bytes */
	struct msecs duration;
	uint32_t size;
	bool bytes;
	struct bucket bucket;
	/* of unqueues */
	bool active;
	struct task task;
	struct timer timer;
	struct signal signal;
	uint64_t runs, pushes, failed_pulls, empty_runs;
};

static inline struct rated *rated(const struct element *e)
{
	return (struct rated *)(uintptr_t)e;
}

bool rated_configure_packets(struct element *, struct error *);
bool rated_configure_bytes(struct element *, struct error *);
void rated_config(struct element *, struct text *);

/* Is there a token (of bytes: are there enough for any packet)? */
bool rated_ready(struct rated *);
void rated_take(struct rated *, const struct packet *);

void rated_split(struct element *, unsigned port, struct batch *); /* push */

void rated_init_unqueue(struct element *);
bool rated_start_unqueue(struct element *, struct error *);

extern const struct arg rated_packet_args[3], rated_byte_args[3];
extern const struct handler rated_handlers[1], rated_unqueue_handlers[6];

#endif
