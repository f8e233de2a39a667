/* SPDX-License-Identifier: MIT */
/*
 * ICMPIPEncap - put an IP and an ICMP header in front of packets
 *
 * The message, from SRC to DST, has the TYPE and CODE given, as numbers or
 * names; the rest of its header is zero, but for messages that have them the
 * given IDENTIFIER and sequence numbers that count from 1. The destination
 * annotation becomes DST.
 *
 * Example: ICMPIPEncap(1.0.0.1, 2.0.0.2, timestamp)
 * See also: ICMPPingEncap, ICMPError, IPEncap
 */
#include "base/net.h"
#include "elements/icmp/icmpencap.h"
#include "elements/icmp/icmpnames.h"

struct icmpipencap {
	struct icmp_encap base;
	int32_t type;
	struct raw code;
};
ELEMENT_SELF(struct icmpipencap)

static bool parse_type(struct element *e, struct str s, struct error *err)
{
	return icmp_parse_type(e, s, &self(e)->type, err);
}

static bool configure(struct element *e, struct error *err)
{
	struct icmpipencap *c = self(e);

	if (c->type < 0 || c->type > 255)
		return fail(err, "invalid TYPE");
	if (!icmp_parse_code(e, c->type, c->code.s, &c->base.code))
		return fail(err, "invalid CODE");
	c->base.type = (uint8_t)c->type;
	return true;
}

static const struct arg args[] = {
	ARG("SRC", base.src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("DST", base.dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
	ARG_FN("TYPE", parse_type, ARG_POSITIONAL | ARG_REQUIRED, "ICMP type"),
	ARG_OR("CODE", code, ARG_POSITIONAL, "0", "ICMP code"),
	ARG_OR("IDENTIFIER", base.identifier, 0, "0", "identifier of the messages"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("src", base.src, icmp_encap_write_src, 0, "source address"),
	FIELD_WRITE("dst", base.dst, icmp_encap_write_dst, 0, "destination address"),
};

const struct element_class icmpipencap_class = {
	.name = "ICMPIPEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = icmp_encap_action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
