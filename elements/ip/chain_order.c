/* SPDX-License-Identifier: MIT */
/* chain_order.c - replaying how a chained hash table grew. */
#include "elements/ip/chain_order.h"

#include <stdbool.h>
#include <stdlib.h>

void chain_order_init(struct chain_order *o, uint32_t first)
{
	o->first = o->buckets = first;
	o->growths = 0;
}

void chain_order_grow(struct chain_order *o, uint64_t sequence)
{
	if (o->growths == CHAIN_GROWTHS || o->buckets > UINT32_MAX / 2)
		return;
	o->grown[o->growths++] = sequence;
	o->buckets = 2 * o->buckets + 1;
}

struct chains {
	uint32_t (*hash)(const struct flow_id *);
	uint32_t *head, *next; /* entry number + 1; 0: end. head[buckets], next[entries] */
	uint32_t buckets;
};

static void chain_put(struct chains *c, const struct chain_entry *entry, uint32_t i)
{
	uint32_t *head = &c->head[c->hash(&entry[i].id) % c->buckets];

	c->next[i] = *head;
	*head = i + 1;
}

static bool chains_grow(struct chains *c, const struct chain_entry *entry)
{
	struct chains old = *c;

	c->buckets = 2 * old.buckets + 1;
	c->head = calloc(c->buckets, sizeof(*c->head));
	if (!c->head) {
		*c = old;
		return false;
	}
	for (uint32_t b = 0; b < old.buckets; b++)
		for (uint32_t i = old.head[b], next; i != 0; i = next) {
			next = old.next[i - 1];
			chain_put(c, entry, i - 1);
		}
	free(old.head);
	return true;
}

static bool replay(struct chains *c, const struct chain_order *o, const struct chain_entry *entry,
		   uint32_t n)
{
	uint32_t growth = 0;

	for (uint32_t i = 0; i < n; i++) {
		for (; growth < o->growths && o->grown[growth] < entry[i].sequence; growth++)
			if (!chains_grow(c, entry))
				return false;
		chain_put(c, entry, i);
	}
	for (; growth < o->growths; growth++)
		if (!chains_grow(c, entry))
			return false;
	return true;
}

static uint32_t *walk(const struct chains *c, const struct chain_entry *entry, uint32_t n)
{
	uint32_t *ref = malloc(((size_t)n + 1) * sizeof(*ref)), k = 0;

	if (!ref)
		return NULL;
	for (uint32_t b = 0; b < c->buckets; b++)
		for (uint32_t i = c->head[b]; i != 0; i = c->next[i - 1])
			ref[k++] = entry[i - 1].ref;
	return ref;
}

uint32_t *chain_order_list(const struct chain_order *o, const struct chain_entry *entry, uint32_t n,
			   uint32_t (*hash)(const struct flow_id *))
{
	struct chains c = { .hash = hash, .buckets = o->first };
	uint32_t *ref = NULL;

	c.head = calloc(c.buckets, sizeof(*c.head));
	c.next = calloc((size_t)n + 1, sizeof(*c.next));
	if (c.head && c.next && replay(&c, o, entry, n))
		ref = walk(&c, entry, n);
	free(c.head);
	free(c.next);
	return ref;
}
