/* SPDX-License-Identifier: MIT */
/* threadsafequeue.h - push and pull of ThreadSafeQueue and MSQueue. */
#ifndef ELEMENTS_STANDARD_THREADSAFEQUEUE_H
#define ELEMENTS_STANDARD_THREADSAFEQUEUE_H

#include "elements/standard/packetqueue.h"

void threadsafe_push(struct element *, unsigned port, struct batch *);
void threadsafe_pull(struct element *, unsigned port, struct batch *, unsigned max);

#endif
