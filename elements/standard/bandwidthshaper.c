/* SPDX-License-Identifier: MIT */
/*
 * BandwidthShaper - let packets be pulled at a byte rate
 *
 * Gives packets of RATE bytes a second, evenly spaced; a lag of up to a second
 * is made up for.
 *
 * Example: Queue -> BandwidthShaper(1MBps) -> ToDevice(eth0)
 * See also: Shaper, BandwidthRatedUnqueue
 */
#include "elements/standard/gapshaper.h"

typedef struct gap_shaper self_t;

static bool configure(struct element *e, struct error *err)
{
	return gap_shaper_set(gap_shaper(e), gap_shaper(e)->bandwidth.v, err);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct gap *gap = &gap_shaper(e)->gap;
	int64_t now = time_now(e);

	(void)port;
	for (unsigned end = b->n + max, before; b->n < end && gap_behind(gap, now);) {
		before = b->n;
		input_pull(e, 0, b, 1);
		if (b->n == before)
			break;
		gap_add(gap, b->pkt[before]->len);
	}
}

static void config(struct element *e, struct text *out)
{
	print_bandwidth(out, gap_shaper(e)->gap.rate);
}

static const struct arg args[] = {
	ARG("RATE", bandwidth, ARG_POSITIONAL | ARG_REQUIRED, "bytes a second"),
};

static const struct handler handlers[] = {
	RECONF("rate", "RATE", 0, config, "the RATE argument"),
	WRITE("reset", gap_shaper_reset, "forget the past"),
};

const struct element_class bandwidthshaper_class = {
	.name = "BandwidthShaper",
	.ports = "1/1-2",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.pull = pull,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
