/* SPDX-License-Identifier: MIT */
/*
 * TCPRewriter - translate addresses and ports of TCP packets
 *
 * Works like IPRewriter, but for TCP only: other packets pass at an input of `pass', else are
 * dropped. When another element has changed the length of a connection's payload, sequence and
 * acknowledgement numbers and SACK options are corrected.
 *
 * Example: TCPRewriter(pattern 1.0.0.1 1024-65535 - - 0 1, drop)
 * See also: IPRewriter, UDPRewriter, FTPPortMapper
 */
#include "elements/ip/rewriter_l4.h"

struct tcprewriter {
	struct element base;
	struct rewriter rw;
};
ELEMENT_SELF(struct tcprewriter)
REWRITER_STATE(struct tcprewriter);

INLINE uint8_t key_of(const struct packet *p, struct flow_id *key)
{
	if (!rewriter_l4_key(p, key) || packet_ip(p)->proto != IP_PROTO_TCP)
		return REWRITER_NO_MAP;
	return 0;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	static const struct rewriter_way way = { .key = key_of, .apply = rewriter_apply_tcp };

	rewriter_run(e, port, b, &way);
}

static uint32_t timeout(const struct rewriter *rw, const struct flow *f)
{
	return rewriter_tcp_timeout(&rw->times[0], f->state);
}

static int map_of(uint8_t proto)
{
	return proto == IP_PROTO_TCP ? 0 : -1;
}

static bool configure(struct element *e, struct error *err)
{
	static const struct rewriter_ops ops = {
		.nmaps = 1,
		.timeout = timeout,
		.text = rewriter_l4_text,
		.map_of = map_of,
	};

	return rewriter_configure(e, &ops, err);
}

static const struct arg args[] = {
	REWRITER_TCP_ARGS,
	REWRITER_DST_ANNO_ARG,
	REWRITER_ARGS,
};

static const struct handler handlers[] = {
	REWRITER_HANDLERS,
	REWRITER_TABLE_HANDLERS,
	CALL("lookup", rewriter_call_lookup, H_READ | H_PARAM,
	     "what the flow `SADDR SPORT DADDR DPORT' becomes"),
};

const struct element_class tcprewriter_class = {
	.name = "TCPRewriter",
	REWRITER_CLASS,
};
