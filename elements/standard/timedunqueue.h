/* SPDX-License-Identifier: MIT */
/* timedunqueue.h - what TimedUnqueue and Burster share. */
#ifndef ELEMENTS_STANDARD_TIMEDUNQUEUE_H
#define ELEMENTS_STANDARD_TIMEDUNQUEUE_H

#include "engine/element.h"

struct timed_unqueue {
	struct element base;
	struct msecs interval;
	int32_t burst;
	bool paced; /* the timer's last expiry is what the next one goes by */
	struct task task;
	struct timer timer;
	struct signal signal;
};

bool timed_unqueue_configure(struct element *, struct error *);
bool timed_unqueue_start(struct element *, struct error *);

#endif
