/* SPDX-License-Identifier: MIT */
/*
 * Resize - add or remove bytes at both ends
 *
 * Adds HEAD bytes in front of each packet and TAIL bytes behind it; what they
 * hold is undefined. Negative numbers remove bytes, as many as there are.
 *
 * See also: Strip, Unstrip, Truncate, Pad
 */
#include "engine/element.h"

struct resize {
	struct element base;
	int32_t head, tail;
};
ELEMENT_SELF(struct resize)

/* The new bytes are not written here, so the packet may stay shared if it has the room. */
static bool resize_head(struct packet *p, int32_t n)
{
	uint32_t surplus = n < 0 ? -(uint32_t)n : 0;

	if (n > 0 && packet_headroom(p) < (uint32_t)n)
		return packet_push(p, (uint32_t)n);
	if (surplus > p->len)
		surplus = p->len;
	p->data += n > 0 ? -(ptrdiff_t)n : (ptrdiff_t)surplus;
	p->len += n > 0 ? (uint32_t)n : -surplus;
	return true;
}

static bool resize_tail(struct packet *p, int32_t n)
{
	uint32_t surplus = n < 0 ? -(uint32_t)n : 0;

	if (n > 0 && packet_tailroom(p) < (uint32_t)n)
		return packet_put(p, (uint32_t)n);
	if (surplus > p->len)
		surplus = p->len;
	p->len += n > 0 ? (uint32_t)n : -surplus;
	return true;
}

static void resize(struct element *e, struct batch *b)
{
	int32_t head = self(e)->head, tail = self(e)->tail;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (LIKELY(resize_head(p, head) && resize_tail(p, tail)))
			b->pkt[kept++] = p;
		else
			packet_drop(p);
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG_OR("HEAD", head, ARG_POSITIONAL, "0", "bytes to add in front"),
	ARG_OR("TAIL", tail, ARG_POSITIONAL, "0", "bytes to add behind"),
};

static const struct handler handlers[] = {
	RW_FIELD("head", head, "the HEAD argument"),
	RW_FIELD("tail", tail, "the TAIL argument"),
};

const struct element_class resize_class = {
	.name = "Resize",
	.ports = "1/1",
	.flags = CLASS_LIVE | CLASS_S0,
	.size = sizeof(self_t),
	.action = resize,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
