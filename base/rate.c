/* SPDX-License-Identifier: MIT */
/* rate.c - averages, token buckets and gap rates in Click's arithmetic. */
#include "base/rate.h"

enum { EMPTY_EPOCHS = 100 }; /* after so many the average is 0 */

static void ewma_step(struct ewma *r)
{
	int64_t half = r->stability ? (int64_t)1 << (r->stability - 1) : 0;

	r->avg += ((int64_t)(r->current << r->scale) + half - r->avg) >> r->stability;
	r->current = 0;
}

void ewma_roll(struct ewma *r, uint32_t tick)
{
	uint32_t elapsed = tick - r->epoch;

	if (elapsed == 0)
		return;
	ewma_step(r);
	if (elapsed - 1 >= EMPTY_EPOCHS)
		r->avg = 0;
	else
		while (--elapsed)
			ewma_step(r);
	r->epoch = tick;
}

/* A bucket's unit fills 32 bits when the bucket is full, so all products below fit 64 bits. */
void bucket_set(struct bucket *b, uint32_t rate, uint32_t capacity)
{
	uint64_t level = b->level, max = b->max;
	uint32_t least = rate / 1000 + (rate % 1000 != 0);

	b->rate = rate;
	b->capacity = capacity && capacity < least ? least : capacity;
	b->unit = b->capacity ? UINT32_MAX / b->capacity : 0;
	b->max = b->unit * b->capacity;
	b->per_tick = (b->unit * rate + 500) / 1000;
	if (b->per_tick == 0 && rate && b->capacity)
		b->per_tick = 1;
	b->level = max ? level * b->max / max : 0;
}

void bucket_refill(struct bucket *b, uint32_t tick)
{
	uint64_t elapsed = tick - b->tick;

	if (!b->per_tick)
		return;
	if (!b->started || elapsed > b->max / b->per_tick)
		b->level = b->max;
	else
		b->level += elapsed * b->per_tick;
	if (b->level > b->max)
		b->level = b->max;
	b->started = true;
	b->tick = tick;
}

bool bucket_has(const struct bucket *b, uint32_t tokens)
{
	return tokens <= b->capacity && b->level >= tokens * b->unit;
}

void bucket_take(struct bucket *b, uint32_t tokens)
{
	uint64_t units = tokens * b->unit;

	b->level = b->level > units ? b->level - units : 0;
}

void bucket_put(struct bucket *b, uint32_t tokens)
{
	b->level += tokens * b->unit;
	if (b->level > b->max)
		b->level = b->max;
}

/* Click's handlers show half a unit a tick more than the rate itself: 300kbps as 300.144kbps. */
uint32_t bucket_rate(const struct bucket *b)
{
	uint64_t rate;

	if (!b->unit)
		return 0;
	rate = (b->per_tick * 1000 + b->per_tick / 2) / b->unit;
	return rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

uint32_t bucket_wait(const struct bucket *b, uint32_t tokens)
{
	uint64_t need = tokens * b->unit, ticks;

	if (bucket_has(b, tokens))
		return 0;
	if (!b->per_tick || tokens > b->capacity)
		return UINT32_MAX;
	ticks = (need - b->level + b->per_tick - 1) / b->per_tick;
	return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

void gap_reset(struct gap *g)
{
	g->started = false;
	g->count = 0;
}

void gap_set(struct gap *g, uint32_t rate)
{
	g->rate = rate > GAP_RATE_MAX ? GAP_RATE_MAX : rate;
	g->ugap = g->rate ? GAP_RATE_MAX / g->rate : GAP_RATE_MAX + 1;
	gap_reset(g);
}

/* Within a second event i is due at i*ugap/4096 microseconds; a new second takes over what the
 * old one is ahead, so that rounding does not add up. */
bool gap_behind(struct gap *g, int64_t now_ns)
{
	int64_t second = now_ns / 1000000000;
	uint64_t due = (uint64_t)(now_ns % 1000000000 / 1000) * 4096;
	int64_t need = (int64_t)(due / g->ugap);

	if (!g->started) {
		g->started = true;
		g->second = second;
		g->count = need + (due % g->ugap > g->ugap / 2);
	} else if (second != g->second) {
		g->second = second;
		if (g->count > 0)
			g->count -= g->rate;
	}
	return need >= g->count;
}
