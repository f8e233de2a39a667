/* SPDX-License-Identifier: MIT */
/*
 * CheckTCPHeader - check TCP headers and checksums
 *
 * Packets pass whose marked IP header is a TCP segment's, whose lengths fit,
 * and whose TCP checksum is right. Others are counted and go to output 1 if
 * there is one. Fragments are not treated specially: their checksums are wrong.
 *
 * Example: CheckIPHeader -> CheckTCPHeader -> Discard
 * See also: CheckIPHeader, CheckUDPHeader, SetTCPChecksum
 */
#include "base/checksum.h"
#include "base/net.h"
#include "elements/ip/check.h"

enum { NOT_TCP, BAD_LENGTH, BAD_CHECKSUM, GOOD };

static unsigned defect(const struct element *e, struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t have = packet_net_len(p), hlen, len;
	const struct tcp_header *tcp;
	uint32_t sum;

	(void)e;
	if (have < sizeof(*ip) || ip->proto != IP_PROTO_TCP)
		return NOT_TCP;
	hlen = ip_hlen(ip);
	len = be16(ip->len);
	tcp = (const void *)((const uint8_t *)ip + hlen);
	if (hlen < sizeof(*ip) || len > have || len < hlen + sizeof(*tcp) ||
	    tcp->off / 16 * 4U < sizeof(*tcp) || tcp->off / 16 * 4U > len - hlen)
		return BAD_LENGTH;
	len -= hlen;
	sum = checksum_pseudo(ip->src, ip->dst, IP_PROTO_TCP, (uint16_t)len);
	return checksum_fold(checksum_add(tcp, len, sum)) == 0xffff ? GOOD : BAD_CHECKSUM;
}

static const struct check_kind kind = {
	.name = "TCP header check",
	.prefix = CHECK_BY_DECLARATION,
	.n = GOOD,
	.reason = { "not TCP", "bad packet length", "bad TCP checksum" },
	.defect = defect,
};

static void init(struct element *e)
{
	check_init(e, &kind);
}

const struct element_class checktcpheader_class = {
	.name = "CheckTCPHeader",
	.init = init,
	CHECK_CLASS,
};
