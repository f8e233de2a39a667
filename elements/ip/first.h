/* SPDX-License-Identifier: MIT */
/* first.h - where what all elements of a class in a router share is kept: in their first. */
#ifndef ELEMENTS_IP_FIRST_H
#define ELEMENTS_IP_FIRST_H

#include "engine/element.h"

static inline struct element *element_first_of_class(struct element *e)
{
	unsigned n = router_nelements(e->router);

	for (unsigned i = 0; i < n; i++)
		if (router_element(e->router, i)->class == e->class)
			return router_element(e->router, i);
	return e;
}

#endif
