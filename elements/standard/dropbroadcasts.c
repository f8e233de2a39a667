/* SPDX-License-Identifier: MIT */
/*
 * DropBroadcasts - drop packets that came as broadcasts
 *
 * Packets that came by a link-level broadcast or multicast go to output 1, or
 * are dropped when there is none. Their packet type says how they came.
 *
 * See also: SetPacketType
 */
#include "engine/element.h"

struct dropbroadcasts {
	struct element base;
	uint64_t drops;
};
ELEMENT_SELF(struct dropbroadcasts)

static void count_drops(struct dropbroadcasts *d, unsigned n)
{
	if (d->drops == 0)
		chatter(&d->base, "DropBroadcasts: dropped a packet");
	d->drops += n;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	unsigned n = 0;

	for (unsigned i = 0; i < in->n; i++) {
		uint8_t type = in->pkt[i]->type;

		port[i] = type == PACKET_BROADCAST || type == PACKET_MULTICAST;
		n += port[i];
	}
	if (UNLIKELY(n > 0))
		count_drops(self(e), n);
}

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets dropped or sent to output 1"),
};

const struct element_class dropbroadcasts_class = {
	.name = "DropBroadcasts",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.classify = classify,
	.handlers = TABLE(handlers),
};
