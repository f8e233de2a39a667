/* SPDX-License-Identifier: MIT */
/*
 * UDPRewriter - translate addresses and ports of UDP packets
 *
 * Works like IPRewriter, with one table and one set of times for all of UDP, TCP and DCCP, whose
 * ports it translates alike. Other packets pass at an input of `pass', else are dropped.
 *
 * Example: UDPRewriter(pattern 1.0.0.1 1024-65535 - - 0 1, drop)
 * See also: IPRewriter, TCPRewriter
 */
#include "elements/ip/rewriter_l4.h"

struct udprewriter {
	struct element base;
	struct rewriter rw;
};
ELEMENT_SELF(struct udprewriter)
REWRITER_STATE(struct udprewriter);

static int map_of(uint8_t proto)
{
	return proto == IP_PROTO_UDP || proto == IP_PROTO_TCP || proto == IP_PROTO_DCCP ? 0 : -1;
}

INLINE uint8_t key_of(const struct packet *p, struct flow_id *key)
{
	return rewriter_l4_key(p, key) && map_of(packet_ip(p)->proto) == 0 ? 0 : REWRITER_NO_MAP;
}

INLINE void apply(struct flow_pool *fp, struct flow *f, unsigned dir, struct packet *p,
		  struct rewriter_marks marks)
{
	rewriter_apply_ip(f, dir, p, marks);
	rewriter_apply_ports(f, dir, p);
	rewriter_apply_sum(p, packet_ip(p)->proto, f->delta[dir].l4);
	flow_set_state(fp, f, udp_state(f->state, dir));
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	static const struct rewriter_way way = { .key = key_of, .apply = apply };

	rewriter_run(e, port, b, &way);
}

static uint32_t timeout(const struct rewriter *rw, const struct flow *f)
{
	return rewriter_udp_timeout(&rw->times[0], f->state);
}

static bool configure(struct element *e, struct error *err)
{
	static const struct rewriter_ops ops = {
		.nmaps = 1,
		.timeout = timeout,
		.text = rewriter_l4_text,
		.map_of = map_of,
	};
	struct rewriter_times *t = &self(e)->rw.times[0];

	if (!arg_given(e, "STREAMING_TIMEOUT") && !arg_given(e, "UDP_STREAMING_TIMEOUT"))
		t->streaming = t->timeout;
	return rewriter_configure(e, &ops, err);
}

static const struct arg args[] = {
	ARG_OR("TIMEOUT", rw.times[0].timeout, 0, "300", "flows without traffic"),
	ARG("UDP_TIMEOUT", rw.times[0].timeout, 0, "the same as TIMEOUT"),
	ARG("STREAMING_TIMEOUT", rw.times[0].streaming, 0,
	    "flows that had three packets and a reply; default TIMEOUT"),
	ARG("UDP_STREAMING_TIMEOUT", rw.times[0].streaming, 0, "the same as STREAMING_TIMEOUT"),
	ARG_OR("GUARANTEE", rw.times[0].guarantee, 0, "5",
	       "time for which flows cannot be displaced"),
	ARG("UDP_GUARANTEE", rw.times[0].guarantee, 0, "the same as GUARANTEE"),
	REWRITER_DST_ANNO_ARG,
	REWRITER_ARGS,
};

static const struct handler handlers[] = { REWRITER_HANDLERS, REWRITER_TABLE_HANDLERS };

const struct element_class udprewriter_class = {
	.name = "UDPRewriter",
	REWRITER_CLASS,
};
