/* SPDX-License-Identifier: MIT */
/* ipsummary_draft.c - packets from what summary dumps say of them: headers, lengths, checksums. */
#include "base/checksum.h"
#include "elements/analysis/ipsummary.h"

#define TTL 100
#define IP_PROTO_UDPLITE 136

void summary_draft_init(struct summary_draft *d, const struct summary_source *s)
{
	*d = (struct summary_draft){ .source = s, .aggregate = s->aggregate };
	d->wire_len = d->ip_len = d->payload_len = SUMMARY_UNKNOWN;
	d->ether.type = be16(ETHERTYPE_IP);
}

struct ip_header *summary_draft_ip(struct summary_draft *d)
{
	const struct summary_flow *flow = &d->source->flow;
	bool back = d->paint & 1;

	if (d->not_ip)
		return NULL;
	if (d->ip_n == 0) {
		d->ip_n = 20;
		d->ip.vhl = 0x45;
		d->ip.ttl = TTL;
		d->ip.proto = flow->proto >= 0 ? (uint8_t)flow->proto : d->source->proto;
		d->ip.src = back ? flow->daddr : flow->saddr;
		d->ip.dst = back ? flow->saddr : flow->daddr;
	}
	return &d->ip;
}

static bool has_ports(uint8_t proto)
{
	return proto == IP_PROTO_TCP || proto == IP_PROTO_UDP || proto == IP_PROTO_DCCP ||
	       proto == IP_PROTO_UDPLITE;
}

static uint32_t shortest(uint8_t proto)
{
	switch (proto) {
	case IP_PROTO_TCP:
		return 20;
	case IP_PROTO_UDP:
	case IP_PROTO_UDPLITE:
		return 8;
	case IP_PROTO_DCCP:
		return 12;
	case IP_PROTO_ICMP:
		return 4;
	}
	return 0;
}

static void make_transport(struct summary_draft *d)
{
	const struct summary_flow *flow = &d->source->flow;
	bool back = d->paint & 1;

	d->trans_n = shortest(d->ip.proto);
	if (has_ports(d->ip.proto)) {
		d->udp.sport = be16(back ? flow->dport : flow->sport);
		d->udp.dport = be16(back ? flow->sport : flow->dport);
	}
	if (d->ip.proto == IP_PROTO_TCP)
		d->tcp.off = 5 << 4;
	else if (d->ip.proto == IP_PROTO_DCCP)
		d->trans[4] = 3;
}

uint8_t *summary_draft_transport(struct summary_draft *d, uint8_t proto)
{
	struct ip_header *ip = summary_draft_ip(d);

	if (!ip || !ip_first_fragment(ip))
		return NULL;
	if (proto ? ip->proto != proto : !has_ports(ip->proto))
		return NULL;
	if (d->trans_n == 0)
		make_transport(d);
	return d->trans;
}

uint32_t summary_draft_options(uint8_t *header, uint32_t size, const uint8_t *options, uint32_t n)
{
	uint32_t whole;

	n = n <= 40 ? n : 40;
	whole = (n + 3) & ~3U;
	memset(header + size, 0, whole);
	memcpy(header + size, options, n);
	return size + whole;
}

/* --- lengths --- */

/* Headers take up, as padding, what lies between their lengths and the payload's, which both
 * were given. */
static void grow_headers(struct summary_draft *d)
{
	uint32_t payload = d->has_payload ? (uint32_t)d->payload.n : d->payload_len;
	uint64_t have = (uint64_t)d->ip_n + d->trans_n + payload;
	uint32_t gap, room;

	if (payload == SUMMARY_UNKNOWN || d->ip_len == SUMMARY_UNKNOWN || have >= d->ip_len)
		return;
	gap = (uint32_t)(d->ip_len - have) & ~3U;
	if (d->trans_n != 0 && d->ip.proto == IP_PROTO_TCP && !d->trans_fixed) {
		room = 60 - d->trans_n < gap ? 60 - d->trans_n : gap;
		d->trans_n += room;
		d->tcp.off = (uint8_t)(d->trans_n / 4 << 4 | (d->tcp.off & 15));
		gap -= room;
	}
	if (!d->ip_fixed) {
		room = 60 - d->ip_n < gap ? 60 - d->ip_n : gap;
		d->ip_n += room;
		d->ip.vhl = (uint8_t)(0x40 | d->ip_n / 4);
	}
}

/* The length, from the network header on, that the packet is to have. */
static uint32_t wanted_length(const struct summary_draft *d, uint32_t built)
{
	uint32_t link = d->has_ether ? 14 : 0;

	if (d->ip_len != SUMMARY_UNKNOWN)
		return d->ip_len;
	if (d->wire_len != SUMMARY_UNKNOWN)
		return d->wire_len > link ? d->wire_len - link : 0;
	if (d->payload_len != SUMMARY_UNKNOWN && !d->has_payload &&
	    d->payload_len < SUMMARY_UNKNOWN - 120)
		return d->ip_n + d->trans_n + d->payload_len;
	return built;
}

/* --- checksums --- */

static uint16_t transport_checksum(const struct ip_header *ip, const uint8_t *th, uint32_t n,
				   bool pseudo)
{
	uint32_t sum = pseudo ? checksum_pseudo(ip->src, ip->dst, ip->proto, (uint16_t)n) : 0;

	return (uint16_t)~checksum_fold(checksum_add(th, n, sum));
}

static void set_checksums(struct packet *p)
{
	struct ip_header *ip = packet_ip(p);
	uint32_t hlen = ip_hlen(ip), n = packet_net_len(p) - hlen;
	uint8_t *th = p->net + hlen;
	struct tcp_header *tcp = (void *)th;
	struct udp_header *udp = (void *)th;
	struct icmp_header *icmp = (void *)th;

	ip->sum = 0;
	ip->sum = checksum_ip(ip, hlen);
	if (ip_is_fragment(ip) || n > UINT16_MAX)
		return;
	if (ip->proto == IP_PROTO_TCP && n >= 20) {
		tcp->sum = 0;
		tcp->sum = transport_checksum(ip, th, n, true);
	} else if (ip->proto == IP_PROTO_UDP && n >= 8) {
		udp->sum = 0;
		udp->sum = transport_checksum(ip, th, n, true);
		udp->sum = udp->sum ? udp->sum : 0xffff;
	} else if (ip->proto == IP_PROTO_ICMP && n >= 4) {
		icmp->sum = 0;
		icmp->sum = transport_checksum(ip, th, n, false);
	}
}

/* --- the packet --- */

static void set_annotations(const struct summary_draft *d, struct packet *p, uint32_t extra)
{
	p->timestamp = d->timestamp;
	if (d->first_timestamp)
		anno_set_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)d->first_timestamp);
	p->anno[ANNO_PAINT] = d->paint;
	anno_set_u32(p, ANNO_AGGREGATE, d->aggregate);
	anno_set_u32(p, ANNO_EXTRA_PACKETS, d->extra_packets);
	anno_set_u32(p, ANNO_EXTRA_LENGTH, extra);
}

/* What has been built, to at most len bytes behind the link header; the rest is zero. */
static struct packet *assemble(const struct summary_draft *d, uint32_t len)
{
	const struct str parts[] = {
		{ (const char *)d->ip_bytes, d->ip_n },
		{ (const char *)d->trans, d->trans_n },
		d->has_payload ? d->payload : (struct str){ 0 },
	};
	uint32_t link = d->has_ether ? 14 : 0, at = 0;
	struct packet *p = packet_new(PACKET_HEADROOM, link + len, 0);

	if (!p)
		return NULL;
	if (link) {
		memcpy(p->data, &d->ether, link);
		p->mac = p->data;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint32_t n = parts[i].n < len - at ? (uint32_t)parts[i].n : len - at;

		if (n != 0)
			memcpy(p->data + link + at, parts[i].p, n);
		at += n;
	}
	memset(p->data + link + at, 0, len - at);
	return p;
}

static void finish_headers(struct summary_draft *d, uint32_t wanted)
{
	uint32_t len = wanted < UINT16_MAX ? wanted : UINT16_MAX;

	d->ip.len = be16((uint16_t)len);
	if (d->trans_n >= 8 && d->ip.proto == IP_PROTO_UDP && d->udp.len == 0 && len > d->ip_n)
		d->udp.len = be16((uint16_t)(len - d->ip_n));
}

static void finish_ip(struct summary_draft *d)
{
	if (!summary_draft_ip(d))
		return;
	if (d->source->as_it_is)
		return;
	if (d->trans_n == 0 && ip_first_fragment(&d->ip))
		make_transport(d);
	grow_headers(d);
}

struct packet *summary_draft_finish(struct summary_draft *d)
{
	uint32_t built, wanted, len;
	struct packet *p;

	finish_ip(d);
	built = d->ip_n + d->trans_n + (d->has_payload ? (uint32_t)d->payload.n : 0);
	wanted = wanted_length(d, built);
	len = built < wanted ? built : wanted;
	if (d->source->checksum && !d->source->as_it_is && d->ip_n)
		len = wanted < UINT16_MAX ? wanted : UINT16_MAX;
	if (len < d->ip_n)
		len = d->ip_n;
	if (d->ip_n)
		finish_headers(d, wanted);
	p = assemble(d, len);
	if (!p)
		return NULL;
	set_annotations(d, p, wanted > len ? wanted - len : 0);
	if (d->ip_n) {
		packet_set_ip(p, p->data + (d->has_ether ? 14 : 0), d->ip_n);
		anno_set_dst(p, d->ip.dst);
		if (d->source->checksum)
			set_checksums(p);
	} else if (d->has_ether) {
		p->net = p->data + 14;
	}
	return p;
}
