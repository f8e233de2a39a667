/* SPDX-License-Identifier: MIT */
/*
 * FromTcpdump - make packets of what tcpdump has printed
 *
 * Reads FILENAME (`-': standard input; gzip and bzip2 are unpacked), whose lines are
 * `TIME SRC.PORT > DST.PORT: ...' as tcpdump printed them up to version 3, and makes an IP packet of
 * each: IP, TCP and UDP headers; payload is only counted, as extra length. What a line does not say
 * is zero, the TTL 2. Sequence numbers, which tcpdump counts from the start of a connection, become
 * what they were when its first packets are there. With CHECKSUM the checksums of what is there are
 * computed. Empty lines and those that begin with `#' are skipped.
 *
 * Example: FromTcpdump(printed.txt, STOP true) -> ToIPSummaryDump(-, FIELDS src sport tcp_seq)
 * See also: FromDump, FromIPSummaryDump
 */
#include <stdlib.h>

#include "base/bits.h"
#include "base/hash.h"
#include "elements/analysis/aggregateflow.h"
#include "elements/analysis/ipsummary.h"
#include "elements/analysis/tcpdumpline.h"
#include "elements/analysis/tracesource.h"

#define TTL 2
#define ABSOLUTE 8000U /* relative numbers are mostly smaller */
#define FLOWS_MAX 65536U

struct tcp_start {              /* of a connection: the numbers that others are relative to */
	struct tcp_start *next; /* of all */
	struct flow_ends ends;
	uint32_t first[2];
	bool known[2];
};

struct fromtcpdump {
	struct trace_source base;
	struct summary_source source;
	struct map by_ends;
	struct tcp_start *starts;
	uint32_t nstarts;
};
ELEMENT_SELF(struct fromtcpdump)

/* --- sequence numbers --- */

static void forget(struct fromtcpdump *d)
{
	struct tcp_start *s;

	while ((s = d->starts)) {
		d->starts = s->next;
		free(s);
	}
	map_fini(&d->by_ends);
	d->by_ends = (struct map){ 0 };
	d->nstarts = 0;
}

static struct tcp_start *find_start(struct fromtcpdump *d, const struct flow_ends *ends)
{
	struct str key = { (const char *)ends, sizeof(*ends) };
	struct tcp_start *s = map_get(&d->by_ends, key);

	if (s)
		return s;
	if (d->nstarts == FLOWS_MAX)
		forget(d);
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->ends = *ends;
	s->next = d->starts;
	d->starts = s;
	d->nstarts++;
	map_set(&d->by_ends, (struct str){ (const char *)&s->ends, sizeof(*ends) }, s);
	return s;
}

static void learn(struct tcp_start *s, unsigned dir, uint32_t first)
{
	s->first[dir] = first;
	s->known[dir] = true;
}

/* The blocks of SACK options count as the acknowledgement does. */
static void shift_sacks(struct tcpdump_line *l, uint32_t by)
{
	for (uint32_t i = 0, len; i < l->nopt; i += len) {
		len = opt_length(l->opt + i, l->nopt - i);
		if (len == 0)
			return;
		for (uint32_t at = 2; l->opt[i] == 5 && at + 4 <= len; at += 4)
			store_be32(l->opt + i + at, load_be32(l->opt + i + at) + by);
	}
}

/* tcpdump tells numbers as they are in packets with SYN or without ACK, and in the first packet
 * of a connection; in others only when it was told to, which large ones show. */
static void make_absolute(struct fromtcpdump *d, struct tcpdump_line *l)
{
	struct flow_ends ends;
	unsigned dir = flow_ends_set(&ends, l->saddr, l->daddr, be16(l->sport), be16(l->dport));
	struct tcp_start *s = find_start(d, &ends);
	bool absolute = l->flags & TCP_SYN || !l->has_ack;

	if (!s)
		return;
	absolute = absolute ||
		   (s->known[!dir] && l->ack > ABSOLUTE && (int32_t)(l->ack - s->first[!dir]) >= 0);
	if (l->has_seq && (l->flags & TCP_SYN || !s->known[dir]))
		learn(s, dir, l->seq);
	else if (l->has_seq && !absolute)
		l->seq += s->first[dir];
	if (l->has_ack && !s->known[!dir]) {
		learn(s, !dir, l->ack - 1);
	} else if (l->has_ack && !absolute) {
		l->ack += s->first[!dir];
		shift_sacks(l, s->first[!dir]);
	}
}

/* --- a packet --- */

static void set_ip(struct summary_draft *d, const struct tcpdump_line *l)
{
	struct ip_header *ip = summary_draft_ip(d);

	ip->tos = l->tos;
	ip->id = be16(l->id);
	ip->off = be16(l->off);
	ip->ttl = l->has_ttl ? l->ttl : TTL;
	ip->proto = l->proto;
	ip->src = l->saddr;
	ip->dst = l->daddr;
}

static void set_tcp(struct summary_draft *d, const struct tcpdump_line *l)
{
	if (!summary_draft_transport(d, IP_PROTO_TCP))
		return;
	d->trans_n = summary_draft_options(d->trans, sizeof(d->tcp), l->opt, l->nopt);
	d->tcp.sport = be16(l->sport);
	d->tcp.dport = be16(l->dport);
	d->tcp.seq = be32(l->seq);
	d->tcp.ack = be32(l->ack);
	d->tcp.off = (uint8_t)(d->trans_n / 4 << 4);
	d->tcp.flags = l->flags;
	d->tcp.win = be16(l->win);
	d->tcp.urp = be16(l->urp);
}

static void set_udp(struct summary_draft *d, const struct tcpdump_line *l)
{
	if (!summary_draft_transport(d, IP_PROTO_UDP))
		return;
	d->udp.sport = be16(l->sport);
	d->udp.dport = be16(l->dport);
	d->udp.len = be16((uint16_t)(l->payload + sizeof(d->udp)));
}

static struct packet *make_packet(struct fromtcpdump *d, struct tcpdump_line *l)
{
	struct summary_draft draft;

	summary_draft_init(&draft, &d->source);
	draft.timestamp = l->timestamp;
	set_ip(&draft, l);
	if (l->proto == IP_PROTO_TCP) {
		make_absolute(d, l);
		set_tcp(&draft, l);
	} else if (l->proto == IP_PROTO_UDP) {
		set_udp(&draft, l);
	}
	if (l->has_len)
		draft.ip_len = l->len;
	else
		draft.ip_len =
			draft.ip_n + (l->has_frag ? l->fragment : draft.trans_n + l->payload);
	return summary_draft_finish(&draft);
}

static struct packet *next(struct trace_source *s)
{
	struct element *e = &s->replay.base;
	struct tcpdump_line l;
	struct str line;

	if (!trace_source_line(s, &line) || str_starts(line, "#") || str_trim(line).n == 0)
		return NULL;
	if (line.p[0] >= '0' && line.p[0] <= '9' && tcpdump_line_parse(e, line, &l))
		return make_packet(self(e), &l);
	trace_source_complain(s, "packet parse error");
	return NULL;
}

/* --- life --- */

static bool configure(struct element *e, struct error *err)
{
	struct fromtcpdump *d = self(e);

	d->source = (struct summary_source){
		.e = e, .flow.proto = -1, .checksum = d->base.checksum, .as_it_is = true
	};
	replay_configure(replay(e), err);
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct tracefile *f = &self(e)->base.file;
	const uint8_t *c;

	if (!tracefile_open(f, self(e)->base.filename.s, err))
		return false;
	c = tracefile_peek(f, 1);
	if (c && !memchr("0123456789# \t\r\n", *c, 15))
		warn_at(err, tracefile_landmark(f),
			"first line suspicious; is this a tcpdump output file?");
	trace_source_start(&self(e)->base, next);
	return true;
}

static void stop(struct element *e)
{
	forget(self(e));
	trace_source_stop(e);
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	return replay_write_active(e, value, NULL) || fail(err, "syntax error");
}

static const struct arg args[] = {
	REPLAY_FILENAME(ARG_REQUIRED),
	REPLAY_ARGS,
	TRACE_SOURCE_ZERO,
	ARG_OR("CHECKSUM", base.checksum, 0, "false", "right checksums"),
	REPLAY_SAMPLE,
};

static const struct handler handlers[] = {
	REPLAY_SAMPLE_HANDLER,
	TRACE_SOURCE_HANDLERS(write_active),
};

const struct element_class fromtcpdump_class = {
	.name = "FromTcpdump",
	.stop = stop,
	TRACE_SOURCE_CLASS,
};
