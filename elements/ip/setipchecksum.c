/* SPDX-License-Identifier: MIT */
/*
 * SetIPChecksum - compute the IP header checksum
 *
 * The header is the marked one, or else starts with the packet. Packets that
 * do not hold a whole header are dropped.
 *
 * Example: SetIPChecksum -> Strip(0)
 * See also: CheckIPHeader, SetTCPChecksum, SetUDPChecksum
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct setipchecksum {
	struct element base;
	uint64_t drops;
};
ELEMENT_SELF(struct setipchecksum)

static bool set_packet(struct packet *p)
{
	uint32_t at = 0, len;
	struct ip_header *ip;

	if (p->net)
		at = (uint32_t)(p->net - p->data);
	if (p->net ? packet_net_len(p) < IP_MIN_LEN : p->len < IP_MIN_LEN)
		return false;
	len = ip_hlen((const struct ip_header *)(p->data + at));
	if (len < IP_MIN_LEN || len > p->len - at || !packet_writable(p))
		return false;
	ip = (struct ip_header *)(p->data + at);
	ip_set_checksum(ip);
	return true;
}

static void set(struct element *e, struct batch *b)
{
	struct setipchecksum *s = self(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		if (LIKELY(set_packet(b->pkt[i]))) {
			b->pkt[kept++] = b->pkt[i];
			continue;
		}
		if (s->drops++ == 0)
			chatter(e, "SetIPChecksum: bad input packet");
		packet_drop(b->pkt[i]);
	}
	b->n = kept;
}

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets without a whole header"),
};

const struct element_class setipchecksum_class = {
	.name = "SetIPChecksum",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = set,
	.handlers = TABLE(handlers),
};
