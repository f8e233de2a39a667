/* SPDX-License-Identifier: MIT */
/*
 * ICMPPingEncap - make packets ping requests
 *
 * Puts an IP and an ICMP echo request header from SRC to DST in front of
 * packets, with the given IDENTIFIER and sequence numbers that count from 1,
 * and sets the destination annotation to DST.
 *
 * Example: ICMPPingEncap(1.0.0.1, 2.0.0.2) -> EtherEncap(0x0800, 1:1:1:1:1:1, 2:2:2:2:2:2)
 * See also: ICMPPingSource, ICMPPingResponder, ICMPIPEncap
 */
#include "base/net.h"
#include "elements/icmp/icmpencap.h"

struct icmppingencap {
	struct icmp_encap base;
};
ELEMENT_SELF(struct icmppingencap)

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	self(e)->base.type = ICMP_ECHO;
	return true;
}

static const struct arg args[] = {
	ARG("SRC", base.src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("DST", base.dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
	ARG_OR("IDENTIFIER", base.identifier, 0, "0", "identifier of the requests"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("src", base.src, icmp_encap_write_src, 0, "source address"),
	FIELD_WRITE("dst", base.dst, icmp_encap_write_dst, 0, "destination address"),
};

const struct element_class icmppingencap_class = {
	.name = "ICMPPingEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = icmp_encap_action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
