/* SPDX-License-Identifier: MIT */
/*
 * HostEtherFilter - drop Ethernet frames that are for others
 *
 * Sets the packet type by the frame's destination: the host ETHER, broadcast, multicast, or another
 * host. Frames for another host are bad with DROP_OTHER, which is the default, and those from ETHER
 * with DROP_OWN, as are packets too short. Bad ones go to output 1, or are dropped when there is
 * none.
 *
 * Example: FromDevice(eth0) -> HostEtherFilter(eth0) -> ...
 * See also: DropBroadcasts, SetPacketType
 */
#include "elements/ethernet/ether.h"

struct hostetherfilter {
	struct element base;
	struct ether_addr ether;
	bool drop_own, drop_other;
	uint32_t offset;
};
ELEMENT_SELF(struct hostetherfilter)

static bool is_bad(const struct hostetherfilter *s, struct packet *p)
{
	const struct ether_header *h = (const void *)(p->data + s->offset);

	if (p->len < sizeof(*h) || s->offset > p->len - sizeof(*h))
		return true;
	if (s->drop_own && ether_eq(h->src, s->ether.b))
		return true;
	if (ether_eq(h->dst, s->ether.b))
		p->type = PACKET_HOST;
	else if (ether_is_broadcast(h->dst))
		p->type = PACKET_BROADCAST;
	else if (ether_is_group(h->dst))
		p->type = PACKET_MULTICAST;
	else
		p->type = PACKET_OTHERHOST;
	return s->drop_other && p->type == PACKET_OTHERHOST;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = is_bad(self(e), b->pkt[i]);
}

static void read_ether(struct element *e, struct text *out)
{
	print_ether(out, self(e)->ether.b);
}

static const struct arg args[] = {
	ARG("ETHER", ether, ARG_POSITIONAL | ARG_REQUIRED, "the host's address"),
	ARG_OR("DROP_OWN", drop_own, ARG_POSITIONAL, "false", "refuse frames from ETHER?"),
	ARG_OR("DROP_OTHER", drop_other, ARG_POSITIONAL, "true", "refuse frames for other hosts?"),
	ARG_OR("OFFSET", offset, 0, "0", "where the Ethernet header begins"),
};

static const struct handler handlers[] = {
	RECONF("ether", "ETHER", 0, read_ether, "the ETHER argument"),
};

const struct element_class hostetherfilter_class = {
	.name = "HostEtherFilter",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
