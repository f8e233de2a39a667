/* SPDX-License-Identifier: MIT */
/*
 * EnsureEther - give IP packets an Ethernet header unless they have one
 *
 * Packets whose IP header is known keep an Ethernet header of IP or IPv6 that is right in front of
 * it, also one that was stripped. The others lose what is in front of the IP header and get a header
 * of ETHERTYPE, SRC and DST. Packets whose IP header is not known pass as they are.
 *
 * Example: FromTcpdump -> EnsureEther -> ToDump(x.pcap)
 * See also: EtherEncap
 */
#include "elements/ethernet/ether.h"
#include "elements/standard/filter.h"

struct ensureether {
	struct element base;
	uint32_t ethertype;
	struct ether_addr src, dst;
};
ELEMENT_SELF(struct ensureether)

static bool is_ether(const uint8_t *header)
{
	uint16_t type = load_be16(header + 12);

	return type == ETHERTYPE_IP || type == ETHERTYPE_IP6;
}

static bool ensure(struct element *e, struct packet *p)
{
	const struct ensureether *s = self(e);
	ptrdiff_t before = p->net - p->data;

	if (!p->net || before < 0 || before > p->len)
		return true;
	if (before == ETHER_LEN && is_ether(p->data))
		return true;
	if (before == 0 && packet_headroom(p) >= ETHER_LEN && is_ether(p->data - ETHER_LEN))
		return packet_push(p, ETHER_LEN);
	if (!packet_pull(p, (uint32_t)before) || !packet_push(p, ETHER_LEN))
		return false;
	ether_write(p->data, s->dst.b, s->src.b, (uint16_t)s->ethertype);
	p->mac = p->data;
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, ensure);
}

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->ethertype > 0xffff)
		return fail(err, "argument 1 (Ethernet encapsulation type) must be <= 0xFFFF");
	return true;
}

static const struct arg args[] = {
	ARG_OR("ETHERTYPE", ethertype, ARG_POSITIONAL, "0x0800", "Ethernet type of new headers"),
	ARG_OR("SRC", src, ARG_POSITIONAL, "1:1:1:1:1:1", "source of new headers"),
	ARG_OR("DST", dst, ARG_POSITIONAL, "2:2:2:2:2:2", "destination of new headers"),
};

const struct element_class ensureether_class = {
	.name = "EnsureEther",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = action,
	.args = TABLE(args),
};
