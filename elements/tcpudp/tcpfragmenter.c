/* SPDX-License-Identifier: MIT */
/*
 * TCPFragmenter - split TCP segments that are longer than an MTU
 *
 * Expects TCP packets with the IP header known. Packets whose payload is at least what fits into the
 * MTU leave as several: each has the packet's headers and the next part of its payload, with lengths,
 * sequence number and checksums set for that. MTU_ANNO is an annotation with another MTU, used
 * when it is not 0 and smaller. What is not a whole TCP packet passes as it is.
 *
 * Example: TCPFragmenter(MTU 1400)
 * See also: IPFragmenter
 */
#include "base/checksum.h"
#include "base/net.h"
#include "engine/element.h"

struct tcpfragmenter {
	struct element base;
	uint16_t mtu;
	struct anno2 mtu_anno;
	bool has_mtu_anno;
	uint32_t count, fragmented, fragments;
};
ELEMENT_SELF(struct tcpfragmenter)

struct segment {
	uint32_t front;   /* bytes before the payload: what precedes the IP header, and headers */
	uint32_t headers; /* IP and TCP */
	uint32_t payload;
	uint32_t mtu;
};

static uint32_t mtu_for(const struct tcpfragmenter *s, const struct packet *p)
{
	uint16_t anno = s->has_mtu_anno ? anno_u16(p, s->mtu_anno.offset) : 0;

	return anno != 0 && (s->mtu == 0 || anno < s->mtu) ? anno : s->mtu;
}

/* False: not to be split. */
static bool measure(const struct tcpfragmenter *s, const struct packet *p, struct segment *seg)
{
	const struct ip_header *ip = packet_ip(p);
	const struct tcp_header *tcp = (const void *)p->trans;
	uint32_t len;

	if (packet_net_len(p) < sizeof(*ip) || packet_trans_len(p) < sizeof(*tcp) ||
	    ip->proto != IP_PROTO_TCP || p->trans != p->net + ip_hlen(ip))
		return false;
	len = be16(ip->len);
	seg->mtu = mtu_for(s, p);
	seg->headers = ip_hlen(ip) + (tcp->off >> 4) * 4U;
	if (seg->headers < ip_hlen(ip) + sizeof(*tcp) || len > packet_net_len(p) ||
	    len < seg->headers)
		return false;
	seg->front = (uint32_t)(p->net - p->data) + seg->headers;
	seg->payload = len - seg->headers;
	return seg->mtu > seg->headers && seg->payload >= seg->mtu - seg->headers;
}

static void fix_headers(struct packet *p, const struct segment *seg, uint32_t at, uint32_t n)
{
	struct ip_header *ip = packet_ip(p);
	struct tcp_header *tcp = (struct tcp_header *)p->trans;
	uint16_t len = (uint16_t)(seg->headers + n - ip_hlen(ip));

	ip->len = be16((uint16_t)(seg->headers + n));
	ip->sum = 0;
	ip->sum = checksum_ip(ip, ip_hlen(ip));
	tcp->seq = be32(be32(tcp->seq) + at);
	if (at + seg->mtu < seg->payload)
		tcp->flags &= (uint8_t)~TCP_FIN;
	tcp->sum = 0;
	tcp->sum = (uint16_t)~checksum_fold(
		checksum_add(tcp, len, checksum_pseudo(ip->src, ip->dst, IP_PROTO_TCP, len)));
}

/* The piece of n payload bytes from at on; NULL: no memory. */
static struct packet *make_piece(const struct packet *p, const struct segment *seg, uint32_t at,
				 uint32_t n)
{
	struct packet *piece = packet_new(PACKET_HEADROOM, seg->front + n, 0);

	if (!piece)
		return NULL;
	memcpy(piece->data, p->data, seg->front);
	memcpy(piece->data + seg->front, p->data + seg->front + at, n);
	packet_copy_meta(piece, p);
	fix_headers(piece, seg, at, n);
	return piece;
}

static void flush(struct element *e, struct batch *out)
{
	if (out->n != 0)
		output_push(e, 0, out);
}

static void split(struct element *e, struct packet *p, const struct segment *seg, struct batch *out)
{
	uint32_t most = seg->mtu - seg->headers;

	for (uint32_t at = 0; at < seg->payload; at += most) {
		uint32_t n = seg->payload - at < most ? seg->payload - at : most;
		struct packet *piece = make_piece(p, seg, at, n);

		if (!piece)
			break;
		self(e)->fragments++;
		if (out->n == BATCH_MAX)
			flush(e, out);
		batch_add(out, piece);
	}
	self(e)->fragmented++;
	packet_drop(p);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct segment seg;
	struct batch out;

	(void)port;
	out.n = 0;
	self(e)->count += b->n;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (measure(self(e), p, &seg)) {
			split(e, p, &seg, &out);
			continue;
		}
		if (out.n == BATCH_MAX)
			flush(e, &out);
		batch_add(&out, p);
	}
	b->n = 0;
	flush(e, &out);
}

static bool configure(struct element *e, struct error *err)
{
	struct tcpfragmenter *s = self(e);

	s->has_mtu_anno = arg_given(e, "MTU_ANNO");
	if (s->mtu == 0 && !s->has_mtu_anno)
		return fail(err, "At least one of MTU and MTU_ANNO must be set");
	return true;
}

static const struct arg args[] = {
	ARG_OR("MTU", mtu, 0, "0", "longest IP packet that leaves as it is"),
	ARG("MTU_ANNO", mtu_anno, 0, "annotation with another MTU"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", count, "packets seen"),
	READ_FIELD("fragmented_count", fragmented, "packets split"),
	READ_FIELD("fragments", fragments, "pieces emitted"),
};

const struct element_class tcpfragmenter_class = {
	.name = "TCPFragmenter",
	.ports = "1/1",
	.processing = "h",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
