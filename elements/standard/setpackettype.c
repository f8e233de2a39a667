/* SPDX-License-Identifier: MIT */
/*
 * SetPacketType - set how packets came
 *
 * Sets the packet type of each packet to TYPE: HOST, BROADCAST, MULTICAST,
 * OTHERHOST, OUTGOING or LOOPBACK.
 *
 * See also: DropBroadcasts
 */
#include "engine/element.h"

struct setpackettype {
	struct element base;
	struct word word;
	uint8_t type;
};
ELEMENT_SELF(struct setpackettype)

static bool configure(struct element *e, struct error *err)
{
	static const char *const names[] = {
		[PACKET_HOST] = "HOST",           [PACKET_BROADCAST] = "BROADCAST",
		[PACKET_MULTICAST] = "MULTICAST", [PACKET_OTHERHOST] = "OTHERHOST",
		[PACKET_OUTGOING] = "OUTGOING",   [PACKET_LOOPBACK] = "LOOPBACK",
	};
	struct setpackettype *s = self(e);

	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (str_is_nocase(s->word.s, names[i])) {
			s->type = (uint8_t)i;
			return true;
		}
	return fail(err, "unrecognized packet type '%.*s'", STR(s->word.s));
}

static void set(struct element *e, struct batch *b)
{
	uint8_t type = self(e)->type;

	for (unsigned i = 0; i < b->n; i++)
		b->pkt[i]->type = type;
}

static const struct arg args[] = {
	ARG("TYPE", word, ARG_POSITIONAL | ARG_REQUIRED, "the packet type"),
};

const struct element_class setpackettype_class = {
	.name = "SetPacketType",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.action = set,
	.args = TABLE(args),
};
