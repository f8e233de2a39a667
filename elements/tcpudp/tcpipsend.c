/* SPDX-License-Identifier: MIT */
/*
 * TCPIPSend - emit TCP packets on request
 *
 * Each write to the handler `send' emits packets of 40 bytes, IPv4 and TCP headers, as it says: `SRC
 * SPORT DST DPORT SEQNO ACKNO FLAGS [COUNT [STOP]]'. SRC and DST are addresses, or the integers
 * that they are in memory; FLAGS is the byte of TCP flags; with STOP true the driver is asked to
 * stop afterwards.
 *
 * Example: t :: TCPIPSend -> ...; DriverManager(write t.send 1.0.0.1 10 2.0.0.2 80 1 0 2)
 * See also: FastTCPFlows
 */
#include "base/checksum.h"
#include "base/net.h"
#include "engine/element.h"
#include "engine/lang/lang.h"

#define TTL 255
#define WINDOW 32120

struct request {
	uint32_t src, dst, seq, ack;
	uint16_t sport, dport;
	uint8_t flags;
	uint32_t count;
	bool stop;
};

struct tcpipsend {
	struct element base;
};
ELEMENT_SELF(struct tcpipsend)

/* --- the request --- */

static bool next(struct str *rest, const char *name, bool required, struct str *word,
		 struct error *err)
{
	*rest = str_trim(*rest);
	*word = conf_word(rest);
	if (word->n == 0 && required)
		return fail(err, "%s: required argument missing", name);
	return true;
}

static bool number(struct str *rest, const char *name, int64_t max, uint32_t *v, struct error *err)
{
	struct str word;
	int64_t n;
	bool ok;

	if (!next(rest, name, true, &word, err))
		return false;
	error_prefix(err, "%s: ", name);
	ok = parse_int(word, 0, max, &n, err);
	error_leave(err);
	*v = ok ? (uint32_t)n : 0;
	return ok;
}

static bool address(struct element *e, struct str *rest, const char *name, uint32_t *v,
		    struct error *err)
{
	struct str copy = *rest, word;
	struct ip_addr addr;

	if (!next(&copy, name, true, &word, err))
		return false;
	if (!parse_ip(word, e, &addr))
		return number(rest, name, UINT32_MAX, v, err);
	*rest = copy;
	*v = addr.v;
	return true;
}

static bool options(struct str *rest, struct request *r, struct error *err)
{
	struct str word;

	r->count = 1;
	r->stop = false;
	if (str_trim(*rest).n != 0 && !number(rest, "COUNT", INT32_MAX, &r->count, err))
		return false;
	(void)next(rest, "STOP", false, &word, err);
	if (word.n != 0 && !parse_bool(word, &r->stop))
		return fail(err, "STOP: parse error");
	return str_trim(*rest).n == 0 || fail(err, "too many arguments");
}

static bool parse(struct element *e, struct str s, struct request *r, struct error *err)
{
	uint32_t sport, dport, flags;

	if (!address(e, &s, "SRC", &r->src, err) || !number(&s, "SPORT", 65535, &sport, err) ||
	    !address(e, &s, "DST", &r->dst, err) || !number(&s, "DPORT", 65535, &dport, err) ||
	    !number(&s, "SEQNO", UINT32_MAX, &r->seq, err) ||
	    !number(&s, "ACKNO", UINT32_MAX, &r->ack, err) ||
	    !number(&s, "FLAGS", 255, &flags, err))
		return false;
	r->sport = (uint16_t)sport;
	r->dport = (uint16_t)dport;
	r->flags = (uint8_t)flags;
	return options(&s, r, err);
}

/* --- the packet --- */

static void fill(struct packet *p, const struct request *r)
{
	struct ip_header *ip = (struct ip_header *)p->data;
	struct tcp_header *tcp = (struct tcp_header *)(ip + 1);

	*ip = (struct ip_header){
		.vhl = 0x45,
		.len = be16((uint16_t)p->len),
		.off = be16((uint16_t)IP_DF),
		.ttl = TTL,
		.proto = IP_PROTO_TCP,
		.src = r->src,
		.dst = r->dst,
	};
	ip->sum = checksum_ip(ip, sizeof(*ip));
	*tcp = (struct tcp_header){
		.sport = be16(r->sport),
		.dport = be16(r->dport),
		.seq = be32(r->seq),
		.ack = be32(r->ack),
		.off = sizeof(*tcp) << 2,
		.flags = r->flags,
		.win = be16((uint16_t)WINDOW),
	};
	tcp->sum = (uint16_t)~checksum_fold(checksum_add(
		tcp, sizeof(*tcp), checksum_pseudo(r->src, r->dst, IP_PROTO_TCP, sizeof(*tcp))));
	packet_set_ip(p, ip, sizeof(*ip));
	anno_set_dst(p, r->dst);
}

static bool send(struct element *e, struct str value, struct error *err)
{
	struct request r;
	struct packet *p;

	if (!parse(e, value, &r, err))
		return false;
	for (uint32_t i = 0; i < r.count; i++) {
		p = packet_new(PACKET_HEADROOM,
			       sizeof(struct ip_header) + sizeof(struct tcp_header), 0);
		if (!p)
			break;
		fill(p, &r);
		output_push_packet(e, 0, p);
	}
	if (r.stop)
		router_stop(e->router, 1);
	return true;
}

static const struct handler handlers[] = {
	WRITE("send", send, "emits SRC SPORT DST DPORT SEQNO ACKNO FLAGS [COUNT [STOP]]"),
};

const struct element_class tcpipsend_class = {
	.name = "TCPIPSend",
	.ports = "0/1",
	.processing = "h",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.handlers = TABLE(handlers),
};
