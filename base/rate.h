/* SPDX-License-Identifier: MIT */
/*
 * rate.h - exponentially weighted averages, token buckets and gap rates: Click's own arithmetic,
 * which handlers show. Times are ticks of 1 ms unless they say ns.
 */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include <stdbool.h>
#include <stdint.h>

/* avg += ((current << scale) + 2^(stability-1) - avg) >> stability, once an epoch of 1 ms. */
struct ewma {
	int64_t avg;    /* scaled by 2^scale */
	uint64_t current;
	uint32_t epoch; /* tick of current */
	uint8_t scale, stability;
};

#define EWMA(sc, st) { .scale = (sc), .stability = (st) }

void ewma_roll(struct ewma *, uint32_t tick); /* closes the epochs before tick */

static inline void ewma_add(struct ewma *r, uint32_t tick, uint64_t delta)
{
	if (__builtin_expect(r->epoch != tick, 0))
		ewma_roll(r, tick);
	r->current += delta;
}

/* Tokens at rate a second, up to capacity; full after the first refill. */
struct bucket {
	uint64_t level, unit; /* fixed point: unit is one token */
	uint64_t per_tick;    /* units a millisecond */
	uint64_t max;
	uint32_t rate, capacity;
	uint32_t tick;        /* of the last refill */
	bool started;
};

void bucket_set(struct bucket *, uint32_t rate, uint32_t capacity); /* keeps the filled fraction */
void bucket_refill(struct bucket *, uint32_t tick);
bool bucket_has(const struct bucket *, uint32_t tokens);
void bucket_take(struct bucket *, uint32_t tokens); /* to zero at the least */
void bucket_put(struct bucket *, uint32_t tokens);
uint32_t bucket_rate(const struct bucket *);        /* as quantised */
uint32_t bucket_wait(const struct bucket *, uint32_t tokens); /* ticks until it has them */

/* Uniform spacing of rate events a second. */
struct gap {
	uint32_t rate, ugap;
	int64_t second;
	int64_t count;
	bool started;
};

#define GAP_RATE_MAX 4096000000U
void gap_set(struct gap *, uint32_t rate); /* keeps nothing */
void gap_reset(struct gap *);
bool gap_behind(struct gap *, int64_t now_ns); /* one may be sent now */

static inline void gap_add(struct gap *g, uint32_t n)
{
	g->count += n;
}

#endif
