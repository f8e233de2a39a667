/* SPDX-License-Identifier: MIT */
/*
 * pairs.h - elements with two streams: the first is looked at, the second is changed by what was
 * seen there.
 */
#ifndef ELEMENTS_LOCAL_PAIRS_H
#define ELEMENTS_LOCAL_PAIRS_H

#include "engine/element.h"

/* Packets of b from i on: see is called for those of port 0, change for the writable ones of
 * port 1. */
static inline void pairs_process(struct element *e, unsigned port, struct batch *b, unsigned i,
				 void (*see)(struct element *, const struct packet *),
				 void (*change)(struct element *, struct packet *))
{
	unsigned kept = i;

	for (; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (port == 0) {
			see(e, p);
		} else if (packet_writable(p)) {
			change(e, p);
		} else {
			packet_drop(p);
			continue;
		}
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

/* The hooks push and pull, of these two functions. */
#define PAIRS_HOOKS(see, change)                                                                   \
	static void push(struct element *e, unsigned port, struct batch *b)                        \
	{                                                                                          \
		pairs_process(e, port, b, 0, see, change);                                         \
		output_push(e, port, b);                                                           \
	}                                                                                          \
                                                                                                   \
	static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)          \
	{                                                                                          \
		unsigned before = b->n;                                                            \
                                                                                                   \
		input_pull(e, port, b, max);                                                       \
		pairs_process(e, port, b, before, see, change);                                    \
	}

static inline bool pairs_ignore(struct element *e, struct str text, struct error *err)
{
	(void)e, (void)text, (void)err;
	return true;
}

#define PAIRS_ARGS ARG_EACH("ANYTHING", pairs_ignore, "ignored")

#define PAIRS_CLASS                                                                                \
	.ports = "2/2", .processing = "a", .flow = "#/#", .size = sizeof(self_t), .push = push,    \
	.pull = pull, .args = TABLE(args), .handlers = TABLE(handlers)

#endif
