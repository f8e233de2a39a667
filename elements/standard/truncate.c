/* SPDX-License-Identifier: MIT */
/*
 * Truncate - cut packets to a length
 *
 * Packets longer than LENGTH lose what is behind. With EXTRA_LENGTH the number
 * of bytes removed is added to the extra length annotation.
 *
 * See also: Pad, Strip, Resize
 */
#include "engine/element.h"

struct truncate {
	struct element base;
	uint32_t length;
	bool extra_length;
};
ELEMENT_SELF(struct truncate)

static void cut(struct packet *p, uint32_t length, bool note)
{
	uint32_t surplus = p->len - length;

	p->len = length;
	if (note)
		anno_set_u32(p, ANNO_EXTRA_LENGTH, anno_u32(p, ANNO_EXTRA_LENGTH) + surplus);
}

static void truncate_batch(struct element *e, struct batch *b)
{
	const struct truncate *t = self(e);

	for (unsigned i = 0; i < b->n; i++)
		if (b->pkt[i]->len > t->length)
			cut(b->pkt[i], t->length, t->extra_length);
}

static const struct arg args[] = {
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "most bytes left"),
	ARG_OR("EXTRA_LENGTH", extra_length, 0, "true", "keep the number of bytes removed"),
};

static const struct handler handlers[] = {
	RW_FIELD("nbytes", length, "the LENGTH argument"),
};

const struct element_class truncate_class = {
	.name = "Truncate",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.action = truncate_batch,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
