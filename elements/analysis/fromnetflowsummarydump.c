/* SPDX-License-Identifier: MIT */
/*
 * FromNetFlowSummaryDump - make packets of the lines of a NetFlow summary
 *
 * Reads FILENAME (`-': standard input; gzip and bzip2 are unpacked), whose lines are flows: source,
 * destination, next hop, input and output interface, packets, bytes, times of the first and the
 * last packet in seconds, source and destination port, padding, TCP flags, protocol and type of
 * service, each behind the other with `|' between them. Empty lines and those that begin with `!'
 * or `#' are skipped.
 *
 * Each flow becomes one packet: IP, TCP and UDP headers, the flow's bytes as length, what is not
 * there as extra length, its other packets as extra packets, and the interface that LINK names -
 * input, output, or both as input * 16 + output - as paint. With MULTIPACKET it becomes as many
 * packets as it had.
 *
 * Example: FromNetFlowSummaryDump(flows, STOP true) -> ToIPSummaryDump(-, FIELDS src dst count)
 * See also: FromIPSummaryDump, FromDump
 */
#include "base/net.h"
#include "elements/analysis/tracesource.h"
#include "engine/value.h"

enum {
	SRC,
	DST,
	NEXT_HOP,
	INPUT,
	OUTPUT,
	PACKETS,
	BYTES,
	FIRST,
	LAST,
	SPORT,
	DPORT,
	PADDING,
	FLAGS,
	PROTO,
	TOS,
	FIELDS,
};
#define FIELDS_MIN 10U /* that can be read, of a good line */

enum link { LINK_INPUT, LINK_OUTPUT, LINK_BOTH };

struct fromnetflowsummarydump {
	struct trace_source base;
	struct str link_name;
	enum link link;
};
ELEMENT_SELF(struct fromnetflowsummarydump)

struct netflow {
	uint32_t v[FIELDS]; /* addresses in network order */
};

/* --- a line --- */

static bool read_field(const struct element *e, unsigned i, struct str s, uint32_t *v)
{
	struct ip_addr addr;

	s = str_trim(s);
	if (i == NEXT_HOP || i == PADDING)
		return false;
	if (i != SRC && i != DST)
		return parse_u32(s, v, NULL);
	if (!parse_ip(s, e, &addr))
		return false;
	*v = addr.v;
	return true;
}

static bool read_flow(const struct element *e, struct str line, struct netflow *f)
{
	unsigned good = 0;

	memset(f, 0, sizeof(*f));
	for (unsigned i = 0; i < FIELDS && line.n != 0; i++) {
		struct str field = str_first(line, str_find(line, '|'));

		good += read_field(e, i, field, &f->v[i]);
		line = str_from(line, field.n + 1);
	}
	return good >= FIELDS_MIN;
}

static uint32_t at_most(uint32_t v, uint32_t limit)
{
	return v < limit ? v : limit;
}

static uint8_t paint_of(const struct netflow *f, enum link link)
{
	if (link == LINK_BOTH)
		return (uint8_t)(at_most(f->v[INPUT], 15) << 4 | at_most(f->v[OUTPUT], 15));
	return (uint8_t)at_most(f->v[link == LINK_INPUT ? INPUT : OUTPUT], 255);
}

/* --- a packet --- */

static uint32_t headers_length(uint32_t proto)
{
	return (uint32_t)(sizeof(struct ip_header) +
			  (proto == IP_PROTO_TCP   ? sizeof(struct tcp_header)
			   : proto == IP_PROTO_UDP ? sizeof(struct udp_header)
						   : 0));
}

static void fill_transport(uint8_t *at, const struct netflow *f, uint16_t ip_len)
{
	struct tcp_header *tcp = (void *)at;
	struct udp_header *udp = (void *)at;

	if (f->v[PROTO] == IP_PROTO_TCP) {
		tcp->off = sizeof(*tcp) << 2;
		tcp->flags = (uint8_t)f->v[FLAGS];
	} else if (f->v[PROTO] == IP_PROTO_UDP) {
		udp->len = be16((uint16_t)(ip_len - sizeof(struct ip_header)));
	} else {
		return;
	}
	/* The ports stand at the same place in both. */
	udp->sport = be16((uint16_t)f->v[SPORT]);
	udp->dport = be16((uint16_t)f->v[DPORT]);
}

static void annotate(struct packet *p, const struct netflow *f, enum link link)
{
	uint32_t last = f->v[LAST] ? f->v[LAST] : f->v[FIRST];

	p->timestamp = last * NS_PER_SEC;
	anno_set_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)(f->v[FIRST] * NS_PER_SEC));
	anno_set_u32(p, ANNO_EXTRA_PACKETS, f->v[PACKETS] ? f->v[PACKETS] - 1 : 0);
	anno_set_u32(p, ANNO_EXTRA_LENGTH, f->v[BYTES] > p->len ? f->v[BYTES] - p->len : 0);
	p->anno[ANNO_PAINT] = paint_of(f, link);
}

static struct packet *make_packet(const struct netflow *f, enum link link)
{
	uint32_t n = headers_length(f->v[PROTO]);
	struct packet *p = packet_new(PACKET_HEADROOM, n, 0);
	struct ip_header *ip;

	if (!p)
		return NULL;
	memset(p->data, 0, n);
	ip = (void *)p->data;
	ip->vhl = 0x45;
	ip->tos = (uint8_t)f->v[TOS];
	ip->len = be16((uint16_t)at_most(f->v[BYTES] > n ? f->v[BYTES] : n, UINT16_MAX));
	ip->proto = (uint8_t)f->v[PROTO];
	ip->src = f->v[SRC];
	ip->dst = f->v[DST];
	fill_transport(p->data + sizeof(*ip), f, be16(ip->len));
	packet_set_ip(p, ip, sizeof(*ip));
	anno_set_dst(p, ip->dst);
	annotate(p, f, link);
	return p;
}

static struct packet *next(struct trace_source *s)
{
	struct element *e = &s->replay.base;
	struct netflow f;
	struct str line;

	if (!trace_source_line(s, &line))
		return NULL;
	str_space(&line);
	if (line.n == 0 || line.p[0] == '!' || line.p[0] == '#')
		return NULL;
	if (read_flow(e, line, &f))
		return make_packet(&f, self(e)->link);
	trace_source_complain(s, "bad format");
	return NULL;
}

/* --- life --- */

static bool configure(struct element *e, struct error *err)
{
	static const char *const names[] = { "input", "output", "both" };
	struct fromnetflowsummarydump *d = self(e);
	unsigned i = 0;

	while (i < ARRAY_LEN(names) && !str_is(d->link_name, names[i]))
		i++;
	if (i == ARRAY_LEN(names))
		return fail(err, "'LINK' should be 'input', 'output', or 'both'");
	d->link = (enum link)i;
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct fromnetflowsummarydump *d = self(e);

	if (!tracefile_open(&d->base.file, d->base.filename.s, err))
		return false;
	trace_source_start(&d->base, next);
	return true;
}

static const struct arg args[] = {
	REPLAY_FILENAME(ARG_REQUIRED),
	REPLAY_ARGS,
	TRACE_SOURCE_ZERO,
	ARG_OR("MULTIPACKET", base.multipacket, 0, "false", "as many packets as the flow had"),
	ARG_OR("LINK", link_name, 0, "input", "input, output or both: what becomes the paint"),
	REPLAY_TIMING(0),
};

static const struct handler handlers[] = { TRACE_SOURCE_HANDLERS(replay_write_active) };

const struct element_class fromnetflowsummarydump_class = {
	.name = "FromNetFlowSummaryDump",
	.stop = trace_source_stop,
	TRACE_SOURCE_CLASS,
};
