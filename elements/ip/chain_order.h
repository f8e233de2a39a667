/* SPDX-License-Identifier: MIT */
/*
 * chain_order.h - the order in which Click lists a hash table.
 *
 * That is the order of chained buckets: new entries go to the head of theirs; when there are too
 * many, n buckets become 2n + 1, and the entries, taken in the old order, go to the heads of their
 * new buckets. Entries that went away in between change nothing for the others, so the order
 * follows from those that are alive, the sequence in which they came and the moments of growth.
 */
#ifndef ELEMENTS_IP_CHAIN_ORDER_H
#define ELEMENTS_IP_CHAIN_ORDER_H

#include <stdint.h>

struct flow_id { /* as in packets */
	uint32_t saddr, daddr;
	uint16_t sport, dport;
};

#define CHAIN_GROWTHS 32

struct chain_order {
	uint32_t first, buckets; /* how many there were at first, and are now */
	uint32_t growths;
	uint64_t grown[CHAIN_GROWTHS]; /* sequence numbers after which they were made more */
};

void chain_order_init(struct chain_order *, uint32_t first);
/* The buckets become more after the entry with that sequence number. */
void chain_order_grow(struct chain_order *, uint64_t sequence);

struct chain_entry {
	uint64_t sequence;
	struct flow_id id;
	uint32_t ref;
};

/* The refs of entry[n], which are in the sequence they came, in the order of the chains. To be
 * freed; NULL: no memory. */
uint32_t *chain_order_list(const struct chain_order *, const struct chain_entry *entry, uint32_t n,
			   uint32_t (*hash)(const struct flow_id *));

#endif
