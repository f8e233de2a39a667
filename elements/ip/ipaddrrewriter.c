/* SPDX-License-Identifier: MIT */
/*
 * IPAddrRewriter - translate source addresses of IP packets, and back
 *
 * A flow belongs to a source address, which gets another one; packets to that other address get
 * the first as destination again, and as destination annotation. Packets are looked up by source
 * first, then by destination. Input specifications are those of IPRewriter; patterns are `SADDR -':
 * with anything more, no flow can be made and the packet is dropped. Checksums of TCP and UDP are
 * updated in first fragments.
 *
 * Example: IPAddrRewriter(pattern 1.0.0.1-1.0.0.255# - 0 1, drop)
 * See also: IPAddrPairRewriter, IPRewriter
 */
#include "elements/ip/rewriter_push.h"

struct ipaddrrewriter {
	struct element base;
	struct rewriter rw;
};
ELEMENT_SELF(struct ipaddrrewriter)
REWRITER_STATE(struct ipaddrrewriter);

INLINE uint8_t key_of(const struct packet *p, struct flow_id *key)
{
	const struct ip_header *ip = packet_ip(p);

	if (packet_net_len(p) < sizeof(*ip))
		return REWRITER_NO_MAP;
	*key = (struct flow_id){ .saddr = ip->src };
	return 0;
}

INLINE void reply_key(const struct packet *p, struct flow_id *key)
{
	*key = (struct flow_id){ .daddr = packet_ip(p)->dst };
}

INLINE void apply(struct flow_pool *fp, struct flow *f, unsigned dir, struct packet *p,
		  struct rewriter_marks marks)
{
	struct ip_header *ip = packet_ip(p);

	(void)fp, (void)marks;
	if (dir == FLOW_FORWARD) {
		ip->src = f->to[FLOW_FORWARD].saddr;
	} else {
		ip->dst = f->to[FLOW_REPLY].daddr;
		anno_set_dst(p, ip->dst);
	}
	ip->sum = delta_apply(ip->sum, f->delta[dir].ip);
	if (ip_first_fragment(ip))
		rewriter_apply_sum(p, ip->proto, f->delta[dir].l4);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	static const struct rewriter_way way = {
		.key = key_of,
		.other_key = reply_key,
		.apply = apply,
	};

	rewriter_run(e, port, b, &way);
}

static bool accepts(const struct flow_id *to)
{
	return to->sport == 0 && to->daddr == 0 && to->dport == 0;
}

/* The sources only, which are 0 in replies. */
static void text(const struct rewriter *rw, const struct flow *f, unsigned dir, struct text *out)
{
	(void)rw;
	print_ip(out, flow_key(f, dir).saddr);
	text_add(out, " => ");
	print_ip(out, f->to[dir].saddr);
}

static uint32_t find_reply(const struct rewriter *rw, const struct flow_id *key, struct flow_id *to)
{
	struct flow_id half = { .daddr = key->daddr };
	uint32_t ref = flow_map_get(&rw->map[0], &half);

	*to = *key;
	if (ref == 0) {
		half = (struct flow_id){ .saddr = key->saddr };
		ref = flow_map_get(&rw->map[0], &half);
	}
	if (ref != 0 && (ref & 1) == FLOW_REPLY)
		to->daddr = flow_of(rw->pool, ref)->to[FLOW_REPLY].daddr;
	else if (ref != 0)
		to->saddr = flow_of(rw->pool, ref)->to[FLOW_FORWARD].saddr;
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

const struct element_class ipaddrrewriter_class = {
	.name = "IPAddrRewriter",
	REWRITER_CLASS,
};
