/* SPDX-License-Identifier: MIT */
/*
 * RFC2507Decomp - bring back the TCP/IP headers that RFC2507Comp has compressed
 *
 * Packets that cannot be understood are dropped; those whose checksums turn
 * out wrong pass, with a message.
 *
 * Example: RFC2507Decomp -> CheckIPHeader
 * See also: RFC2507Comp
 */
#include "elements/ip/ipheader.h"
#include "elements/ip/rfc2507.h"
#include "engine/element.h"

struct rfc2507decomp {
	struct element base;
	struct rfc2507_header last[RFC2507_CIDS]; /* version 0: not known */
};
ELEMENT_SELF(struct rfc2507decomp)

/* Takes a delta off the front of p. */
static bool take_delta(struct packet *p, uint32_t *delta)
{
	if (p->len >= 1 && p->data[0] != 0) {
		*delta = p->data[0];
		return packet_pull(p, 1);
	}
	if (p->len < 3)
		return false;
	*delta = load_be16(p->data + 1);
	return packet_pull(p, 3);
}

static bool grow16(struct packet *p, bool changed, uint16_t *field)
{
	uint32_t delta = 0;

	if (changed && !take_delta(p, &delta))
		return false;
	*field = be16((uint16_t)(be16(*field) + delta));
	return true;
}

static bool grow32(struct packet *p, bool changed, uint32_t *field)
{
	uint32_t delta = 0;

	if (changed && !take_delta(p, &delta))
		return false;
	*field = be32(be32(*field) + delta);
	return true;
}

static void set_flag(struct tcp_header *tcp, uint8_t flag, bool on)
{
	tcp->flags = (uint8_t)(on ? tcp->flags | flag : tcp->flags & ~flag);
}

/* p starts with FLAGS; afterwards with what follows the header, which is in *h. */
static bool take_changes(struct packet *p, struct rfc2507_header *h)
{
	uint16_t urp = h->tcp.urp, win = h->tcp.win, id = h->ip.id;
	uint32_t ack = h->tcp.ack, seq = h->tcp.seq;
	uint8_t flags;

	if (p->len < 3)
		return false;
	flags = p->data[0];
	h->tcp.sum = load16(p->data + 1);
	if (!packet_pull(p, 3) || !grow16(p, flags & RFC2507_URP, &urp) ||
	    !grow16(p, flags & RFC2507_WIN, &win) || !grow32(p, flags & RFC2507_ACK, &ack) ||
	    !grow32(p, flags & RFC2507_SEQ, &seq) || !grow16(p, flags & RFC2507_ID, &id))
		return false;
	if (!(flags & RFC2507_ID))
		id = be16((uint16_t)(be16(id) + 1));
	h->tcp.urp = urp;
	h->tcp.win = win;
	h->tcp.ack = ack;
	h->tcp.seq = seq;
	h->ip.id = id;
	set_flag(&h->tcp, TCP_URG, flags & RFC2507_URP);
	set_flag(&h->tcp, TCP_PUSH, flags & RFC2507_PUSH);
	return true;
}

static void report(const struct rfc2507decomp *d, const struct packet *p)
{
	const struct rfc2507_header *h = (const struct rfc2507_header *)p->data;
	uint32_t len = p->len - (uint32_t)sizeof(h->ip);
	uint32_t sum = checksum_pseudo(h->ip.src, h->ip.dst, IP_PROTO_TCP, (uint16_t)len);
	bool ip = checksum(&h->ip, sizeof(h->ip)) == 0;
	bool tcp = checksum_fold(checksum_add(&h->tcp, len, sum)) == 0xffff;

	chatter(&d->base, "seq %u len %u%s%s", be32(h->tcp.seq), p->len - (uint32_t)sizeof(*h),
		ip ? "" : " ip cksum failed", tcp ? "" : " tcp cksum failed");
}

static bool take_full(struct rfc2507decomp *d, const struct packet *p, unsigned cid)
{
	if (p->len < sizeof(d->last[cid]))
		return false;
	chatter(&d->base, "2507d: got full header");
	memcpy(&d->last[cid], p->data, sizeof(d->last[cid]));
	return true;
}

static bool take_compressed(struct rfc2507decomp *d, struct packet *p, unsigned cid)
{
	struct rfc2507_header h = d->last[cid];

	if (!h.ip.vhl || !take_changes(p, &h) || !packet_push(p, sizeof(h)))
		return false;
	h.ip.len = be16((uint16_t)p->len);
	h.ip.sum = 0;
	h.ip.sum = checksum_ip(&h.ip, sizeof(h.ip));
	d->last[cid] = h;
	memcpy(p->data, &h, sizeof(h));
	return true;
}

/* False: the packet is to be dropped. */
static bool decompress(struct rfc2507decomp *d, struct packet *p)
{
	unsigned type, cid;
	bool ok;

	if (p->len < 2)
		return false;
	type = p->data[0];
	cid = p->data[1];
	if (type == RFC2507_PLAIN)
		return packet_pull(p, 1);
	if (cid == 0 || cid >= RFC2507_CIDS || !packet_pull(p, 2))
		return false;
	if (type == RFC2507_FULL)
		ok = take_full(d, p, cid);
	else
		ok = type == RFC2507_COMPRESSED && take_compressed(d, p, cid);
	if (ok)
		report(d, p);
	return ok;
}

static void action(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (decompress(self(e), p)) {
			p->net = p->trans = NULL;
			b->pkt[kept++] = p;
		} else {
			chatter(e, "RFC2507d: no q");
			packet_drop(p);
		}
	}
	b->n = kept;
}

const struct element_class rfc2507decomp_class = {
	.name = "RFC2507Decomp",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.action = action,
};
