/* SPDX-License-Identifier: MIT */
/*
 * ToDump - write packets to a pcap file
 *
 * Writes each packet, at most SNAPLEN bytes of it, with its timestamp (the time now when it has
 * none) to FILENAME; `-' is standard output, names that end in .gz or .bz2 are compressed. The
 * packets then leave by the output, if there is one. A configuration that replaces another goes on
 * writing the same file, if it and the link type are the same.
 *
 * Example: FromDevice(eth0) -> ToDump(eth0.pcap)
 * See also: FromDump, ToDevice, ToIPSummaryDump
 */
#include <errno.h>

#include "elements/analysis/linktype.h"
#include "engine/lang/lang.h"
#include "engine/platform.h"

struct todump {
	struct element base;
	struct filename filename;
	uint32_t snaplen;
	struct word encap;
	struct raw encap_from; /* element names */
	bool extra_length, unbuffered, nano;
	/* --- running --- */
	struct file *file;
	int linktype;
	bool active;
	bool begun; /* the file is this element's, and has its header */
	uint64_t count;
	struct task task;
	struct signal signal;
	struct timer begin; /* at the first moment of a router that replaces another */
};
ELEMENT_SELF(struct todump)

struct record { /* of the file, in host order */
	uint32_t sec, fraction, captured, length;
};

/* --- the file --- */

static bool write_file_header(struct todump *d, struct error *err)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, sigfigs, snaplen, linktype;
	} h = { d->nano ? 0xa1b23c4d : 0xa1b2c3d4, 2, 4, 0, 0, d->snaplen, (uint32_t)d->linktype };

	if (file_write(d->file, &h, sizeof(h)) < 0 || file_flush(d->file) < 0)
		return fail(err, "%s: unable to write file header", d->filename.s.p);
	return true;
}

static bool open_file(struct todump *d, struct error *err)
{
	int r = file_open(d->filename.s.p, FILE_WRITE, &d->file);

	if (r < 0)
		return fail(err, "%s: %s", d->filename.s.p, strerror(-r));
	d->begun = write_file_header(d, err);
	return d->begun;
}

static void deactivate(struct todump *d, const char *why)
{
	d->active = false;
	chatter(&d->base, "ToDump(%s): %s", d->filename.s.p, why);
}

/* The router before may have been writing to this file. Only now, when this one runs and has not
 * taken it over, is it made anew. */
static void begin(struct todump *d)
{
	struct error err = { 0 };

	if (d->begun)
		return;
	(void)file_close(d->file);
	d->file = NULL;
	if (!open_file(d, &err)) {
		d->active = false;
		chatter_error(&d->base, &err);
	}
	error_fini(&err);
}

static int write_packet(struct todump *d, const struct packet *p)
{
	int64_t at = p->timestamp ? p->timestamp : time_now(&d->base);
	uint32_t extra = d->extra_length ? anno_u32(p, ANNO_EXTRA_LENGTH) : 0;
	uint32_t captured = p->len < d->snaplen ? p->len : d->snaplen;
	struct record h = { (uint32_t)(at / NS_PER_SEC), (uint32_t)(at % NS_PER_SEC), captured,
			    p->len + extra };
	int r;

	if (!d->nano)
		h.fraction /= 1000;
	r = file_write(d->file, &h, sizeof(h));
	return r < 0 ? r : file_write(d->file, p->data, captured);
}

static void write_batch(struct element *e, struct batch *b)
{
	struct todump *d = self(e);
	int r = 0;

	begin(d);
	for (unsigned i = 0; i < b->n && d->active; i++) {
		r = write_packet(d, b->pkt[i]);
		d->count += r >= 0;
		if (r < 0 && r != -EAGAIN)
			deactivate(d, strerror(-r));
	}
	if (d->unbuffered && d->active && (r = file_flush(d->file)) < 0)
		deactivate(d, strerror(-r));
}

/* --- packets --- */

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	write_batch(e, b);
	output_push_or_drop(e, 0, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct batch own;

	(void)port;
	own.n = 0;
	input_pull(e, 0, &own, max);
	write_batch(e, &own);
	batch_move(&own, own.n, b);
}

static bool run(struct element *e)
{
	struct todump *d = self(e);
	struct batch b;
	unsigned n;

	if (!d->active)
		return false;
	b.n = 0;
	input_pull(e, 0, &b, BATCH_MAX);
	n = b.n;
	write_batch(e, &b);
	batch_drop(&b);
	if (n != 0 || signal_active(&d->signal))
		task_schedule(&d->task);
	return n != 0;
}

/* --- life --- */

static bool configure(struct element *e, struct error *err)
{
	struct todump *d = self(e);

	if (arg_given(e, "ENCAP") && arg_given(e, "USE_ENCAP_FROM"))
		return fail(err, "specify at most one of 'ENCAP' and 'USE_ENCAP_FROM'");
	d->encap_from.s = str_trim(conf_unquote(e->conf, d->encap_from.s));
	if (arg_given(e, "USE_ENCAP_FROM") && d->encap_from.s.n == 0)
		return fail(err, "element names missing after 'USE_ENCAP_FROM'");
	if (!linktype_parse(d->encap.s, &d->linktype))
		return fail(err, "bad encapsulation type");
	if (d->snaplen == 0)
		d->snaplen = UINT32_MAX;
	return true;
}

/* The link type that element `name' says its packets have. */
static bool encap_of(struct element *e, struct str name, int *type, struct error *err)
{
	static const struct str handler = STR_LIT("encap");
	struct element *from = element_find(e, name);
	struct text value = { 0 };
	unsigned index;
	bool ok;

	if (!from)
		return fail(err, "no element named '%.*s'", STR(name));
	if (!handler_find(from, handler, &index))
		return fail(err, "'%s :: %s' has no 'encap' read handler", from->name,
			    from->class->name);
	ok = handler_read(e->router, from, handler, (struct str){ 0 }, &value, NULL, NULL) &&
	     linktype_parse(str_trim(text_as_str(&value)), type);
	text_fini(&value);
	return ok || fail(err, "'%s.encap' did not return a valid encapsulation type", from->name);
}

static bool encaps_disagree(struct element *e, struct error *err)
{
	struct str rest = self(e)->encap_from.s, name;
	struct text line = { 0 };
	int type;

	(void)fail(err, "source encapsulation types disagree:");
	for (str_space(&rest); (name = str_word(&rest)).n != 0;) {
		if (!encap_of(e, name, &type, NULL))
			continue;
		text_clear(&line);
		linktype_print(type, &line);
		note(err, "  %.*s: %s", STR(name), line.p);
	}
	text_fini(&line);
	return false;
}

static bool use_encaps(struct element *e, struct error *err)
{
	struct todump *d = self(e);
	struct str rest = d->encap_from.s, name;
	int type, first = LINK_NONE;

	for (str_space(&rest); (name = str_word(&rest)).n != 0;) {
		if (!encap_of(e, name, &type, err))
			return false;
		if (first != LINK_NONE && type != first)
			return encaps_disagree(e, err);
		first = type;
	}
	d->linktype = first;
	return true;
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	begin(self(e));
}

/* Sees that it can be written, and leaves what is in it. */
static bool open_later(struct todump *d, struct error *err)
{
	int r = file_open(d->filename.s.p, FILE_APPEND, &d->file);

	if (r < 0)
		return fail(err, "%s: %s", d->filename.s.p, strerror(-r));
	timer_init(&d->begin, &d->base, fire);
	timer_after(&d->begin, 0);
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct todump *d = self(e);

	if (d->encap_from.s.n != 0 && !use_encaps(e, err))
		return false;
	d->active = true;
	if (!input_is_push(e, 0) && e->nout == 0) {
		task_init(&d->task, e, run);
		signal_upstream(e, 0, &d->signal, &d->task);
		task_schedule(&d->task);
	}
	return router_replaces(e->router) ? open_later(d, err) : open_file(d, err);
}

static void stop(struct element *e)
{
	struct todump *d = self(e);
	int r = d->file ? file_close(d->file) : 0;

	if (r < 0 && d->begun)
		chatter(e, "ToDump(%s): %s", d->filename.s.p, strerror(-r));
	d->file = NULL;
}

static bool take_state(struct element *e, struct element *old_element, struct error *err)
{
	struct todump *d = self(e), *old = self(old_element);
	struct file *fresh = d->file;

	(void)err;
	if (!old->begun || !str_eq(d->filename.s, old->filename.s) ||
	    d->linktype != old->linktype || d->nano != old->nano)
		return true;
	d->file = old->file;
	old->file = fresh;
	d->begun = true;
	return true;
}

/* --- handlers --- */

static void read_filename(struct element *e, struct text *out)
{
	bool standard = str_is(self(e)->filename.s, "-");

	text_add(out, "%s", standard ? "<stdout>" : self(e)->filename.s.p);
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return true;
}

static const struct arg args[] = {
	ARG("FILENAME", filename, ARG_POSITIONAL | ARG_REQUIRED, "the file; - is standard output"),
	ARG_OR("SNAPLEN", snaplen, ARG_POSITIONAL, "2000", "bytes of a packet to keep, 0: all"),
	ARG_OR("ENCAP", encap, ARG_POSITIONAL, "ETHER", "link type of the packets"),
	ARG("USE_ENCAP_FROM", encap_from, 0, "elements whose `encap' handlers tell the link type"),
	ARG_OR("EXTRA_LENGTH", extra_length, 0, "true", "count bytes that were not captured"),
	ARG_OR("UNBUFFERED", unbuffered, 0, "false", "write each packet at once"),
	ARG_OR("NANO", nano, 0, "true", "timestamps in nanoseconds"),
};

static const struct handler handlers[] = {
	READ("filename", read_filename, "the file's name"),
	READ_FIELD("count", count, "packets written"),
	BUTTON("reset_counts", reset_counts, "set the count to zero"),
	TASK_HANDLERS(task, H_PULL),
};

const struct element_class todump_class = {
	.name = "ToDump",
	.ports = "1/0-1",
	.processing = "a/a",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
