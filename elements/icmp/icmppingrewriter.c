/* SPDX-License-Identifier: MIT */
/*
 * ICMPPingRewriter - translate addresses and identifiers of pings
 *
 * Works like IPRewriter for ICMP echo requests and their replies, with the identifier in the place
 * of the source port. Other packets, later fragments and replies to no known request pass at an
 * input of `pass', else are dropped.
 *
 * Example: ICMPPingRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop)
 * See also: IPRewriter, ICMPRewriter
 */
#include "base/checksum.h"
#include "elements/ip/rewriter_push.h"

#define ICMP_HEAD 6U /* with the identifier */

struct icmppingrewriter {
	struct element base;
	struct rewriter rw;
};
ELEMENT_SELF(struct icmppingrewriter)
REWRITER_STATE(struct icmppingrewriter);

static struct icmp_header *icmp_of(const struct packet *p)
{
	return (struct icmp_header *)p->trans;
}

/* The identifier is one port, it plus one (as it lies in memory) the other: so that requests and
 * replies between the same hosts differ. */
static uint16_t plus_one(uint16_t id)
{
	return (uint16_t)(id + 1);
}

INLINE uint8_t key_of(const struct packet *p, struct flow_id *key)
{
	const struct ip_header *ip = packet_ip(p);
	uint16_t id;

	if (!rewriter_has(p, ICMP_HEAD) || !ip_first_fragment(ip) || ip->proto != IP_PROTO_ICMP)
		return REWRITER_NO_MAP;
	id = icmp_of(p)->echo.id;
	if (icmp_of(p)->type == ICMP_ECHO)
		*key = (struct flow_id){ ip->src, ip->dst, id, plus_one(id) };
	else if (icmp_of(p)->type == ICMP_ECHO_REPLY)
		*key = (struct flow_id){ ip->src, ip->dst, plus_one(id), id };
	else
		return REWRITER_NO_MAP;
	return 0;
}

INLINE bool opens(const struct packet *p)
{
	return icmp_of(p)->type == ICMP_ECHO;
}

static void complete(struct flow_id *to)
{
	to->dport = plus_one(to->sport);
}

/* The sum is one of the two zeroes of one's complement: it is 0xffff when all that it sums is 0. */
static uint16_t right_zero(const struct packet *p)
{
	uint32_t n = packet_trans_len(p);

	for (uint32_t i = 0; i < n; i++)
		if (p->trans[i] != 0 && i != 2 && i != 3)
			return 0;
	return 0xffff;
}

INLINE void apply(struct flow_pool *fp, struct flow *f, unsigned dir, struct packet *p,
		  struct rewriter_marks marks)
{
	struct icmp_header *icmp = icmp_of(p);
	const struct flow_id *to = &f->to[dir];
	uint16_t id = icmp->type == ICMP_ECHO ? to->sport : to->dport;

	(void)fp;
	rewriter_apply_ip(f, dir, p, marks);
	icmp->sum = checksum_update(icmp->sum, icmp->echo.id, id);
	icmp->echo.id = id;
	if (icmp->sum == 0 || icmp->sum == 0xffff)
		icmp->sum = right_zero(p);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	static const struct rewriter_way way = { .key = key_of, .opens = opens, .apply = apply };

	rewriter_run(e, port, b, &way);
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
		text_add(out, ", %u)", be16(id[i]->sport));
	}
}

static int map_of(uint8_t proto)
{
	return proto == IP_PROTO_ICMP ? 0 : -1;
}

static bool configure(struct element *e, struct error *err)
{
	static const struct rewriter_ops ops = {
		.nmaps = 1,
		.timeout = rewriter_plain_timeout,
		.complete = complete,
		.text = text,
		.map_of = map_of,
	};

	return rewriter_configure(e, &ops, err);
}

static const struct arg args[] = {
	REWRITER_DST_ANNO_ARG,
	REWRITER_TIMEOUT_ARGS("300"),
	REWRITER_ARGS,
};

static const struct handler handlers[] = { REWRITER_HANDLERS, REWRITER_TABLE_HANDLERS };

const struct element_class icmppingrewriter_class = {
	.name = "ICMPPingRewriter",
	REWRITER_CLASS,
};
