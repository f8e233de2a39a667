/* SPDX-License-Identifier: MIT */
/*
 * stride.h - stride scheduling of ports (Waldspurger and Weihl, 1995): what StrideSched and
 * StrideSwitch share.
 *
 * Clients with tickets are in a list by pass; each use of one adds its stride, 65536 / tickets.
 */
#ifndef ELEMENTS_STANDARD_STRIDE_H
#define ELEMENTS_STANDARD_STRIDE_H

#include "engine/element.h"

struct stride_client {
	struct stride_client *next; /* in the list, of a greater or equal pass */
	uint32_t pass, stride, tickets;
	struct signal signal; /* StrideSched: upstream */
};

struct stride {
	struct element base;
	struct stride_client *client; /* [nclients]: one for each port */
	struct stride_client *head;
	uint32_t nclients;
	struct { uint32_t *v; size_t n, cap; } given; /* arguments being parsed */
};

static inline struct stride *stride(const struct element *e)
{
	return (struct stride *)(uintptr_t)e;
}

bool stride_add_argument(struct element *, struct str, struct error *);
/* configure, with the number and the kind of ports ("input", "output"). */
bool stride_configure(struct stride *, uint32_t ports, const char *kind, struct error *);
void stride_config(struct element *, struct text *);
bool stride_tickets(struct element *, struct handler_call *); /* handler */

/* Takes the first client off the list; it must not be empty. Its pass becomes the next one. */
struct stride_client *stride_take(struct stride *);
/* Puts it back in its place: before others of the same pass. */
void stride_put(struct stride *, struct stride_client *);

#endif
