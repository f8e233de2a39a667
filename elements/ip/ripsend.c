/* SPDX-License-Identifier: MIT */
/*
 * RIPSend - advertise a route in RIPv2 packets
 *
 * Makes a packet from SRC to DST with a RIP version 2 response (RFC 2453) for
 * PREFIX at METRIC, SRC being the next hop: three seconds after the start and
 * every 30 seconds from then on.
 *
 * Example: RIPSend(10.0.0.1, 224.0.0.9, 10.1.0.0/16, 1) -> IPEncap
 * See also: RadixIPLookup
 */
#include "base/checksum.h"
#include "base/net.h"
#include "engine/element.h"

#define FIRST_DELAY (3 * NS_PER_SEC)
#define INTERVAL (30 * NS_PER_SEC)
#define RIP_PORT 520

struct ripsend {
	struct element base;
	struct ip_addr src, dst;
	struct ip_prefix prefix;
	int32_t metric;
	struct timer timer;
};
ELEMENT_SELF(struct ripsend)

struct rip_packet { /* RFC 2453, section 4, with one route */
	struct ip_header ip;
	struct udp_header udp;
	uint8_t command, version;
	uint16_t unused;
	uint16_t family, tag;
	uint32_t addr, mask, next_hop, metric;
} PACKED;

_Static_assert(sizeof(struct rip_packet) == 52, "RIP packet layout");

static void fill(const struct ripsend *s, struct rip_packet *r)
{
	uint16_t len = sizeof(*r) - sizeof(r->ip);

	*r = (struct rip_packet){
		.ip = { .vhl = 0x45,
			.len = be16(sizeof(*r)),
			.ttl = 200,
			.proto = IP_PROTO_UDP,
			.src = s->src.v,
			.dst = s->dst.v },
		.udp = { .sport = be16(RIP_PORT), .dport = be16(RIP_PORT), .len = be16(len) },
		.command = 2,
		.version = 2,
		.family = be16(2),
		.addr = s->prefix.addr & s->prefix.mask,
		.mask = s->prefix.mask,
		.next_hop = s->src.v,
		.metric = be32((uint32_t)s->metric),
	};
	r->ip.sum = checksum_ip(&r->ip, sizeof(r->ip));
	r->udp.sum = (uint16_t)~checksum_fold(
		checksum_add(&r->udp, len, checksum_pseudo(s->src.v, s->dst.v, IP_PROTO_UDP, len)));
}

static void send(struct element *e, struct timer *t)
{
	struct packet *p = packet_new(PACKET_HEADROOM, sizeof(struct rip_packet), 0);

	timer_again(t, INTERVAL);
	if (!p)
		return;
	fill(self(e), (struct rip_packet *)p->data);
	packet_set_ip(p, p->data, sizeof(struct ip_header));
	output_push_packet(e, 0, p);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	timer_init(&self(e)->timer, e, send);
	timer_after(&self(e)->timer, FIRST_DELAY);
	return true;
}

static void stop(struct element *e)
{
	timer_cancel(&self(e)->timer);
}

static const struct arg args[] = {
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address and next hop"),
	ARG("DST", dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
	ARG("PREFIX", prefix, ARG_POSITIONAL | ARG_REQUIRED, "the route's addresses"),
	ARG("METRIC", metric, ARG_POSITIONAL | ARG_REQUIRED, "the route's metric"),
};

const struct element_class ripsend_class = {
	.name = "RIPSend",
	.ports = "0/1",
	.processing = "h/h",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.start = start,
	.stop = stop,
	.args = TABLE(args),
};
