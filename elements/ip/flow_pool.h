/* SPDX-License-Identifier: MIT */
/*
 * flow_pool.h - the flows of one rewriter, or of several that share a capacity: their memory,
 * their ageing, and who has to go when there are too many.
 *
 * A packet only stores the time in its flow. The two heaps, of flows under guarantee and of the
 * rest, are ordered by keys that may lie before the true times; a flow that comes to the top gets
 * its true key then and sinks.
 */
#ifndef ELEMENTS_IP_FLOW_POOL_H
#define ELEMENTS_IP_FLOW_POOL_H

#include "elements/ip/flow_map.h"

struct rewriter_input;
struct flow_seq;

enum { FLOW_FORWARD = 0, FLOW_REPLY = 1 };

struct flow {
	struct flow_id to[2]; /* what its packets become, in each direction */
	struct flow_delta {   /* what that adds to the sums of addresses, and of ports too */
		uint16_t ip, l4;
	} delta[2];
	uint16_t out[2];      /* output ports */
	uint32_t heap;        /* its place there; for free flows the next free one */
	int64_t last;         /* pool time of the last packet */
	struct rewriter_input *input; /* whose flow it is; NULL: free */
	uint8_t state;        /* FLOW_TCP_ or FLOW_UDP_ bits */
	uint8_t anno;         /* REPLY_ANNO of the first packet */
	uint8_t map;          /* which of its rewriter's maps */
	uint8_t best_effort;  /* which heap */
	bool shifted;         /* it has sequence number changes */
};

_Static_assert(sizeof(struct flow) == 64, "a flow is a cache line");

#define FLOW_CHUNK 512U

struct flow_chunk {
	struct flow flow[FLOW_CHUNK];
	uint64_t sequence[FLOW_CHUNK];      /* order of making */
	struct flow_seq *shift[FLOW_CHUNK]; /* sequence number changes; NULL: none */
};

struct flow_heap {
	struct flow_heap_node {
		int64_t key;
		uint32_t flow;
	} *v;
	uint32_t n, cap;
};

enum { FLOW_GUARANTEED, FLOW_BEST_EFFORT };

struct flow_pool {
	uint32_t users;    /* rewriters */
	uint32_t n, capacity;
	int64_t now;       /* ms */
	uint32_t tick;     /* of now */
	uint32_t ended;    /* flows that have ended, wrapping: references from before may be stale */
	uint64_t sequence; /* of the next flow */
	uint32_t made, free; /* flows there is memory for; the first free one, 0: none */
	struct flow_chunk **chunk;
	struct flow_heap heap[2];
};

/* A flow and a direction in one number, never 0. */
static inline uint32_t flow_ref(uint32_t index, unsigned dir)
{
	return index << 1 | dir;
}

static inline struct flow *flow_at(const struct flow_pool *fp, uint32_t index)
{
	return &fp->chunk[index / FLOW_CHUNK]->flow[index % FLOW_CHUNK];
}

static inline struct flow *flow_of(const struct flow_pool *fp, uint32_t ref)
{
	return flow_at(fp, ref >> 1);
}

static inline uint64_t flow_sequence(const struct flow_pool *fp, uint32_t index)
{
	return fp->chunk[index / FLOW_CHUNK]->sequence[index % FLOW_CHUNK];
}

static inline struct flow_seq **flow_shift(const struct flow_pool *fp, uint32_t index)
{
	return &fp->chunk[index / FLOW_CHUNK]->shift[index % FLOW_CHUNK];
}

/* Its number; it must be ageing. */
static inline uint32_t flow_index(const struct flow_pool *fp, const struct flow *f)
{
	return fp->heap[f->best_effort].v[f->heap].flow;
}

/* The key that packets of that direction have. */
static inline struct flow_id flow_key(const struct flow *f, unsigned dir)
{
	return flow_id_reverse(&f->to[!dir]);
}

struct flow_pool *flow_pool_new(struct element *, uint32_t capacity); /* NULL: no memory */
struct flow_pool *flow_pool_get(struct flow_pool *);
void flow_pool_put(struct flow_pool *); /* the last user's flows are gone before */

/* Takes the clock into fp->now. */
static inline void flow_pool_tick(struct flow_pool *fp, const struct element *e)
{
	uint32_t tick = time_tick(e);

	fp->now += (int32_t)(tick - fp->tick);
	fp->tick = tick;
}

/* A flow of undefined contents, not yet counted or aged; its index. 0: no memory. */
uint32_t flow_alloc(struct flow_pool *) MUST_CHECK;
void flow_free(struct flow_pool *, uint32_t index);

/* Starts the ageing of a flow whose input and last are set. */
void flow_age(struct flow_pool *, uint32_t index);
void flow_unage(struct flow_pool *, struct flow *);
/* After its state changed: its time may have become nearer. */
void flow_aged_faster(struct flow_pool *, struct flow *);

/* The flow that goes first when there are too many; 0: all are guaranteed (none: there is none).
 * Guarantees that have run out end here. */
uint32_t flow_victim(struct flow_pool *);
uint32_t flow_victim_guaranteed(struct flow_pool *);
/* One whose time is over; 0: none. */
uint32_t flow_expired(struct flow_pool *);

/* Pool time at which a flow of no more packets loses its guarantee, or its right to live. */
int64_t flow_guaranteed_until(const struct flow *);
int64_t flow_expiry(const struct flow *);

#endif
