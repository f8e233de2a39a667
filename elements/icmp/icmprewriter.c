/* SPDX-License-Identifier: MIT */
/*
 * ICMPRewriter - translate ICMP errors about packets that rewriters have translated
 *
 * MAPS lists rewriters, each `NAME' or `NAME:OFFSET'. An ICMP error (unreachable, source quench,
 * redirect, time exceeded, parameter problem) holds the start of a packet; when that belongs to a
 * flow of one of the rewriters, it and the error's destination are translated as a reply of that
 * flow would be, checksums included. The error leaves on output 0, or on OFFSET plus the output of
 * replies. All other packets are dropped.
 *
 * Example: ICMPRewriter(rw ping)
 * See also: IPRewriter, ICMPPingRewriter
 */
#include "base/checksum.h"
#include "elements/ip/rewriter_push.h"
#include "engine/lang/lang.h"

#define ICMP_LEN 8U

struct icmp_map {
	struct rewriter *rw;
	int32_t offset; /* -1: output 0 */
};

struct icmprewriter {
	struct element base;
	struct raw maps_text;
	bool dst_anno, has_reply_anno;
	struct anno1 reply_anno;
	struct icmp_map *map;
	size_t nmaps, cap;
};
ELEMENT_SELF(struct icmprewriter)

/* The packet in an ICMP error, of which there may be only a part. */
struct inner {
	struct ip_header *ip;
	uint8_t *trans;
	uint32_t len; /* transport bytes */
	bool ports, echo;
	struct flow_id id;
};

struct found {
	const struct icmp_map *map;
	const struct flow *flow;
	unsigned dir;
	struct flow_id key, to; /* of a reply */
};

static bool is_error(uint8_t type)
{
	return type == ICMP_UNREACHABLE || type == ICMP_SOURCEQUENCH || type == ICMP_REDIRECT ||
	       type == ICMP_TIMEEXCEEDED || type == ICMP_PARAMPROBLEM;
}

static void find_ports(struct inner *in)
{
	const struct icmp_header *icmp = (const void *)in->trans;
	uint8_t proto = in->ip->proto;

	in->id = (struct flow_id){ in->ip->src, in->ip->dst, 0, 0 };
	if (!ip_first_fragment(in->ip) || in->len < 8)
		return;
	in->ports = proto == IP_PROTO_TCP || proto == IP_PROTO_UDP || proto == IP_PROTO_DCCP;
	in->echo = proto == IP_PROTO_ICMP && icmp->type == ICMP_ECHO;
	if (in->ports) {
		in->id.sport = load16(in->trans);
		in->id.dport = load16(in->trans + 2);
	} else if (in->echo) {
		in->id.sport = icmp->echo.id;
		in->id.dport = (uint16_t)(icmp->echo.id + 1);
	}
}

static bool find_inner(const struct packet *p, struct inner *in)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t len = packet_trans_len(p), hlen;

	if (!rewriter_has(p, ICMP_LEN + sizeof(*ip)) || ip->proto != IP_PROTO_ICMP ||
	    !ip_first_fragment(ip) || !is_error(p->trans[0]))
		return false;
	*in = (struct inner){ .ip = (struct ip_header *)(p->trans + ICMP_LEN) };
	hlen = ip_hlen(in->ip);
	if (in->ip->vhl >> 4 != 4 || hlen < sizeof(*ip) || hlen > len - ICMP_LEN)
		return false;
	in->trans = (uint8_t *)in->ip + hlen;
	in->len = len - ICMP_LEN - hlen;
	find_ports(in);
	return true;
}

static bool look_up(const struct rewriter *rw, uint8_t proto, struct found *found)
{
	uint32_t ref;

	if (rw->ops->map_of(proto) < 0)
		return false;
	ref = rw->ops->find_reply ? rw->ops->find_reply(rw, &found->key, &found->to)
				  : rewriter_find(rw, proto, &found->key);
	if (ref == 0)
		return false;
	found->flow = flow_of(rw->pool, ref);
	found->dir = ref & 1;
	if (!rw->ops->find_reply)
		found->to = found->flow->to[found->dir];
	return true;
}

static bool find_flow(const struct icmprewriter *s, const struct inner *in, struct found *found)
{
	found->key = flow_id_reverse(&in->id);
	for (size_t i = 0; i < s->nmaps; i++) {
		found->map = &s->map[i];
		if (look_up(s->map[i].rw, in->ip->proto, found))
			return true;
	}
	return false;
}

static void fix_outer(const struct icmprewriter *s, const struct found *found, struct packet *p)
{
	struct ip_header *ip = packet_ip(p);
	const struct flow_id from = { .daddr = ip->dst }, to = { .daddr = found->to.daddr };

	if (s->has_reply_anno && found->dir == FLOW_REPLY)
		p->anno[s->reply_anno.offset] = found->flow->anno;
	if (ip->dst != found->key.daddr)
		return;
	ip->dst = to.daddr;
	ip->sum = delta_apply(ip->sum, flow_sum(&from, &to, FLOW_ADDRESSES));
	if (s->dst_anno)
		anno_set_dst(p, ip->dst);
}

/* Sets one of the inner packet's checksums, and the outer one that covers it. */
static void set_sum(struct icmp_header *icmp, uint16_t old, uint16_t sum, void *at)
{
	store16(at, sum);
	icmp->sum = checksum_update(icmp->sum, old, sum);
}

static void fix_inner_ports(struct icmp_header *icmp, const struct inner *in,
			    const struct flow_id *to)
{
	uint16_t delta = flow_sum(&in->id, to, sizeof(*to));
	uint8_t *tcp_sum = in->trans + offsetof(struct tcp_header, sum);
	uint8_t *udp_sum = in->trans + offsetof(struct udp_header, sum);

	memcpy(in->trans, &to->sport, 4);
	icmp->sum = delta_apply(icmp->sum, delta);
	if (in->ip->proto == IP_PROTO_TCP && in->len >= 18)
		set_sum(icmp, load16(tcp_sum), delta_apply(load16(tcp_sum), delta), tcp_sum);
	else if (in->ip->proto == IP_PROTO_UDP)
		set_sum(icmp, load16(udp_sum), delta_apply_udp(load16(udp_sum), delta), udp_sum);
}

static void fix_inner_echo(struct icmp_header *icmp, const struct inner *in,
			   const struct flow_id *to)
{
	struct icmp_header *echo = (struct icmp_header *)in->trans;
	uint16_t old = echo->sum, sum = checksum_update(old, in->id.sport, to->sport);

	icmp->sum = delta_apply(icmp->sum, flow_sum(&in->id, to, FLOW_ADDRESSES));
	icmp->sum = checksum_update(icmp->sum, echo->echo.id, to->sport);
	echo->echo.id = to->sport;
	set_sum(icmp, old, sum, &echo->sum);
}

static void fix_inner(struct packet *p, const struct inner *in, const struct found *found)
{
	struct icmp_header *icmp = (struct icmp_header *)p->trans;
	const struct flow_id to = flow_id_reverse(&found->to);
	uint16_t delta = flow_sum(&in->id, &to, FLOW_ADDRESSES);

	in->ip->src = to.saddr;
	in->ip->dst = to.daddr;
	set_sum(icmp, in->ip->sum, delta_apply(in->ip->sum, delta), &in->ip->sum);
	if (in->ports)
		fix_inner_ports(icmp, in, &to);
	else if (in->echo)
		fix_inner_echo(icmp, in, &to);
	else
		icmp->sum = delta_apply(icmp->sum, delta);
}

static uint16_t rewrite(const struct icmprewriter *s, struct packet *p)
{
	struct found found;
	struct inner in;

	if (!packet_writable(p) || !find_inner(p, &in) || !find_flow(s, &in, &found))
		return PORT_DROP;
	fix_outer(s, &found, p);
	fix_inner(p, &in, &found);
	if (found.map->offset < 0)
		return 0;
	return (uint16_t)(found.map->offset + found.flow->out[found.dir]);
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = rewrite(self(e), b->pkt[i]);
}

/* NAME or NAME:OFFSET */
static bool add_map(struct element *e, struct str word, struct error *err)
{
	struct icmprewriter *s = self(e);
	struct str name = str_first(word, str_find(word, ':'));
	struct element *other = element_find(e, name);
	struct icmp_map map = { .rw = other ? rewriter_cast(other) : NULL, .offset = -1 };
	int64_t offset;

	if (!map.rw)
		return fail(err, "%.*s not an IP rewriter", STR(name));
	if (name.n < word.n) {
		if (!parse_int(str_from(word, name.n + 1), 0, INT16_MAX, &offset, NULL))
			return fail(err, "%.*s not an IP rewriter", STR(word));
		if (offset >= e->nout)
			return fail(err, "%.*s port offset requires more than %u output%s",
				    STR(name), e->nout, e->nout == 1 ? "" : "s");
		map.offset = (int32_t)offset;
	}
	s->map = pool_grow(e->conf, s->map, s->nmaps, &s->cap, sizeof(*s->map));
	s->map[s->nmaps++] = map;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct icmprewriter *s = self(e);
	struct str_list words = { NULL, 0, 0 };
	bool ok = true;

	s->has_reply_anno = arg_given(e, "REPLY_ANNO");
	conf_words(e->conf, s->maps_text.s, &words);
	for (size_t i = 0; i < words.n; i++)
		ok &= add_map(e, words.v[i], err);
	if (ok && s->nmaps == 0)
		return fail(err, "no IP rewriters supplied");
	return ok;
}

static const struct arg args[] = {
	ARG("MAPS", maps_text, ARG_POSITIONAL | ARG_REQUIRED, "rewriters, as NAME or NAME:OFFSET"),
	ARG_OR("DST_ANNO", dst_anno, 0, "true", "set the destination annotation?"),
	ARG("REPLY_ANNO", reply_anno, 0, "annotation that replies get from a flow's first packet"),
};

const struct element_class icmprewriter_class = {
	.name = "ICMPRewriter",
	.ports = "1/1-",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.phase = PHASE_AFTER_DEFAULT,
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
};
