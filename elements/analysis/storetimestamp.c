/* SPDX-License-Identifier: MIT */
/*
 * StoreTimestamp - write packets' timestamps into them
 *
 * Writes 8 bytes, seconds and nanoseconds in the machine's byte order, at
 * OFFSET, which may make the packet longer, or with TAIL behind its end.
 *
 * See also: SetTimestamp, StoreUDPTimeSeqRecord
 */
#include "engine/element.h"

struct storetimestamp {
	struct element base;
	int32_t offset;
	bool tail;
};
ELEMENT_SELF(struct storetimestamp)

#define SIZE 8U

static bool configure(struct element *e, struct error *err)
{
	if (arg_given(e, "OFFSET") == self(e)->tail)
		return fail(err, "supply exactly one of 'OFFSET' and 'TAIL'");
	if (self(e)->offset < 0 || self(e)->offset > (int32_t)(PACKET_MAX / 2))
		return fail(err, "OFFSET: out of range");
	return true;
}

static bool make_room(struct packet *p, uint32_t at)
{
	uint32_t len = p->len;

	if (at + SIZE <= len)
		return packet_writable(p);
	if (!packet_put(p, at + SIZE - len))
		return false;
	memset(p->data + len, 0, p->len - len);
	return true;
}

static void store(struct element *e, struct batch *b)
{
	struct storetimestamp *s = self(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		uint32_t at = s->tail ? p->len : (uint32_t)s->offset;

		if (!make_room(p, at)) {
			packet_drop(p);
			continue;
		}
		store32(p->data + at, (uint32_t)(p->timestamp / NS_PER_SEC));
		store32(p->data + at + 4, (uint32_t)(p->timestamp % NS_PER_SEC));
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG("OFFSET", offset, ARG_POSITIONAL, "where to write it"),
	ARG_OR("TAIL", tail, 0, "false", "behind the end"),
};

const struct element_class storetimestamp_class = {
	.name = "StoreTimestamp",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = store,
	.args = TABLE(args),
};
