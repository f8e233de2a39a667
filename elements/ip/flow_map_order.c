/* SPDX-License-Identifier: MIT */
/*
 * flow_map_order.c - the order in which Click lists a rewriter's table.
 *
 * That is the order of chained buckets: 1 at first, new entries at the head of theirs; when a
 * flow makes the entries more than twice the buckets these become 2n + 1, and the entries, taken
 * in the old order, go to the heads of their new buckets. Entries that went away in between
 * change nothing for the others, so the order follows from those that are alive, the sequence in
 * which they came and the moments of growth, which the map has kept.
 */
#include "elements/ip/flow_map.h"

#include <stdlib.h>

struct chains {
	uint32_t *head, *next; /* entry number + 1; 0: end. head[buckets], next[entries] */
	uint32_t buckets;
};

static uint32_t rotl(uint32_t v, unsigned by)
{
	return by % 32 == 0 ? v : v << by % 32 | v >> (32 - by % 32);
}

static uint32_t bucket_of(const struct flow_id *id, uint32_t buckets)
{
	uint32_t sport = be16(id->sport), dport = be16(id->dport);

	return (rotl(id->saddr, sport % 16 + 1) ^ rotl(id->daddr, 31 - dport % 16) ^
		(dport << 16 | sport)) %
	       buckets;
}

static void chain_put(struct chains *c, const struct flow_entry *entry, uint32_t i)
{
	uint32_t *head = &c->head[bucket_of(&entry[i].id, c->buckets)];

	c->next[i] = *head;
	*head = i + 1;
}

static bool chains_grow(struct chains *c, const struct flow_entry *entry)
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

static bool replay(struct chains *c, const struct flow_map *m, const struct flow_entry *entry,
		   uint32_t n)
{
	uint32_t growth = 0;

	for (uint32_t i = 0; i < n; i++) {
		for (; growth < m->growths && m->grown[growth] < entry[i].sequence; growth++)
			if (!chains_grow(c, entry))
				return false;
		chain_put(c, entry, i);
	}
	for (; growth < m->growths; growth++)
		if (!chains_grow(c, entry))
			return false;
	return true;
}

static uint32_t *walk(const struct chains *c, const struct flow_entry *entry, uint32_t n)
{
	uint32_t *ref = malloc(((size_t)n + 1) * sizeof(*ref)), k = 0;

	if (!ref)
		return NULL;
	for (uint32_t b = 0; b < c->buckets; b++)
		for (uint32_t i = c->head[b]; i != 0; i = c->next[i - 1])
			ref[k++] = entry[i - 1].ref;
	return ref;
}

uint32_t *flow_map_order(const struct flow_map *m, const struct flow_entry *entry, uint32_t n)
{
	struct chains c = { .buckets = 1 };
	uint32_t *ref = NULL;

	c.head = calloc(1, sizeof(*c.head));
	c.next = calloc((size_t)n + 1, sizeof(*c.next));
	if (c.head && c.next && replay(&c, m, entry, n))
		ref = walk(&c, entry, n);
	free(c.head);
	free(c.next);
	return ref;
}
