/* SPDX-License-Identifier: MIT */
/* capturesource.c - replaying the packets of a capture file. */
#include "elements/analysis/capturesource.h"

#include "elements/analysis/linktype.h"

/* --- the window of time --- */

static bool check_times(struct element *e, struct error *err)
{
	unsigned ends = arg_given(e, "END") + arg_given(e, "END_AFTER") + arg_given(e, "INTERVAL");

	if (arg_given(e, "START") && arg_given(e, "START_AFTER"))
		return fail(err, "START and START_AFTER are mutually exclusive");
	if (ends > 1)
		return fail(err, "END, END_AFTER, and INTERVAL are mutually exclusive");
	if (arg_given(e, "END_CALL") && replay(e)->stop)
		return fail(err, "END_CALL and STOP are mutually exclusive");
	return true;
}

/* What is relative to the first packet of the file. */
static void set_window(struct capture_source *d, int64_t first)
{
	struct element *e = &d->replay.base;

	d->have_first = true;
	d->first = first;
	d->start_ns =
		arg_given(e, "START_AFTER") ? time_add(first, d->start_after.ns) : d->start.ns;
	d->have_end = true;
	if (arg_given(e, "END"))
		d->end_ns = d->end.ns;
	else if (arg_given(e, "END_AFTER"))
		d->end_ns = time_add(first, d->end_after.ns);
	else if (arg_given(e, "INTERVAL"))
		d->end_ns = time_add(d->start_ns > first ? d->start_ns : first, d->interval.ns);
	else
		d->have_end = false;
	d->end_ns = time_add(d->end_ns, d->extended);
	d->end_due = d->have_end;
}

static void run_end_call(struct capture_source *d, bool time_is_up)
{
	struct replay *r = &d->replay;

	if (d->end_call.text.n != 0) {
		hcall_run(&r->base, &d->end_call);
	} else if (r->stop) {
		replay_set_active(r, false);
		router_stop(r->base.router, 1);
	} else if (time_is_up) {
		replay_set_active(r, false);
	}
}

/* --- one packet after the other --- */

static struct packet *read(struct replay *r)
{
	struct capture_source *d = capture_source(&r->base);
	struct error err = { 0 };
	bool end = false;
	struct packet *p = d->file.next(&d->file, &end, &err);

	chatter_error(&r->base, &err);
	error_fini(&err);
	if (end) {
		replay_end(r);
		run_end_call(d, false);
	}
	return p;
}

static bool in_window(struct capture_source *d)
{
	int64_t at = d->replay.pending->timestamp;

	if (!d->have_first)
		set_window(d, at);
	if (at < d->start_ns)
		return false;
	if (d->end_due && at >= d->end_ns) {
		d->end_due = false;
		run_end_call(d, true);
	}
	return d->replay.active && d->replay.pending;
}

static bool wanted(struct replay *r)
{
	struct capture_source *d = capture_source(&r->base);

	if (!in_window(d) || !replay_sampled(r))
		return false;
	if (!d->force_ip || linktype_force_ip(r->pending, d->file.linktype))
		return true;
	output_push_packet(&r->base, 1, replay_take(r));
	return false;
}

/* --- life --- */

void capture_source_init(struct element *e)
{
	replay_init(replay(e), &capture_source(e)->file.trace, read, wanted);
}

bool capture_source_configure(struct element *e, struct error *err)
{
	replay_configure(replay(e), err);
	return check_times(e, err);
}

bool capture_source_take_state(struct element *e, struct element *old_element, struct error *err)
{
	struct capture_source *d = capture_source(e), *old = capture_source(old_element);
	struct capture_file fresh = d->file;

	(void)err;
	if (!str_eq(d->filename, old->filename))
		return true;
	d->file = old->file;
	old->file = fresh;
	if (old->have_first)
		set_window(d, old->first);
	replay_take_state(&d->replay, &old->replay);
	return true;
}

void capture_source_declare(const struct element *e, struct text *out)
{
	bool standard =
		capture_source(e)->filename.n == 0 || str_is(capture_source(e)->filename, "-");

	text_str(out, standard ? str_of("<stdin>") : capture_source(e)->filename);
}

/* --- handlers --- */

void capture_read_encap(struct element *e, struct text *out)
{
	linktype_print(capture_source(e)->file.linktype, out);
}

bool capture_write_extend(struct element *e, struct str value, struct error *err)
{
	struct capture_source *d = capture_source(e);
	int64_t ns;

	if (!parse_interval(str_trim(value), false, &ns, NULL))
		return fail(err, "'extend_interval' takes a time interval");
	d->end_ns = time_add(d->end_ns, ns);
	d->extended = time_add(d->extended, ns);
	d->end_due = d->have_end;
	replay_set_active(&d->replay, true);
	return true;
}
