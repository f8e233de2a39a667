/* SPDX-License-Identifier: MIT */
/* pingstats.h - which pings were sent when, which were answered, and how long that took. */
#ifndef ELEMENTS_ICMP_PINGSTATS_H
#define ELEMENTS_ICMP_PINGSTATS_H

#include "base/text.h"

#define PING_SEQUENCES 65536
#define PING_PAGE 256

/* When sequence numbers were sent, in pages that are made as they are used. */
struct ping_page {
	int64_t sent[PING_PAGE]; /* ns; 0: not sent */
	bool answered[PING_PAGE];
};

struct ping_stats {
	struct ping_page *page[PING_SEQUENCES / PING_PAGE];
	uint64_t received, duplicates;
	uint32_t rtt_min, rtt_max; /* us */
	uint64_t rtt_sum, rtt_squares;
};

void ping_stats_fini(struct ping_stats *);
void ping_stats_reset(struct ping_stats *);

void ping_sent(struct ping_stats *, uint16_t sequence, int64_t now);
/* An answer to sequence came at timestamp (0: not known). False: it was not sent. */
bool ping_answered(struct ping_stats *, uint16_t sequence, int64_t timestamp, uint32_t *rtt);

uint32_t ping_rtt_average(const struct ping_stats *);
void ping_summary(const struct ping_stats *, uint64_t sent, struct text *out);

#endif
