/* SPDX-License-Identifier: MIT */
/*
 * arp.h - a table from IPv4 to Ethernet addresses, with the packets that wait for an answer
 * (RFC 826), and ARP frames.
 *
 * Entries are in order of age: those heard of last are at the end. Times are steady ns.
 */
#ifndef ELEMENTS_ETHERNET_ARP_H
#define ELEMENTS_ETHERNET_ARP_H

#include "elements/ethernet/ether.h"

#define ARP_FRAME_LEN 42U
#define ARP_ENTRIES_MAX 65536U /* whatever ENTRY_CAPACITY says: answers come from anybody */

struct arp_settings {
	uint32_t capacity;        /* packets that wait, in all; 0: any number */
	uint32_t entry_capacity;  /* entries; 0: any number */
	uint32_t entry_packets;   /* packets that wait for one address; 0: any number */
	uint32_t slim_factor;
	struct seconds timeout;   /* 0: entries never expire */
};

struct arp_entry {
	struct list age;
	struct arp_entry *next; /* in its bucket */
	uint32_t ip;            /* network order */
	struct ether_addr eth;
	bool known;
	uint8_t polls;          /* questions since the last answer */
	int64_t live, polled;
	struct packet *first, *last; /* waiting */
	uint32_t npackets;
};

struct arp_table {
	struct arp_settings set;
	struct list ages; /* oldest first */
	struct arp_entry **bucket;
	uint32_t nbuckets; /* a power of two */
	uint32_t nentries, npackets;
	uint64_t drops;
};

void arp_table_init(struct arp_table *);
void arp_table_clear(struct arp_table *); /* entries and packets; settings stay */
void arp_table_fini(struct arp_table *);

enum arp_found { ARP_MISS, ARP_HIT, ARP_HIT_POLL /* and a question should be sent */ };

enum arp_found arp_table_lookup(struct arp_table *, uint32_t ip, int64_t now, int64_t poll_timeout,
				struct ether_addr *eth);
/* Sets an address; all ones: it is not known. *waiting, when not NULL, becomes the list of the
 * packets that waited for it. False: no memory. */
bool arp_table_insert(struct arp_table *, uint32_t ip, const struct ether_addr *eth, int64_t now,
		      struct packet **waiting) MUST_CHECK;

enum arp_wait { ARP_WAITS, ARP_WAITS_ASK /* and a question should be sent */,
		ARP_KNOWN /* by now; look it up again */, ARP_REFUSED };

/* Keeps p until the address is known, unless it is refused. */
enum arp_wait arp_table_wait(struct arp_table *, uint32_t ip, struct packet *p, int64_t now);

/* Removes what has expired, and the oldest above the capacities. */
void arp_table_slim(struct arp_table *, int64_t now);
void arp_table_forget(struct arp_table *, uint32_t ip, int64_t now); /* not known any more */
void arp_table_print(const struct arp_table *, int64_t now, struct text *out);
/* Everything moves from one to the other, which is empty; settings stay. */
void arp_table_move(struct arp_table *to, struct arp_table *from);

/* "IP ETH", as handlers get it. */
bool arp_parse_pair(struct element *e, struct str text, struct ip_addr *ip, struct ether_addr *eth,
		    struct error *err) MUST_CHECK;

/* The frame is an ARP one for IPv4 over Ethernet, and whole: its header, else NULL. */
const struct arp_header *arp_header_of(const struct packet *p);

/* A frame of ARP_FRAME_LEN bytes. Protocol addresses in network order. NULL: no memory. */
struct packet *arp_frame(uint16_t op, const void *ether_dst, const struct ether_addr *sha,
			 uint32_t spa, const void *tha, uint32_t tpa) MUST_CHECK;

#endif
