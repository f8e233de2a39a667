/* SPDX-License-Identifier: MIT */
/*
 * MarkMACHeader - set the MAC header position
 *
 * The MAC header of each packet is taken to start OFFSET bytes into it, and,
 * when LENGTH is not 0, the network header LENGTH bytes behind that. Positions
 * outside the packet's buffer are left as they were.
 *
 * See also: MarkIPHeader, StripToNetworkHeader
 */
#include "engine/element.h"

struct markmacheader {
	struct element base;
	uint32_t offset, length;
};
ELEMENT_SELF(struct markmacheader)

static void mark(struct element *e, struct batch *b)
{
	const struct markmacheader *m = self(e);
	uint64_t net = (uint64_t)m->offset + m->length;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (net > (uint64_t)p->len + packet_tailroom(p))
			continue;
		p->mac = p->data + m->offset;
		if (m->length)
			p->net = p->data + net;
	}
}

static const struct arg args[] = {
	ARG_OR("OFFSET", offset, ARG_POSITIONAL, "0", "where the MAC header starts"),
	ARG_OR("LENGTH", length, ARG_POSITIONAL, "0", "its length, if known"),
};

const struct element_class markmacheader_class = {
	.name = "MarkMACHeader",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.action = mark,
	.args = TABLE(args),
};
