/* SPDX-License-Identifier: MIT */
/*
 * ToIPSummaryDump - write a line about each packet
 *
 * Writes to FILENAME (`-': standard output) a header that names the FIELDS, then for each packet a
 * line with what it has of them, `-' for what it does not have. Fields are `timestamp', `ip_src',
 * `sport', `tcp_flags', `payload_len', ... BINARY writes records instead of lines. Packets with
 * problems have a `!bad' line before theirs with BAD_PACKETS. Packets that stand for several are
 * written as several with MULTIPACKET. Packets leave by the output, if there is one.
 *
 * Example: FromDump(t.pcap, FORCE_IP true) -> ToIPSummaryDump(-, FIELDS timestamp ip_src sport)
 * See also: FromIPSummaryDump, ToDump
 */
#include <errno.h>

#include "elements/analysis/ipsummary.h"
#include "elements/analysis/multipacket.h"
#include "engine/platform.h"

#define FLUSH_AT 65536U
#define METADATA 0x80000000U /* of a binary record's length */

struct toipsummarydump {
	struct element base;
	struct filename filename;
	struct raw fields, contents, data; /* the latter two: older names */
	struct str banner;
	bool header, verbose, binary, multipacket, bad_packets, careful_trunc, extra_length;
	/* --- running --- */
	const struct summary_field **field;
	size_t nfields;
	struct file *file;
	bool active;
	struct text out, bad; /* not yet written; the packet's problem */
	struct task task;
	struct signal signal;
};
ELEMENT_SELF(struct toipsummarydump)

/* --- the file --- */

static int write_out(struct toipsummarydump *d)
{
	int r = d->out.n && d->file ? file_write(d->file, d->out.p, d->out.n) : 0;

	text_clear(&d->out);
	return r;
}

static void check(struct toipsummarydump *d, int r)
{
	if (r >= 0 || r == -EAGAIN || !d->active)
		return;
	d->active = false;
	chatter(&d->base, "ToIPSummaryDump(%s): %s", d->filename.s.p, strerror(-r));
}

static void write_metadata(struct toipsummarydump *d, struct str line)
{
	uint32_t length = be32((uint32_t)(line.n + 5) | METADATA);

	if (d->binary)
		text_bytes(&d->out, &length, 4);
	text_str(&d->out, line);
	text_char(&d->out, '\n');
}

/* --- one packet --- */

static void write_text(struct toipsummarydump *d, const struct summary_view *v)
{
	struct summary_value x;

	for (size_t i = 0; i < d->nfields; i++) {
		const struct summary_field *f = d->field[i];

		if (i != 0)
			text_char(&d->out, ' ');
		if (f->get(v, &x))
			f->type->print(&x, &d->out);
		else
			text_char(&d->out, '-');
	}
	text_char(&d->out, '\n');
}

static void write_record(struct toipsummarydump *d, const struct summary_view *v)
{
	size_t start = d->out.n;
	struct summary_value x;

	text_bytes(&d->out, "\0\0\0\0", 4);
	for (size_t i = 0; i < d->nfields; i++)
		summary_pack(d->field[i], d->field[i]->get(v, &x) ? &x : NULL, &d->out);
	store_be32(d->out.p + start, (uint32_t)(d->out.n - start));
}

/* A problem may show only when the fields are looked at, and goes in front of them. */
static void write_bad(struct toipsummarydump *d, const struct summary_view *v)
{
	struct text line = { 0 };
	struct summary_value x;

	for (size_t i = 0; i < d->nfields && d->bad.n == 0; i++)
		(void)d->field[i]->get(v, &x);
	if (d->bad.n != 0) {
		text_add(&line, "!bad %.*s", STR(text_as_str(&d->bad)));
		write_metadata(d, text_as_str(&line));
	}
	text_fini(&line);
}

static void write_packet(struct toipsummarydump *d, struct packet *p)
{
	struct summary_view v;

	text_clear(&d->bad);
	summary_view_init(&v, p, d->extra_length, d->careful_trunc,
			  d->bad_packets ? &d->bad : NULL);
	if (d->bad_packets)
		write_bad(d, &v);
	if (d->binary)
		write_record(d, &v);
	else
		write_text(d, &v);
}

/* As many as it stands for. */
static void write_several(struct toipsummarydump *d, const struct packet *p)
{
	struct multipacket multi = { 0 };
	struct packet *copy = packet_copy(p), *one;

	if (!copy)
		return;
	multipacket_start(&multi, copy);
	while ((one = multipacket_next(&multi))) {
		write_packet(d, one);
		packet_drop(one);
		if (d->out.n >= FLUSH_AT)
			check(d, write_out(d));
	}
}

static void write_batch(struct toipsummarydump *d, const struct batch *b)
{
	for (unsigned i = 0; i < b->n && d->active; i++)
		if (d->multipacket && anno_u32(b->pkt[i], ANNO_EXTRA_PACKETS) != 0)
			write_several(d, b->pkt[i]);
		else
			write_packet(d, b->pkt[i]);
	check(d, write_out(d));
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	write_batch(self(e), b);
	output_push_or_drop(e, 0, b);
}

static bool run(struct element *e)
{
	struct toipsummarydump *d = self(e);
	struct batch b;
	unsigned n;

	if (!d->active)
		return false;
	b.n = 0;
	input_pull(e, 0, &b, BATCH_MAX);
	n = b.n;
	write_batch(d, &b);
	output_push_or_drop(e, 0, &b);
	if (n != 0 || signal_active(&d->signal))
		task_schedule(&d->task);
	return n != 0;
}

/* --- the header --- */

static void write_quoted(struct text *out, struct str s)
{
	text_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			text_char(out, '\\');
		text_char(out, s.p[i]);
	}
	text_char(out, '"');
}

static void write_host(struct toipsummarydump *d)
{
	struct str name;

	if (file_load(router_pool(d->base.router), "/proc/sys/kernel/hostname", &name) == 0)
		text_add(&d->out, "!host %.*s\n", STR(str_trim(name)));
}

/* The date of day n since 1970, in the proleptic Gregorian calendar: years begin in March, so
 * that a leap day comes last. */
static void write_runtime(struct toipsummarydump *d)
{
	static const char days[] = "ThuFriSatSunMonTueWed",
			  months[] = "MarAprMayJunJulAugSepOctNovDecJanFeb";
	int64_t now = time_now(&d->base), sec = now / NS_PER_SEC, day = sec / 86400 + 719468;
	int64_t era = day / 146097, of_era = day % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	text_add(&d->out, "!runtime ");
	print_timestamp(&d->out, now);
	text_add(&d->out, " (%.3s %.3s %2d %02d:%02d:%02d %lld)\n", days + sec / 86400 % 7 * 3,
		 months + month * 3, (int)(of_year - (153 * month + 2) / 5 + 1),
		 (int)(sec / 3600 % 24), (int)(sec / 60 % 60), (int)(sec % 60),
		 (long long)(year + era * 400 + (month >= 10)));
}

static void write_header(struct toipsummarydump *d)
{
	text_add(&d->out, "!IPSummaryDump 1.3\n");
	if (d->banner.n) {
		text_add(&d->out, "!creator ");
		write_quoted(&d->out, d->banner);
		text_char(&d->out, '\n');
	}
	if (d->verbose) {
		write_host(d);
		write_runtime(d);
	}
	text_add(&d->out, "!data");
	for (size_t i = 0; i < d->nfields; i++)
		text_add(&d->out, " %s", summary_name(d->field[i], d->binary));
	text_add(&d->out, "\n%s", d->binary ? "!binary\n" : "");
}

/* --- life --- */

static bool add_field(struct toipsummarydump *d, struct str word, size_t *cap, struct error *err)
{
	const struct summary_field *f;

	word = summary_unquoted(word);
	f = summary_find(word);
	if (!f)
		return fail(err, "unknown content type '%.*s'", STR(word));
	if (d->binary && f->type->packing == PACK_NONE)
		return fail(err, "cannot use field %s with BINARY", f->name);
	d->field = pool_grow(d->base.conf, d->field, d->nfields, cap, sizeof(*d->field));
	d->field[d->nfields++] = f;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct toipsummarydump *d = self(e);
	struct str rest = d->fields.s, word;
	size_t cap = 0;
	bool ok = true;

	if (arg_given(e, "CONTENTS"))
		rest = d->contents.s;
	else if (arg_given(e, "DATA"))
		rest = d->data.s;
	d->field = NULL;
	d->nfields = 0;
	while (summary_word(&rest, &word))
		ok = add_field(d, word, &cap, err) && ok;
	return ok && (d->nfields != 0 || fail(err, "no contents specified"));
}

static bool start(struct element *e, struct error *err)
{
	struct toipsummarydump *d = self(e);
	int r = file_open(d->filename.s.p, FILE_WRITE, &d->file);

	if (r >= 0 && d->header) {
		write_header(d);
		r = write_out(d);
	}
	if (r < 0)
		return fail(err, "%s: %s", d->filename.s.p, strerror(-r));
	d->active = true;
	if (!input_is_push(e, 0)) {
		task_init(&d->task, e, run);
		signal_upstream(e, 0, &d->signal, &d->task);
		task_schedule(&d->task);
	}
	return true;
}

static void stop(struct element *e)
{
	struct toipsummarydump *d = self(e);

	if (d->file)
		check(d, file_close(d->file));
	d->file = NULL;
	text_fini(&d->out);
	text_fini(&d->bad);
}

/* --- handlers --- */

static bool flush(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	check(self(e), file_flush(self(e)->file));
	return true;
}

static const struct arg args[] = {
	ARG("FILENAME", filename, ARG_POSITIONAL | ARG_REQUIRED, "the file; - is standard output"),
	ARG_OR("FIELDS", fields, 0, "timestamp ip_src", "what to write of each packet"),
	ARG("CONTENTS", contents, 0, "another name of FIELDS"),
	ARG("DATA", data, ARG_DEPRECATED, "another name of FIELDS"),
	ARG_OR("HEADER", header, 0, "true", "begin with lines that say what follows"),
	ARG_OR("VERBOSE", verbose, 0, "false", "name host and time in them"),
	ARG("BANNER", banner, 0, "name this creator in them"),
	ARG_OR("BINARY", binary, 0, "false", "write records, not lines"),
	ARG_OR("MULTIPACKET", multipacket, 0, "false", "a line for each packet of a count"),
	ARG_OR("BAD_PACKETS", bad_packets, 0, "false", "say what is wrong with packets"),
	ARG_OR("CAREFUL_TRUNC", careful_trunc, 0, "true", "that bytes are missing is wrong, too"),
	ARG_OR("EXTRA_LENGTH", extra_length, 0, "true", "count bytes that were not captured"),
};

static const struct handler handlers[] = {
	WRITE("flush", flush, "write what is buffered"),
	TASK_HANDLERS(task, H_PULL),
};

const struct element_class toipsummarydump_class = {
	.name = "ToIPSummaryDump",
	.ports = "1/0-1",
	.processing = "a/h",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
