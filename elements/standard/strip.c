/* SPDX-License-Identifier: MIT */
/*
 * Strip - remove bytes from the front of packets
 *
 * Deletes the first LENGTH bytes of each packet. A shorter packet loses all it
 * has, and a message says so.
 *
 * Example: Strip(14)	-- the Ethernet header
 * See also: Unstrip, Truncate, StripToNetworkHeader
 */
#include "engine/element.h"

struct strip {
	struct element base;
	uint32_t length;
};
ELEMENT_SELF(struct strip)

static void strip_all(struct element *e, struct packet *p)
{
	chatter(e, "Packet::pull %u > length %u", self(e)->length, p->len);
	p->data += p->len;
	p->len = 0;
}

static void strip(struct element *e, struct batch *b)
{
	uint32_t length = self(e)->length;

	for (unsigned i = 0; i < b->n; i++)
		if (UNLIKELY(!packet_pull(b->pkt[i], length)))
			strip_all(e, b->pkt[i]);
}

static const struct arg args[] = {
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "number of bytes to remove"),
};

const struct element_class strip_class = {
	.name = "Strip",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = strip,
	.args = TABLE(args),
};
