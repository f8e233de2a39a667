/* SPDX-License-Identifier: MIT */
/* bpdu.h - messages of the spanning tree protocol, IEEE 802.1D-1998, clause 9. */
#ifndef ELEMENTS_ETHERNET_BPDU_H
#define ELEMENTS_ETHERNET_BPDU_H

#include "elements/ethernet/ether.h"

#define BPDU_FRAME_LEN 60U

enum { BPDU_CONFIGURATION = 0, BPDU_TOPOLOGY_CHANGE = 128 };
enum { BPDU_TC = 1, BPDU_TC_ACK = 128 }; /* flags */

/* What decides between messages, most important first. */
struct bpdu_priority {
	uint64_t root;
	uint32_t cost;
	uint64_t bridge;
	uint16_t port;
};

struct bpdu {
	uint8_t type, flags;
	struct bpdu_priority priority;
	uint16_t age, max_age, hello, delay; /* in 1/256 s */
};

/* < 0: a is better. */
int bpdu_compare(const struct bpdu_priority *a, const struct bpdu_priority *b);

/* False: p is no spanning tree message, or is cut off. */
bool bpdu_parse(const struct packet *p, struct bpdu *) MUST_CHECK;

/* A frame from that address to all bridges. NULL: no memory. */
struct packet *bpdu_packet(const struct bpdu *, const struct ether_addr *from) MUST_CHECK;

/* "00000000deadbeef:0001" */
void bpdu_text_port(const struct bpdu *, struct text *);

#endif
