/* SPDX-License-Identifier: MIT */
/*
 * ICMPError - make ICMP errors about packets
 *
 * Answers each packet, which is dropped, with an ICMP error of TYPE and CODE
 * from SRC to its source, unless RFC 1812, 4.3.2.7, or RFC 1122, 3.2.2, say
 * not to: about ICMP errors, later fragments, and packets to or from addresses
 * that are not one host's, among them BADADDRS. As much of the packet is sent
 * back as a datagram of MTU bytes holds. A source route is reversed. PMTU goes
 * into needfrag errors, the parameter problem annotation into such errors, and
 * the destination annotation, as the gateway, into redirects. With
 * SET_FIX_ANNO the error asks FixIPSrc for the right source address. The
 * packet's IP header must be marked.
 *
 * Example: ttl :: DecIPTTL; ttl[1] -> ICMPError(10.0.0.1, timeexceeded)
 * See also: DecIPTTL, FixIPSrc, IPGWOptions, IPFragmenter
 */
#include "engine/element.h"
#include "elements/icmp/icmpnames.h"
#include "elements/ip/checkip.h"
#include "elements/ip/first.h"
#include "elements/ip/ipheader.h"
#include "elements/ip/ipoptions.h"

#define ERROR_TTL 200
#define KEYWORD_ONLY UINT32_MAX /* no position */

enum { CODE_NEEDFRAG = 4, CODE_ERRORATPTR = 0 };

struct icmperror {
	struct element base;
	struct ip_addr src;
	int32_t type;
	struct raw code_text;
	uint8_t code;
	struct ip_list bad_addrs;
	uint32_t mtu, pmtu;
	bool set_fix_anno;
	struct icmperror *first; /* of the router */
	uint16_t id;             /* of the latest packet of all; in first */
};
ELEMENT_SELF(struct icmperror)

static bool parse_type(struct element *e, struct str s, struct error *err)
{
	return icmp_parse_type(e, s, &self(e)->type, err);
}

static bool is_error(int32_t type)
{
	return type == ICMP_UNREACHABLE || type == ICMP_SOURCEQUENCH || type == ICMP_REDIRECT ||
	       type == ICMP_TIMEEXCEEDED || type == ICMP_PARAMPROBLEM;
}

static bool configure(struct element *e, struct error *err)
{
	struct icmperror *c = self(e);

	if (c->type < 0 || c->type > 255)
		return fail(err, "ICMP type must be between 0 and 255");
	if (!is_error(c->type))
		return fail(err, "ICMP type %d is not an error type", c->type);
	if (!icmp_parse_code(e, c->type, c->code_text.s, &c->code))
		return fail(err, "argument 2 takes ICMP code (integer between 0 and 255)");
	return true;
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	self(e)->first = self(element_first_of_class(e));
	return true;
}

/* --- when to say nothing --- */

static bool is_unicast(const struct icmperror *c, uint32_t addr)
{
	return addr != UINT32_MAX && !ip_is_multicast(addr) && !ip_list_has(&c->bad_addrs, addr);
}

/* 0/8, 127/8 and 240/4 are no hosts. */
static bool is_host(const struct icmperror *c, uint32_t addr)
{
	uint8_t net = (uint8_t)addr; /* the first byte */

	return is_unicast(c, addr) && net != 0 && net != 127 && net < 240;
}

static bool is_icmp_error(const struct packet *p, const struct ip_header *ip)
{
	if (ip->proto != IP_PROTO_ICMP)
		return false;
	return packet_trans_len(p) < 4 || is_error(p->trans[0]);
}

/* --- source routes --- */

struct source_route { /* of the packet; len 0: none */
	uint8_t at, len;
	uint8_t option[IP_LONGEST]; /* the answer, with padding */
	uint8_t option_len;
};

/* The way back: the addresses before the pointer, last one first. */
static void reverse_route(const uint8_t *from, struct source_route *r)
{
	uint8_t n = (uint8_t)(from[2] - 1), *to = r->option;

	to[0] = from[0];
	to[1] = n;
	to[2] = 4;
	for (unsigned i = 3; i < n; i += 4)
		memcpy(to + n + 3 - i - 4, from + i, 4);
	to[n] = IP_OPT_EOL;
	r->option_len = (uint8_t)(n + 1);
}

/* Finds the first source route option that is right. */
static void find_source_route(const uint8_t *header, struct source_route *r)
{
	uint32_t hlen = ip_hlen((const struct ip_header *)header), len;

	r->len = r->option_len = 0;
	for (uint32_t i = IP_MIN_LEN; i < hlen && header[i] != IP_OPT_EOL; i += len) {
		const uint8_t *o = header + i;

		len = 1;
		if (o[0] == IP_OPT_NOP)
			continue;
		len = i + 1 < hlen ? o[1] : 0;
		if (len < 2 || i + len > hlen)
			return;
		if ((o[0] == IP_OPT_LSRR || o[0] == IP_OPT_SSRR) && len >= 3 && o[2] >= 4 &&
		    o[2] % 4 == 0 && o[2] <= len + 1) {
			r->at = (uint8_t)i;
			r->len = (uint8_t)len;
			reverse_route(o, r);
			return;
		}
	}
}

/* Is an error to be made about p? Also finds its source route. */
static bool answers(const struct icmperror *c, const struct packet *p, struct source_route *r)
{
	const struct ip_header *ip = ip_complete(p);

	if (!ip || is_icmp_error(p, ip) || !is_unicast(c, ip->dst) || p->type == PACKET_BROADCAST ||
	    p->type == PACKET_MULTICAST || !is_host(c, ip->src) || !ip_first_fragment(ip))
		return false;
	find_source_route(p->net, r);
	return c->type != ICMP_REDIRECT || r->len == 0;
}

/* --- the error --- */

static void fill_ip(struct icmperror *c, struct packet *q, uint32_t dst,
		    const struct source_route *r)
{
	struct ip_header *ip = (struct ip_header *)q->data;
	uint16_t id = __atomic_add_fetch(&c->first->id, 1, __ATOMIC_RELAXED);

	*ip = (struct ip_header){
		.vhl = (uint8_t)(0x45 + r->option_len / 4),
		.len = be16((uint16_t)q->len),
		.id = be16(id),
		.ttl = ERROR_TTL,
		.proto = IP_PROTO_ICMP,
		.src = c->src.v,
		.dst = dst,
	};
	memcpy(ip + 1, r->option, r->option_len);
	ip_set_checksum(ip);
	packet_set_ip(q, ip, ip_hlen(ip));
}

static uint32_t second_word(const struct icmperror *c, const struct packet *p)
{
	if (c->type == ICMP_PARAMPROBLEM && c->code == CODE_ERRORATPTR)
		return p->anno[ANNO_ICMP_PARAMPROB]; /* the first byte */
	if (c->type == ICMP_REDIRECT)
		return anno_dst(p);
	if (c->type == ICMP_UNREACHABLE && c->code == CODE_NEEDFRAG)
		return be32(c->pmtu & 0xffff);
	return 0;
}

static void fill_icmp(const struct icmperror *c, struct packet *q, const struct packet *p,
		      uint32_t len)
{
	struct icmp_header *icmp = (struct icmp_header *)q->trans;

	icmp->type = (uint8_t)c->type;
	icmp->code = c->code;
	icmp->sum = 0;
	icmp->word = second_word(c, p);
	memcpy(icmp + 1, p->net, len);
	icmp->sum = checksum(icmp, sizeof(*icmp) + len);
}

/* NULL when there is nothing to say, or no memory. */
static struct packet *error_about(struct icmperror *c, const struct packet *p)
{
	uint32_t hlen, len = packet_net_len(p), src;
	uint8_t problem = p->anno[ANNO_ICMP_PARAMPROB];
	struct source_route r;
	struct packet *q;

	if (!answers(c, p, &r))
		return NULL;
	if (c->type == ICMP_PARAMPROBLEM && c->code == CODE_ERRORATPTR && problem >= r.at &&
	    problem < r.at + r.len)
		r.option_len = 0;
	hlen = (uint32_t)(sizeof(struct ip_header) + sizeof(struct icmp_header)) + r.option_len;
	if (hlen + len > c->mtu)
		len = c->mtu > hlen ? c->mtu - hlen : 0;
	q = packet_new(PACKET_HEADROOM, hlen + len, 0);
	if (!q)
		return NULL;
	src = packet_ip(p)->src;
	fill_ip(c, q, src, &r);
	fill_icmp(c, q, p, len);
	anno_set_dst(q, src);
	q->anno[ANNO_FIX_IP_SRC] = c->set_fix_anno;
	q->timestamp = time_now(&c->base);
	return q;
}

static void answer(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *q = error_about(self(e), b->pkt[i]);

		packet_drop(b->pkt[i]);
		if (q)
			b->pkt[kept++] = q;
	}
	b->n = kept;
}

static void read_src(struct element *e, struct text *out)
{
	print_ip(out, self(e)->src.v);
}

static void read_mtu(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->mtu);
}

static void read_pmtu(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->pmtu);
}

static const struct arg args[] = {
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address of the errors"),
	ARG_FN("TYPE", parse_type, ARG_POSITIONAL | ARG_REQUIRED, "ICMP type, 3, 4, 5, 11 or 12"),
	ARG_OR("CODE", code_text, ARG_POSITIONAL, "0", "ICMP code"),
	ARG("BADADDRS", bad_addrs, ARG_POSITIONAL, "addresses of more than one host"),
	ARG_OR("MTU", mtu, 0, "576", "longest error"),
	ARG_OR("PMTU", pmtu, 0, "0", "the MTU that needfrag errors tell"),
	ARG_OR("SET_FIX_ANNO", set_fix_anno, 0, "true", "set the fix-IP-source annotation"),
};

static const struct handler handlers[] = {
	RECONF("src", "SRC", 0, read_src, "the SRC argument"),
	RECONF("mtu", "MTU", KEYWORD_ONLY, read_mtu, "the MTU argument"),
	RECONF("pmtu", "PMTU", KEYWORD_ONLY, read_pmtu, "the PMTU argument"),
};

const struct element_class icmperror_class = {
	.name = "ICMPError",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.start = start,
	.action = answer,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
