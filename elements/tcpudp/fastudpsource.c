/* SPDX-License-Identifier: MIT */
/*
 * FastUDPSource - fast source of UDP packets
 *
 * Packets are Ethernet frames of LENGTH bytes, at least 60, with IPv4 and UDP headers, their
 * destination annotation set. Gives RATE packets a second (0: as many as are asked for) until
 * LIMIT have left (negative: for ever). After every INTERVAL packets both ports go up by one.
 *
 * Example: FastUDPSource(100000, -1, 60, 0:0:c0:0:0:1, 10.0.0.2, 1234, 0:0:c0:0:0:2, 11.0.2.3, 5)
 *	-> Unqueue -> ...
 * See also: FastUDPFlows, FastUDPSourceIP6, RatedSource
 */
#include "base/checksum.h"
#include "elements/tcpudp/fast_udp_source.h"

#define UDP_AT 34U

struct fastudpsource {
	struct element base;
	struct fast_source fast;
	struct fast_address src, dst;
	struct fast_udp udp;
};
ELEMENT_SELF(struct fastudpsource)
FAST_SOURCE_STATE(struct fastudpsource);

static void set_anno(struct element *e, struct packet *p)
{
	anno_set_dst(p, self(e)->dst.ip.v);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	fast_udp_pull(e, &self(e)->udp, b, max, set_anno);
}

static bool start(struct element *e, struct error *err)
{
	struct fastudpsource *s = self(e);

	if (!fast_source_start(e, err))
		return false;
	fast_source_ip(e, &s->src, &s->dst, IP_PROTO_UDP);
	s->udp.at = UDP_AT;
	s->udp.left = s->udp.interval;
	s->udp.pseudo = checksum_pseudo(s->src.ip.v, s->dst.ip.v, IP_PROTO_UDP,
					(uint16_t)(s->fast.length - UDP_AT));
	fast_udp_header(e, &s->udp);
	return true;
}

static const struct arg args[] = {
	ARG("RATE", fast.rate, ARG_POSITIONAL | ARG_REQUIRED, "packets a second; 0: no limit"),
	ARG("LIMIT", fast.limit, ARG_POSITIONAL | ARG_REQUIRED,
	    "packets in all; negative: no limit"),
	ARG("LENGTH", fast.length, ARG_POSITIONAL | ARG_REQUIRED, "bytes of a frame, at least 60"),
	ARG("SRCETH", src.eth, ARG_POSITIONAL | ARG_REQUIRED, "Ethernet source"),
	ARG("SRCIP", src.ip, ARG_POSITIONAL | ARG_REQUIRED, "IP source"),
	ARG("SPORT", udp.sport, ARG_POSITIONAL | ARG_REQUIRED, "UDP source port"),
	ARG("DSTETH", dst.eth, ARG_POSITIONAL | ARG_REQUIRED, "Ethernet destination"),
	ARG("DSTIP", dst.ip, ARG_POSITIONAL | ARG_REQUIRED, "IP destination"),
	ARG("DPORT", udp.dport, ARG_POSITIONAL | ARG_REQUIRED, "UDP destination port"),
	ARG_OR("CHECKSUM", udp.checksum, ARG_POSITIONAL, "true", "give UDP checksums?"),
	ARG_OR("INTERVAL", udp.interval, ARG_POSITIONAL, "0",
	       "packets between port steps; 0: none"),
	ARG_OR("ACTIVE", fast.active, ARG_POSITIONAL, "true", "emit packets?"),
};

static const struct handler handlers[] = { FAST_SOURCE_HANDLERS };

const struct element_class fastudpsource_class = {
	.name = "FastUDPSource",
	.configure = fast_source_check,
	.start = start,
	.stop = fast_source_stop,
	FAST_SOURCE_CLASS,
};
