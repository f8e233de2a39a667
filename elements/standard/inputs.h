/* SPDX-License-Identifier: MIT */
/* inputs.h - the upstream signals of all inputs of an element that chooses among them. */
#ifndef ELEMENTS_STANDARD_INPUTS_H
#define ELEMENTS_STANDARD_INPUTS_H

#include "engine/element.h"

/* In start: one signal for each input, in the router's pool; NULL after `out of memory!'. */
static inline struct signal *inputs_signals(struct element *e, struct error *err)
{
	struct signal *s = pool_try(router_pool(e->router), (e->nin + 1) * sizeof(*s));

	if (!s) {
		fail(err, "out of memory!");
		return NULL;
	}
	for (unsigned i = 0; i < e->nin; i++)
		signal_upstream(e, i, &s[i], NULL);
	return s;
}

#endif
