/* SPDX-License-Identifier: MIT */
/*
 * Unstrip - bring back stripped bytes
 *
 * Adds LENGTH bytes in front of each packet: whatever was there, such as a
 * header that Strip has removed. A packet that has not so many bytes in front
 * of it is copied and gets undefined ones.
 *
 * See also: Strip, Resize
 */
#include "engine/element.h"

struct unstrip {
	struct element base;
	uint32_t length;
};
ELEMENT_SELF(struct unstrip)

static void unstrip(struct element *e, struct batch *b)
{
	uint32_t length = self(e)->length;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++)
		if (LIKELY(packet_push(b->pkt[i], length)))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

static const struct arg args[] = {
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "number of bytes to add"),
};

const struct element_class unstrip_class = {
	.name = "Unstrip",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = unstrip,
	.args = TABLE(args),
};
