/* SPDX-License-Identifier: MIT */
/*
 * AggregateIPFlows - number TCP and UDP flows
 *
 * The aggregate annotation becomes the number, from 1, of the packet's flow:
 * two addresses and ports, whichever sends; the paint annotation 0 in the
 * direction of the flow's first packet, 1 in the other. A flow ends, and its
 * next packet begins another, after its timeout in packets' timestamps, and a
 * TCP flow that is over when a SYN comes. With ICMP, errors belong to the flow
 * of the packet they are about, with 2 added to that one's paint. Fragments, and
 * what comes behind them between the same addresses, wait for the fragment with
 * the ports. TRACEINFO names an XML file of flows. What is no flow's goes to
 * output 1, or nowhere.
 *
 * See also: AggregateIPAddrPair, AggregateFirst, AggregateLast
 */
#include <stdlib.h>

#include "elements/analysis/fragmentqueue.h"
#include "engine/platform.h"

#define WAITING_MAX 4096U /* packets of all fragment queues */

struct aggregateipflows {
	struct element base;
	uint32_t tcp_timeout, tcp_done_timeout;
	struct seconds udp_timeout, fragment_timeout, reap;
	bool icmp, fragments;
	struct filename traceinfo;
	struct element *source;
	/* --- running --- */
	struct agg_table table[2]; /* TCP, UDP */
	struct fragment_queues queues;
	struct aggregate_notifier listeners;
	struct file *file;
	struct text line;
	uint32_t next;
	int64_t now, reap_at; /* ns of packet time */
	bool warned;
};
ELEMENT_SELF(struct aggregateipflows)

/* --- the file of flows --- */

static void print_ns(struct text *out, int64_t ns)
{
	text_add(out, "%lld.%09lld", (long long)(ns / NS_PER_SEC), (long long)(ns % NS_PER_SEC));
}

static void trace_flow(struct aggregateipflows *a, const struct agg_flow *f)
{
	const struct flow_ends *k = &f->ends;
	unsigned from = f->swapped;
	struct text *t = &a->line;

	if (!a->file)
		return;
	text_clear(t);
	text_add(t, "<flow aggregate='%u' src='", f->aggregate);
	print_ip(t, k->addr[from]);
	text_add(t, "' sport='%u' dst='", be16(k->port[from]));
	print_ip(t, k->addr[!from]);
	text_add(t, "' dport='%u' begin='", be16(k->port[!from]));
	print_ns(t, f->first);
	text_add(t, "' duration='");
	print_ns(t, f->last - f->first);
	text_char(t, '\'');
	if (f->filepos)
		text_add(t, " filepos='%llu'", (unsigned long long)f->filepos);
	text_add(t,
		 ">\n  <stream dir='0' packets='%llu' /><stream dir='1' packets='%llu' "
		 "/>\n</flow>\n",
		 (unsigned long long)f->packets[0], (unsigned long long)f->packets[1]);
	(void)file_write(a->file, t->p, t->n);
}

static bool read_source(struct aggregateipflows *a, const char *handler, struct text *out)
{
	return a->source && handler_read(a->base.router, a->source, str_of(handler),
					 (struct str){ 0 }, out, NULL, NULL);
}

static uint64_t source_position(struct aggregateipflows *a)
{
	struct text t = { 0 };
	uint64_t at = 0;

	if (!a->file || !read_source(a, "packet_filepos", &t) ||
	    !parse_u64(str_trim(text_as_str(&t)), UINT64_MAX, &at, NULL))
		at = 0;
	text_fini(&t);
	return at;
}

static bool open_trace(struct aggregateipflows *a, struct error *err)
{
	struct text t = { 0 }, name = { 0 };
	int r = file_open(a->traceinfo.s.p, FILE_WRITE, &a->file);

	if (r < 0)
		return fail(err, "%s: %s", a->traceinfo.s.p, strerror(-r));
	text_add(&t, "<?xml version='1.0' standalone='yes'?>\n<trace");
	if (read_source(a, "filename", &name))
		text_add(&t, " file='%.*s'", STR(text_as_str(&name)));
	text_add(&t, ">\n");
	(void)file_write(a->file, t.p, t.n);
	text_fini(&name);
	text_fini(&t);
	return true;
}

/* --- flows --- */

static bool is_old(const struct aggregateipflows *a, const struct agg_flow *f, bool udp)
{
	uint32_t timeout = udp ? a->udp_timeout.v : a->tcp_timeout;

	if (!udp && f->over == FLOW_OVER)
		timeout = a->tcp_done_timeout;
	return a->now / NS_PER_SEC - f->last / NS_PER_SEC > timeout;
}

static void end_flow(struct aggregateipflows *a, const struct agg_flow *f)
{
	aggregate_notify(&a->listeners, f->aggregate, AGGREGATE_DELETE, NULL);
	trace_flow(a, f);
}

static bool is_over_tcp(struct element *e, const struct agg_flow *f)
{
	return is_old(self(e), f, false);
}

static bool is_over_udp(struct element *e, const struct agg_flow *f)
{
	return is_old(self(e), f, true);
}

static void ended(struct element *e, const struct agg_flow *f)
{
	end_flow(self(e), f);
}

static void traced(struct element *e, const struct agg_flow *f)
{
	trace_flow(self(e), f);
}

static void begin_flow(struct aggregateipflows *a, struct agg_flow *f, bool swapped,
		       const struct packet *p)
{
	if (f->aggregate != 0)
		end_flow(a, f);
	f->aggregate = ++a->next;
	f->swapped = swapped;
	f->over = 0;
	f->first = a->now;
	f->packets[0] = f->packets[1] = 0;
	f->filepos = source_position(a);
	aggregate_notify(&a->listeners, f->aggregate, AGGREGATE_NEW, p);
}

static void follow_tcp(struct agg_flow *f, unsigned dir, uint8_t flags)
{
	if (flags & TCP_RST)
		f->over = FLOW_OVER;
	else if (flags & TCP_FIN)
		f->over |= (uint8_t)(FLOW_FIN0 << dir);
	else if (flags & TCP_SYN)
		f->over = 0;
}

/* The flow of a packet with these ends, begun anew when its time is over; NULL: no memory. */
static struct agg_flow *find_flow(struct aggregateipflows *a, const struct ip_header *ip,
				  const uint8_t *ports, uint8_t flags, const struct packet *p,
				  unsigned *dir)
{
	bool udp = ip->proto == IP_PROTO_UDP, swapped;
	struct agg_table *t = &a->table[udp];
	struct flow_ends ends;
	struct agg_flow *f;

	swapped = flow_ends_set(&ends, ip->src, ip->dst, load16(ports), load16(ports + 2));
	f = agg_table_find(t, &ends);
	if (!f && !(f = agg_table_add(t, &ends)))
		return NULL;
	if (f->aggregate == 0 || is_old(a, f, udp) || (f->over == FLOW_OVER && flags & TCP_SYN))
		begin_flow(a, f, swapped, p);
	*dir = swapped != f->swapped;
	return f;
}

/* --- numbering one packet --- */

static bool has_flow(const struct ip_header *ip)
{
	return (ip->proto == IP_PROTO_TCP || ip->proto == IP_PROTO_UDP) && ip_first_fragment(ip) &&
	       (ip->src | ip->dst) != 0;
}

/* An ICMP error: the header of the packet that it is about, with 4 bytes behind; NULL: none. */
static const struct ip_header *inner_header(const uint8_t *icmp, uint32_t n)
{
	static const uint32_t errors = 1U << ICMP_UNREACHABLE | 1U << ICMP_SOURCEQUENCH |
				       1U << ICMP_REDIRECT | 1U << ICMP_TIMEEXCEEDED |
				       1U << ICMP_PARAMPROBLEM;
	const struct ip_header *ip = (const void *)(icmp + 8);

	if (n < 8 + 20 || icmp[0] > 31 || !(errors >> icmp[0] & 1) || ip->vhl >> 4 != 4 ||
	    ip_hlen(ip) < 20 || n < 8 + ip_hlen(ip) + 4)
		return NULL;
	return ip;
}

static bool number_error(struct aggregateipflows *a, struct packet *p, const uint8_t *icmp,
			 uint32_t n)
{
	const struct ip_header *ip = inner_header(icmp, n);
	struct agg_flow *f;
	unsigned dir;

	if (!ip || !has_flow(ip))
		return false;
	f = find_flow(a, ip, (const uint8_t *)ip + ip_hlen(ip), 0, p, &dir);
	if (!f)
		return false;
	f->last = a->now;
	aggregate_set(p, f->aggregate);
	p->anno[ANNO_PAINT] = (uint8_t)(2 + dir);
	return true;
}

static bool number(struct aggregateipflows *a, struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t net = packet_net_len(p), hlen, n;
	const uint8_t *th;
	struct agg_flow *f;
	uint8_t flags;
	unsigned dir;

	if (net < 20 || ip_hlen(ip) < 20 || ip_hlen(ip) > net)
		return false;
	hlen = ip_hlen(ip);
	th = p->net + hlen;
	n = net - hlen;
	if (ip->proto == IP_PROTO_ICMP && a->icmp && ip_first_fragment(ip))
		return number_error(a, p, th, n);
	if (!has_flow(ip) || n < 4)
		return false;
	flags = ip->proto == IP_PROTO_TCP && n >= 14 ? th[13] : 0;
	f = find_flow(a, ip, th, flags, p, &dir);
	if (!f)
		return false;
	follow_tcp(f, dir, flags);
	f->last = a->now;
	f->packets[dir]++;
	aggregate_set(p, f->aggregate);
	p->anno[ANNO_PAINT] = (uint8_t)dir;
	return true;
}

/* --- fragments --- */

struct outcome { /* packets by output */
	struct batch b[2];
};

static void emit(struct element *e, struct outcome *out, struct packet *p, bool good)
{
	struct batch *b = &out->b[!good];

	batch_add(b, p);
	if (b->n == BATCH_MAX)
		output_push_or_drop(e, !good, b);
}

static const struct fragment_known *known_of(const struct fragment_queue *q, const struct packet *p)
{
	return fragment_queue_known(q, packet_ip(p));
}

/* The first fragment may stand behind others in the queue: then it is numbered out of turn. */
static void look_ahead(struct aggregateipflows *a, struct fragment_queue *q)
{
	for (struct packet *p = q->head; p; p = p->next) {
		const struct ip_header *ip = packet_ip(p);

		if (ip_is_fragment(ip) && ip_first_fragment(ip) && !known_of(q, p) && number(a, p))
			fragment_queue_learn(q, ip, aggregate_of(p), p->anno[ANNO_PAINT]);
	}
}

/* Emits the queue's head if what it is waiting for has come, or the time is over. */
static bool emit_head(struct aggregateipflows *a, struct fragment_queue *q, struct outcome *out,
		      bool at_once)
{
	struct packet *p = q->head;
	const struct fragment_known *k = known_of(q, p);
	int64_t limit = a->fragment_timeout.v * NS_PER_SEC;
	bool good;

	if (!ip_is_fragment(packet_ip(p))) {
		good = number(a, p);
	} else if (k) {
		aggregate_set(p, k->aggregate);
		p->anno[ANNO_PAINT] = k->paint;
		good = true;
	} else if (at_once || a->now - p->timestamp > limit || a->queues.waiting > WAITING_MAX) {
		good = false;
	} else {
		return false;
	}
	emit(&a->base, out, fragment_queue_take(&a->queues, q), good);
	return true;
}

static void work_queue(struct aggregateipflows *a, struct fragment_queue *q, struct outcome *out,
		       bool at_once)
{
	look_ahead(a, q);
	while (q->head && emit_head(a, q, out, at_once))
		continue;
}

/* Works all queues; those that have been empty for long go. */
static void work_queues(struct aggregateipflows *a, struct outcome *out, bool at_once)
{
	int64_t limit = a->fragment_timeout.v * NS_PER_SEC;

	for (unsigned i = 0; i < FRAGMENT_BUCKETS; i++)
		for (struct fragment_queue **at = &a->queues.bucket[i], *q; (q = *at);) {
			work_queue(a, q, out, at_once);
			if (q->head || (!at_once && a->now - q->last <= limit)) {
				at = &q->next;
				continue;
			}
			*at = q->next;
			free(q);
		}
}

/* True: the packet has been taken. */
static bool queue_packet(struct aggregateipflows *a, struct packet *p, struct outcome *out)
{
	const struct ip_header *ip = packet_ip(p);
	struct fragment_queue *q;
	struct flow_ends ends;

	if (packet_net_len(p) < 20 || ip_hlen(ip) < 20 || (ip->src | ip->dst) == 0)
		return false;
	flow_ends_set(&ends, ip->src, ip->dst, 0, 0);
	q = fragment_queue_find(&a->queues, &ends);
	if (!q && (!ip_is_fragment(ip) || !(q = fragment_queue_add(&a->queues, &ends))))
		return false;
	q->last = a->now;
	fragment_queue_append(&a->queues, q, p);
	work_queue(a, q, out, false);
	return true;
}

/* --- packets --- */

static void set_time(struct aggregateipflows *a, struct packet *p)
{
	if (p->timestamp == 0) {
		p->timestamp = time_now(&a->base);
		if (!a->warned)
			chatter(&a->base,
				"%s :: AggregateIPFlows: warning: packet received without "
				"timestamp",
				a->base.name);
		a->warned = true;
	}
	a->now = p->timestamp;
}

static void reap(struct aggregateipflows *a, struct outcome *out)
{
	if (a->now < a->reap_at)
		return;
	if (a->reap_at != 0) {
		work_queues(a, out, false);
		agg_table_sweep(&a->table[0], &a->base, is_over_tcp, ended);
		agg_table_sweep(&a->table[1], &a->base, is_over_udp, ended);
	}
	a->reap_at = a->now + a->reap.v * NS_PER_SEC;
}

static void take(struct aggregateipflows *a, struct packet *p, struct outcome *out)
{
	set_time(a, p);
	reap(a, out);
	if (!a->fragments || !queue_packet(a, p, out))
		emit(&a->base, out, p, number(a, p));
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct outcome out;

	(void)port;
	out.b[0].n = out.b[1].n = 0;
	for (unsigned i = 0; i < b->n; i++)
		take(self(e), b->pkt[i], &out);
	b->n = 0;
	output_push(e, 0, &out.b[0]);
	output_push_or_drop(e, 1, &out.b[1]);
}

/* Without queues: nothing comes out that did not go in. */
static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct batch in, bad;

	(void)port;
	in.n = bad.n = 0;
	input_pull(e, 0, &in, max);
	for (unsigned i = 0; i < in.n; i++) {
		struct packet *p = in.pkt[i];

		set_time(self(e), p);
		reap(self(e), NULL);
		batch_add(number(self(e), p) ? b : &bad, p);
	}
	if (bad.n)
		output_push_or_drop(e, 1, &bad);
}

/* --- life --- */

static void init(struct element *e)
{
	aggregate_notifier_init(&self(e)->listeners);
}

static bool start(struct element *e, struct error *err)
{
	struct aggregateipflows *a = self(e);
	bool pulls = !input_is_push(e, 0);

	if (pulls && a->fragments && arg_given(e, "FRAGMENTS"))
		return fail(err,
			    "'FRAGMENTS true' is incompatible with pull; run this element in a "
			    "push context");
	if (pulls)
		a->fragments = false;
	a->table[0].seed = random_u32(e);
	a->table[1].seed = random_u32(e);
	a->queues.seed = random_u32(e);
	return a->traceinfo.s.n == 0 || open_trace(a, err);
}

static void drop_waiting(struct aggregateipflows *a)
{
	for (unsigned i = 0; i < FRAGMENT_BUCKETS; i++)
		while (a->queues.bucket[i]) {
			struct fragment_queue *q = a->queues.bucket[i];

			while (q->head)
				packet_drop(fragment_queue_take(&a->queues, q));
			a->queues.bucket[i] = q->next;
			free(q);
		}
}

static void stop(struct element *e)
{
	struct aggregateipflows *a = self(e);

	drop_waiting(a);
	for (unsigned i = 0; i < 2; i++) {
		agg_table_clear(&a->table[i], e, traced);
		agg_table_fini(&a->table[i]);
	}
	if (a->file && !str_is(a->traceinfo.s, "-"))
		(void)file_write(a->file, "</trace>\n", 9);
	if (a->file)
		(void)file_close(a->file);
	a->file = NULL;
	text_fini(&a->line);
}

static bool clear(struct element *e, struct str value, struct error *err)
{
	struct aggregateipflows *a = self(e);
	struct outcome out;

	(void)value, (void)err;
	out.b[0].n = out.b[1].n = 0;
	if (a->fragments) {
		work_queues(a, &out, true);
		output_push(e, 0, &out.b[0]);
		output_push_or_drop(e, 1, &out.b[1]);
	}
	for (unsigned i = 0; i < 2; i++)
		agg_table_clear(&a->table[i], e, ended);
	return true;
}

static const void *cast(struct element *e, const char *interface)
{
	return strcmp(interface, "AggregateNotifier") == 0 ? &self(e)->listeners : NULL;
}

static const struct arg args[] = {
	ARG_OR("TCP_TIMEOUT", tcp_timeout, 0, "86400", "seconds until a silent TCP flow ends"),
	ARG_OR("TCP_DONE_TIMEOUT", tcp_done_timeout, 0, "30", "the same after FIN or RST"),
	ARG_OR("UDP_TIMEOUT", udp_timeout, 0, "60", "the same of UDP flows"),
	ARG_OR("FRAGMENT_TIMEOUT", fragment_timeout, 0, "30", "how long fragments wait"),
	ARG_OR("REAP", reap, 0, "1200", "how often ended flows are forgotten"),
	ARG_OR("ICMP", icmp, 0, "false", "ICMP errors belong to flows, too"),
	ARG("TRACEINFO", traceinfo, 0, "XML file about the flows"),
	ARG("SOURCE", source, 0, "where packets come from, for that file"),
	ARG_OR("FRAGMENTS", fragments, 0, "true", "number fragments, too; not between pulls"),
};

static const struct handler handlers[] = {
	WRITE("clear", clear, "end all flows"),
};

const struct element_class aggregateipflows_class = {
	.name = "AggregateIPFlows",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.init = init,
	.start = start,
	.stop = stop,
	.push = push,
	.pull = pull,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
