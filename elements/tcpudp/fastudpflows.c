/* SPDX-License-Identifier: MIT */
/*
 * FastUDPFlows - fast source of packets of many UDP flows
 *
 * Each packet belongs to a random one of FLOWS flows, which differ in their ports; after FLOWSIZE
 * packets a flow takes new random ports. Packets are Ethernet frames of LENGTH bytes, at least 60,
 * with IPv4 and UDP headers, their destination annotation set. Gives RATE packets a second (0: as
 * many as are asked for) until LIMIT have left (negative: for ever).
 *
 * Example: FastUDPFlows(0, -1, 64, 0:0:c0:0:0:1, 10.0.0.2, 0:0:c0:0:0:2, 11.0.2.3, 100, 10)
 *	-> Unqueue -> ...
 * See also: FastTCPFlows, FastUDPSource
 */
#include "base/checksum.h"
#include "elements/tcpudp/fast_source.h"

#define UDP_AT 34U

struct flow {
	uint16_t sport, dport, sum; /* as in packets */
	uint32_t left;              /* packets until new ports */
};

struct fastudpflows {
	struct element base;
	struct fast_source fast;
	struct fast_address src, dst;
	uint32_t flows, flowsize;
	int32_t length;
	bool checksum;
	uint32_t sum; /* over all but the ports */
	struct flow *flow;
};
ELEMENT_SELF(struct fastudpflows)
FAST_SOURCE_STATE(struct fastudpflows);

static void new_ports(struct element *e, struct flow *f)
{
	const struct fastudpflows *u = self(e);
	uint16_t sum;

	f->sport = be16((uint16_t)random_below(e, 0xffff));
	f->dport = be16((uint16_t)random_below(e, 0xffff));
	f->left = u->flowsize;
	sum = (uint16_t)~checksum_fold(u->sum + f->sport + f->dport);
	f->sum = !u->checksum ? 0 : sum ? sum : 0xffff;
}

static void emit(struct element *e, struct packet *p)
{
	struct fastudpflows *u = self(e);
	struct flow *f = &u->flow[random_below(e, u->flows)];
	struct udp_header *udp = (void *)p->trans;

	udp->sport = f->sport;
	udp->dport = f->dport;
	udp->sum = f->sum;
	anno_set_dst(p, u->dst.ip.v);
	if (UNLIKELY(f->left <= 1))
		new_ports(e, f);
	else
		f->left--;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned first = b->n, n = fast_source_quota(e, max);

	(void)port;
	if (n == 0) {
		if (fast_source_at_limit(e))
			fast_source_sleep(e);
		return;
	}
	fast_source_packets(e, b, n, sizeof(struct ip_header));
	for (unsigned i = first; i < b->n; i++)
		emit(e, b->pkt[i]);
	fast_source_sent(e, b->n - first);
}

static void build(struct element *e)
{
	struct fastudpflows *u = self(e);
	struct udp_header *udp;
	uint16_t len = (uint16_t)(u->fast.length - UDP_AT);

	fast_source_ip(e, &u->src, &u->dst, IP_PROTO_UDP);
	udp = (void *)(u->fast.frame + UDP_AT);
	udp->len = be16(len);
	u->sum = checksum_pseudo(u->src.ip.v, u->dst.ip.v, IP_PROTO_UDP, len);
	u->sum = checksum_fold(checksum_add(udp, len, u->sum));
	for (uint32_t i = 0; i < u->flows; i++)
		new_ports(e, &u->flow[i]);
}

static bool set_length(struct element *e, int32_t length, struct error *err)
{
	struct fastudpflows *u = self(e);

	u->fast.length = length < 0 ? 0 : (uint32_t)length;
	if (!fast_source_check(e, err))
		return false;
	u->length = (int32_t)u->fast.length;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	return set_length(e, self(e)->length, err);
}

static bool start(struct element *e, struct error *err)
{
	struct fastudpflows *u = self(e);

	u->flow = pool_try(router_pool(e->router), (size_t)u->flows * sizeof(*u->flow));
	if (!u->flow)
		return fail(err, "out of memory");
	if (!fast_source_start(e, err))
		return false;
	build(e);
	return true;
}

static void stop(struct element *e)
{
	fast_source_stop(e);
	pool_release(self(e)->flow);
}

static bool write_length(struct element *e, struct str value, struct error *err)
{
	uint32_t old = self(e)->fast.length;
	int32_t length;

	if (!parse_i32(value, &length, NULL))
		return fail(err, "length parameter must be integer");
	if (!set_length(e, length, err) || !fast_source_frame(e, err)) {
		self(e)->fast.length = old;
		return false;
	}
	build(e);
	fast_source_reset(e);
	return true;
}

static const struct arg args[] = {
	FAST_FLOWS_ARGS(length),
	ARG("FLOWSIZE", flowsize, ARG_POSITIONAL | ARG_REQUIRED, "packets of a flow"),
	ARG_OR("CHECKSUM", checksum, ARG_POSITIONAL, "true", "give UDP checksums?"),
	ARG_OR("ACTIVE", fast.active, ARG_POSITIONAL, "true", "emit packets?"),
};

static const struct handler handlers[] = {
	FAST_SOURCE_HANDLERS,
	FIELD_WRITE("length", length, write_length, 0,
		    "the LENGTH argument; a write rebuilds the flows and clears the count"),
};

const struct element_class fastudpflows_class = {
	.name = "FastUDPFlows",
	.configure = configure,
	.start = start,
	.stop = stop,
	FAST_SOURCE_CLASS,
};
