/* SPDX-License-Identifier: MIT */
/* offload.c - checksums and segmentation in software. */
#include "base/offload.h"

#include <string.h>

#include "base/bits.h"
#include "base/checksum.h"
#include "base/net.h"

#define ETHER_LEN 14U
#define IP6_EXTENSIONS 8 /* more are not followed */

/* A UDP checksum of zero says that there is none (RFC 768). */
static void put_checksum(uint8_t *at, uint16_t sum, bool udp)
{
	store16(at, udp && sum == 0 ? 0xffff : sum);
}

bool offload_checksum(uint8_t *frame, uint32_t len, uint32_t start, uint32_t offset)
{
	if (start > len || offset > len - start || len - start - offset < 2)
		return false;
	put_checksum(frame + start + offset, checksum(frame + start, len - start), offset == 6);
	return true;
}

/* --- headers --- */

struct headers {
	uint32_t net, trans;
	uint8_t version, proto;
};

static bool find_ip(const uint8_t *f, uint32_t len, struct headers *h)
{
	h->net = 0;
	h->version = len > 0 ? f[0] >> 4 : 0;
	return h->version == 4 || h->version == 6;
}

static bool find_ether_ip(const uint8_t *f, uint32_t len, struct headers *h)
{
	uint32_t at = ETHER_LEN - 2;
	uint16_t type;

	for (int tags = 0;; tags++, at += 4) {
		if (at + 2 > len || tags > 2)
			return false;
		type = load_be16(f + at);
		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ)
			break;
	}
	h->net = at + 2;
	h->version = type == ETHERTYPE_IP ? 4 : 6;
	return type == ETHERTYPE_IP || type == ETHERTYPE_IP6;
}

static bool find_trans4(const uint8_t *f, uint32_t len, struct headers *h)
{
	const struct ip_header *ip = (const void *)(f + h->net);

	if (len - h->net < sizeof(*ip) || ip_hlen(ip) < sizeof(*ip) || ip_is_fragment(ip))
		return false;
	h->trans = h->net + ip_hlen(ip);
	h->proto = ip->proto;
	return h->trans <= len;
}

static bool find_trans6(const uint8_t *f, uint32_t len, struct headers *h)
{
	const struct ip6_header *ip = (const void *)(f + h->net);
	uint32_t at = h->net + sizeof(*ip);

	if (at > len)
		return false;
	h->proto = ip->next;
	for (int i = 0; i < IP6_EXTENSIONS; i++) {
		/* Hop-by-hop, routing and destination options; all others end the search. */
		if (h->proto != 0 && h->proto != 43 && h->proto != 60)
			break;
		if (at + 8 > len)
			return false;
		h->proto = f[at];
		at += 8 + f[at + 1] * 8U;
	}
	h->trans = at;
	return at <= len;
}

static bool find_headers(const uint8_t *f, uint32_t len, bool ether, struct headers *h)
{
	return (ether ? find_ether_ip(f, len, h) : find_ip(f, len, h)) &&
	       (h->version == 4 ? find_trans4(f, len, h) : find_trans6(f, len, h));
}

/* The pseudo-header's sum for a transport header and payload of n bytes. */
static uint32_t pseudo_sum(const uint8_t *f, uint32_t net, uint8_t version, uint8_t proto,
			   uint32_t n)
{
	const struct ip_header *ip = (const void *)(f + net);
	const struct ip6_header *ip6 = (const void *)(f + net);
	uint8_t tail[8] = { 0 };

	if (version == 4)
		return checksum_pseudo(ip->src, ip->dst, proto, (uint16_t)n);
	store_be32(tail, n);
	tail[7] = proto;
	return checksum_add(tail, sizeof(tail), checksum_add(ip6->src, 32, 0));
}

/* What the IP header says that there is behind it, at most what is there. */
static uint32_t trans_len(const uint8_t *f, uint32_t len, const struct headers *h)
{
	uint32_t said =
		h->version == 4 ? load_be16(f + h->net + 2) : load_be16(f + h->net + 4) + 40U;
	uint32_t head = h->trans - h->net;

	return said < head || said > len - h->net ? 0 : said - head;
}

void offload_complete(uint8_t *frame, uint32_t len)
{
	struct headers h;
	uint32_t n, offset;

	if (!find_headers(frame, len, true, &h))
		return;
	n = trans_len(frame, len, &h);
	offset = h.proto == IP_PROTO_TCP ? 16 : 6;
	if ((h.proto != IP_PROTO_TCP && h.proto != IP_PROTO_UDP) || n < offset + 2)
		return;
	if (load16(frame + h.trans + offset) ==
	    checksum_fold(pseudo_sum(frame, h.net, h.version, h.proto, n)))
		offload_checksum(frame, h.trans + n, h.trans, offset);
}

/* --- segments --- */

bool segments_parse(struct segments *s, const uint8_t *frame, uint32_t len, bool ether,
		    uint32_t size)
{
	struct headers h;
	uint32_t thlen = sizeof(struct udp_header);

	if (size == 0 || !find_headers(frame, len, ether, &h))
		return false;
	if (h.proto == IP_PROTO_TCP) {
		if (len - h.trans < sizeof(struct tcp_header))
			return false;
		thlen = (frame[h.trans + 12] >> 4) * 4U;
		if (thlen < sizeof(struct tcp_header))
			return false;
	} else if (h.proto != IP_PROTO_UDP) {
		return false;
	}
	if (thlen >= len - h.trans)
		return false;
	*s = (struct segments){ .frame = frame,
				.net = h.net,
				.trans = h.trans,
				.len = len,
				.payload = h.trans + thlen,
				.size = size,
				.version = h.version,
				.proto = h.proto };
	s->count = (len - s->payload + size - 1) / size;
	return true;
}

uint32_t segment_len(const struct segments *s, uint32_t i)
{
	uint32_t left = s->len - s->payload - i * s->size;

	return s->payload + (left < s->size ? left : s->size);
}

static void write_net(const struct segments *s, uint32_t i, uint32_t len, uint8_t *to)
{
	struct ip_header *ip = (void *)(to + s->net);
	struct ip6_header *ip6 = (void *)(to + s->net);

	if (s->version == 6) {
		ip6->plen = be16((uint16_t)(len - s->net - sizeof(*ip6)));
		return;
	}
	ip->len = be16((uint16_t)(len - s->net));
	ip->id = be16((uint16_t)(be16(ip->id) + i));
	ip->sum = 0;
	ip->sum = checksum_ip(ip, s->trans - s->net);
}

/* Of the flags, CWR is for the first segment, PSH and FIN are for the last (RFC 3168, 6.1.2). */
static void write_trans(const struct segments *s, uint32_t i, uint32_t len, uint8_t *to)
{
	struct tcp_header *tcp = (void *)(to + s->trans);
	struct udp_header *udp = (void *)(to + s->trans);

	if (s->proto == IP_PROTO_UDP) {
		udp->len = be16((uint16_t)(len - s->trans));
		return;
	}
	tcp->seq = be32(be32(tcp->seq) + i * s->size);
	if (i > 0)
		tcp->flags &= (uint8_t)~TCP_CWR;
	if (i + 1 < s->count)
		tcp->flags &= (uint8_t) ~(TCP_FIN | TCP_PUSH);
}

void segment_write(const struct segments *s, uint32_t i, uint8_t *to)
{
	uint32_t len = segment_len(s, i), n = len - s->trans;
	uint8_t *field = to + s->trans + (s->proto == IP_PROTO_TCP ? 16 : 6);
	uint32_t sum;

	memcpy(to, s->frame, s->payload);
	memcpy(to + s->payload, s->frame + s->payload + i * s->size, len - s->payload);
	write_net(s, i, len, to);
	write_trans(s, i, len, to);
	store16(field, 0);
	sum = pseudo_sum(to, s->net, s->version, s->proto, n);
	sum = checksum_add(to + s->trans, n, sum);
	put_checksum(field, (uint16_t)~checksum_fold(sum), s->proto == IP_PROTO_UDP);
}
