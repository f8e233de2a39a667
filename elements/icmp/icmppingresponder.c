/* SPDX-License-Identifier: MIT */
/*
 * ICMPPingResponder - turn ping requests into their replies
 *
 * ICMP echo requests leave on output 0 as replies to where they came from, the
 * destination annotation set to that; everything else goes to output 1
 * unchanged, or is dropped. The IP header must be marked.
 *
 * Example: IPClassifier(icmp echo) -> ICMPPingResponder -> Queue
 * See also: ICMPPingSource, ICMPError, ARPResponder
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

#define REPLY_TTL 255

static bool is_request(const struct packet *p)
{
	const struct ip_header *ip = ip_complete(p);

	return ip && ip->proto == IP_PROTO_ICMP &&
	       packet_trans_len(p) >= sizeof(struct icmp_header) &&
	       ((const struct icmp_header *)p->trans)->type == ICMP_ECHO;
}

static void reply_ip(struct packet *p, struct ip_header *ip)
{
	uint16_t ttl = load16(&ip->ttl), off = ip->off;
	uint32_t dst = ip->src;

	ip->src = ip->dst;
	ip->dst = dst;
	ip->off = 0;
	ip->ttl = REPLY_TTL;
	ip->sum = checksum_update(ip->sum, off, 0);
	ip->sum = checksum_update(ip->sum, ttl, load16(&ip->ttl));
	anno_set_dst(p, dst);
}

/* A message of only zeros has the other form of zero for its sum. */
static void reply_icmp(const struct packet *p, struct icmp_header *icmp)
{
	uint16_t before = load16(icmp);

	icmp->type = ICMP_ECHO_REPLY;
	icmp->code = 0;
	icmp->sum = checksum_update(icmp->sum, before, load16(icmp));
	if (UNLIKELY(icmp->sum == 0))
		icmp->sum = checksum(icmp, packet_trans_len(p));
}

static void respond(struct element *e, struct batch *b)
{
	int64_t now = time_now(e);
	struct batch others;
	unsigned kept = 0;

	others.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (!is_request(p)) {
			batch_add(&others, p);
		} else if (!packet_writable(p)) {
			packet_drop(p);
		} else {
			reply_ip(p, packet_ip(p));
			reply_icmp(p, (struct icmp_header *)p->trans);
			p->timestamp = now;
			p->anno[ANNO_PAINT] = 0;
			b->pkt[kept++] = p;
		}
	}
	b->n = kept;
	if (others.n)
		output_push_or_drop(e, 1, &others);
}

const struct element_class icmppingresponder_class = {
	.name = "ICMPPingResponder",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(struct element),
	.action = respond,
};
