/* SPDX-License-Identifier: MIT */
/* pingstats.c - counting pings and their answers. */
#include "elements/icmp/pingstats.h"

#include <math.h>
#include <stdlib.h>

void ping_stats_fini(struct ping_stats *s)
{
	for (unsigned i = 0; i < PING_SEQUENCES / PING_PAGE; i++) {
		free(s->page[i]);
		s->page[i] = NULL;
	}
}

void ping_stats_reset(struct ping_stats *s)
{
	ping_stats_fini(s);
	*s = (struct ping_stats){ .received = 0 };
}

void ping_sent(struct ping_stats *s, uint16_t sequence, int64_t now)
{
	struct ping_page **page = &s->page[sequence / PING_PAGE];

	if (!*page)
		*page = calloc(1, sizeof(**page));
	if (!*page)
		return;
	(*page)->sent[sequence % PING_PAGE] = now;
	(*page)->answered[sequence % PING_PAGE] = false;
}

static void add_rtt(struct ping_stats *s, uint32_t rtt)
{
	if (s->received == 0 || rtt < s->rtt_min)
		s->rtt_min = rtt;
	if (rtt > s->rtt_max)
		s->rtt_max = rtt;
	s->rtt_sum += rtt;
	s->rtt_squares += (uint64_t)rtt * rtt;
	s->received++;
}

bool ping_answered(struct ping_stats *s, uint16_t sequence, int64_t timestamp, uint32_t *rtt)
{
	struct ping_page *page = s->page[sequence / PING_PAGE];
	int64_t sent = page ? page->sent[sequence % PING_PAGE] : 0;
	bool *answered;

	if (sent == 0)
		return false;
	*rtt = timestamp > sent ? (uint32_t)((timestamp - sent) / 1000) : 0;
	add_rtt(s, *rtt);
	answered = &page->answered[sequence % PING_PAGE];
	s->duplicates += *answered;
	*answered = true;
	return true;
}

uint32_t ping_rtt_average(const struct ping_stats *s)
{
	return s->received ? (uint32_t)(s->rtt_sum / s->received) : 0;
}

static void add_msecs(struct text *out, uint32_t us, char end)
{
	text_add(out, "%u.%03u%c", us / 1000, us % 1000, end);
}

static uint32_t deviation(const struct ping_stats *s)
{
	double n = (double)s->received, mean = (double)s->rtt_sum / n;
	double variance = (double)s->rtt_squares / n - mean * mean;

	return variance > 0 ? (uint32_t)sqrt(variance) : 0;
}

void ping_summary(const struct ping_stats *s, uint64_t sent, struct text *out)
{
	int64_t lost = (int64_t)(sent - s->received - s->duplicates);

	text_add(out, "%llu packets transmitted, %llu received", (unsigned long long)sent,
		 (unsigned long long)(s->received - s->duplicates));
	if (s->duplicates)
		text_add(out, ", +%llu duplicates", (unsigned long long)s->duplicates);
	if (sent)
		text_add(out, ", %lld%% packet loss\n", (long long)(lost * 100 / (int64_t)sent));
	if (!s->received)
		return;
	text_add(out, "rtt min/avg/max/mdev = ");
	add_msecs(out, s->rtt_min, '/');
	add_msecs(out, ping_rtt_average(s), '/');
	add_msecs(out, s->rtt_max, '/');
	add_msecs(out, deviation(s), '\n');
}
