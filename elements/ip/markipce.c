/* SPDX-License-Identifier: MIT */
/*
 * MarkIPCE - mark packets as having met congestion
 *
 * Sets the ECN bits to CE (RFC 3168) and updates the IP checksum. Packets of
 * senders that do not understand it, whose ECN bits are 0, are dropped unless
 * FORCE is true. The IP header must be marked; packets without one are dropped.
 *
 * Example: r :: RED(5, 50, 0.02); r[1] -> MarkIPCE
 * See also: SetIPECN, RED
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

#define CE 3

struct markipce {
	struct element base;
	uint64_t drops;
	bool force;
};
ELEMENT_SELF(struct markipce)

static bool mark_packet(const struct markipce *m, struct packet *p)
{
	const struct ip_header *ip = ip_marked(p);
	unsigned ecn;

	if (!ip)
		return false;
	ecn = ip->tos & CE;
	if (ecn == CE)
		return true;
	if ((ecn == 0 && !m->force) || !packet_writable(p))
		return false;
	ip_set_tos(packet_ip(p), packet_ip(p)->tos | CE);
	return true;
}

static void mark(struct element *e, struct batch *b)
{
	struct markipce *m = self(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++)
		if (mark_packet(m, b->pkt[i])) {
			b->pkt[kept++] = b->pkt[i];
		} else {
			m->drops++;
			packet_drop(b->pkt[i]);
		}
	b->n = kept;
}

static const struct arg args[] = {
	ARG_OR("FORCE", force, ARG_POSITIONAL, "false", "mark also where ECN is not in use"),
};

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets that could not be marked"),
};

const struct element_class markipce_class = {
	.name = "MarkIPCE",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = mark,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
