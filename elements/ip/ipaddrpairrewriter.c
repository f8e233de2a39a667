/* SPDX-License-Identifier: MIT */
/*
 * IPAddrPairRewriter - translate addresses of IP packets, by pairs of addresses
 *
 * A flow is all that goes between two addresses. Input specifications are those of IPRewriter;
 * patterns are `SADDR DADDR': with ports, no flow can be made and the packet is dropped. The
 * destination annotation is set to the new destination. Checksums of TCP and UDP are updated in
 * first fragments.
 *
 * Example: IPAddrPairRewriter(pattern 1.0.0.1-1.0.0.255# - 0 1, drop)
 * See also: IPAddrRewriter, IPRewriter
 */
#include "elements/ip/rewriter_push.h"

struct ipaddrpairrewriter {
	struct element base;
	struct rewriter rw;
};
ELEMENT_SELF(struct ipaddrpairrewriter)
REWRITER_STATE(struct ipaddrpairrewriter);

INLINE uint8_t key_of(const struct packet *p, struct flow_id *key)
{
	const struct ip_header *ip = packet_ip(p);

	if (packet_net_len(p) < sizeof(*ip))
		return REWRITER_NO_MAP;
	*key = (struct flow_id){ ip->src, ip->dst, 0, 0 };
	return 0;
}

INLINE void apply(struct flow_pool *fp, struct flow *f, unsigned dir, struct packet *p,
		  struct rewriter_marks marks)
{
	const struct ip_header *ip = packet_ip(p);

	(void)fp;
	rewriter_apply_ip(f, dir, p, marks);
	anno_set_dst(p, f->to[dir].daddr);
	if (ip_first_fragment(ip))
		rewriter_apply_sum(p, ip->proto, f->delta[dir].l4);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	static const struct rewriter_way way = { .key = key_of, .apply = apply };

	rewriter_run(e, port, b, &way);
}

static bool accepts(const struct flow_id *to)
{
	return to->sport == 0 && to->dport == 0;
}

static void text(const struct rewriter *rw, const struct flow *f, unsigned dir, struct text *out)
{
	const struct flow_id key = flow_key(f, dir);
	const struct flow_id *id[2] = { &key, &f->to[dir] };

	(void)rw;
	for (unsigned i = 0; i < 2; i++) {
		text_add(out, i ? " => (" : "(");
		print_ip(out, id[i]->saddr);
		text_add(out, ", ");
		print_ip(out, id[i]->daddr);
		text_char(out, ')');
	}
}

static uint32_t find_reply(const struct rewriter *rw, const struct flow_id *key, struct flow_id *to)
{
	const struct flow_id pair = { key->saddr, key->daddr, 0, 0 };
	uint32_t ref = flow_map_get(&rw->map[0], &pair);

	if (ref != 0) {
		*to = flow_of(rw->pool, ref)->to[ref & 1];
		to->sport = key->sport;
		to->dport = key->dport;
	}
	return ref;
}

static bool configure(struct element *e, struct error *err)
{
	static const struct rewriter_ops ops = {
		.nmaps = 1,
		.timeout = rewriter_plain_timeout,
		.accepts = accepts,
		.text = text,
		.map_of = rewriter_any_proto,
		.find_reply = find_reply,
	};

	return rewriter_configure(e, &ops, err);
}

static const struct arg args[] = { REWRITER_TIMEOUT_ARGS("7200"), REWRITER_ARGS };

static const struct handler handlers[] = { REWRITER_HANDLERS, REWRITER_TABLE_HANDLERS };

const struct element_class ipaddrpairrewriter_class = {
	.name = "IPAddrPairRewriter",
	REWRITER_CLASS,
};
