/* SPDX-License-Identifier: MIT */
/*
 * SetIPDSCP - set the differentiated services code point
 *
 * Replaces the upper six bits of the TOS byte (RFC 2474) and updates the IP
 * checksum. The IP header must be marked; packets without one are dropped.
 *
 * Example: SetIPDSCP(46)
 * See also: SetIPECN, MarkIPCE, IPClassifier
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct setipdscp {
	struct element base;
	uint32_t dscp;
};
ELEMENT_SELF(struct setipdscp)

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->dscp > 63)
		return fail(err, "diffserv code point out of range");
	return true;
}

static void set(struct element *e, struct batch *b)
{
	ip_batch_set_tos(b, 0xfc, (uint8_t)(self(e)->dscp << 2));
}

static const struct arg args[] = {
	ARG("DSCP", dscp, ARG_POSITIONAL | ARG_REQUIRED, "code point, 0 to 63"),
};

static const struct handler handlers[] = {
	RECONF("dscp", "DSCP", 0, NULL, "the DSCP argument"),
};

const struct element_class setipdscp_class = {
	.name = "SetIPDSCP",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = set,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
