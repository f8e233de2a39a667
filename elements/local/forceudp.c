/* SPDX-License-Identifier: MIT */
/*
 * ForceUDP - make packets legal UDP
 *
 * Sets the UDP length and checksum of IP packets and the destination port: to
 * DPORT or, if that is not given or -1, to a random one below 1024. Packets too
 * short for that are dropped.
 *
 * See also: ForceIP, ForceICMP, ForceTCP
 */
#include "elements/local/force.h"

struct forceudp {
	struct element base;
	uint16_t dport;
	bool random;
};
ELEMENT_SELF(struct forceudp)

static bool set_port(struct element *e, struct str text, struct error *err)
{
	self(e)->random = str_is(text, "-1");
	return self(e)->random || parse_port(text, IP_PROTO_UDP, e, &self(e)->dport, err);
}

static void fix(struct element *e, struct ip_header *ip, void *transport, uint32_t len)
{
	const struct forceudp *f = self(e);
	struct udp_header *udp = transport;

	udp->len = be16((uint16_t)len);
	udp->dport = be16(f->random ? (uint16_t)random_below(e, 1024) : f->dport);
	udp->sum = 0;
	udp->sum = force_checksum(ip, IP_PROTO_UDP, udp, len);
	if (udp->sum == 0)
		udp->sum = 0xffff; /* RFC 768: 0 means none */
}

static void force(struct element *e, struct batch *b)
{
	force_batch(e, b, sizeof(struct udp_header), fix);
}

static const struct arg args[] = {
	{ .name = "DPORT",
	  .help = HELP("destination port, -1: random"),
	  .flags = ARG_POSITIONAL,
	  .preset = "-1",
	  .parse = set_port },
};

const struct element_class forceudp_class = {
	.name = "ForceUDP",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = force,
	.args = TABLE(args),
};
