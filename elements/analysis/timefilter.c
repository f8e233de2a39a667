/* SPDX-License-Identifier: MIT */
/*
 * TimeFilter - let packets of a window of time pass
 *
 * Packets with START <= timestamp < END pass, others go to output 1, or
 * nowhere. Both may be relative: to the time when the router starts, to the
 * first packet, END to START. When a packet of END or later comes, END_CALL is
 * called once, or with STOP the driver stops; `$t' in it is the packet's time. The
 * call may move the window, and the packet is judged by the new one.
 *
 * Example: FromDump(t.pcap) -> TimeFilter(START_AFTER 60, INTERVAL 10) -> ToDump(part.pcap)
 * See also: TimeRange, FromDump
 */
#include "engine/element.h"
#include "engine/lang/lang.h"

struct timefilter {
	struct element base;
	struct timestamp start, end;
	struct interval start_delay, end_delay, start_after, end_after, interval;
	bool stop;
	struct hcall end_call;
	/* --- running --- */
	bool started, due; /* the first packet has come; the call is to be made */
};
ELEMENT_SELF(struct timefilter)

static bool configure(struct element *e, struct error *err)
{
	unsigned starts =
		arg_given(e, "START") + arg_given(e, "START_DELAY") + arg_given(e, "START_AFTER");
	unsigned ends = arg_given(e, "END") + arg_given(e, "END_DELAY") +
			arg_given(e, "END_AFTER") + arg_given(e, "INTERVAL");

	if (starts > 1)
		return fail(err, "START, START_AFTER, and START_AFTER_INIT are mutually exclusive");
	if (ends > 1)
		return fail(err, "END, END_AFTER, END_AFTER_INIT, and INTERVAL are mutually "
				 "exclusive");
	if (self(e)->stop && arg_given(e, "END_CALL"))
		return fail(err, "END_CALL and STOP are mutually exclusive");
	return true;
}

/* What is known before packets come. */
static bool start(struct element *e, struct error *err)
{
	struct timefilter *f = self(e);
	int64_t now = time_now(e);

	(void)err;
	if (arg_given(e, "START_DELAY"))
		f->start.ns = time_add(now, f->start_delay.ns);
	if (arg_given(e, "END_DELAY"))
		f->end.ns = time_add(now, f->end_delay.ns);
	f->due = true;
	return true;
}

static void set_window(struct timefilter *f, int64_t first)
{
	struct element *e = &f->base;

	f->started = true;
	if (arg_given(e, "START_AFTER"))
		f->start.ns = time_add(first, f->start_after.ns);
	if (arg_given(e, "END_AFTER"))
		f->end.ns = time_add(first, f->end_after.ns);
	else if (arg_given(e, "INTERVAL"))
		f->end.ns = time_add(arg_given(e, "START") || arg_given(e, "START_DELAY") ||
						     arg_given(e, "START_AFTER")
					     ? f->start.ns
					     : first,
				     f->interval.ns);
	else if (!arg_given(e, "END") && !arg_given(e, "END_DELAY"))
		f->end.ns = INT64_MAX;
}

static bool packet_time(void *p, struct str name, bool call, struct text *value)
{
	if (call || !str_is(name, "t"))
		return false;
	print_timestamp(value, ((const struct packet *)p)->timestamp);
	return true;
}

static void run_end_call(struct timefilter *f, struct packet *p)
{
	const struct conf_scope scope = { .get = packet_time, .arg = p };
	struct hcall call = f->end_call;
	struct pool *pool = pool_new();

	call.value = conf_expand(pool, call.value, &scope, false);
	hcall_run(&f->base, &call);
	pool_free(pool);
}

static bool passes(struct timefilter *f, struct packet *p)
{
	if (!f->started)
		set_window(f, p->timestamp);
	if (p->timestamp >= f->end.ns && f->due) {
		f->due = false;
		if (f->end_call.text.n)
			run_end_call(f, p);
		else if (f->stop)
			router_stop(f->base.router, 1);
	}
	return p->timestamp >= f->start.ns && p->timestamp < f->end.ns;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = !passes(self(e), b->pkt[i]);
}

/* --- handlers --- */

static bool parse_time(struct element *e, struct str value, int64_t *ns, struct error *err)
{
	struct timestamp at;

	if (!value_parse(KIND_TIMESTAMP, str_trim(value), &at, NULL, e, NULL, NULL))
		return fail(err, "expected time");
	*ns = at.ns;
	return true;
}

static bool write_start(struct element *e, struct str value, struct error *err)
{
	if (!parse_time(e, value, &self(e)->start.ns, err))
		return false;
	self(e)->due = true;
	return true;
}

static bool write_end(struct element *e, struct str value, struct error *err)
{
	int64_t ns;

	if (!parse_time(e, value, &ns, err))
		return false;
	/* The value counts from START. */
	self(e)->end.ns = time_add(self(e)->start.ns, ns);
	self(e)->started = self(e)->due = true;
	return true;
}

static bool extend(struct element *e, struct str value, struct error *err)
{
	int64_t ns;

	if (!parse_interval(str_trim(value), true, &ns, NULL))
		return fail(err, "expected time");
	if (self(e)->end.ns != INT64_MAX)
		self(e)->end.ns = time_add(self(e)->end.ns, ns);
	self(e)->due = true;
	return true;
}

static void read_interval(struct element *e, struct text *out)
{
	print_timestamp(out, time_add(self(e)->end.ns, -self(e)->start.ns));
}

static const struct arg args[] = {
	ARG("START", start, ARG_POSITIONAL, "first time that passes"),
	ARG("END", end, ARG_POSITIONAL, "first time that does not pass any more"),
	ARG("START_DELAY", start_delay, 0, "start that long after now"),
	ARG("END_DELAY", end_delay, 0, "end that long after now"),
	ARG("START_AFTER", start_after, 0, "start that long after the first packet"),
	ARG("END_AFTER", end_after, 0, "end that long after the first packet"),
	ARG("INTERVAL", interval, 0, "end that long after the start"),
	ARG_OR("STOP", stop, 0, "false", "stop the driver at the end"),
	ARG("END_CALL", end_call, 0, "handler to call at the end"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("start", start, write_start, 0, "first time that passes"),
	FIELD_WRITE("end", end, write_end, 0, "reads the end; writes it as time after the start"),
	READ("interval", read_interval, "end minus start"),
	WRITE("extend_interval", extend, "move the end"),
};

const struct element_class timefilter_class = {
	.name = "TimeFilter",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
