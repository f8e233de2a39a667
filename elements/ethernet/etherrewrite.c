/* SPDX-License-Identifier: MIT */
/*
 * EtherRewrite - set the Ethernet addresses of packets
 *
 * Overwrites source and destination of the Ethernet header that the packet's MAC header position
 * names; packets without one pass as they are.
 *
 * Example: MarkMACHeader -> EtherRewrite(1:1:1:1:1:1, 2:2:2:2:2:2)
 * See also: EtherEncap, EtherMirror, StoreEtherAddress
 */
#include "elements/ethernet/ether.h"

struct etherrewrite {
	struct element base;
	struct ether_addr src, dst;
};
ELEMENT_SELF(struct etherrewrite)

static void action(struct element *e, struct batch *b)
{
	const struct ether_addr src = self(e)->src, dst = self(e)->dst;
	uint8_t *h;

	batch_writable(b);
	for (unsigned i = 0; i < b->n; i++) {
		h = ether_mac(b->pkt[i], 12);
		if (!h)
			continue;
		memcpy(h, dst.b, 6);
		memcpy(h + 6, src.b, 6);
	}
}

static void read_src(struct element *e, struct text *out)
{
	print_ether(out, self(e)->src.b);
}

static void read_dst(struct element *e, struct text *out)
{
	print_ether(out, self(e)->dst.b);
}

static const struct arg args[] = {
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("DST", dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
};

static const struct handler handlers[] = {
	RECONF("src", "SRC", 0, read_src, "the SRC argument"),
	RECONF("dst", "DST", 1, read_dst, "the DST argument"),
};

const struct element_class etherrewrite_class = {
	.name = "EtherRewrite",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
