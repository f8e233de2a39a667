/* SPDX-License-Identifier: MIT */
/*
 * FastTCPFlows - fast source of packets of many TCP flows
 *
 * Each packet belongs to a random one of FLOWS flows. A flow sends a SYN, FLOWSIZE - 2 data packets
 * and a FIN, then starts again from new random ports. Packets are Ethernet frames of LENGTH bytes,
 * at least 60, with IPv4 and TCP headers, their destination annotation set. Gives RATE packets a
 * second (0: as many as are asked for); after LIMIT packets (negative: never) come the FINs of
 * the flows not yet finished, then nothing.
 *
 * Example: FastTCPFlows(0, -1, 64, 0:0:c0:0:0:1, 10.0.0.2, 0:0:c0:0:0:2, 11.0.2.3, 100, 10)
 *	-> Unqueue -> ...
 * See also: FastUDPFlows
 */
#include "base/checksum.h"
#include "elements/tcpudp/fast_source.h"

#define TCP_AT 34U
#define FLOWSIZE_MIN 3

struct flow {
	uint16_t sport, dport; /* as in packets */
	uint32_t seq, ack;
	uint16_t sum;  /* of all but the flags, folded */
	uint32_t sent; /* packets since the last new ports */
};

struct fasttcpflows {
	struct element base;
	struct fast_source fast;
	struct fast_address src, dst;
	uint32_t flows, flowsize;
	uint32_t closing; /* at the limit: flows before this one have been finished */
	uint16_t sum;     /* over all that is the same in every packet */
	struct flow *flow;
};
ELEMENT_SELF(struct fasttcpflows)
FAST_SOURCE_STATE(struct fasttcpflows);

static uint32_t add_word(uint32_t sum, uint32_t word)
{
	return sum + (word & 0xffff) + (word >> 16);
}

static void restart(struct element *e, struct flow *f)
{
	f->sport = be16((uint16_t)random_below(e, 0xffff));
	f->dport = be16((uint16_t)random_below(e, 0xffff));
	f->seq = random_u32(e);
	f->ack = random_u32(e);
	f->sum = checksum_fold(
		add_word(add_word((uint32_t)self(e)->sum + f->sport + f->dport, f->seq), f->ack));
	f->sent = 0;
}

static void fill(struct element *e, struct flow *f, struct packet *p, uint8_t flags)
{
	struct tcp_header *tcp = (void *)p->trans;

	tcp->sport = f->sport;
	tcp->dport = f->dport;
	tcp->seq = f->seq;
	tcp->ack = f->ack;
	tcp->flags = flags;
	tcp->sum = (uint16_t)~checksum_fold((uint32_t)f->sum + be16((uint16_t)flags));
	anno_set_dst(p, self(e)->dst.ip.v);
}

static void emit(struct element *e, struct packet *p)
{
	struct fasttcpflows *t = self(e);
	struct flow *f = &t->flow[random_below(e, t->flows)];
	uint8_t flags = TCP_PUSH | TCP_ACK;

	if (f->sent == t->flowsize)
		restart(e, f);
	if (++f->sent == 1)
		flags = TCP_SYN;
	else if (f->sent == t->flowsize)
		flags = TCP_FIN;
	fill(e, f, p, flags);
}

static struct flow *next_unfinished(struct fasttcpflows *t)
{
	while (t->closing < t->flows) {
		struct flow *f = &t->flow[t->closing++];

		if (f->sent != t->flowsize)
			return f;
	}
	return NULL;
}

/* The FINs behind the limit, which count as packets too. */
static void close_flows(struct element *e, struct batch *b, unsigned max)
{
	struct fasttcpflows *t = self(e);
	struct flow *f;
	unsigned at;

	while (max-- != 0) {
		f = next_unfinished(t);
		if (!f) {
			fast_source_sleep(e);
			return;
		}
		at = b->n;
		f->sent = t->flowsize;
		fast_source_packets(e, b, 1, sizeof(struct ip_header));
		if (b->n == at)
			return;
		fill(e, f, b->pkt[at], TCP_FIN);
		t->fast.count++;
	}
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned first = b->n, n = fast_source_quota(e, max);

	(void)port;
	if (n != 0) {
		fast_source_packets(e, b, n, sizeof(struct ip_header));
		for (unsigned i = first; i < b->n; i++)
			emit(e, b->pkt[i]);
		fast_source_sent(e, b->n - first);
		self(e)->closing = 0;
	} else if (self(e)->fast.active && fast_source_at_limit(e)) {
		close_flows(e, b, max);
	}
}

static void build(struct element *e)
{
	struct fasttcpflows *t = self(e);
	struct tcp_header *tcp = (void *)(t->fast.frame + TCP_AT);
	uint16_t len = (uint16_t)(t->fast.length - TCP_AT);
	uint32_t sum;

	fast_source_ip(e, &t->src, &t->dst, IP_PROTO_TCP);
	tcp->off = sizeof(*tcp) << 2;
	tcp->win = 0xffff;
	sum = checksum_pseudo(t->src.ip.v, t->dst.ip.v, IP_PROTO_TCP, len);
	t->sum = checksum_fold(checksum_add(tcp, len, sum));
	for (uint32_t i = 0; i < t->flows; i++)
		restart(e, &t->flow[i]);
}

static bool configure(struct element *e, struct error *err)
{
	if (!fast_source_check(e, err))
		return false;
	if (self(e)->flowsize < FLOWSIZE_MIN) {
		chatter(e, "warning: flow size < %d, defaulting to %d", FLOWSIZE_MIN, FLOWSIZE_MIN);
		self(e)->flowsize = FLOWSIZE_MIN;
	}
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct fasttcpflows *t = self(e);

	t->flow = pool_try(router_pool(e->router), (size_t)t->flows * sizeof(*t->flow));
	if (!t->flow)
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

static const struct arg args[] = {
	FAST_FLOWS_ARGS(fast.length),
	ARG("FLOWSIZE", flowsize, ARG_POSITIONAL | ARG_REQUIRED, "packets of a flow, at least 3"),
	ARG_OR("ACTIVE", fast.active, ARG_POSITIONAL, "true", "emit packets?"),
};

static const struct handler handlers[] = { FAST_SOURCE_HANDLERS };

const struct element_class fasttcpflows_class = {
	.name = "FastTCPFlows",
	.configure = configure,
	.start = start,
	.stop = stop,
	FAST_SOURCE_CLASS,
};
