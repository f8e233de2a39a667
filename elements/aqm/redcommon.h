/* SPDX-License-Identifier: MIT */
/* redcommon.h - random early detection (Floyd and Jacobson, 1993): RED and AdaptiveRED. */
#ifndef ELEMENTS_AQM_REDCOMMON_H
#define ELEMENTS_AQM_REDCOMMON_H

#include "elements/aqm/queues.h"

struct red {
	struct element base;
	uint32_t min, max; /* thresholds of the average queue length */
	struct fixed16 max_p; /* drop probability at max */
	struct raw queue_names;
	uint32_t stability;
	bool gentle;
	/* of AdaptiveRED */
	uint32_t target;
	struct timer timer;

	struct queues queues;
	int64_t c1, c2, g1, g2, kill; /* the lines of drop probability over average */
	int64_t average;    /* 10 fraction bits */
	uint32_t idle_mark; /* time of the last look at empty queues, 0: none */
	int32_t count;      /* packets since the last drop; -1: below the threshold */
	uint16_t random;
	uint64_t drops;
	bool running;
};

static inline struct red *red(const struct element *e)
{
	return (struct red *)(uintptr_t)e;
}

bool red_configure(struct element *, struct error *);
bool red_start(struct element *, struct error *);
bool red_take_state(struct element *, struct element *old, struct error *);
bool red_can_take(const struct element *, const struct element *old);
void red_config(struct element *, struct text *);
void red_push(struct element *, unsigned port, struct batch *);
void red_pull(struct element *, unsigned port, struct batch *, unsigned max);

int64_t red_average(const struct red *); /* average queue length, rounded */
/* After a change of thresholds or max_p. */
void red_set_lines(struct red *);

extern const struct handler red_handlers[7];

#endif
