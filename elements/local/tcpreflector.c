/* SPDX-License-Identifier: MIT */
/*
 * TCPReflector - answer TCP packets without remembering any
 *
 * Packets begin with an IP header. A SYN is answered by a SYN and ACK, data and
 * FINs are acknowledged; the packet itself is turned into the answer. All else
 * is dropped.
 *
 * See also: ToyTCP, WebGen
 */
#include "elements/local/tcpip.h"

enum { TTL = 250, WINDOW = 61440 };

static void exchange_ends(const struct tcpip *h)
{
	struct tcpip_flow f;

	tcpip_get_flow(h, &f);
	tcpip_set_flow(h, &(struct tcpip_flow){ f.dst, f.src, f.dport, f.sport });
}

/* Sets flags and numbers of the answer; false: there is none. */
static bool set_answer(const struct element *e, const struct tcpip *h)
{
	uint8_t flags = h->tcp->flags & (uint8_t)~TCP_PUSH;
	uint32_t seq = be32(h->tcp->seq);
	bool fin = flags & TCP_FIN;

	if (flags & TCP_RST)
		return false;
	if (flags & TCP_SYN) {
		if (flags != TCP_SYN)
			return false;
		h->tcp->flags = TCP_SYN | TCP_ACK;
		h->tcp->seq = random_u32(e);
		h->tcp->ack = be32(seq + 1);
		return true;
	}
	if (h->payload == 0 && !fin)
		return false;
	h->tcp->flags = fin ? TCP_ACK | TCP_FIN : TCP_ACK;
	h->tcp->seq = h->tcp->ack;
	h->tcp->ack = be32(seq + h->payload + fin);
	return true;
}

static bool reflect(const struct element *e, struct packet *p)
{
	struct tcpip h;

	if (p->len > UINT16_MAX || !packet_writable(p))
		return false;
	p->net = p->data;
	if (!tcpip_find(p, &h) || !set_answer(e, &h))
		return false;
	exchange_ends(&h);
	h.ip->ttl = TTL;
	h.ip->len = be16((uint16_t)p->len);
	h.tcp->win = be16(WINDOW);
	packet_set_ip(p, h.ip, ip_hlen(h.ip));
	anno_set_dst(p, h.ip->dst);
	tcpip_checksums(&h);
	return true;
}

static void reflect_batch(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++)
		if (reflect(e, b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

const struct element_class tcpreflector_class = {
	.name = "TCPReflector",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = reflect_batch,
};
