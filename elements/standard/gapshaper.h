/* SPDX-License-Identifier: MIT */
/* gapshaper.h - what Shaper and BandwidthShaper share: evenly spaced pulls. */
#ifndef ELEMENTS_STANDARD_GAPSHAPER_H
#define ELEMENTS_STANDARD_GAPSHAPER_H

#include "engine/element.h"

struct gap_shaper {
	struct element base;
	uint32_t rate;              /* the argument, of packets */
	struct bandwidth bandwidth; /* or of bytes */
	struct gap gap;
};

static inline struct gap_shaper *gap_shaper(const struct element *e)
{
	return (struct gap_shaper *)(uintptr_t)e;
}

/* In configure: sets the rate, and says so when it is too large. True. */
static inline bool gap_shaper_set(struct gap_shaper *s, uint32_t rate, struct error *err)
{
	if (rate > GAP_RATE_MAX)
		note(err, "rate too large; lowered to %u", GAP_RATE_MAX);
	gap_set(&s->gap, rate);
	return true;
}

static inline bool gap_shaper_reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	gap_reset(&gap_shaper(e)->gap);
	return true;
}

#endif
