/* SPDX-License-Identifier: MIT */
/*
 * CheckUDPHeader - check UDP headers and checksums
 *
 * Packets pass whose marked IP header is a UDP datagram's, which hold as many
 * bytes as the UDP header says, and whose UDP checksum is right or not there.
 * Others are counted and go to output 1 if there is one.
 *
 * Example: CheckIPHeader -> CheckUDPHeader -> Discard
 * See also: CheckIPHeader, CheckTCPHeader, SetUDPChecksum
 */
#include "base/checksum.h"
#include "base/net.h"
#include "elements/ip/check.h"

enum { NOT_UDP, BAD_LENGTH, BAD_CHECKSUM, GOOD };

static unsigned defect(const struct element *e, struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t have = packet_net_len(p), hlen, len, sum;
	const struct udp_header *udp;

	(void)e;
	if (have < sizeof(*ip) || ip->proto != IP_PROTO_UDP)
		return NOT_UDP;
	hlen = ip_hlen(ip);
	udp = (const void *)((const uint8_t *)ip + hlen);
	if (hlen < sizeof(*ip) || have < hlen + sizeof(*udp))
		return BAD_LENGTH;
	len = be16(udp->len);
	if (len < sizeof(*udp) || len > have - hlen)
		return BAD_LENGTH;
	if (!udp->sum)
		return GOOD;
	sum = checksum_pseudo(ip->src, ip->dst, IP_PROTO_UDP, (uint16_t)len);
	return checksum_fold(checksum_add(udp, len, sum)) == 0xffff ? GOOD : BAD_CHECKSUM;
}

static const struct check_kind kind = {
	.name = "UDP header check",
	.prefix = CHECK_PLAIN,
	.n = GOOD,
	.reason = { "not UDP", "bad packet length", "bad UDP checksum" },
	.defect = defect,
};

static void init(struct element *e)
{
	check_init(e, &kind);
}

const struct element_class checkudpheader_class = {
	.name = "CheckUDPHeader",
	.init = init,
	CHECK_CLASS,
};
