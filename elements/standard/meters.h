/* SPDX-License-Identifier: MIT */
/* meters.h - what Meter and BandwidthMeter share: an output by the recent rate. */
#ifndef ELEMENTS_STANDARD_METERS_H
#define ELEMENTS_STANDARD_METERS_H

#include "engine/element.h"

struct meters {
	struct element base;
	struct ewma rate;
	uint32_t *limit; /* [n] rising, as the average is scaled */
	size_t n, cap;
};

void meters_init(struct element *);
bool meters_add(struct element *, struct str rate, struct error *); /* an argument */
bool meters_configure(struct element *, struct error *);
/* Counts amount and sends b to the output of the rate. */
void meters_push(struct meters *, struct batch *b, uint64_t amount);

extern const struct arg meters_args[1];
extern const struct handler meters_handlers[2];

#endif
