/* SPDX-License-Identifier: MIT */
/* meters.c - what Meter and BandwidthMeter share. */
#include "elements/standard/meters.h"

enum { SCALE = 10, RATE_MAX = 4194303 };

typedef struct meters self_t;

static struct meters *meters(const struct element *e)
{
	return (struct meters *)(uintptr_t)e;
}

void meters_init(struct element *e)
{
	meters(e)->rate = (struct ewma)EWMA(SCALE, 4);
}

bool meters_add(struct element *e, struct str text, struct error *err)
{
	struct meters *m = meters(e);
	unsigned i = (unsigned)m->n + 1;
	uint32_t rate, limit;
	bool had_unit;

	if (!parse_bandwidth(text, &rate, &had_unit, NULL))
		return fail(err, "argument %u syntax error", i);
	if (!had_unit)
		warn(err, "no units for bandwidth argument %u, assuming Bps", i);
	if (rate > RATE_MAX)
		return fail(err, "rate %u too large (max %d)", i, RATE_MAX);
	limit = (uint32_t)(((uint64_t)rate << SCALE) / 1000);
	if (i > 1 && limit <= m->limit[i - 2])
		return fail(err, "rate %u must be > rate %u", i, i - 1);
	m->limit = pool_grow(e->conf, m->limit, m->n, &m->cap, sizeof(m->limit[0]));
	m->limit[m->n++] = limit;
	return true;
}

bool meters_configure(struct element *e, struct error *err)
{
	unsigned want = e->nout - 1;

	if (meters(e)->n == 0)
		return fail(err, "too few arguments to %s(bandwidth, ...)", e->class->name);
	if (meters(e)->n != want)
		return fail(err, "need %u arguments, one less than the number of output ports",
			    want);
	return true;
}

/* The average only takes in whole milliseconds that are over, so it is one for a batch. */
void meters_push(struct meters *m, struct batch *b, uint64_t amount)
{
	unsigned port = 0;

	ewma_add(&m->rate, time_tick(&m->base), amount);
	while (port < m->n && m->rate.avg >= m->limit[port])
		port++;
	output_push(&m->base, port, b);
}

static void read_meters(struct element *e, struct text *out)
{
	const struct meters *m = meters(e);

	for (size_t i = 0; i < m->n; i++)
		print_fixed(out, (int64_t)m->limit[i] * 1000, SCALE);
}

const struct arg meters_args[1] = {
	ARG_EACH("RATE", meters_add, "from what rate on the next output is used"),
};

const struct handler meters_handlers[2] = {
	READ_FIELD("rate", rate, "recent rate"),
	READ("meters", read_meters, "the RATE arguments"),
};
