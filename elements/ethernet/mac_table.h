/* SPDX-License-Identifier: MIT */
/*
 * mac_table.h - where Ethernet addresses were seen: what learning switches know.
 *
 * No more than MAC_ENTRIES_MAX are known; a flood of addresses then makes others forgotten, those
 * seen long ago first, as far as a short look around tells.
 */
#ifndef ELEMENTS_ETHERNET_MAC_TABLE_H
#define ELEMENTS_ETHERNET_MAC_TABLE_H

#include "elements/ip/flow_map.h"

#define MAC_ENTRIES_MAX 65536U

struct mac_entry {
	struct flow_id id;  /* the address, in the form of a map's key */
	uint32_t port;
	int64_t seen;       /* timestamp of the last packet */
	uint64_t sequence;  /* of being learned */
	bool used;
};

struct mac_table {
	struct flow_map map; /* to numbers of entries, plus one */
	struct mac_entry *entry;
	uint32_t n, cap, made; /* used; room; ever used at once */
	uint32_t free;         /* one that was used, plus one; 0: none. The next is its port */
	uint32_t hand;         /* where the search for one to forget goes on */
	uint64_t sequence;
};

bool mac_table_init(struct mac_table *, struct element *) MUST_CHECK; /* false: no memory */
void mac_table_fini(struct mac_table *);

/* Address was seen at a port. timeout: ns after which entries may be forgotten. */
void mac_table_learn(struct mac_table *, const uint8_t address[6], uint32_t port, int64_t now,
		     int64_t timeout);

/* The port at which address was seen less than timeout ns before now; -1: none. What is older is
 * forgotten. */
int32_t mac_table_find(struct mac_table *, const uint8_t address[6], int64_t now, int64_t timeout);

void mac_table_text(const struct mac_table *, struct text *); /* lines "ADDRESS PORT" */

#endif
