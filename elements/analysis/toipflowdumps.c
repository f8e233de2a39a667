/* SPDX-License-Identifier: MIT */
/*
 * ToIPFlowDumps - write a summary file about each flow
 *
 * Writes a line about each TCP or UDP packet whose aggregate annotation is not 0 to the file of its
 * aggregate, whose name FILEPATTERN tells: %n is the aggregate (%x in hex), %s %S %d %D addresses
 * and ports, %p T or U; as in `%08n', `%.0s'. Directories are made. Times count from the first
 * packet and sequence numbers from the first of their direction, unless ABSOLUTE_TIME and
 * ABSOLUTE_SEQ; direction is the paint annotation. IP_ID, TCP_WINDOW and TCP_OPT (ALL_TCP_OPT:
 * timestamps as well) add columns. A flow ends when NOTIFIER says so, by `clear', or with the
 * router; those of fewer than MINCOUNT packets are not written. With GZIP the files are compressed,
 * and end in .gz. Packets leave by the output, if there is one.
 *
 * Example: AggregateIPFlows -> ToIPFlowDumps(flows/%.4n/%n, NOTIFIER AggregateIPFlows@1)
 * See also: AggregateIPFlows, ToIPSummaryDump, FromIPSummaryDump
 */
#include <errno.h>
#include <stdlib.h>

#include "elements/analysis/aggregateannos.h"
#include "elements/analysis/aggregatemap.h"
#include "elements/analysis/flowname.h"
#include "elements/analysis/ipsummary.h"
#include "engine/platform.h"

#define PACKETS_MAX 128 /* lines that a flow may have in memory */
#define NOTES_MAX 32
#define BYTES_MAX (64U << 20) /* the same of all flows together */
#define END_DELAY (250 * NS_PER_MSEC)
#define METADATA 0x80000000U /* of a binary record's length */

enum column_kind { COLUMN_PLAIN, COLUMN_TIME, COLUMN_SEQ, COLUMN_ACK, COLUMN_OPTIONS };

struct column {
	const struct summary_field *field;
	enum column_kind kind;
	bool written; /* else only named */
};

struct columns {
	struct column v[9];
	unsigned n;
};

struct flow {
	struct flow *next_ended;
	struct flow_name name; /* as the first packet was */
	bool reverse;          /* the first packet was a reply */
	bool begun, ended, known[2];
	uint32_t first[2]; /* sequence numbers */
	int64_t start;     /* a moment before the first packet */
	int64_t end_at;    /* steady */
	uint32_t packets, waiting, notes;
	struct text out;
};

struct toipflowdumps {
	struct element base;
	struct filename pattern;
	struct element *notifier;
	bool absolute_time, absolute_seq, binary, all_opt, opt, window, gzip, ip_id;
	uint32_t mincount;
	/* --- running --- */
	struct columns columns[2]; /* TCP, UDP */
	struct aggregate_listener listener;
	struct aggregate_map flows; /* value: struct flow * */
	struct flow *ended, **ended_tail;
	uint64_t bytes; /* in memory, of all flows */
	bool started, seen;
	struct task task;
	struct signal signal;
	struct timer timer;
};
ELEMENT_SELF(struct toipflowdumps)

static struct flow *flow_at(const uint64_t *value)
{
	return (struct flow *)(uintptr_t)*value;
}

/* --- columns --- */

static void add_column(struct columns *c, const char *name, enum column_kind kind, bool written)
{
	c->v[c->n++] = (struct column){ summary_find(str_of(name)), kind, written };
}

static void add_numbers(const struct toipflowdumps *d, struct columns *c, bool udp)
{
	if (!udp)
		add_column(c, "tcp_seq", COLUMN_SEQ, true);
	add_column(c, "payload_len", COLUMN_PLAIN, true);
	if (!udp)
		add_column(c, "tcp_ack", COLUMN_ACK, true);
	if (d->binary && d->ip_id)
		add_column(c, "ip_id", COLUMN_PLAIN, true);
	if (!udp && d->window)
		add_column(c, "tcp_window", COLUMN_PLAIN, true);
}

/* Lines and records have them in different order. */
static void set_columns(const struct toipflowdumps *d, struct columns *c, bool udp)
{
	c->n = 0;
	add_column(c, "ntimestamp", COLUMN_TIME, true);
	if (d->binary)
		add_numbers(d, c, udp);
	else
		add_column(c, "direction", COLUMN_PLAIN, true);
	if (!d->binary && d->ip_id)
		add_column(c, "ip_id", COLUMN_PLAIN, true);
	if (!udp)
		add_column(c, "tcp_flags", COLUMN_PLAIN, true);
	if (d->binary)
		add_column(c, "direction", COLUMN_PLAIN, true);
	else
		add_numbers(d, c, udp);
	if (!udp && (!d->binary || d->opt || d->all_opt))
		add_column(c, d->all_opt ? "tcp_opt" : "tcp_ntopt", COLUMN_OPTIONS,
			   d->opt || d->all_opt);
}

/* --- files --- */

static void add_header(const struct toipflowdumps *d, const struct flow *f, struct text *out)
{
	const struct flow_name *n = &f->name;
	const struct columns *c = &d->columns[n->udp];
	uint32_t addr[2] = { be32(n->saddr), be32(n->daddr) };
	uint16_t port[2] = { n->sport, n->dport };

	text_add(out, "!IPSummaryDump 1.3\n!flowid ");
	print_ip(out, addr[f->reverse]);
	text_add(out, " %u ", port[f->reverse]);
	print_ip(out, addr[!f->reverse]);
	text_add(out, " %u %c\n!aggregate %u\n!data", port[!f->reverse], n->udp ? 'U' : 'T',
		 n->aggregate);
	for (unsigned i = 0; i < c->n; i++)
		text_add(out, " %s", c->v[i].field->name);
	text_char(out, '\n');
	for (unsigned dir = 0; dir < 2; dir++)
		if (f->first[dir] != 0)
			text_add(out, "!firstseq %c %u\n", "><"[dir], f -> first[dir]);
	if (!d->absolute_time) {
		text_add(out, "!firsttime ");
		print_timestamp(out, f->start);
		text_char(out, '\n');
	}
	if (d->binary)
		text_add(out, "!binary\n");
}

/* All directories that the path goes through. */
static bool make_directories(const struct toipflowdumps *d, char *path)
{
	int r = 0;

	for (char *at = path; r >= 0 && (at = strchr(at + 1, '/'));) {
		*at = '\0';
		r = file_make_directory(path);
		if (r < 0)
			chatter(&d->base, "making directory %s: %s", path, strerror(-r));
		*at = '/';
	}
	return r >= 0;
}

static int open_file(const struct toipflowdumps *d, const struct flow *f, struct text *name,
		     struct file **file)
{
	enum file_mode mode = f->begun ? FILE_APPEND : FILE_WRITE;
	int r;

	flow_name_print(d->pattern.s, &f->name, name);
	if (d->gzip && !str_is(text_as_str(name), "-"))
		text_add(name, ".gz");
	r = file_open(name->p, mode, file);
	if (r == -ENOENT && make_directories(d, name->p))
		r = file_open(name->p, mode, file);
	return r;
}

/* Writes what the flow has in memory. */
static void write_flow(struct toipflowdumps *d, struct flow *f)
{
	struct text header = { 0 }, name = { 0 };
	struct file *file = NULL;
	int r = open_file(d, f, &name, &file);

	if (r >= 0 && !f->begun) {
		add_header(d, f, &header);
		r = file_write(file, header.p, header.n);
	}
	if (r >= 0 && f->out.n != 0)
		r = file_write(file, f->out.p, f->out.n);
	if (file) {
		int closed = file_close(file);

		r = r < 0 ? r : closed;
	}
	if (r < 0)
		chatter(&d->base, "%s: %s", name.p, strerror(-r));
	f->begun = true;
	d->bytes -= f->out.n;
	text_fini(&f->out);
	f->waiting = f->notes = 0;
	text_fini(&header);
	text_fini(&name);
}

static void end_flow(struct toipflowdumps *d, struct flow *f)
{
	if (f->packets >= d->mincount)
		write_flow(d, f);
	d->bytes -= f->out.n;
	text_fini(&f->out);
	free(f);
}

static void end_all(struct toipflowdumps *d)
{
	struct aggregate_slot *v = aggregate_map_sorted(&d->flows);

	for (size_t i = 0; v && i < d->flows.n; i++)
		end_flow(d, flow_at(&v[i].value));
	if (v || d->flows.n == 0)
		aggregate_map_clear(&d->flows);
	free(v);
	d->ended = NULL;
	d->ended_tail = &d->ended;
}

static void write_if_much(struct toipflowdumps *d, struct flow *f)
{
	bool much = f->waiting >= PACKETS_MAX || f->notes >= NOTES_MAX;

	if (much && f->packets >= d->mincount)
		write_flow(d, f);
	if (d->bytes <= BYTES_MAX)
		return;
	for (size_t i = 0; i <= d->flows.mask; i++)
		if (d->flows.slot[i].used && flow_at(&d->flows.slot[i].value)->out.n != 0)
			write_flow(d, flow_at(&d->flows.slot[i].value));
}

/* --- flows --- */

/* The header of the packet in an ICMP error; the packet's own of others. */
static const struct ip_header *flow_header(const struct packet *p, const uint8_t **ports)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t n = packet_net_len(p), hlen;

	for (bool inner = false;; inner = true) {
		if (n < sizeof(*ip) || ip->vhl >> 4 != 4 || ip_hlen(ip) < sizeof(*ip) ||
		    n < ip_hlen(ip) + 4)
			return NULL;
		hlen = ip_hlen(ip);
		*ports = (const uint8_t *)ip + hlen;
		if (inner || ip->proto != IP_PROTO_ICMP || n < hlen + 8)
			break;
		ip = (const void *)(*ports + 8);
		n -= hlen + 8;
	}
	return ip->proto == IP_PROTO_TCP || ip->proto == IP_PROTO_UDP ? ip : NULL;
}

static struct flow *flow_new(struct toipflowdumps *d, const struct packet *p)
{
	const uint8_t *ports;
	const struct ip_header *ip = flow_header(p, &ports);
	struct flow *f = ip ? calloc(1, sizeof(*f)) : NULL;
	bool first;

	if (!f)
		return NULL;
	first = ip_first_fragment(ip);
	f->name = (struct flow_name){ .aggregate = aggregate_of(p),
				      .saddr = be32(ip->src),
				      .daddr = be32(ip->dst),
				      .sport = first ? load_be16(ports) : 0,
				      .dport = first ? load_be16(ports + 2) : 0,
				      .udp = ip->proto == IP_PROTO_UDP };
	f->reverse = p->anno[ANNO_PAINT] & 1;
	f->start = d->absolute_time ? 0 : p->timestamp - 1;
	return f;
}

static struct flow *find_flow(struct toipflowdumps *d, const struct packet *p)
{
	uint64_t *value = aggregate_map_get(&d->flows, aggregate_of(p));

	if (value && *value == 0)
		*value = (uintptr_t)flow_new(d, p);
	if (value && *value == 0)
		aggregate_map_remove(&d->flows, aggregate_of(p));
	return value && *value ? flow_at(value) : NULL;
}

/* --- lines --- */

static void add_metadata(const struct toipflowdumps *d, struct flow *f, struct str line)
{
	uint32_t length = be32((uint32_t)(line.n + 5) | METADATA);

	if (d->binary)
		text_bytes(&f->out, &length, 4);
	text_str(&f->out, line);
	text_char(&f->out, '\n');
}

/* Those of direction dir are relative to the first one that is seen. The file's header tells
 * it, when that is still to be written. */
static void learn_number(const struct toipflowdumps *d, struct flow *f, unsigned dir,
			 uint32_t number)
{
	struct text line = { 0 };

	if (d->absolute_seq || f->known[dir])
		return;
	f->known[dir] = true;
	f->first[dir] = number;
	if (number != 0 && f->begun) {
		text_add(&line, "!firstseq %c %u", "><"[dir], number);
		add_metadata(d, f, text_as_str(&line));
		text_fini(&line);
	}
}

static bool has_ack(const struct packet *p)
{
	return p->trans && packet_trans_len(p) > 13 && p->trans[13] & TCP_ACK;
}

static void learn_numbers(const struct toipflowdumps *d, struct flow *f, const struct packet *p)
{
	unsigned dir = p->anno[ANNO_PAINT] & 1;

	if (f->name.udp || packet_trans_len(p) < 12 || !ip_first_fragment(packet_ip(p)))
		return;
	learn_number(d, f, dir, load_be32(p->trans + 4));
	if (has_ack(p))
		learn_number(d, f, !dir, load_be32(p->trans + 8));
}

static bool get_column(const struct column *c, const struct flow *f, const struct summary_view *v,
		       struct summary_value *x)
{
	unsigned dir = v->p->anno[ANNO_PAINT] & 1;

	if (!c->field->get(v, x))
		return false;
	if (c->kind == COLUMN_TIME)
		x->v -= (uint64_t)f->start;
	else if (c->kind == COLUMN_SEQ)
		x->v = (uint32_t)(x->v - f->first[dir]);
	else if (c->kind == COLUMN_ACK)
		x->v = has_ack(v->p) ? (uint32_t)(x->v - f->first[!dir]) : 0;
	return true;
}

static void add_line(struct flow *f, const struct columns *c, const struct summary_view *v)
{
	struct summary_value x;

	for (unsigned i = 0; i < c->n; i++) {
		const struct column *col = &c->v[i];
		bool got = col->written && get_column(col, f, v, &x);

		if (col->kind == COLUMN_OPTIONS && (!got || x.n == 0))
			continue;
		if (i != 0)
			text_char(&f->out, ' ');
		if (got)
			col->field->type->print(&x, &f->out);
		else
			text_char(&f->out, '-');
	}
	text_char(&f->out, '\n');
}

static void add_record(struct flow *f, const struct columns *c, const struct summary_view *v)
{
	size_t start = f->out.n;
	struct summary_value x;

	text_bytes(&f->out, "\0\0\0\0", 4);
	for (unsigned i = 0; i < c->n; i++)
		summary_pack(c->v[i].field, get_column(&c->v[i], f, v, &x) ? &x : NULL, &f->out);
	store_be32(f->out.p + start, (uint32_t)(f->out.n - start));
}

static void add_packet(struct toipflowdumps *d, struct flow *f, struct packet *p)
{
	const struct columns *c = &d->columns[f->name.udp];
	struct summary_view v;

	summary_view_init(&v, p, true, false, NULL);
	learn_numbers(d, f, p);
	if (d->binary)
		add_record(f, c, &v);
	else
		add_line(f, c, &v);
	f->packets++;
	f->waiting++;
}

static void add_note(const struct toipflowdumps *d, struct flow *f, const struct packet *p)
{
	struct text line = { 0 };

	text_char(&line, '#');
	print_timestamp(&line, p->timestamp - f->start);
	text_add(&line, " %c ICMP_error", "><"[p->anno[ANNO_PAINT] & 1]);
	add_metadata(d, f, text_as_str(&line));
	text_fini(&line);
	f->notes++;
}

static void take(struct toipflowdumps *d, struct packet *p)
{
	struct flow *f = aggregate_of(p) ? find_flow(d, p) : NULL;
	size_t before;

	d->seen = d->seen || aggregate_of(p);
	if (!f)
		return;
	before = f->out.n;
	if (p->anno[ANNO_PAINT] < 2)
		add_packet(d, f, p);
	else
		add_note(d, f, p);
	d->bytes += f->out.n - before;
	write_if_much(d, f);
}

static void take_batch(struct element *e, const struct batch *b, unsigned first)
{
	for (unsigned i = first; i < b->n; i++)
		take(self(e), b->pkt[i]);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	take_batch(e, b, 0);
	output_push_or_drop(e, 0, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned had = b->n;

	(void)port;
	input_pull(e, 0, b, max);
	take_batch(e, b, had);
}

static bool run(struct element *e)
{
	struct batch b;
	bool worked;

	b.n = 0;
	input_pull(e, 0, &b, BATCH_MAX);
	worked = b.n != 0;
	take_batch(e, &b, 0);
	batch_drop(&b);
	if (worked || signal_active(&self(e)->signal))
		task_schedule(&self(e)->task);
	return worked;
}

/* --- ends --- */

/* Packets of the flow may still be on their way. */
static void told(struct element *e, uint32_t aggregate, enum aggregate_event event,
		 const struct packet *p)
{
	struct toipflowdumps *d = self(e);
	const uint64_t *value = aggregate_map_find(&d->flows, aggregate);
	struct flow *f = value ? flow_at(value) : NULL;

	(void)p;
	if (event != AGGREGATE_DELETE || !f || f->ended)
		return;
	f->ended = true;
	f->end_at = time_steady(e) + END_DELAY;
	*d->ended_tail = f;
	d->ended_tail = &f->next_ended;
	if (!timer_pending(&d->timer))
		timer_at(&d->timer, f->end_at);
}

static void fire(struct element *e, struct timer *t)
{
	struct toipflowdumps *d = self(e);
	int64_t now = time_steady(e);
	struct flow *f;

	while ((f = d->ended) && f->end_at <= now) {
		d->ended = f->next_ended;
		if (!d->ended)
			d->ended_tail = &d->ended;
		aggregate_map_remove(&d->flows, f->name.aggregate);
		end_flow(d, f);
	}
	if (d->ended)
		timer_at(t, d->ended->end_at);
}

/* --- life --- */

static bool configure(struct element *e, struct error *err)
{
	struct toipflowdumps *d = self(e);
	struct str s = d->pattern.s;

	if (!str_is(s, "-") && str_find(s, '%') == s.n)
		warn(err, "OUTPUT_PATTERN has no %% escapes, so output files will get overwritten");
	return flow_name_check(s, err);
}

static bool start(struct element *e, struct error *err)
{
	struct toipflowdumps *d = self(e);

	set_columns(d, &d->columns[0], false);
	set_columns(d, &d->columns[1], true);
	aggregate_map_init(&d->flows, e);
	d->ended_tail = &d->ended;
	timer_init(&d->timer, e, fire);
	d->listener.e = e;
	d->listener.told = told;
	if (d->notifier && !aggregate_listen(d->notifier, &d->listener, err))
		return false;
	d->started = true;
	if (!input_is_push(e, 0) && e->nout == 0) {
		task_init(&d->task, e, run);
		signal_upstream(e, 0, &d->signal, &d->task);
		task_schedule(&d->task);
	}
	return true;
}

static void stop(struct element *e)
{
	struct toipflowdumps *d = self(e);

	if (!d->started)
		return;
	end_all(d);
	if (!d->seen)
		chatter(e, "%s :: %s: warning: saw no packets with aggregate annotations", e->name,
			e->class->name);
}

static bool clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	end_all(self(e));
	return true;
}

static const struct arg args[] = {
	ARG_OR("FILEPATTERN", pattern, ARG_POSITIONAL, "-", "names of files, with % escapes"),
	ARG("OUTPUT_PATTERN", pattern, 0, "the same as FILEPATTERN"),
	ARG("NOTIFIER", notifier, 0, "element that numbers the aggregates"),
	ARG_OR("ABSOLUTE_TIME", absolute_time, 0, "false", "times as they are"),
	ARG_OR("ABSOLUTE_SEQ", absolute_seq, 0, "false", "sequence numbers as they are"),
	ARG_OR("BINARY", binary, 0, "false", "write records, not lines"),
	ARG_OR("ALL_TCP_OPT", all_opt, 0, "false", "write TCP options"),
	ARG_OR("TCP_OPT", opt, 0, "false", "write TCP options but timestamps"),
	ARG_OR("TCP_WINDOW", window, 0, "false", "write TCP windows"),
	ARG_OR("GZIP", gzip, 0, "false", "compress the files"),
	ARG_OR("IP_ID", ip_id, 0, "false", "write IP identifications"),
	ARG_OR("MINCOUNT", mincount, 0, "0", "least packets of flows that are written"),
};

static const struct handler handlers[] = {
	WRITE("clear", clear, "end all flows"),
	TASK_HANDLERS(task, H_PULL),
};

const struct element_class toipflowdumps_class = {
	.name = "ToIPFlowDumps",
	.ports = "1/0-1",
	.processing = "a/a",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
