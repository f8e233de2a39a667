/* SPDX-License-Identifier: MIT */
/*
 * SetUDPChecksum - compute the UDP checksum of packets
 *
 * Expects UDP packets with the IP header known. Fragments, and packets that are shorter than their
 * UDP header says, go to output 1, or are dropped when there is none; the first such packet of
 * the router is reported then.
 *
 * Example: ... -> SetUDPChecksum -> ...
 * See also: CheckUDPHeader, SetIPChecksum, SetTCPChecksum
 */
#include "base/checksum.h"
#include "base/net.h"
#include "elements/ip/first.h"

struct setudpchecksum {
	struct element base;
	bool reported; /* in the router's first SetUDPChecksum: for all of them */
};
ELEMENT_SELF(struct setudpchecksum)

static void report(struct element *e)
{
	struct text name = { 0 };
	struct setudpchecksum *first = self(element_first_of_class(e));

	if (first->reported)
		return;
	first->reported = true;
	element_declaration(e, &name);
	chatter(e, "%s: fragment or short packet", name.p);
	text_fini(&name);
}

/* False: a fragment, or too short. */
static bool set_sum(struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	struct udp_header *udp = (struct udp_header *)p->trans;
	uint32_t len, have = packet_trans_len(p);

	if (packet_net_len(p) < sizeof(*ip) || ip_is_fragment(ip) || have < sizeof(*udp))
		return false;
	len = be16(udp->len);
	if (len < sizeof(*udp) || len > have)
		return false;
	udp->sum = 0;
	udp->sum = (uint16_t)~checksum_fold(checksum_add(
		udp, len, checksum_pseudo(ip->src, ip->dst, IP_PROTO_UDP, (uint16_t)len)));
	if (udp->sum == 0)
		udp->sum = 0xffff;
	return true;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++) {
		if (!packet_writable(b->pkt[i])) {
			port[i] = PORT_DROP;
			continue;
		}
		port[i] = !set_sum(b->pkt[i]);
		if (UNLIKELY(port[i] != 0) && e->nout == 1)
			report(e);
	}
}

const struct element_class setudpchecksum_class = {
	.name = "SetUDPChecksum",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.classify = classify,
};
