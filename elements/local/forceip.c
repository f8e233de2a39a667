/* SPDX-License-Identifier: MIT */
/*
 * ForceIP - make packets legal IPv4
 *
 * Takes what a packet begins with for an IPv4 header and sets its version,
 * length and checksum, and its header length if that can't be. Fragments become
 * whole packets, but for each eighth one. Packets shorter than a header are
 * dropped.
 *
 * See also: ForceICMP, ForceTCP, ForceUDP, CheckIPHeader
 */
#include "base/checksum.h"
#include "base/net.h"
#include "engine/element.h"

struct forceip {
	struct element base;
	uint32_t count;
};
ELEMENT_SELF(struct forceip)

static bool force(struct forceip *f, struct packet *p)
{
	struct ip_header *ip = (void *)p->data;
	uint32_t hlen;

	if (p->len < sizeof(*ip) || !packet_writable(p))
		return false;
	ip = (void *)p->data;
	hlen = ip_hlen(ip);
	if (hlen < sizeof(*ip) || hlen > p->len)
		hlen = p->len < 60 ? p->len / 4 * 4 : 60;
	ip->vhl = (uint8_t)(0x40 | hlen / 4);
	ip->len = be16(p->len < UINT16_MAX ? (uint16_t)p->len : UINT16_MAX);
	if (++f->count % 8 != 2)
		ip->off = 0;
	ip->sum = 0;
	ip->sum = checksum_ip(ip, hlen);
	packet_set_ip(p, ip, hlen);
	return true;
}

static void force_packets(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++)
		if (force(self(e), b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

const struct element_class forceip_class = {
	.name = "ForceIP",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = force_packets,
};
