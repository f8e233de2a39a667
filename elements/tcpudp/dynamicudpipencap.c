/* SPDX-License-Identifier: MIT */
/*
 * DynamicUDPIPEncap - put IPv4 and UDP headers with changing ports in front of packets
 *
 * Works like UDPIPEncap; in addition both ports go up by one after every INTERVAL packets.
 *
 * Example: DynamicUDPIPEncap(1.0.0.1, 1234, 2.0.0.2, 1234, true, 10)
 * See also: UDPIPEncap
 */
#include "elements/standard/filter.h"
#include "elements/tcpudp/udp_encap.h"

struct dynamicudpipencap {
	struct element base;
	struct udp_encap encap;
	uint32_t interval, count;
};
ELEMENT_SELF(struct dynamicudpipencap)

static bool encap(struct element *e, struct packet *p)
{
	struct dynamicudpipencap *s = self(e);

	anno_set_dst(p, s->encap.dst.v);
	if (!udp_encap(&s->encap, p, s->encap.dst.v))
		return false;
	if (s->interval != 0 && ++s->count == s->interval) {
		s->count = 0;
		s->encap.sport.v++;
		s->encap.dport.v++;
	}
	return true;
}

static void action(struct element *e, struct batch *b)
{
	filter_batch(e, b, encap);
}

static const struct arg args[] = {
	ARG("SRC", encap.src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("SPORT", encap.sport, ARG_POSITIONAL | ARG_REQUIRED, "first source port"),
	ARG("DST", encap.dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
	ARG("DPORT", encap.dport, ARG_POSITIONAL | ARG_REQUIRED, "first destination port"),
	ARG_OR("CHECKSUM", encap.checksum, ARG_POSITIONAL, "true", "give UDP checksums?"),
	ARG_OR("INTERVAL", interval, ARG_POSITIONAL, "0", "packets between port steps; 0: none"),
};

const struct element_class dynamicudpipencap_class = {
	.name = "DynamicUDPIPEncap",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = action,
	.args = TABLE(args),
};
