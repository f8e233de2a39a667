/* SPDX-License-Identifier: MIT */
/* multipacket.h - one packet that stands for several: the several. */
#ifndef ELEMENTS_ANALYSIS_MULTIPACKET_H
#define ELEMENTS_ANALYSIS_MULTIPACKET_H

#include "engine/element.h"

struct multipacket { /* all zero: none */
	struct packet *p;
	uint64_t n, i;     /* how many, and how many have been made */
	uint64_t bytes;    /* still to be shared out */
	int64_t from, to;  /* timestamps of the first and the last */
};

/* Takes a packet that stands for 1 + its extra packets. */
void multipacket_start(struct multipacket *m, struct packet *p);
/* The next: an equal share of the length, timestamps evenly from the first to the last. NULL: that
 * was all, or packet memory is used up, which ends it. */
struct packet *multipacket_next(struct multipacket *m);
void multipacket_end(struct multipacket *m);

#endif
