/* SPDX-License-Identifier: MIT */
/* aggregateflow.c - numbered flows between two ends. */
#include "elements/analysis/aggregateflow.h"

#include <stdlib.h>

#include "base/hash.h"

#define BUCKETS_MIN 64U

bool flow_ends_set(struct flow_ends *k, uint32_t saddr, uint32_t daddr, uint16_t sport,
		   uint16_t dport)
{
	bool swapped = be32(saddr) > be32(daddr) || (saddr == daddr && be16(sport) > be16(dport));

	k->addr[swapped] = saddr;
	k->addr[!swapped] = daddr;
	k->port[swapped] = sport;
	k->port[!swapped] = dport;
	return swapped;
}

static size_t hash(const struct agg_table *t, const struct flow_ends *k)
{
	return hash_u64(hash_u64(load64(k) ^ t->seed) + load32(k->port)) & t->mask;
}

static bool is_same(const struct flow_ends *a, const struct flow_ends *b)
{
	return load64(a) == load64(b) && load32(a->port) == load32(b->port);
}

struct agg_flow *agg_table_find(const struct agg_table *t, const struct flow_ends *k)
{
	struct agg_flow *f = t->bucket ? t->bucket[hash(t, k)] : NULL;

	while (f && !is_same(&f->ends, k))
		f = f->next;
	return f;
}

static bool grow(struct agg_table *t)
{
	struct agg_table old = *t;
	size_t n = old.bucket ? (old.mask + 1) * 2 : BUCKETS_MIN;
	struct agg_flow **bucket = calloc(n, sizeof(struct agg_flow *)), *f;

	if (!bucket)
		return false;
	t->bucket = bucket;
	t->mask = n - 1;
	for (size_t i = 0; old.bucket && i <= old.mask; i++)
		while ((f = old.bucket[i])) {
			struct agg_flow **to = &bucket[hash(t, &f->ends)];

			old.bucket[i] = f->next;
			f->next = *to;
			*to = f;
		}
	free(old.bucket);
	return true;
}

struct agg_flow *agg_table_add(struct agg_table *t, const struct flow_ends *k)
{
	struct agg_flow *f, **to;

	if ((!t->bucket || t->n > t->mask) && !grow(t) && !t->bucket)
		return NULL;
	f = calloc(1, sizeof(*f));
	if (!f)
		return NULL;
	to = &t->bucket[hash(t, k)];
	f->ends = *k;
	f->next = *to;
	*to = f;
	t->n++;
	return f;
}

static struct agg_flow *take_over(struct agg_table *t, struct element *e,
				  bool (*is_over)(struct element *, const struct agg_flow *))
{
	struct agg_flow *list = NULL;

	for (size_t i = 0; t->bucket && i <= t->mask; i++)
		for (struct agg_flow **at = &t->bucket[i], *f; (f = *at);) {
			if (is_over && !is_over(e, f)) {
				at = &f->next;
				continue;
			}
			*at = f->next;
			f->next = list;
			list = f;
			t->n--;
		}
	return list;
}

/* Both are in order. */
static struct agg_flow *merge(struct agg_flow *a, struct agg_flow *b)
{
	struct agg_flow *list = NULL, **tail = &list;

	while (a && b) {
		struct agg_flow **least = a->aggregate < b->aggregate ? &a : &b;

		*tail = *least;
		tail = &(*tail)->next;
		*least = *tail;
	}
	*tail = a ? a : b;
	return list;
}

/* run[i] is empty or has 2^i flows, in order. */
static struct agg_flow *sort(struct agg_flow *list)
{
	struct agg_flow *run[32] = { NULL }, *f;
	unsigned i;

	while ((f = list)) {
		list = f->next;
		f->next = NULL;
		for (i = 0; i < 31 && run[i]; i++) {
			f = merge(run[i], f);
			run[i] = NULL;
		}
		run[i] = merge(run[i], f);
	}
	for (i = 0; i < 32; i++)
		list = merge(run[i], list);
	return list;
}

void agg_table_sweep(struct agg_table *t, struct element *e,
		     bool (*is_over)(struct element *, const struct agg_flow *),
		     void (*ended)(struct element *, const struct agg_flow *))
{
	struct agg_flow *f = sort(take_over(t, e, is_over)), *next;

	for (; f; f = next) {
		next = f->next;
		if (ended)
			ended(e, f);
		free(f);
	}
}

void agg_table_clear(struct agg_table *t, struct element *e,
		     void (*ended)(struct element *, const struct agg_flow *))
{
	agg_table_sweep(t, e, NULL, ended);
}

void agg_table_fini(struct agg_table *t)
{
	agg_table_clear(t, NULL, NULL);
	free(t->bucket);
	t->bucket = NULL;
	t->mask = 0;
}
