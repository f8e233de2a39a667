/* SPDX-License-Identifier: MIT */
/* queues.h - the storage elements whose lengths RED, AdaptiveRED and CoDel watch. */
#ifndef ELEMENTS_AQM_QUEUES_H
#define ELEMENTS_AQM_QUEUES_H

#include "engine/element.h"

struct queues {
	struct element **e; /* in the router's pool */
	const struct storage **storage;
	unsigned n;
	bool named; /* by the argument */
};

/* In configure: the elements that the QUEUES argument names; no names: none. */
bool queues_parse(struct queues *, struct element *, struct str names, struct error *);
/* In start: when none were named, the nearest in that direction. All must store packets. */
bool queues_start(struct queues *, struct element *, bool downstream, struct error *);

uint32_t queues_length(const struct queues *); /* of all together */
void queues_print(const struct queues *, const char *separator, struct text *out);

#endif
