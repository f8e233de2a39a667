/* SPDX-License-Identifier: MIT */
/*
 * RFC2507Comp - compress TCP/IP headers
 *
 * Replaces the headers of TCP packets by the changes to those of the packet
 * before on the same connection, after RFC 2507; up to 14 connections at a
 * time. Packets that are not of an established TCP connection, or have IP
 * options, go whole behind a byte 0. Packets start with their IP header.
 *
 * Example: CheckIPHeader -> RFC2507Comp -> Queue
 * See also: RFC2507Decomp
 */
#include "elements/ip/ipheader.h"
#include "elements/ip/rfc2507.h"
#include "engine/element.h"

#define PREFIX_MAX 20 /* longest start of a compressed packet */

struct rfc2507comp {
	struct element base;
	struct rfc2507_header last[RFC2507_CIDS]; /* version 0: not in use */
};
ELEMENT_SELF(struct rfc2507comp)

struct prefix {
	uint8_t byte[PREFIX_MAX];
	uint32_t n;
};

static bool is_compressible(const struct packet *p)
{
	const struct rfc2507_header *h = (const struct rfc2507_header *)p->data;

	return p->len >= sizeof(*h) && h->ip.vhl == 0x45 && !ip_is_fragment(&h->ip) &&
	       h->ip.proto == IP_PROTO_TCP &&
	       (h->tcp.flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)) == TCP_ACK;
}

static bool same_flow(const struct rfc2507_header *a, const struct rfc2507_header *b)
{
	return a->ip.vhl && a->ip.src == b->ip.src && a->ip.dst == b->ip.dst &&
	       a->tcp.sport == b->tcp.sport && a->tcp.dport == b->tcp.dport;
}

/* 0: none. */
static unsigned find_cid(const struct rfc2507comp *c, const struct rfc2507_header *h)
{
	for (unsigned i = 1; i < RFC2507_CIDS; i++)
		if (same_flow(&c->last[i], h))
			return i;
	return 0;
}

static unsigned new_cid(struct rfc2507comp *c, const struct rfc2507_header *h)
{
	unsigned cid = 1 + random_below(&c->base, RFC2507_CIDS - 1);

	chatter(&c->base, "sport %u dport %u added cid %u", be16(h->tcp.sport), be16(h->tcp.dport),
		cid);
	return cid;
}

/* False: the change cannot be told. */
static bool add_delta(struct prefix *x, uint8_t flag, uint32_t from, uint32_t to)
{
	uint32_t delta = to - from;

	if (delta == 0)
		return true;
	if (to < from || delta > 65535)
		return false;
	x->byte[2] |= flag;
	if (delta > 255) {
		x->byte[x->n++] = 0;
		x->byte[x->n++] = (uint8_t)(delta >> 8);
	}
	x->byte[x->n++] = (uint8_t)delta;
	return true;
}

/* The other side takes the URG flag from whether the pointer changed. */
static bool urgent_as_told(const struct rfc2507_header *last, const struct rfc2507_header *h)
{
	return ((h->tcp.flags & TCP_URG) != 0) == (h->tcp.urp != last->tcp.urp);
}

/* What must stay does; of the flags, those that are not sent. */
static bool same_constants(const struct rfc2507_header *a, const struct rfc2507_header *b)
{
	return a->ip.vhl == b->ip.vhl && a->ip.tos == b->ip.tos && a->ip.off == b->ip.off &&
	       a->ip.ttl == b->ip.ttl && a->tcp.off == b->tcp.off &&
	       ((a->tcp.flags ^ b->tcp.flags) & ~(TCP_URG | TCP_PUSH)) == 0;
}

/* Fills in the prefix of a compressed packet. The reason why it cannot be one, or NULL. */
static const char *compress(const struct rfc2507_header *last, const struct rfc2507_header *h,
			    struct prefix *x)
{
	uint16_t id = be16(h->ip.id), next = (uint16_t)(be16(last->ip.id) + 1);

	if (!same_constants(last, h))
		return "full1";
	if (!urgent_as_told(last, h) ||
	    !add_delta(x, RFC2507_URP, be16(last->tcp.urp), be16(h->tcp.urp)))
		return "full urp";
	if (!add_delta(x, RFC2507_WIN, be16(last->tcp.win), be16(h->tcp.win)))
		return "full win";
	if (!add_delta(x, RFC2507_ACK, be32(last->tcp.ack), be32(h->tcp.ack)))
		return "full ack";
	if (!add_delta(x, RFC2507_SEQ, be32(last->tcp.seq), be32(h->tcp.seq)))
		return "full seq";
	/* Without a delta it is one more: a change by nothing cannot be told. */
	if (id != next &&
	    (id == be16(last->ip.id) || !add_delta(x, RFC2507_ID, be16(last->ip.id), id)))
		return "full id";
	if (h->tcp.flags & TCP_PUSH)
		x->byte[2] |= RFC2507_PUSH;
	return NULL;
}

/* A new packet: the prefix, and p from byte skip on. */
static struct packet *make(const struct prefix *x, const struct packet *p, uint32_t skip)
{
	struct packet *q = packet_new(PACKET_HEADROOM, x->n + p->len - skip, 0);

	if (!q)
		return NULL;
	memcpy(q->data, x->byte, x->n);
	memcpy(q->data + x->n, p->data + skip, p->len - skip);
	return q;
}

static struct packet *compress_packet(struct rfc2507comp *c, const struct packet *p)
{
	const struct rfc2507_header *h = (const struct rfc2507_header *)p->data;
	struct prefix x = { .byte = { RFC2507_PLAIN }, .n = 1 };
	const char *reason = NULL;
	unsigned cid;
	bool known;

	if (!is_compressible(p)) {
		chatter(&c->base, "cannot compress packet");
		return make(&x, p, 0);
	}
	cid = find_cid(c, h);
	known = cid != 0;
	if (!known)
		cid = new_cid(c, h);
	x = (struct prefix){ .byte = { RFC2507_COMPRESSED, (uint8_t)cid, 0 }, .n = 5 };
	memcpy(&x.byte[3], &h->tcp.sum, sizeof(h->tcp.sum));
	if (known)
		reason = compress(&c->last[cid], h, &x);
	if (reason)
		chatter(&c->base, "%s", reason);
	c->last[cid] = *h;
	if (known && !reason)
		return make(&x, p, sizeof(*h));
	x.byte[0] = RFC2507_FULL;
	x.n = 2;
	return make(&x, p, 0);
}

static void action(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *q = compress_packet(self(e), b->pkt[i]);

		packet_drop(b->pkt[i]);
		if (q)
			b->pkt[kept++] = q;
	}
	b->n = kept;
}

const struct element_class rfc2507comp_class = {
	.name = "RFC2507Comp",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.action = action,
};
