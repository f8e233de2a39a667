/* SPDX-License-Identifier: MIT */
/* capturesource.c - emitting the packets of a capture file. */
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
	if (arg_given(e, "END_CALL") && capture_source(e)->stop)
		return fail(err, "END_CALL and STOP are mutually exclusive");
	return true;
}

/* What is relative to the first packet of the file. */
static void set_window(struct capture_source *d, int64_t first)
{
	struct element *e = &d->base;

	d->have_first = true;
	d->first = first;
	d->start_ns = arg_given(e, "START_AFTER") ? first + d->start_after.ns : d->start.ns;
	d->have_end = true;
	if (arg_given(e, "END"))
		d->end_ns = d->end.ns;
	else if (arg_given(e, "END_AFTER"))
		d->end_ns = first + d->end_after.ns;
	else if (arg_given(e, "INTERVAL"))
		d->end_ns = (d->start_ns > first ? d->start_ns : first) + d->interval.ns;
	else
		d->have_end = false;
	d->end_ns += d->extended;
	d->end_due = d->have_end;
}

static void set_active(struct capture_source *d, bool active)
{
	d->active = active;
	if (!active || d->at_end) {
		notifier_sleep(&d->notifier);
		return;
	}
	notifier_wake(&d->notifier);
	if (d->base.nout && output_is_push(&d->base, 0))
		task_schedule(&d->task);
}

static void run_end_call(struct capture_source *d, bool time_is_up)
{
	if (d->end_call.text.n != 0) {
		hcall_run(&d->base, &d->end_call);
	} else if (d->stop) {
		set_active(d, false);
		router_stop(d->base.router, 1);
	} else if (time_is_up) {
		set_active(d, false);
	}
}

/* --- one packet after the other --- */

static bool sampled(const struct capture_source *d)
{
	return d->sample.v >= 1U << 28 || (random_u32(&d->base) >> 4) < d->sample.v;
}

static void reject(struct capture_source *d, struct packet *p)
{
	output_push_packet(&d->base, 1, p);
}

/* From the file into pending, unless it is there. False: the end. */
static bool read_pending(struct capture_source *d)
{
	struct error err = { 0 };

	if (!d->pending && !d->at_end) {
		d->pending = d->file.next(&d->file, &err);
		chatter_error(&d->base, &err);
		error_fini(&err);
		if (!d->pending) {
			d->at_end = true;
			notifier_sleep(&d->notifier);
			run_end_call(d, false);
		}
	}
	return d->pending != NULL;
}

static struct packet *take_pending(struct capture_source *d)
{
	struct packet *p = d->pending;

	d->pending = NULL;
	return p;
}

/* Is the pending packet one to emit? Drops it when not. May make it inactive. */
static bool wanted(struct capture_source *d)
{
	int64_t at = d->pending->timestamp;

	if (!d->have_first)
		set_window(d, at);
	if (at < d->start_ns) {
		packet_drop(take_pending(d));
		return false;
	}
	if (d->end_due && at >= d->end_ns) {
		d->end_due = false;
		run_end_call(d, true);
		if (!d->active)
			return false;
	}
	if (!sampled(d)) {
		packet_drop(take_pending(d));
		return false;
	}
	if (d->force_ip && !linktype_force_ip(d->pending, d->file.linktype)) {
		reject(d, take_pending(d));
		return false;
	}
	return true;
}

/* TIMING: true when the pending packet's time has come, else the timer is set. */
static bool due(struct capture_source *d)
{
	int64_t now;

	if (!d->timing)
		return true;
	now = time_steady(&d->base);
	if (!d->timed) {
		d->timed = true;
		d->shift = now - d->pending->timestamp;
	}
	if (d->pending->timestamp + d->shift <= now)
		return true;
	timer_at(&d->timer, d->pending->timestamp + d->shift);
	return false;
}

/* NULL: not now, or never again. */
static struct packet *next_packet(struct capture_source *d)
{
	while (d->active && read_pending(d)) {
		if (!wanted(d))
			continue;
		if (!due(d)) {
			notifier_sleep(&d->notifier);
			return NULL;
		}
		d->count++;
		return take_pending(d);
	}
	return NULL;
}

static bool run(struct element *e)
{
	struct capture_source *d = capture_source(e);
	struct packet *p = next_packet(d);

	if (p)
		output_push_packet(e, 0, p);
	if (d->active && !d->at_end && !timer_pending(&d->timer))
		task_schedule(&d->task);
	return p != NULL;
}

void capture_source_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet *p;

	(void)port;
	while (max-- > 0 && (p = next_packet(capture_source(e))))
		batch_add(b, p);
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	notifier_wake(&capture_source(e)->notifier);
	if (output_is_push(e, 0))
		task_schedule(&capture_source(e)->task);
}

/* --- life --- */

void capture_source_init(struct element *e)
{
	notifier_init(&capture_source(e)->notifier, true);
}

bool capture_source_configure(struct element *e, struct error *err)
{
	struct capture_source *d = capture_source(e);

	if (d->sample.v > 1U << 28) {
		warn(err, "SAMPLE probability reduced to 1");
		d->sample.v = 1U << 28;
	} else if (d->sample.v == 0) {
		warn(err, "SAMPLE probability is 0; emitting no packets");
	}
	return check_times(e, err);
}

bool capture_source_start(struct element *e, struct error *err)
{
	struct capture_source *d = capture_source(e);

	(void)err;
	timer_init(&d->timer, e, fire);
	if (!d->active)
		notifier_sleep(&d->notifier);
	if (output_is_push(e, 0)) {
		task_init(&d->task, e, run);
		if (d->active)
			task_schedule(&d->task);
	}
	return true;
}

void capture_source_stop(struct element *e)
{
	struct capture_source *d = capture_source(e);

	if (d->pending)
		packet_drop(take_pending(d));
	tracefile_close(&d->file.trace);
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
	d->pending = take_pending(old);
	d->at_end = old->at_end;
	if (old->have_first)
		set_window(d, old->first);
	return true;
}

struct notifier *capture_source_notifier(struct element *e, enum notify which, unsigned port)
{
	return which == NOTIFY_EMPTY && port == 0 ? &capture_source(e)->notifier : NULL;
}

/* --- handlers --- */

void capture_read_filename(struct element *e, struct text *out)
{
	tracefile_print_name(&capture_source(e)->file.trace, out);
}

void capture_source_declare(const struct element *e, struct text *out)
{
	bool standard =
		capture_source(e)->filename.n == 0 || str_is(capture_source(e)->filename, "-");

	text_str(out, standard ? str_of("<stdin>") : capture_source(e)->filename);
}

void capture_read_filesize(struct element *e, struct text *out)
{
	tracefile_print_size(&capture_source(e)->file.trace, out);
}

void capture_read_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)capture_source(e)->file.trace.offset);
}

bool capture_write_filepos(struct element *e, struct str value, struct error *err)
{
	struct capture_source *d = capture_source(e);
	uint64_t at;

	if (!parse_u64(str_trim(value), INT64_MAX, &at, NULL))
		return fail(err, "argument must be file offset");
	if (tracefile_seek(&d->file.trace, (int64_t)at) < 0)
		return fail(err, "FILEPOS out of range");
	if (d->pending)
		packet_drop(take_pending(d));
	d->at_end = false;
	set_active(d, d->active);
	return true;
}

void capture_read_packet_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)capture_source(e)->file.record_at);
}

bool capture_write_active(struct element *e, struct str value, struct error *err)
{
	bool active;

	if (!parse_bool(str_trim(value), &active))
		return fail(err, "type mismatch");
	set_active(capture_source(e), active);
	return true;
}

void capture_read_encap(struct element *e, struct text *out)
{
	linktype_print(capture_source(e)->file.linktype, out);
}

bool capture_write_stop(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	set_active(capture_source(e), false);
	router_stop(e->router, 1);
	return true;
}

bool capture_write_extend(struct element *e, struct str value, struct error *err)
{
	struct capture_source *d = capture_source(e);
	int64_t ns;

	if (!parse_interval(str_trim(value), false, &ns, NULL))
		return fail(err, "'extend_interval' takes a time interval");
	d->end_ns += ns;
	d->extended += ns;
	d->end_due = d->have_end;
	set_active(d, true);
	return true;
}

bool capture_reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	capture_source(e)->count = 0;
	return true;
}

bool capture_reset_timing(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	capture_source(e)->timed = capture_source(e)->have_first = false;
	return true;
}
