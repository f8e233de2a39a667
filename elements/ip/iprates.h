/* SPDX-License-Identifier: MIT */
/*
 * iprates.h - rates of addresses and prefixes, as a tree that goes deeper where there is much.
 *
 * A level has a counter for each value of one byte of the address. A counter whose rate reaches
 * the threshold gets a level of its own for the next byte.
 */
#ifndef ELEMENTS_IP_IPRATES_H
#define ELEMENTS_IP_IPRATES_H

#include "base/rate.h"
#include "base/text.h"

/* Rates are averages over epochs of 8 ms. */
enum { IP_RATES_EPOCH_MS = 8, IP_RATES_EPOCHS = 1000 / IP_RATES_EPOCH_MS, IP_RATES_BYTES = 4 };
enum ip_rates_direction { IP_RATES_FORWARD, IP_RATES_REVERSE };

struct ip_rates_level;

struct ip_rates_counter {
	struct ewma rate[2];           /* by direction */
	struct ip_rates_level *deeper; /* NULL: not opened */
	uint32_t stop_until;           /* epoch; until then nothing deeper is looked at */
};

struct ip_rates_level {
	struct ip_rates_counter *counter[256]; /* NULL: nothing seen */
};

struct ip_rates { /* zero is empty */
	struct ip_rates_level top;
	uint64_t used, limit; /* bytes; limit 0: none */
	uint32_t threshold;   /* a second */
};

/* Adds to the counters of an address (network order) and returns the deepest one; NULL when there
 * is no memory for any. */
struct ip_rates_counter *ip_rates_add(struct ip_rates *, uint32_t addr, enum ip_rates_direction,
				      uint32_t epoch, uint32_t amount);

/* A second's worth. */
uint32_t ip_rates_of(struct ip_rates_counter *, enum ip_rates_direction, uint32_t epoch);

/* Closes levels below counters whose rates are under the threshold. */
void ip_rates_fold(struct ip_rates *, uint32_t epoch);
/* Makes the counter for byte number level of the address the deepest one until that epoch. */
void ip_rates_stop(struct ip_rates *, uint32_t addr, unsigned level, uint32_t epoch,
		   uint32_t until);
/* PREFIX, forward and reverse rate of each counter that has any, a line each. */
void ip_rates_print(struct ip_rates *, uint32_t epoch, struct text *);
void ip_rates_clear(struct ip_rates *);

#endif
