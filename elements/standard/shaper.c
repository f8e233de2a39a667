/* SPDX-License-Identifier: MIT */
/*
 * Shaper - let packets be pulled at a rate
 *
 * Output 0 gives RATE packets a second, evenly spaced; a lag of up to a second
 * is made up for. Output 1, if there is one, gives packets while output 0 must
 * not.
 *
 * Example: Queue -> Shaper(1000) -> ToDevice(eth0)
 * See also: BandwidthShaper, RatedUnqueue
 */
#include "elements/standard/gapshaper.h"

typedef struct gap_shaper self_t;

static bool configure(struct element *e, struct error *err)
{
	return gap_shaper_set(gap_shaper(e), gap_shaper(e)->rate, err);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct gap *gap = &gap_shaper(e)->gap;
	int64_t now = time_now(e);

	for (unsigned end = b->n + max, before; b->n < end; gap_add(gap, port == 0)) {
		if (gap_behind(gap, now) != (port == 0))
			break;
		before = b->n;
		input_pull(e, 0, b, 1);
		if (b->n == before)
			break;
	}
}

static void config(struct element *e, struct text *out)
{
	text_add(out, "%u", gap_shaper(e)->gap.rate);
}

static const struct arg args[] = {
	ARG("RATE", rate, ARG_POSITIONAL | ARG_REQUIRED, "packets a second"),
};

static const struct handler handlers[] = {
	RECONF("rate", "RATE", 0, config, "the RATE argument"),
	WRITE("reset", gap_shaper_reset, "forget the past"),
};

const struct element_class shaper_class = {
	.name = "Shaper",
	.ports = "1/1-2",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.pull = pull,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
