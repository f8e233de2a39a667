/* SPDX-License-Identifier: MIT */
/*
 * CheckICMPHeader - check ICMP headers and checksums
 *
 * Packets pass whose marked IP header is an ICMP message's, which are as long
 * as their type wants, and whose ICMP checksum is right. Others are counted
 * and go to output 1 if there is one.
 *
 * Example: CheckIPHeader -> CheckICMPHeader -> ICMPPingResponder
 * See also: CheckIPHeader, ICMPError, ICMPPingResponder
 */
#include "base/checksum.h"
#include "base/net.h"
#include "elements/ip/check.h"

enum { NOT_ICMP, BAD_LENGTH, BAD_CHECKSUM, GOOD };

/* RFC 792: errors hold an IP header and 8 bytes of the packet in question. */
static bool length_fits(uint8_t type, uint32_t len)
{
	switch (type) {
	case ICMP_UNREACHABLE:
	case ICMP_SOURCEQUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIMEEXCEEDED:
	case ICMP_PARAMPROBLEM:
		return len >= 36;
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMP_REPLY:
		return len == 20;
	case ICMP_INFOREQ:
	case ICMP_INFOREQ_REPLY:
		return len == 8;
	default:
		return true;
	}
}

static unsigned defect(const struct element *e, struct packet *p)
{
	const struct icmp_header *icmp = (const void *)p->trans;
	uint32_t len = packet_trans_len(p);

	(void)e;
	if (packet_net_len(p) < sizeof(struct ip_header) || packet_ip(p)->proto != IP_PROTO_ICMP)
		return NOT_ICMP;
	if (len < sizeof(*icmp) || !length_fits(icmp->type, len))
		return BAD_LENGTH;
	return checksum(icmp, len) == 0 ? GOOD : BAD_CHECKSUM;
}

static const struct check_kind kind = {
	.name = "ICMP header check",
	.prefix = CHECK_BY_DECLARATION,
	.n = GOOD,
	.reason = { "not ICMP", "bad packet length", "bad ICMP checksum" },
	.defect = defect,
};

static void init(struct element *e)
{
	check_init(e, &kind);
}

const struct element_class checkicmpheader_class = {
	.name = "CheckICMPHeader",
	.init = init,
	CHECK_CLASS,
};
