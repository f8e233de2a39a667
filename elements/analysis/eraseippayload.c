/* SPDX-License-Identifier: MIT */
/*
 * EraseIPPayload - zero what TCP and UDP packets carry
 *
 * Everything behind the transport header becomes zero, and the transport
 * checksum; the IP header stays. ICMP packets pass as they are; packets
 * without an IP header, and of other protocols, are dropped.
 *
 * See also: AnonymizeIPAddr, TruncateIPPayload
 */
#include "base/net.h"
#include "engine/element.h"

/* The transport header's length, and where its checksum is. */
static bool transport(const struct packet *p, uint32_t n, uint32_t *hlen, uint32_t *sum)
{
	uint8_t proto = packet_ip(p)->proto;

	*hlen = 8;
	*sum = 6;
	if (proto == IP_PROTO_TCP) {
		*hlen = n > 12 ? (p->trans[12] >> 4) * 4U : 20;
		*sum = 16;
	}
	return proto == IP_PROTO_TCP || proto == IP_PROTO_UDP;
}

static bool erase(struct packet *p)
{
	uint32_t n = packet_trans_len(p), hlen, sum;

	if (packet_net_len(p) < 20)
		return false;
	if (packet_ip(p)->proto == IP_PROTO_ICMP)
		return true;
	if (!transport(p, n, &hlen, &sum) || !packet_writable(p))
		return false;
	if (!ip_first_fragment(packet_ip(p)))
		hlen = 0;
	else if (n >= sum + 2)
		memset(p->trans + sum, 0, 2);
	if (n > hlen)
		memset(p->trans + hlen, 0, n - hlen);
	return true;
}

static void erase_all(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	(void)e;
	for (unsigned i = 0; i < b->n; i++)
		if (erase(b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

const struct element_class eraseippayload_class = {
	.name = "EraseIPPayload",
	.ports = "1/1",
	.action = erase_all,
};
