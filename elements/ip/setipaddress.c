/* SPDX-License-Identifier: MIT */
/*
 * SetIPAddress - set an annotation to an IP address
 *
 * Example: SetIPAddress(10.0.0.1) -> ARPQuerier(10.0.0.2, 0:1:2:3:4:5)
 * See also: GetIPAddress, StoreIPAddress
 */
#include "engine/element.h"

struct setipaddress {
	struct element base;
	struct ip_addr addr;
	struct anno4 anno;
};
ELEMENT_SELF(struct setipaddress)

static void set(struct element *e, struct batch *b)
{
	uint32_t addr = self(e)->addr.v, anno = self(e)->anno.offset;

	for (unsigned i = 0; i < b->n; i++)
		anno_set_u32(b->pkt[i], anno, addr);
}

static const struct arg args[] = {
	ARG("IPADDR", addr, ARG_POSITIONAL | ARG_REQUIRED, "the address"),
	ARG_OR("ANNO", anno, 0, "0", "annotation to set"),
};

static const struct handler handlers[] = {
	RW_FIELD("addr", addr, "the address"),
};

const struct element_class setipaddress_class = {
	.name = "SetIPAddress",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.action = set,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
