/* SPDX-License-Identifier: MIT */
/*
 * AggregateFilter - send packets to outputs by aggregate
 *
 * Each PATTERN is `PORT AGG...' with AGG a number or N-M, `PORT all' or
 * `PORT -'; `allow' is port 0, `drop' and `deny' are none. A packet goes where
 * the first pattern says that names its aggregate; the rest is dropped.
 *
 * Example: AggregateFilter(0 1-10 14, 1 20, drop all)
 * See also: AggregateIPFlows, AggregateCounter
 */
#include "elements/analysis/aggregateannos.h"

struct range {
	uint32_t first, last;
	uint16_t port;
};

struct aggregatefilter {
	struct element base;
	struct range *range; /* those of no overlap, by number */
	size_t n, cap;
	unsigned patterns;
	uint16_t rest; /* port of all others */
	bool has_rest;
};
ELEMENT_SELF(struct aggregatefilter)

/* --- the patterns --- */

/* The first range that ends at or behind the aggregate. */
static size_t find(const struct aggregatefilter *f, uint32_t aggregate)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->range[middle].last < aggregate)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert(struct aggregatefilter *f, size_t at, struct range r)
{
	f->range = pool_grow(f->base.conf, f->range, f->n, &f->cap, sizeof(*f->range));
	memmove(f->range + at + 1, f->range + at, (f->n - at) * sizeof(*f->range));
	f->range[at] = r;
	f->n++;
}

/* Earlier patterns win: only the gaps between their ranges are new. */
static void add(struct aggregatefilter *f, struct range r, struct error *err)
{
	uint64_t from = r.first;

	for (size_t i = find(f, r.first); from <= r.last; i++) {
		bool free_behind = i == f->n || f->range[i].first > r.last;
		uint64_t end = free_behind ? (uint64_t)r.last + 1 : f->range[i].first;

		if (from < end)
			insert(f, i++,
			       (struct range){ (uint32_t)from, (uint32_t)(end - 1), r.port });
		if (free_behind)
			return;
		warn(err, "pattern %u: aggregate %u already filtered to output %d", f->patterns,
		     f->range[i].first > r.first ? f->range[i].first : r.first,
		     f->range[i].port == PORT_DROP ? -1 : f->range[i].port);
		from = (uint64_t)f->range[i].last + 1;
	}
}

static bool parse_target(const struct aggregatefilter *f, struct str word, uint16_t *port,
			 struct error *err)
{
	uint32_t n;

	if (str_is(word, "allow"))
		*port = 0;
	else if (str_is(word, "drop") || str_is(word, "deny"))
		*port = PORT_DROP;
	else if (parse_u32(word, &n, NULL) && n < 254)
		*port = (uint16_t)n;
	else
		return fail(err, "pattern %u: expected a port number", f->patterns);
	return true;
}

static bool parse_range(struct aggregatefilter *f, struct str word, struct range *r,
			struct error *err)
{
	size_t dash = str_find(word, '-');
	struct str last = dash < word.n ? str_from(word, dash + 1) : word;

	if (parse_u32(str_first(word, dash), &r->first, NULL) && parse_u32(last, &r->last, NULL) &&
	    r->first <= r->last)
		return true;
	return fail(err, "pattern %u: bad aggregate number '%.*s'", f->patterns, STR(word));
}

static bool parse_words(struct aggregatefilter *f, struct str rest, uint16_t port,
			struct error *err)
{
	struct range r = { .port = port };
	unsigned n = 0;
	struct str word;

	for (; (word = str_word(&rest)).n != 0; n++) {
		if (str_is(word, "all") || str_is(word, "-")) {
			f->has_rest = true;
			f->rest = port;
		} else if (parse_range(f, word, &r, err)) {
			add(f, r, err);
		} else {
			return false;
		}
	}
	return n != 0 || fail(err, "pattern %u has no aggregates", f->patterns);
}

static bool parse_pattern(struct element *e, struct str text, struct error *err)
{
	struct aggregatefilter *f = self(e);
	struct str rest = str_trim(text), word = str_word(&rest);
	uint16_t port;

	f->patterns++;
	if (word.n == 0)
		return fail(err, "empty pattern %u", f->patterns);
	if (f->has_rest)
		warn(err, "pattern %u matches no packets", f->patterns);
	if (!parse_target(f, word, &port, err))
		return false;
	if (port != PORT_DROP && port >= e->nout)
		return fail(err, "pattern %u: expected a port number", f->patterns);
	return parse_words(f, rest, port, err);
}

/* --- packets --- */

static uint16_t port_of(const struct aggregatefilter *f, uint32_t aggregate)
{
	size_t i = find(f, aggregate);

	if (i < f->n && f->range[i].first <= aggregate)
		return f->range[i].port;
	return f->has_rest ? f->rest : PORT_DROP;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = port_of(self(e), aggregate_of(b->pkt[i]));
}

static const struct arg args[] = {
	ARG_EACH("PATTERN", parse_pattern, "PORT AGGREGATE..."),
};

const struct element_class aggregatefilter_class = {
	.name = "AggregateFilter",
	.ports = "1/1-254",
	.size = sizeof(self_t),
	.classify = classify,
	.args = TABLE(args),
};
