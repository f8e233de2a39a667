/* SPDX-License-Identifier: MIT */
/*
 * IPOutputCombo - the output side of an IP router in one element
 *
 * Does what DropBroadcasts, PaintTee(COLOR), IPGWOptions(IPADDR),
 * FixIPSrc(IPADDR), DecIPTTL and a length check against MTU do one after the
 * other. Output 0 gets the packets to be sent; 1 copies of those painted
 * COLOR, which leave where they came in; 2 those with bad options; 3 those
 * whose TTL is 1 or 0; 4 those longer than MTU. The IP header must be marked
 * at the packet's start.
 *
 * Example: c :: IPOutputCombo(1, 10.0.0.1, 1500); c[4] -> IPFragmenter(1500)
 * See also: IPInputCombo, IPGWOptions, FixIPSrc, DecIPTTL, IPFragmenter
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"
#include "elements/ip/ipoptions.h"

struct ipoutputcombo {
	struct element base;
	int32_t color;
	struct ip_addr addr;
	uint32_t mtu;
};
ELEMENT_SELF(struct ipoutputcombo)

enum { OUT_SEND, OUT_REDIRECT, OUT_BAD_OPTIONS, OUT_EXPIRED, OUT_TOO_LONG };

static void push_copy(struct element *e, struct packet *p)
{
	struct packet *copy = packet_clone(p);

	if (copy)
		output_push_packet(e, OUT_REDIRECT, copy);
}

/* Bad: *port is where it goes. */
static bool write_header(const struct ipoutputcombo *c, struct packet *p, uint16_t *port)
{
	struct ip_gateway g = { .addr = c->addr.v };
	bool fix = p->anno[ANNO_FIX_IP_SRC];
	enum ip_options_result options = IP_OPTIONS_NONE;

	if (ip_hlen(packet_ip(p)) > IP_MIN_LEN)
		options = ip_options_write(&c->base, &g, p, &p->anno[ANNO_ICMP_PARAMPROB]);
	if (options == IP_OPTIONS_BAD || options == IP_OPTIONS_NO_MEMORY) {
		*port = options == IP_OPTIONS_BAD ? OUT_BAD_OPTIONS : PORT_DROP;
		return false;
	}
	if (fix) {
		p->anno[ANNO_FIX_IP_SRC] = 0;
		packet_ip(p)->src = c->addr.v;
	}
	if (fix || options == IP_OPTIONS_WRITTEN)
		ip_set_checksum(packet_ip(p));
	return true;
}

static uint16_t port_for(struct element *e, struct packet *p)
{
	const struct ipoutputcombo *c = self(e);
	uint16_t port;

	if (p->type == PACKET_BROADCAST || p->type == PACKET_MULTICAST || !ip_complete(p))
		return PORT_DROP;
	if (p->anno[ANNO_PAINT] == (uint8_t)c->color)
		push_copy(e, p);
	if (!packet_writable(p))
		return PORT_DROP;
	if (!write_header(c, p, &port))
		return port;
	if (packet_ip(p)->ttl <= 1)
		return OUT_EXPIRED;
	ip_decrement_ttl(packet_ip(p));
	return p->len > c->mtu ? OUT_TOO_LONG : OUT_SEND;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	for (unsigned i = 0; i < in->n; i++)
		port[i] = port_for(e, in->pkt[i]);
}

static const struct arg args[] = {
	ARG("COLOR", color, ARG_POSITIONAL | ARG_REQUIRED, "paint of packets from this interface"),
	ARG("IPADDR", addr, ARG_POSITIONAL | ARG_REQUIRED, "the interface's address"),
	ARG("MTU", mtu, ARG_POSITIONAL | ARG_REQUIRED, "longest packet the interface takes"),
};

const struct element_class ipoutputcombo_class = {
	.name = "IPOutputCombo",
	.ports = "1/5",
	.size = sizeof(self_t),
	.classify = classify,
	.args = TABLE(args),
};
