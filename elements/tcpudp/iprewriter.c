/* SPDX-License-Identifier: MIT */
/*
 * IPRewriter - translate addresses and ports of TCP and UDP packets
 *
 * A packet that belongs to a known flow, in either direction and from whatever input, is rewritten
 * as the flow says and leaves by the flow's output. What happens to others is said by one INPUTSPEC
 * for each input: `drop'; `pass [OUTPUT]', unchanged; `keep FOUTPUT ROUTPUT', a flow that changes
 * nothing; `pattern SADDR SPORT DADDR DPORT FOUTPUT ROUTPUT', a flow whose packets get the pattern's
 * addresses and ports (`-': unchanged; SADDR or SPORT may be a range, ending in `#' to take values
 * in sequence, in `?' at random), or `pattern NAME FOUTPUT ROUTPUT', one of IPRewriterPatterns; or
 * the name of a mapper. Replies leave by ROUTPUT. TCP and UDP have separate tables. Packets of other
 * protocols and later fragments have no flows: they pass at an input of `pass', else are dropped.
 *
 * Flows live on for a while after their last packet: TCP_TIMEOUT, or TCP_DONE_TIMEOUT after FINs
 * both ways or an RST, or TCP_NODATA_TIMEOUT when data did not flow both ways; UDP_TIMEOUT, or
 * UDP_STREAMING_TIMEOUT after three packets and an answer. When there are more than CAPACITY, the one
 * nearest to its end goes, but none that had a packet within TCP_GUARANTEE or UDP_GUARANTEE.
 *
 * Example: IPRewriter(pattern 1.0.0.1 1024-65535 - - 0 1, drop)	-- source NAT
 * See also: TCPRewriter, UDPRewriter, IPAddrRewriter, ICMPRewriter, ICMPPingRewriter,
 *	IPRewriterPatterns, RoundRobinIPMapper, FTPPortMapper
 */
#include "elements/ip/rewriter_l4.h"

struct iprewriter {
	struct element base;
	struct rewriter rw;
};
ELEMENT_SELF(struct iprewriter)
REWRITER_STATE(struct iprewriter);

enum { MAP_TCP, MAP_UDP };

INLINE uint8_t key_of(const struct packet *p, struct flow_id *key)
{
	uint8_t proto;

	if (!rewriter_l4_key(p, key))
		return REWRITER_NO_MAP;
	proto = packet_ip(p)->proto;
	return proto == IP_PROTO_UDP ? MAP_UDP : proto == IP_PROTO_TCP ? MAP_TCP : REWRITER_NO_MAP;
}

INLINE void apply(struct flow_pool *fp, struct flow *f, unsigned dir, struct packet *p,
		  struct rewriter_marks marks)
{
	if (f->map == MAP_TCP)
		rewriter_apply_tcp(fp, f, dir, p, marks);
	else
		rewriter_apply_udp(fp, f, dir, p, marks);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	static const struct rewriter_way way = { .key = key_of, .apply = apply };

	rewriter_run(e, port, b, &way);
}

static uint32_t timeout(const struct rewriter *rw, const struct flow *f)
{
	return f->map == MAP_TCP ? rewriter_tcp_timeout(&rw->times[MAP_TCP], f->state)
				 : rewriter_udp_timeout(&rw->times[MAP_UDP], f->state);
}

static int map_of(uint8_t proto)
{
	return proto == IP_PROTO_TCP ? MAP_TCP : proto == IP_PROTO_UDP ? MAP_UDP : -1;
}

static const struct rewriter_ops ops = {
	.nmaps = 2,
	.timeout = timeout,
	.text = rewriter_l4_text,
	.map_of = map_of,
};

static bool configure(struct element *e, struct error *err)
{
	struct rewriter_times *udp = &self(e)->rw.times[MAP_UDP];

	if (!arg_given(e, "UDP_STREAMING_TIMEOUT"))
		udp->streaming = udp->timeout;
	return rewriter_configure(e, &ops, err);
}

static const struct arg args[] = {
	REWRITER_TCP_ARGS,
	ARG_OR("UDP_TIMEOUT", rw.times[1].timeout, 0, "300", "UDP flows without traffic"),
	ARG("UDP_STREAMING_TIMEOUT", rw.times[1].streaming, 0,
	    "UDP flows that had three packets and a reply; default UDP_TIMEOUT"),
	ARG_OR("UDP_GUARANTEE", rw.times[1].guarantee, 0, "5",
	       "time for which UDP flows cannot be displaced"),
	REWRITER_DST_ANNO_ARG,
	REWRITER_ARGS,
};

static const struct handler handlers[] = {
	REWRITER_HANDLERS,
	READ("tcp_table", rewriter_read_table0, "the TCP flows, a line for each direction"),
	READ("udp_table", rewriter_read_table1, "the UDP flows, a line for each direction"),
	REWRITER_DEPRECATED_READ("tcp_mappings", rewriter_read_table0, "the same as tcp_table"),
	REWRITER_DEPRECATED_READ("udp_mappings", rewriter_read_table1, "the same as udp_table"),
	CALL("tcp_lookup", rewriter_call_lookup, H_READ | H_PARAM,
	     "what the TCP flow `SADDR SPORT DADDR DPORT' becomes"),
};

const struct element_class iprewriter_class = {
	.name = "IPRewriter",
	REWRITER_CLASS,
};
