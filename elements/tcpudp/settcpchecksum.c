/* SPDX-License-Identifier: MIT */
/*
 * SetTCPChecksum - compute the TCP checksum of packets
 *
 * Expects TCP packets with the IP header known. Packets that are shorter than their headers say are
 * dropped, with a message. With FIXOFF, data offsets that are too small become 20 bytes, and those
 * beyond the packet's end become all of it.
 *
 * Example: ... -> SetTCPChecksum -> ...
 * See also: CheckTCPHeader, SetIPChecksum, SetUDPChecksum
 */
#include "base/checksum.h"
#include "base/net.h"
#include "elements/standard/filter.h"

struct settcpchecksum {
	struct element base;
	bool fixoff;
};
ELEMENT_SELF(struct settcpchecksum)

static void fix_offset(struct tcp_header *tcp, const struct ip_header *ip, uint32_t len)
{
	uint32_t off = (tcp->off >> 4) * 4U;

	if (off < sizeof(*tcp))
		off = sizeof(*tcp);
	else if (off > len && !ip_is_fragment(ip))
		off = len;
	tcp->off = (uint8_t)((tcp->off & 0xf) | (off >> 2 << 4));
}

static bool set_sum(struct element *e, struct packet *p)
{
	const struct ip_header *ip;
	struct tcp_header *tcp;
	uint32_t len;

	if (!packet_writable(p))
		return false;
	ip = packet_ip(p);
	tcp = (struct tcp_header *)p->trans;
	if (packet_net_len(p) < sizeof(*ip) || !tcp)
		goto bad;
	len = (uint32_t)be16(ip->len) - ip_hlen(ip);
	if (be16(ip->len) < ip_hlen(ip) || len < sizeof(*tcp) || len > packet_trans_len(p))
		goto bad;
	if (self(e)->fixoff)
		fix_offset(tcp, ip, len);
	tcp->sum = 0;
	tcp->sum = (uint16_t)~checksum_fold(checksum_add(
		tcp, len, checksum_pseudo(ip->src, ip->dst, IP_PROTO_TCP, (uint16_t)len)));
	return true;
bad:
	chatter(e, "SetTCPChecksum: bad lengths");
	return false;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, set_sum);
}

static const struct arg args[] = {
	ARG_OR("FIXOFF", fixoff, ARG_POSITIONAL, "false", "correct bad data offsets?"),
};

const struct element_class settcpchecksum_class = {
	.name = "SetTCPChecksum",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = action,
	.args = TABLE(args),
};
