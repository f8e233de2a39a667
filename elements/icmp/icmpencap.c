/* SPDX-License-Identifier: MIT */
/* icmpencap.c - putting IP and ICMP headers in front of packets. */
#include "elements/icmp/icmpencap.h"

#include "elements/ip/ipheader.h"

#define TIMESTAMP_LEN 20 /* RFC 792: three timestamps behind the usual eight bytes */

/* Messages with identifier and sequence number. */
static bool has_sequence(uint8_t type)
{
	return type == ICMP_ECHO_REPLY || type == ICMP_ECHO ||
	       (type >= ICMP_TIMESTAMP && type <= ICMP_INFOREQ_REPLY);
}

static uint32_t header_len(uint8_t type)
{
	return type == ICMP_TIMESTAMP || type == ICMP_TIMESTAMP_REPLY ? TIMESTAMP_LEN
								      : sizeof(struct icmp_header);
}

static void fill(struct icmp_encap *c, struct packet *p, uint32_t hlen)
{
	struct ip_header *ip = (struct ip_header *)p->data;
	struct icmp_header *icmp = (struct icmp_header *)(ip + 1);

	c->counter = (uint16_t)(c->counter == UINT16_MAX ? 1 : c->counter + 1);
	memset(ip, 0, sizeof(*ip) + hlen);
	ip->vhl = 0x45;
	ip->len = be16((uint16_t)p->len);
	ip->id = be16(c->counter);
	ip->ttl = 255;
	ip->proto = IP_PROTO_ICMP;
	ip->src = c->src.v;
	ip->dst = c->dst.v;
	ip_set_checksum(ip);
	icmp->type = c->type;
	icmp->code = c->code;
	if (has_sequence(c->type)) {
		icmp->echo.id = be16(c->identifier);
		icmp->echo.seq = be16(c->counter);
	}
	icmp->sum = checksum(icmp, p->len - sizeof(*ip));
	packet_set_ip(p, ip, sizeof(*ip));
	anno_set_dst(p, c->dst.v);
}

void icmp_encap_action(struct element *e, struct batch *b)
{
	struct icmp_encap *c = (struct icmp_encap *)e;
	uint32_t hlen = header_len(c->type);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (UNLIKELY(!packet_push(p, (uint32_t)sizeof(struct ip_header) + hlen))) {
			packet_drop(p);
			continue;
		}
		fill(c, p, hlen);
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

bool icmp_write_addr(struct element *e, struct str value, struct ip_addr *addr, struct error *err)
{
	struct ip_addr v;

	if (!parse_ip(str_trim(value), e, &v))
		return fail(err, "syntax error");
	*addr = v;
	return true;
}

bool icmp_encap_write_src(struct element *e, struct str value, struct error *err)
{
	return icmp_write_addr(e, value, &((struct icmp_encap *)e)->src, err);
}

bool icmp_encap_write_dst(struct element *e, struct str value, struct error *err)
{
	return icmp_write_addr(e, value, &((struct icmp_encap *)e)->dst, err);
}
