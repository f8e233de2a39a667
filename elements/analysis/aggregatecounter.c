/* SPDX-License-Identifier: MIT */
/*
 * AggregateCounter - count packets or bytes by aggregate
 *
 * Counts packets, and those that they stand for, by their aggregate annotation;
 * with BYTES, their bytes and extra bytes, with IP_BYTES from the IP header on.
 * Frozen, and for packets of input 1, it updates the counts that there are and
 * makes no new ones. Counted packets leave by output 0, others by output 1; with
 * one output all leave by that. At so many aggregates, or so great a count, it
 * calls a handler, freezes or stops.
 *
 * Example: AggregateIP(ip dst) -> c :: AggregateCounter; ... write c.write_text_file counts
 * See also: AggregateIP, AggregatePacketCounter
 */
#include "elements/analysis/aggregatecounter.h"

#include <stdio.h>

#include "elements/analysis/aggregateannos.h"
#include "engine/platform.h"

struct aggregatecounter {
	struct element base;
	bool bytes, ip_bytes, packets, extra_length;
	uint32_t aggregate_freeze, aggregate_stop;
	uint64_t count_freeze, count_stop;
	struct raw aggregate_text, count_text;
	struct str banner;
	/* --- running --- */
	bool active, frozen;
	struct aggregate_map map;
	uint64_t count;
	size_t nonzero; /* aggregates counted */
	struct trigger aggregate_call, count_call;
};
ELEMENT_SELF(struct aggregatecounter)

/* --- counting --- */

static uint64_t amount(const struct aggregatecounter *c, const struct packet *p)
{
	uint64_t n;

	if (!c->bytes)
		return 1 + (c->packets ? (uint64_t)anno_u32(p, ANNO_EXTRA_PACKETS) : 0);
	n = p->len + (c->extra_length ? (uint64_t)anno_u32(p, ANNO_EXTRA_LENGTH) : 0);
	if (c->ip_bytes && p->net && p->net >= p->data && p->net - p->data <= (int64_t)p->len)
		n -= (uint64_t)(p->net - p->data);
	return n;
}

/* The count of a new aggregate; the call for too many of them comes before. */
static uint64_t *count_new(struct aggregatecounter *c, uint32_t aggregate)
{
	if (c->aggregate_call.armed && c->nonzero >= c->aggregate_call.at) {
		trigger_check(&c->base, &c->aggregate_call, c->nonzero);
		if (c->frozen || !c->active)
			return aggregate_map_find(&c->map, aggregate);
	}
	return aggregate_map_get(&c->map, aggregate);
}

static bool count_packet(struct aggregatecounter *c, const struct packet *p, bool frozen)
{
	uint64_t *value, n = amount(c, p);

	if (!c->active)
		return false;
	value = aggregate_map_find(&c->map, aggregate_of(p));
	if (!value || *value == 0)
		value = frozen || c->frozen ? NULL : count_new(c, aggregate_of(p));
	if (!value || !c->active)
		return false;
	c->nonzero += *value == 0 && n != 0;
	*value += n;
	c->count += n;
	trigger_check(&c->base, &c->count_call, c->count);
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct batch counted;
	unsigned kept = 0;

	counted.n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (count_packet(self(e), b->pkt[i], port == 1) || e->nout == 1)
			batch_add(&counted, b->pkt[i]);
		else
			b->pkt[kept++] = b->pkt[i];
	b->n = kept;
	output_push(e, 0, &counted);
	if (b->n)
		output_push(e, 1, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned i = b->n, input = port < e->nin ? port : 0;

	input_pull(e, input, b, max);
	for (; i < b->n; i++)
		(void)count_packet(self(e), b->pkt[i], input == 1);
}

/* --- configuration --- */

static bool check_calls(struct element *e, const char *what, struct error *err)
{
	static const char *const ends[] = { "FREEZE", "STOP", "CALL" };
	char name[32];
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(name, sizeof(name), "%s_%s", what, ends[i]);
		n += arg_given(e, name);
	}
	return n <= 1 || fail(err, "'%s_FREEZE', '%s_STOP', and '%s_CALL' are mutually exclusive",
			      what, what, what);
}

/* "N HANDLER [VALUE]", or empty for none. */
static bool set_call(struct element *e, struct str text, struct trigger *t, bool write,
		     struct error *err)
{
	struct trigger new = { .at = UINT64_MAX };
	struct str rest = str_trim(text), number = str_word(&rest);

	if (number.n != 0) {
		if (!parse_u64(number, UINT64_MAX, &new.at, NULL))
			return false;
		if (rest.n == 0 || !hcall_parse(e, rest, &new.call, err))
			return false;
		new.armed = true;
		if (write && !hcall_resolve(e, &new.call, true, err))
			return false;
	}
	*t = new;
	return true;
}

static void own_call(struct aggregatecounter *c, struct trigger *t, uint64_t at,
		     const char *handler)
{
	t->at = at;
	t->armed = hcall_parse(&c->base, str_of(handler), &t->call, NULL);
}

/* The call has its own messages; only a bad number needs this one. */
static bool bad_number(const struct error *err, unsigned before)
{
	return err->errors == before;
}

static bool configure_calls(struct aggregatecounter *c, struct error *err)
{
	struct element *e = &c->base;
	unsigned before = err->errors;

	if (arg_given(e, "AGGREGATE_FREEZE"))
		own_call(c, &c->aggregate_call, c->aggregate_freeze, "freeze true");
	else if (arg_given(e, "AGGREGATE_STOP"))
		own_call(c, &c->aggregate_call, c->aggregate_stop, "stop");
	else if (!set_call(e, c->aggregate_text.s, &c->aggregate_call, false, err))
		return bad_number(err, before) ? fail(err, "AGGREGATE_CALL first word should be "
							   "unsigned (number of aggregates)")
					       : false;
	if (arg_given(e, "COUNT_FREEZE"))
		own_call(c, &c->count_call, c->count_freeze, "freeze true");
	else if (arg_given(e, "COUNT_STOP"))
		own_call(c, &c->count_call, c->count_stop, "stop");
	else if (!set_call(e, c->count_text.s, &c->count_call, false, err))
		return bad_number(err, before)
			       ? fail(err, "COUNT_CALL first word should be unsigned (count)")
			       : false;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct aggregatecounter *c = self(e);

	if (!check_calls(e, "AGGREGATE", err) || !check_calls(e, "COUNT", err))
		return false;
	c->bytes = c->bytes || c->ip_bytes;
	c->active = true;
	return configure_calls(c, err);
}

static bool start(struct element *e, struct error *err)
{
	struct aggregatecounter *c = self(e);

	aggregate_map_init(&c->map, e);
	return (!c->aggregate_call.armed || hcall_resolve(e, &c->aggregate_call.call, true, err)) &&
	       (!c->count_call.armed || hcall_resolve(e, &c->count_call.call, true, err));
}

static void stop(struct element *e)
{
	aggregate_map_clear(&self(e)->map);
}

/* --- handlers: files --- */

static bool write_counts(struct aggregatecounter *c, const char *name, enum aggregate_format format,
			 struct error *err)
{
	struct text out = { 0 };
	struct file *f;
	int r = file_open(name, FILE_WRITE, &f), closed;

	if (r < 0)
		return fail(err, "%s: %s", name, strerror(-r));
	aggregate_print(&c->map, format, c->count, c->banner, &out);
	r = file_write(f, out.p, out.n);
	closed = file_close(f);
	text_fini(&out);
	return (r >= 0 && closed >= 0) || fail(err, "%s: file error", name);
}

static bool write_to(struct element *e, struct str value, enum aggregate_format format,
		     struct error *err)
{
	struct pool *pool = pool_new();
	struct filename name;
	bool ok = value_parse(KIND_FILENAME, str_trim(value), &name, NULL, e, pool, NULL);

	ok = ok ? write_counts(self(e), name.s.p, format, err)
		: fail(err, "argument should be filename");
	pool_free(pool);
	return ok;
}

static bool write_text_file(struct element *e, struct str name, struct error *err)
{
	return write_to(e, name, AGGREGATE_TEXT, err);
}

static bool write_ip_file(struct element *e, struct str name, struct error *err)
{
	return write_to(e, name, AGGREGATE_IP, err);
}

static bool write_pdf_file(struct element *e, struct str name, struct error *err)
{
	return write_to(e, name, AGGREGATE_PDF, err);
}

static bool write_file(struct element *e, struct str name, struct error *err)
{
	return write_to(e, name, AGGREGATE_BINARY, err);
}

/* --- handlers: state --- */

static bool write_bool(struct str value, bool *dst, struct error *err)
{
	return parse_bool(str_trim(value), dst) || fail(err, "type mismatch");
}

static bool write_freeze(struct element *e, struct str value, struct error *err)
{
	return write_bool(value, &self(e)->frozen, err);
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	return write_bool(value, &self(e)->active, err);
}

static bool write_stop(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->active = false;
	router_stop(e->router, 1);
	return true;
}

/* Each count becomes an aggregate, and how often it was there its count. */
static bool reaggregate(struct element *e, struct str value, struct error *err)
{
	struct aggregatecounter *c = self(e);
	struct aggregate_map old = c->map;

	(void)value;
	aggregate_map_init(&c->map, e);
	c->count = 0;
	c->nonzero = 0;
	for (size_t i = 0; old.slot && i <= old.mask; i++) {
		uint64_t *n = old.slot[i].used && old.slot[i].value
				      ? aggregate_map_get(&c->map, (uint32_t)old.slot[i].value)
				      : NULL;

		if (n) {
			c->nonzero += (*n)++ == 0;
			c->count++;
		}
	}
	aggregate_map_clear(&old);
	(void)err;
	return true;
}

static bool clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	aggregate_map_clear(&self(e)->map);
	self(e)->count = 0;
	self(e)->nonzero = 0;
	return true;
}

static void read_call(const struct trigger *t, struct text *out)
{
	if (!t->armed)
		return;
	text_add(out, "%llu ", (unsigned long long)t->at);
	text_str(out, t->call.text);
	if (t->call.value.n)
		text_add(out, " %.*s", STR(t->call.value));
}

static void read_aggregate_call(struct element *e, struct text *out)
{
	read_call(&self(e)->aggregate_call, out);
}

static void read_count_call(struct element *e, struct text *out)
{
	read_call(&self(e)->count_call, out);
}

static bool write_aggregate_call(struct element *e, struct str value, struct error *err)
{
	return set_call(e, value, &self(e)->aggregate_call, true, NULL) ||
	       fail(err, "argument to 'aggregate_call' should be 'N HANDLER [VALUE]'");
}

static bool write_count_call(struct element *e, struct str value, struct error *err)
{
	return set_call(e, value, &self(e)->count_call, true, NULL) ||
	       fail(err, "argument to 'count_call' should be 'N HANDLER [VALUE]'");
}

static void read_nagg(struct element *e, struct text *out)
{
	text_add(out, "%zu", self(e)->nonzero);
}

static const struct arg args[] = {
	ARG_OR("BYTES", bytes, 0, "false", "count bytes, not packets"),
	ARG_OR("IP_BYTES", ip_bytes, 0, "false", "count bytes from the IP header on"),
	ARG_OR("MULTIPACKET", packets, 0, "true", "count the packets that one stands for"),
	ARG_OR("EXTRA_LENGTH", extra_length, 0, "true", "count bytes that were not captured"),
	ARG("AGGREGATE_FREEZE", aggregate_freeze, 0, "freeze at so many aggregates"),
	ARG("COUNT_FREEZE", count_freeze, 0, "freeze at that count"),
	ARG("AGGREGATE_STOP", aggregate_stop, 0, "stop the driver at so many aggregates"),
	ARG("COUNT_STOP", count_stop, 0, "stop the driver at that count"),
	ARG("AGGREGATE_CALL", aggregate_text, 0, "N HANDLER: call it at N aggregates"),
	ARG("COUNT_CALL", count_text, 0, "N HANDLER: call it at count N"),
	ARG("BANNER", banner, 0, "text near the front of files"),
};

static const struct handler handlers[] = {
	WRITE("write_file", write_file, "write the counts to a file, binary"),
	WRITE("write_text_file", write_text_file, "write them as text"),
	WRITE("write_ascii_file", write_text_file, "write them as text"),
	WRITE("write_ip_file", write_ip_file, "write them as text, aggregates as addresses"),
	WRITE("write_pdf_file", write_pdf_file, "write each aggregate's part of the total"),
	FIELD_WRITE("freeze", frozen, write_freeze, H_CHECKBOX, "are new aggregates ignored?"),
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "does it count?"),
	BUTTON("stop", write_stop, "become inactive and stop the driver"),
	WRITE("reaggregate_counts", reaggregate, "make counts aggregates"),
	WRITE("counts_pdf", reaggregate, "make counts aggregates"),
	FIELD_FLAGS("banner", banner, H_READ | H_WRITE | H_RAW, "text near the front of files"),
	WRITE("clear", clear, "forget all counts"),
	RW("aggregate_call", read_aggregate_call, write_aggregate_call, 0, "N HANDLER [VALUE]"),
	RW("count_call", read_count_call, write_count_call, 0, "N HANDLER [VALUE]"),
	READ_FIELD("count", count, "the total"),
	READ("nagg", read_nagg, "number of aggregates"),
};

const struct element_class aggregatecounter_class = {
	.name = "AggregateCounter",
	.ports = "1-2/1-2",
	.processing = "a/a",
	.flow = "#/#",
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
