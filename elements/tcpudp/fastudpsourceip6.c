/* SPDX-License-Identifier: MIT */
/*
 * FastUDPSourceIP6 - fast source of UDP packets over IPv6
 *
 * Packets are Ethernet frames of LENGTH bytes, at least 62, with IPv6 (hop limit 250) and UDP
 * headers, their IPv6 destination annotation set. Gives RATE packets a second (0: as many as are
 * asked for) until LIMIT have left (negative: for ever). After every INTERVAL packets both ports
 * go up by one.
 *
 * Example: FastUDPSourceIP6(0, -1, 62, 0:0:c0:0:0:1, 2001::1, 1, 0:0:c0:0:0:2, 2001::2, 5)
 *	-> Unqueue -> ...
 * See also: FastUDPSource
 */
#include "base/checksum.h"
#include "elements/tcpudp/fast_udp_source.h"

#define IP6_AT 14U
#define UDP_AT 54U
#define HOP_LIMIT 250
#define LENGTH_MIN (UDP_AT + sizeof(struct udp_header))

struct fastudpsourceip6 {
	struct element base;
	struct fast_source fast;
	struct ether_addr src_eth, dst_eth;
	struct ip6_addr src, dst;
	struct fast_udp udp;
};
ELEMENT_SELF(struct fastudpsourceip6)
FAST_SOURCE_STATE(struct fastudpsourceip6);

static void set_anno(struct element *e, struct packet *p)
{
	memcpy(p->anno + ANNO_DST_IP, self(e)->dst.b, 16);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	fast_udp_pull(e, &self(e)->udp, b, max, set_anno);
}

static void build(struct element *e)
{
	struct fastudpsourceip6 *s = self(e);
	struct ether_header *eh = (void *)s->fast.frame;
	struct ip6_header *ip = (void *)(s->fast.frame + IP6_AT);

	memcpy(eh->dst, s->dst_eth.b, 6);
	memcpy(eh->src, s->src_eth.b, 6);
	eh->type = be16(ETHERTYPE_IP6);
	ip->flow = be32(6U << 28);
	ip->plen = be16((uint16_t)(s->fast.length - UDP_AT));
	ip->next = IP_PROTO_UDP;
	ip->hlim = HOP_LIMIT;
	memcpy(ip->src, s->src.b, 16);
	memcpy(ip->dst, s->dst.b, 16);
	s->udp.pseudo = checksum_add(s->src.b, 16, checksum_add(s->dst.b, 16, 0));
	s->udp.pseudo = checksum_fold(s->udp.pseudo) + ip->plen + be16((uint16_t)IP_PROTO_UDP);
}

static bool start(struct element *e, struct error *err)
{
	struct fastudpsourceip6 *s = self(e);

	if (!fast_source_start(e, err))
		return false;
	s->udp.at = UDP_AT;
	s->udp.left = s->udp.interval;
	build(e);
	fast_udp_header(e, &s->udp);
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	if (!fast_source_check(e, err))
		return false;
	if (self(e)->fast.length < LENGTH_MIN)
		self(e)->fast.length = LENGTH_MIN;
	return true;
}

static const struct arg args[] = {
	ARG("RATE", fast.rate, ARG_POSITIONAL | ARG_REQUIRED, "packets a second; 0: no limit"),
	ARG("LIMIT", fast.limit, ARG_POSITIONAL | ARG_REQUIRED,
	    "packets in all; negative: no limit"),
	ARG("LENGTH", fast.length, ARG_POSITIONAL | ARG_REQUIRED, "bytes of a frame, at least 62"),
	ARG("SRCETH", src_eth, ARG_POSITIONAL | ARG_REQUIRED, "Ethernet source"),
	ARG("SRCIP6", src, ARG_POSITIONAL | ARG_REQUIRED, "IPv6 source"),
	ARG("SPORT", udp.sport, ARG_POSITIONAL | ARG_REQUIRED, "UDP source port"),
	ARG("DSTETH", dst_eth, ARG_POSITIONAL | ARG_REQUIRED, "Ethernet destination"),
	ARG("DSTIP6", dst, ARG_POSITIONAL | ARG_REQUIRED, "IPv6 destination"),
	ARG("DPORT", udp.dport, ARG_POSITIONAL | ARG_REQUIRED, "UDP destination port"),
	ARG_OR("CHECKSUM", udp.checksum, ARG_POSITIONAL, "true", "give UDP checksums?"),
	ARG_OR("INTERVAL", udp.interval, ARG_POSITIONAL, "0",
	       "packets between port steps; 0: none"),
	ARG_OR("ACTIVE", fast.active, ARG_POSITIONAL, "true", "emit packets?"),
};

static const struct handler handlers[] = { FAST_SOURCE_HANDLERS };

const struct element_class fastudpsourceip6_class = {
	.name = "FastUDPSourceIP6",
	.configure = configure,
	.start = start,
	.stop = fast_source_stop,
	FAST_SOURCE_CLASS,
};
