/* SPDX-License-Identifier: MIT */
/* flow_pool.c - memory and ageing of flows. */
#include "elements/ip/flow_pool.h"

#include <stdlib.h>

#include "elements/ip/rewriter.h"

#define CHUNKS_MIN 8U
#define FLOWS_MAX (1U << 22) /* whatever the capacity: a flood must not take all memory */

struct flow_pool *flow_pool_new(struct element *e, uint32_t capacity)
{
	struct flow_pool *fp = calloc(1, sizeof(*fp));

	if (!fp)
		return NULL;
	fp->users = 1;
	fp->capacity = capacity;
	fp->tick = time_tick(e);
	fp->sequence = 1;
	return fp;
}

struct flow_pool *flow_pool_get(struct flow_pool *fp)
{
	fp->users++;
	return fp;
}

void flow_pool_put(struct flow_pool *fp)
{
	if (!fp || --fp->users != 0)
		return;
	for (uint32_t i = 1; i < fp->made; i++)
		free(*flow_shift(fp, i));
	for (uint32_t i = 0; i < fp->made / FLOW_CHUNK; i++)
		free(fp->chunk[i]);
	free(fp->chunk);
	free(fp->heap[FLOW_GUARANTEED].v);
	free(fp->heap[FLOW_BEST_EFFORT].v);
	free(fp);
}

/* --- memory --- */

/* Room in the heap for all flows that there can be, so that moving between heaps cannot fail. */
static bool heap_reserve(struct flow_heap *h, uint32_t n)
{
	uint32_t cap = h->cap ? 2 * h->cap : FLOW_CHUNK;
	void *v;

	if (n <= h->cap)
		return true;
	cap = cap < n ? n : cap;
	v = realloc(h->v, (size_t)cap * sizeof(*h->v));
	if (!v)
		return false;
	h->v = v;
	h->cap = cap;
	return true;
}

static bool chunks_reserve(struct flow_pool *fp, uint32_t n)
{
	struct flow_chunk **chunk;

	/* The array's size is always the next power of two. */
	if (n >= CHUNKS_MIN ? (n & (n - 1)) != 0 : n != 0)
		return true;
	n = n < CHUNKS_MIN ? CHUNKS_MIN : 2 * n;
	chunk = realloc(fp->chunk, n * sizeof(struct flow_chunk *));
	if (chunk)
		fp->chunk = chunk;
	return chunk != NULL;
}

static bool chunk_make(struct flow_pool *fp)
{
	uint32_t n = fp->made / FLOW_CHUNK, made = fp->made + FLOW_CHUNK;
	struct flow_chunk *c;

	if (made > FLOWS_MAX || !chunks_reserve(fp, n) ||
	    !heap_reserve(&fp->heap[FLOW_GUARANTEED], made) ||
	    !heap_reserve(&fp->heap[FLOW_BEST_EFFORT], made))
		return false;
	c = aligned_alloc(64, (sizeof(*c) + 63) / 64 * 64);
	if (!c)
		return false;
	fp->chunk[n] = c;
	fp->made = made;
	for (uint32_t i = made; i-- > made - FLOW_CHUNK;) {
		c->shift[i % FLOW_CHUNK] = NULL;
		if (i != 0) /* no reference is 0 */
			flow_free(fp, i);
	}
	return true;
}

uint32_t flow_alloc(struct flow_pool *fp)
{
	uint32_t i;

	if (fp->free == 0 && !chunk_make(fp))
		return 0;
	i = fp->free;
	fp->free = flow_at(fp, i)->heap;
	return i;
}

void flow_free(struct flow_pool *fp, uint32_t index)
{
	struct flow *f = flow_at(fp, index);

	free(*flow_shift(fp, index));
	*flow_shift(fp, index) = NULL;
	f->input = NULL;
	f->heap = fp->free;
	fp->free = index;
}

/* --- heaps --- */

static bool before(const struct flow_pool *fp, const struct flow_heap_node *a,
		   const struct flow_heap_node *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	return flow_sequence(fp, a->flow) < flow_sequence(fp, b->flow);
}

static void heap_put(struct flow_pool *fp, struct flow_heap *h, uint32_t at,
		     struct flow_heap_node node)
{
	h->v[at] = node;
	flow_at(fp, node.flow)->heap = at;
}

static void sift_up(struct flow_pool *fp, struct flow_heap *h, uint32_t at)
{
	struct flow_heap_node node = h->v[at];
	uint32_t up;

	for (; at != 0; at = up) {
		up = (at - 1) / 2;
		if (!before(fp, &node, &h->v[up]))
			break;
		heap_put(fp, h, at, h->v[up]);
	}
	heap_put(fp, h, at, node);
}

static void sift_down(struct flow_pool *fp, struct flow_heap *h, uint32_t at)
{
	struct flow_heap_node node = h->v[at];
	uint32_t down;

	for (; (down = 2 * at + 1) < h->n; at = down) {
		if (down + 1 < h->n && before(fp, &h->v[down + 1], &h->v[down]))
			down++;
		if (!before(fp, &h->v[down], &node))
			break;
		heap_put(fp, h, at, h->v[down]);
	}
	heap_put(fp, h, at, node);
}

static void heap_add(struct flow_pool *fp, uint32_t index, unsigned which, int64_t key)
{
	struct flow_heap *h = &fp->heap[which];

	flow_at(fp, index)->best_effort = (uint8_t)which;
	h->v[h->n] = (struct flow_heap_node){ key, index };
	sift_up(fp, h, h->n++);
}

static void heap_remove(struct flow_pool *fp, struct flow_heap *h, uint32_t at)
{
	struct flow_heap_node last = h->v[--h->n];

	if (at == h->n)
		return;
	h->v[at] = last;
	sift_down(fp, h, at);
	sift_up(fp, h, flow_at(fp, last.flow)->heap);
}

static void heap_top_later(struct flow_pool *fp, struct flow_heap *h, int64_t key)
{
	h->v[0].key = key;
	sift_down(fp, h, 0);
}

/* --- ageing --- */

int64_t flow_guaranteed_until(const struct flow *f)
{
	return f->last + (int64_t)rewriter_guarantee(f) * 1000;
}

int64_t flow_expiry(const struct flow *f)
{
	return f->last + (int64_t)rewriter_timeout(f) * 1000;
}

void flow_age(struct flow_pool *fp, uint32_t index)
{
	const struct flow *f = flow_at(fp, index);
	int64_t guaranteed = flow_guaranteed_until(f);

	if (guaranteed > fp->now)
		heap_add(fp, index, FLOW_GUARANTEED, guaranteed);
	else
		heap_add(fp, index, FLOW_BEST_EFFORT, flow_expiry(f));
}

void flow_unage(struct flow_pool *fp, struct flow *f)
{
	heap_remove(fp, &fp->heap[f->best_effort], f->heap);
}

void flow_aged_faster(struct flow_pool *fp, struct flow *f)
{
	struct flow_heap *h = &fp->heap[FLOW_BEST_EFFORT];
	int64_t expiry = flow_expiry(f);

	if (f->best_effort != FLOW_BEST_EFFORT || expiry >= h->v[f->heap].key)
		return;
	h->v[f->heap].key = expiry;
	sift_up(fp, h, f->heap);
}

/* Moves flows that have lost their guarantee to the other heap. */
static void end_guarantees(struct flow_pool *fp)
{
	struct flow_heap *h = &fp->heap[FLOW_GUARANTEED];

	while (h->n != 0 && h->v[0].key <= fp->now) {
		uint32_t index = h->v[0].flow;
		const struct flow *f = flow_at(fp, index);
		int64_t guaranteed = flow_guaranteed_until(f);

		if (guaranteed > fp->now) {
			heap_top_later(fp, h, guaranteed);
			continue;
		}
		heap_remove(fp, h, 0);
		heap_add(fp, index, FLOW_BEST_EFFORT, flow_expiry(f));
	}
}

/* Makes the best-effort heap's top a flow that belongs there, with its true key. */
static uint32_t best_effort_top(struct flow_pool *fp)
{
	struct flow_heap *h = &fp->heap[FLOW_BEST_EFFORT];

	while (h->n != 0) {
		uint32_t index = h->v[0].flow;
		const struct flow *f = flow_at(fp, index);
		int64_t guaranteed = flow_guaranteed_until(f), expiry = flow_expiry(f);

		if (guaranteed > fp->now) {
			heap_remove(fp, h, 0);
			heap_add(fp, index, FLOW_GUARANTEED, guaranteed);
		} else if (expiry > h->v[0].key) {
			heap_top_later(fp, h, expiry);
		} else {
			return index;
		}
	}
	return 0;
}

uint32_t flow_victim(struct flow_pool *fp)
{
	end_guarantees(fp);
	return best_effort_top(fp);
}

uint32_t flow_victim_guaranteed(struct flow_pool *fp)
{
	struct flow_heap *h = &fp->heap[FLOW_GUARANTEED];

	while (h->n != 0) {
		int64_t guaranteed = flow_guaranteed_until(flow_at(fp, h->v[0].flow));

		if (guaranteed <= h->v[0].key)
			return h->v[0].flow;
		heap_top_later(fp, h, guaranteed);
	}
	return 0;
}

uint32_t flow_expired(struct flow_pool *fp)
{
	uint32_t index = flow_victim(fp);

	return index != 0 && flow_expiry(flow_at(fp, index)) <= fp->now ? index : 0;
}
