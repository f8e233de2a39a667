/* SPDX-License-Identifier: MIT */
/*
 * ICMPPingSource - send pings, and count the replies
 *
 * Sends ICMP echo requests with DATA from SRC to DST: to a push output one
 * every INTERVAL, to a pull output whenever asked, LIMIT of them at most. The
 * destination annotation is DST. Replies that come in at the input are
 * matched, reported if VERBOSE, and dropped; with MIRROR each is made the next
 * request at once. With STOP the driver is asked to stop when the limit was
 * reached.
 *
 * Example: ICMPPingSource(1.0.0.1, 2.0.0.2, LIMIT 3, STOP true) -> Queue
 * See also: ICMPPingEncap, ICMPPingResponder
 */
#include "engine/element.h"
#include "elements/icmp/icmpencap.h"
#include "elements/icmp/pingstats.h"
#include "elements/ip/ipheader.h"

#define PING_TTL 200
#define HEADERS (sizeof(struct ip_header) + sizeof(struct icmp_header))

struct icmppingsource {
	struct element base;
	struct ip_addr src, dst;
	struct msecs interval;
	uint16_t identifier; /* as it lies in memory */
	struct str data;
	int32_t limit;
	bool active, verbose, stop, mirror;
	uint64_t count;
	struct timer timer;
	struct ping_stats stats; /* when there is an input */
};
ELEMENT_SELF(struct icmppingsource)

static bool configure(struct element *e, struct error *err)
{
	struct icmppingsource *s = self(e);

	if (!output_is_push(e, 0)) {
		if (arg_given(e, "INTERVAL"))
			warn(err, "element is pull, INTERVAL parameter will be ignored");
		if (s->mirror)
			return fail(err, "MIRROR invalid on pull element");
	} else if (s->interval.v == 0) {
		warn(err, "INTERVAL so small that it is zero");
		s->interval.v = 1;
	}
	return true;
}

/* --- requests --- */

static bool below_limit(const struct icmppingsource *s)
{
	return s->limit < 0 || s->count < (uint64_t)s->limit;
}

/* Makes p, with room for the headers and the data, the next request. */
static void fill(struct icmppingsource *s, struct packet *p)
{
	struct ip_header *ip = (struct ip_header *)p->data;
	struct icmp_header *icmp = (struct icmp_header *)(ip + 1);
	uint16_t sequence = (uint16_t)(s->count % 65535 + 1);
	int64_t now = time_now(&s->base);

	s->count++;
	*ip = (struct ip_header){ .vhl = 0x45,
				  .len = be16((uint16_t)p->len),
				  .id = be16(sequence),
				  .ttl = PING_TTL,
				  .proto = IP_PROTO_ICMP,
				  .src = s->src.v,
				  .dst = s->dst.v };
	ip_set_checksum(ip);
	*icmp = (struct icmp_header){ .type = ICMP_ECHO };
	icmp->echo.id = s->identifier;
	icmp->echo.seq = be16(sequence);
	if (s->data.n)
		memcpy(icmp + 1, s->data.p, s->data.n);
	icmp->sum = checksum(icmp, p->len - sizeof(*ip));
	packet_set_ip(p, ip, sizeof(*ip));
	anno_set_dst(p, s->dst.v);
	p->timestamp = now;
	if (s->base.nin)
		ping_sent(&s->stats, sequence, now);
}

static struct packet *request(struct icmppingsource *s)
{
	struct packet *p = packet_new(PACKET_HEADROOM, (uint32_t)(HEADERS + s->data.n), 0);

	if (p)
		fill(s, p);
	return p;
}

static void fire(struct element *e, struct timer *t)
{
	struct icmppingsource *s = self(e);
	struct packet *p;

	if (!below_limit(s)) {
		if (s->stop)
			router_stop(e->router, 1);
		return;
	}
	timer_again(t, s->interval.v * NS_PER_MSEC);
	p = request(s);
	if (p)
		output_push_packet(e, 0, p);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct icmppingsource *s = self(e);
	struct packet *p;

	(void)port;
	if (!s->active)
		return;
	if (!below_limit(s) && s->stop) {
		s->stop = false;
		router_stop(e->router, 1);
	}
	for (; max > 0 && below_limit(s); max--) {
		p = request(s);
		if (!p)
			return;
		batch_add(b, p);
	}
}

/* --- replies --- */

static bool is_reply(const struct icmppingsource *s, const struct packet *p)
{
	const struct ip_header *ip = ip_complete(p);
	const struct icmp_header *icmp = (const struct icmp_header *)p->trans;

	return ip && ip->proto == IP_PROTO_ICMP && ip_trans_len(p) >= sizeof(struct icmp_header) &&
	       icmp->type == ICMP_ECHO_REPLY && icmp->echo.id == s->identifier;
}

static void report(const struct icmppingsource *s, const struct packet *p, uint32_t rtt)
{
	const struct icmp_header *icmp = (const struct icmp_header *)p->trans;
	const struct ip_header *ip = packet_ip(p);
	struct text t = { 0 };

	element_declaration(&s->base, &t);
	text_add(&t, ": %d bytes from ", be16(ip->len) - (int)ip_hlen(ip) - 8);
	print_ip(&t, ip->src);
	text_add(&t, ": icmp_seq=%u ttl=%u time=%u.%03u ms", be16(icmp->echo.seq), ip->ttl,
		 rtt / 1000, rtt % 1000);
	chatter_str(&s->base, text_as_str(&t));
	text_fini(&t);
}

/* Counts a reply. True when it is one to a request of ours. */
static bool take_reply(struct icmppingsource *s, const struct packet *p)
{
	uint32_t rtt;

	if (!is_reply(s, p) ||
	    !ping_answered(&s->stats, be16(((const struct icmp_header *)p->trans)->echo.seq),
			   p->timestamp, &rtt))
		return false;
	if (s->verbose)
		report(s, p, rtt);
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct icmppingsource *s = self(e);
	struct packet *p;
	unsigned replies = 0;

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		replies += take_reply(s, b->pkt[i]);
	batch_drop(b);
	for (; s->mirror && s->active && replies > 0 && below_limit(s); replies--) {
		p = request(s);
		if (p)
			output_push_packet(e, 0, p);
	}
}

/* --- start and stop --- */

static bool start(struct element *e, struct error *err)
{
	struct icmppingsource *s = self(e);

	(void)err;
	timer_init(&s->timer, e, fire);
	if (s->active && s->limit != 0 && output_is_push(e, 0))
		timer_after(&s->timer, s->interval.v * NS_PER_MSEC);
	return true;
}

/* Each line with the element's name in front of it. */
static void chatter_summary(const struct icmppingsource *s)
{
	struct text summary = { 0 }, line = { 0 };
	struct str rest, one;

	ping_summary(&s->stats, s->count, &summary);
	for (rest = text_as_str(&summary); rest.n; rest = str_from(rest, one.n + 1)) {
		one = str_first(rest, str_find(rest, '\n'));
		text_clear(&line);
		element_declaration(&s->base, &line);
		text_add(&line, ": %.*s", STR(one));
		chatter_str(&s->base, text_as_str(&line));
	}
	text_fini(&summary);
	text_fini(&line);
}

static void stop(struct element *e)
{
	struct icmppingsource *s = self(e);

	/* A timer with an element was started. */
	if (s->timer.e && e->nin && s->verbose)
		chatter_summary(s);
	timer_cancel(&s->timer);
	ping_stats_fini(&s->stats);
}

/* --- handlers --- */

static bool write_active(struct element *e, struct str value, struct error *err)
{
	struct icmppingsource *s = self(e);

	if (!parse_bool(str_trim(value), &s->active))
		return fail(err, "type mismatch");
	if (!s->active)
		timer_cancel(&s->timer);
	else if (output_is_push(e, 0) && !timer_pending(&s->timer))
		timer_after(&s->timer, 0);
	return true;
}

static bool write_src(struct element *e, struct str value, struct error *err)
{
	return icmp_write_addr(e, value, &self(e)->src, err);
}

static bool write_dst(struct element *e, struct str value, struct error *err)
{
	return icmp_write_addr(e, value, &self(e)->dst, err);
}

static bool write_limit(struct element *e, struct str value, struct error *err)
{
	return parse_i32(str_trim(value), &self(e)->limit, NULL) ||
	       fail(err, "'limit' should be integer");
}

static bool write_interval(struct element *e, struct str value, struct error *err)
{
	uint32_t ms;

	if (!parse_seconds(str_trim(value), 3, &ms, NULL))
		return fail(err, "'interval' should be an interval");
	self(e)->interval.v = ms ? ms : 1;
	return true;
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	ping_stats_reset(&self(e)->stats);
	return true;
}

static void read_summary(struct element *e, struct text *out)
{
	ping_summary(&self(e)->stats, self(e)->count, out);
}

static void read_min(struct element *e, struct text *out)
{
	print_usecs(out, self(e)->stats.rtt_min);
}

static void read_average(struct element *e, struct text *out)
{
	print_usecs(out, ping_rtt_average(&self(e)->stats));
}

static void read_max(struct element *e, struct text *out)
{
	print_usecs(out, self(e)->stats.rtt_max);
}

/* Only where replies come in. */
static void add_handlers(struct element *e)
{
	static const struct handler replies[] = {
		READ("summary", read_summary, "requests, replies and times as ping says it"),
		READ("rtt_min", read_min, "shortest round trip"),
		READ("rtt_avg", read_average, "average round trip"),
		READ("rtt_max", read_max, "longest round trip"),
	};

	for (size_t i = 0; e->nin && i < ARRAY_LEN(replies); i++)
		handler_add(e, &replies[i], 0);
}

static const struct arg args[] = {
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("DST", dst, ARG_POSITIONAL | ARG_REQUIRED, "destination address"),
	ARG_OR("INTERVAL", interval, 0, "1", "time between requests (push output only)"),
	ARG_OR("IDENTIFIER", identifier, 0, "0", "identifier, in the machine's byte order"),
	ARG("DATA", data, 0, "payload of the requests"),
	ARG_OR("LIMIT", limit, 0, "-1", "most requests; negative: no limit"),
	ARG_OR("ACTIVE", active, 0, "true", "send at all"),
	ARG_OR("VERBOSE", verbose, 0, "true", "report each reply"),
	ARG_OR("STOP", stop, 0, "false", "stop the driver at the limit"),
	ARG_OR("MIRROR", mirror, 0, "false", "answer each reply with the next request"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "the ACTIVE argument"),
	FIELD_WRITE("src", src, write_src, H_CALM, "source address"),
	FIELD_WRITE("dst", dst, write_dst, H_CALM, "destination address"),
	READ_FIELD("count", count, "requests sent"),
	WRITE("limit", write_limit, "the LIMIT argument"),
	WRITE("interval", write_interval, "the INTERVAL argument"),
	BUTTON("reset_counts", reset_counts, "set all counts to 0"),
};

const struct element_class icmppingsource_class = {
	.name = "ICMPPingSource",
	.aliases = "ICMPSendPings",
	.ports = "0-1/1",
	.processing = "h/a",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.add_handlers = add_handlers,
};
