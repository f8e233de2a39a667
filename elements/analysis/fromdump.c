/* SPDX-License-Identifier: MIT */
/*
 * FromDump - read packets from a pcap file
 *
 * Reads FILENAME (`-': standard input; gzip and bzip2 are unpacked) and sends its packets with
 * their timestamps, as fast as they are taken or, with TIMING, as far apart as they were.
 * FORCE_IP marks the IP header; what has none goes to output 1, or nowhere. START, END and their
 * kin choose packets by time. At the end END_CALL is called, or with STOP the driver stops.
 *
 * Example: FromDump(trace.pcap.gz, STOP true, FORCE_IP true) -> IPPrint -> Discard
 * See also: ToDump, FromDevice, FromIPSummaryDump
 */
#include "elements/analysis/linktype.h"
#include "elements/analysis/pcapfile.h"

struct fromdump {
	struct element base;
	struct str filename;
	bool timing, stop, active, force_ip, mmap;
	struct fixed28 sample;
	struct timestamp start, end;
	struct interval start_after, end_after, interval;
	struct hcall end_call;
	uint64_t position;
	/* --- running --- */
	struct pcapfile file;
	struct packet *pending; /* read, not yet emitted */
	bool end_due;           /* the end call is still to be made for a time */
	bool have_end, have_first, timed, at_end;
	int64_t first, start_ns, end_ns; /* ns since 1970 */
	int64_t extended;                /* how far the end was moved by hand */
	int64_t shift;                   /* TIMING: steady time minus timestamp */
	uint64_t count;
	struct task task;
	struct timer timer;
	struct notifier notifier;
};
ELEMENT_SELF(struct fromdump)

/* --- the window of time --- */

static bool check_times(struct element *e, struct error *err)
{
	unsigned ends = arg_given(e, "END") + arg_given(e, "END_AFTER") + arg_given(e, "INTERVAL");

	if (arg_given(e, "START") && arg_given(e, "START_AFTER"))
		return fail(err, "START and START_AFTER are mutually exclusive");
	if (ends > 1)
		return fail(err, "END, END_AFTER, and INTERVAL are mutually exclusive");
	if (arg_given(e, "END_CALL") && self(e)->stop)
		return fail(err, "END_CALL and STOP are mutually exclusive");
	return true;
}

/* What is relative to the first packet of the file. */
static void set_window(struct fromdump *d, int64_t first)
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

static void set_active(struct fromdump *d, bool active)
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

static void run_end_call(struct fromdump *d, bool time_is_up)
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

static bool sampled(const struct fromdump *d)
{
	return d->sample.v >= 1U << 28 || (random_u32(&d->base) >> 4) < d->sample.v;
}

static void reject(struct fromdump *d, struct packet *p)
{
	output_push_packet(&d->base, 1, p);
}

/* From the file into pending, unless it is there. False: the end. */
static bool read_pending(struct fromdump *d)
{
	struct error err = { 0 };

	if (!d->pending && !d->at_end) {
		d->pending = pcapfile_next(&d->file, &err);
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

static struct packet *take_pending(struct fromdump *d)
{
	struct packet *p = d->pending;

	d->pending = NULL;
	return p;
}

/* Is the pending packet one to emit? Drops it when not. May make it inactive. */
static bool wanted(struct fromdump *d)
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
static bool due(struct fromdump *d)
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
static struct packet *next_packet(struct fromdump *d)
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
	struct fromdump *d = self(e);
	struct packet *p = next_packet(d);

	if (p)
		output_push_packet(e, 0, p);
	if (d->active && !d->at_end && !timer_pending(&d->timer))
		task_schedule(&d->task);
	return p != NULL;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet *p;

	(void)port;
	while (max-- > 0 && (p = next_packet(self(e))))
		batch_add(b, p);
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	notifier_wake(&self(e)->notifier);
	if (output_is_push(e, 0))
		task_schedule(&self(e)->task);
}

/* --- life --- */

static void init(struct element *e)
{
	notifier_init(&self(e)->notifier, true);
}

static bool configure(struct element *e, struct error *err)
{
	struct fromdump *d = self(e);

	if (d->sample.v > 1U << 28) {
		warn(err, "SAMPLE probability reduced to 1");
		d->sample.v = 1U << 28;
	} else if (d->sample.v == 0) {
		warn(err, "SAMPLE probability is 0; emitting no packets");
	}
	return check_times(e, err);
}

static bool open_file(struct fromdump *d, struct error *err)
{
	if (!pcapfile_open(&d->file, d->filename, err))
		return false;
	if (d->file.linktype == LINK_IP)
		d->force_ip = true;
	if (d->force_ip && !linktype_forcible(d->file.linktype))
		return fail_at(err, tracefile_landmark(&d->file.trace),
			       "unknown linktype %d; can't force IP packets", d->file.linktype);
	if (d->position != 0 && tracefile_seek(&d->file.trace, (int64_t)d->position) < 0)
		return fail(err, "FILEPOS out of range");
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct fromdump *d = self(e);

	if (!open_file(d, err))
		return false;
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

static void stop(struct element *e)
{
	struct fromdump *d = self(e);

	if (d->pending)
		packet_drop(take_pending(d));
	pcapfile_close(&d->file);
}

static bool take_state(struct element *e, struct element *old_element, struct error *err)
{
	struct fromdump *d = self(e), *old = self(old_element);
	struct pcapfile fresh = d->file;

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

static struct notifier *notifier(struct element *e, enum notify which, unsigned port)
{
	return which == NOTIFY_EMPTY && port == 0 ? &self(e)->notifier : NULL;
}

/* --- handlers --- */

static void read_filename(struct element *e, struct text *out)
{
	tracefile_print_name(&self(e)->file.trace, out);
}

static void declare(const struct element *e, struct text *out)
{
	bool standard = self(e)->filename.n == 0 || str_is(self(e)->filename, "-");

	text_str(out, standard ? str_of("<stdin>") : self(e)->filename);
}

static void read_filesize(struct element *e, struct text *out)
{
	tracefile_print_size(&self(e)->file.trace, out);
}

static void read_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)self(e)->file.trace.offset);
}

static bool write_filepos(struct element *e, struct str value, struct error *err)
{
	struct fromdump *d = self(e);
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

static void read_packet_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)self(e)->file.record_at);
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	bool active;

	if (!parse_bool(str_trim(value), &active))
		return fail(err, "type mismatch");
	set_active(self(e), active);
	return true;
}

static void read_encap(struct element *e, struct text *out)
{
	linktype_print(self(e)->file.linktype, out);
}

static bool write_stop(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	set_active(self(e), false);
	router_stop(e->router, 1);
	return true;
}

static bool write_extend(struct element *e, struct str value, struct error *err)
{
	struct fromdump *d = self(e);
	int64_t ns;

	if (!parse_interval(str_trim(value), false, &ns, NULL))
		return fail(err, "'extend_interval' takes a time interval");
	d->end_ns += ns;
	d->extended += ns;
	d->end_due = d->have_end;
	set_active(d, true);
	return true;
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return true;
}

static bool reset_timing(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->timed = self(e)->have_first = false;
	return true;
}

static const struct arg args[] = {
	ARG("FILENAME", filename, ARG_POSITIONAL | ARG_REQUIRED, "the file; - is standard input"),
	ARG_OR("TIMING", timing, ARG_POSITIONAL, "false", "keep the packets' distance in time"),
	ARG_OR("STOP", stop, 0, "false", "stop the driver at the end"),
	ARG_OR("ACTIVE", active, 0, "true", "start at once"),
	ARG_OR("SAMPLE", sample, 0, "1", "probability to emit a packet"),
	ARG_OR("FORCE_IP", force_ip, 0, "false", "mark IP headers, refuse what is not IP"),
	ARG_OR("START", start, 0, "0", "skip packets before that time"),
	ARG_OR("START_AFTER", start_after, 0, "0", "the same, from the first packet on"),
	ARG("END", end, 0, "end at that time"),
	ARG("END_AFTER", end_after, 0, "end that long after the first packet"),
	ARG("INTERVAL", interval, 0, "end that long after the start time"),
	ARG("END_CALL", end_call, 0, "handler to call at the end"),
	ARG_OR("FILEPOS", position, 0, "0", "offset of the first record to read"),
	ARG_OR("MMAP", mmap, 0, "false", "accepted; makes no difference"),
};

static const struct handler handlers[] = {
	READ("filename", read_filename, "the file's name"),
	READ("filesize", read_filesize, "its size, - when not known"),
	RW("filepos", read_filepos, write_filepos, 0, "offset in the uncompressed file"),
	READ("packet_filepos", read_packet_filepos, "offset of the last packet's record"),
	READ_FIELD("sampling_prob", sample, "the SAMPLE probability"),
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "does it emit packets?"),
	READ("encap", read_encap, "the file's link type"),
	BUTTON("stop", write_stop, "become inactive and stop the driver"),
	WRITE("extend_interval", write_extend, "move the end time"),
	READ_FIELD("count", count, "packets emitted"),
	BUTTON("reset_counts", reset_counts, "set the count to zero"),
	BUTTON("reset_timing", reset_timing, "take the next packet for the first one"),
	TASK_HANDLERS(task, H_PUSH),
};

const struct element_class fromdump_class = {
	.name = "FromDump",
	.ports = "0/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
	.declare = declare,
	.pull = pull,
	.notifier = notifier,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
