/* SPDX-License-Identifier: MIT */
/* iprates.c - the tree of rates. Its depth is that of an address, four. */
#include "elements/ip/iprates.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/value.h"

enum { FRACTION = 10, STABILITY = 5 };

/* --- memory --- */

static void *take(struct ip_rates *r, size_t size)
{
	void *p = r->limit && r->used + size > r->limit ? NULL : calloc(1, size);

	r->used += p ? size : 0;
	return p;
}

static void give(struct ip_rates *r, void *p, size_t size)
{
	r->used -= size;
	free(p);
}

static struct ip_rates_counter *counter_new(struct ip_rates *r, uint32_t epoch)
{
	struct ip_rates_counter *c = take(r, sizeof(*c));

	for (int i = 0; c && i < 2; i++) {
		c->rate[i] = (struct ewma)EWMA(FRACTION, STABILITY);
		c->rate[i].epoch = epoch;
	}
	return c;
}

/* Frees what is below the level; the recursion is as deep as the tree. */
static void level_clear(struct ip_rates *r, struct ip_rates_level *l)
{
	for (int i = 0; i < 256; i++) {
		struct ip_rates_counter *c = l->counter[i];

		if (!c)
			continue;
		if (c->deeper) {
			level_clear(r, c->deeper);
			give(r, c->deeper, sizeof(*c->deeper));
		}
		give(r, c, sizeof(*c));
		l->counter[i] = NULL;
	}
}

void ip_rates_clear(struct ip_rates *r)
{
	level_clear(r, &r->top);
}

/* --- counting --- */

static uint64_t scaled_rate(struct ewma *e, uint32_t epoch)
{
	ewma_roll(e, epoch);
	return (uint64_t)e->avg * IP_RATES_EPOCHS;
}

uint32_t ip_rates_of(struct ip_rates_counter *c, enum ip_rates_direction d, uint32_t epoch)
{
	return (uint32_t)(scaled_rate(&c->rate[d], epoch) >> FRACTION);
}

static bool reaches(const struct ip_rates *r, struct ip_rates_counter *c, uint32_t epoch)
{
	return ip_rates_of(c, IP_RATES_FORWARD, epoch) >= r->threshold ||
	       ip_rates_of(c, IP_RATES_REVERSE, epoch) >= r->threshold;
}

/* Opens the level below c, whose only counter, for the byte that is next, starts as c is. */
static void open_level(struct ip_rates *r, struct ip_rates_counter *c, uint8_t next, uint32_t epoch)
{
	struct ip_rates_level *l = take(r, sizeof(*l));

	if (!l)
		return;
	l->counter[next] = counter_new(r, epoch);
	if (!l->counter[next]) {
		give(r, l, sizeof(*l));
		return;
	}
	memcpy(l->counter[next]->rate, c->rate, sizeof(c->rate));
	c->deeper = l;
}

static bool is_stopped(struct ip_rates_counter *c, uint32_t epoch)
{
	if (!c->stop_until)
		return false;
	if ((int32_t)(epoch - c->stop_until) < 0)
		return true;
	c->stop_until = 0;
	return false;
}

struct ip_rates_counter *ip_rates_add(struct ip_rates *r, uint32_t addr, enum ip_rates_direction d,
				      uint32_t epoch, uint32_t amount)
{
	const uint8_t *byte = (const uint8_t *)&addr;
	struct ip_rates_counter *last = NULL;
	struct ip_rates_level *l = &r->top;

	for (unsigned i = 0; l && i < IP_RATES_BYTES; i++) {
		struct ip_rates_counter **c = &l->counter[byte[i]];

		if (!*c)
			*c = counter_new(r, epoch);
		if (!*c)
			return last;
		last = *c;
		ewma_add(&last->rate[d], epoch, amount);
		if (is_stopped(last, epoch))
			return last;
		l = last->deeper;
		if (!l && i + 1 < IP_RATES_BYTES && reaches(r, last, epoch))
			open_level(r, last, byte[i + 1], epoch);
	}
	return last;
}

/* --- changing the tree --- */

static void level_fold(struct ip_rates *r, struct ip_rates_level *l, uint32_t epoch)
{
	for (int i = 0; i < 256; i++) {
		struct ip_rates_counter *c = l->counter[i];

		if (!c || !c->deeper)
			continue;
		if (reaches(r, c, epoch)) {
			level_fold(r, c->deeper, epoch);
			continue;
		}
		level_clear(r, c->deeper);
		give(r, c->deeper, sizeof(*c->deeper));
		c->deeper = NULL;
	}
}

void ip_rates_fold(struct ip_rates *r, uint32_t epoch)
{
	level_fold(r, &r->top, epoch);
}

void ip_rates_stop(struct ip_rates *r, uint32_t addr, unsigned level, uint32_t epoch,
		   uint32_t until)
{
	const uint8_t *byte = (const uint8_t *)&addr;
	struct ip_rates_level *l = &r->top;

	for (unsigned i = 0; l; i++) {
		struct ip_rates_counter **c = &l->counter[byte[i]];

		if (!*c)
			*c = counter_new(r, epoch);
		if (!*c)
			return;
		if (i == level) {
			(*c)->stop_until = until ? until : 1;
			return;
		}
		if (!(*c)->deeper)
			open_level(r, *c, byte[i + 1], epoch);
		l = (*c)->deeper;
	}
}

/* --- printing --- */

static void print_rate(struct text *out, struct ewma *e, uint32_t epoch)
{
	uint64_t scaled = scaled_rate(e, epoch);

	text_char(out, '\t');
	print_decimal(out, (int64_t)((scaled * 1000 + (1U << (FRACTION - 1))) >> FRACTION), 3);
}

static void level_print(struct ip_rates_level *l, const char *prefix, unsigned depth,
			uint32_t epoch, struct text *out)
{
	for (int i = 0; i < 256; i++) {
		struct ip_rates_counter *c = l->counter[i];
		char name[16];

		if (!c || (!scaled_rate(&c->rate[0], epoch) && !scaled_rate(&c->rate[1], epoch)))
			continue;
		snprintf(name, sizeof(name), "%.11s%s%d", prefix, depth ? "." : "", i);
		for (unsigned tab = 0; tab < depth; tab++)
			text_char(out, '\t');
		text_str(out, str_of(name));
		print_rate(out, &c->rate[IP_RATES_FORWARD], epoch);
		print_rate(out, &c->rate[IP_RATES_REVERSE], epoch);
		text_char(out, '\n');
		if (c->deeper)
			level_print(c->deeper, name, depth + 1, epoch, out);
	}
}

void ip_rates_print(struct ip_rates *r, uint32_t epoch, struct text *out)
{
	level_print(&r->top, "", 0, epoch, out);
}
