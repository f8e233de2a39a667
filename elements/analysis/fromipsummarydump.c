/* SPDX-License-Identifier: MIT */
/*
 * FromIPSummaryDump - make packets of lines about them
 *
 * Reads FILENAME (`-': standard input; gzip and bzip2 are unpacked), or takes DATA for the file's
 * content, and makes an IP packet of each line, with what the fields say; the last `!data' line,
 * or FIELDS, tells what they are. What no field gives is zero, or what PROTO, FLOWID and the
 * file's `!proto' and `!flowid' lines say; a length greater than what was built is kept as extra
 * length or, with CHECKSUM, makes the packet longer. MULTIPACKET makes as many packets of a line
 * as its `count' says.
 *
 * Example: FromIPSummaryDump(DATA "!data ip_src sport tcp_flags
 *   1.0.0.1 80 SA", STOP true) -> IPPrint -> Discard
 * See also: ToIPSummaryDump, FromDump
 */
#include <errno.h>

#include "elements/analysis/ipsummary_reader.h"
#include "elements/analysis/tracesource.h"
#include "engine/platform.h"

#define METADATA 0x80000000U /* of a binary record's length */
#define HEADER_MAX 1000U     /* lines; others are read as those between packets are */

struct fromipsummarydump {
	struct trace_source base;
	uint8_t proto;
	bool allow_nonexistent;
	struct raw fields, contents, default_contents, default_fields, flow, default_flow;
	struct str data;
	struct summary_reader reader;
};
ELEMENT_SELF(struct fromipsummarydump)

/* --- reading --- */

static bool is_comment(struct str line)
{
	str_space(&line);
	return line.n == 0 || line.p[0] == '#';
}

static struct packet *complain(struct fromipsummarydump *d, const char *why)
{
	if (why)
		trace_source_complain(&d->base, why);
	return NULL;
}

/* Metadata in the midst of packets. */
static void take_metadata(struct fromipsummarydump *d, struct str line)
{
	struct error err = { 0 };

	summary_reader_metadata(&d->reader, line, tracefile_landmark(&d->base.file), &err);
	chatter_error(&d->base.replay.base, &err);
	error_fini(&err);
}

static struct packet *read_line(struct fromipsummarydump *d)
{
	const char *why = NULL;
	struct packet *p;
	struct str line;

	if (!trace_source_line(&d->base, &line))
		return NULL;
	if (line.n != 0 && line.p[0] == '!') {
		take_metadata(d, line);
		return NULL;
	}
	if (is_comment(line))
		return NULL;
	p = summary_reader_line(&d->reader, line, &why);
	return p ? p : complain(d, why);
}

static struct packet *read_record(struct fromipsummarydump *d)
{
	struct tracefile *f = &d->base.file;
	const uint8_t *at = tracefile_peek(f, 4);
	uint32_t word = at ? load_be32(at) : 0, n = word & ~METADATA;
	const char *why = NULL;
	struct packet *p;
	struct str s;

	f->line += at != NULL;
	at = at && n >= 4 ? tracefile_peek(f, n) : NULL;
	if (!at) {
		if (tracefile_peek(f, 1))
			trace_source_complain(&d->base, "binary record too short");
		trace_source_end(&d->base);
		return NULL;
	}
	s = (struct str){ (const char *)at + 4, n - 4 };
	tracefile_skip(f, n);
	if (word & METADATA) {
		take_metadata(d, str_trim(s));
		return NULL;
	}
	p = summary_reader_record(&d->reader, s, &why);
	return p ? p : complain(d, why);
}

static struct packet *next(struct trace_source *s)
{
	struct fromipsummarydump *d = self(&s->replay.base);

	return d->reader.binary ? read_record(d) : read_line(d);
}

/* --- the header: all up to the first line about a packet --- */

static bool has_banner(struct str line)
{
	static const char *const words[] = { "!IPSummaryDump", "!creator",  "!host",   "!runtime",
					     "!data",          "!contents", "!flowid", "!proto",
					     "!aggregate",     "!binary" };
	struct str word;

	if (!summary_word(&line, &word))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

static bool at_header(struct tracefile *f)
{
	const uint8_t *c = tracefile_peek(f, 1);

	return c && strchr("!#\n\r", *c) && *c != 0;
}

static bool read_header(struct fromipsummarydump *d, struct error *err)
{
	struct tracefile *f = &d->base.file;
	unsigned errors = err->errors;
	bool banner = d->reader.columns != 0;
	struct str line;

	for (unsigned i = 0; i < HEADER_MAX && !d->reader.binary && at_header(f); i++) {
		if (!tracefile_line(f, &line))
			break;
		if (i == 0)
			banner = banner || has_banner(line);
		if (line.n != 0 && line.p[0] == '!')
			summary_reader_metadata(&d->reader, line, tracefile_landmark(f), err);
	}
	if (!banner)
		warn_at(err, tracefile_landmark(f),
			"missing banner line; is this an IP summary dump?");
	return err->errors == errors;
}

/* --- life --- */

static struct str fields_given(const struct fromipsummarydump *d)
{
	const struct raw *v[] = { &d->fields, &d->contents, &d->default_contents,
				  &d->default_fields };

	for (size_t i = 0; i < ARRAY_LEN(v); i++)
		if (v[i]->s.n != 0)
			return v[i]->s;
	return (struct str){ 0 };
}

static bool configure(struct element *e, struct error *err)
{
	struct fromipsummarydump *d = self(e);
	struct str flow = d->flow.s.n ? d->flow.s : d->default_flow.s;
	bool named = arg_given(e, "FILENAME"), ok = true;

	d->reader.source.e = e;
	d->reader.source.proto = d->proto;
	d->reader.source.checksum = d->base.checksum;
	d->reader.source.minor = 3;
	d->reader.source.flow.proto = -1;
	if (named && arg_given(e, "DATA"))
		ok = fail(err, "FILENAME and DATA conflict");
	else if (!named && !arg_given(e, "DATA"))
		ok = fail(err, "FILENAME: required argument missing");
	if (fields_given(d).n != 0)
		summary_reader_fields(&d->reader, fields_given(d), (struct landmark){ 0 }, err);
	if (flow.n != 0 && !summary_reader_flow(&d->reader, flow))
		ok = fail(err, "bad !flowid specification");
	replay_configure(replay(e), err);
	return ok;
}

static bool exists(const char *name)
{
	struct file *f;
	int r;

	if (strcmp(name, "-") == 0)
		return true;
	r = file_open(name, FILE_READ, &f);
	if (r >= 0)
		(void)file_close(f);
	return r != -ENOENT;
}

/* When it need not be there and is not, reading ends at once. */
static bool open_file(struct fromipsummarydump *d, bool *there, struct error *err)
{
	*there = true;
	if (arg_given(&d->base.replay.base, "DATA"))
		return tracefile_open_text(&d->base.file, "<data>", d->data, err);
	*there = !d->allow_nonexistent || exists(d->base.filename.s.p);
	return !*there || tracefile_open(&d->base.file, d->base.filename.s, err);
}

static bool start(struct element *e, struct error *err)
{
	struct fromipsummarydump *d = self(e);
	bool there;

	if (!open_file(d, &there, err) || (there && !read_header(d, err)))
		return false;
	trace_source_start(&d->base, next);
	return true;
}

static void stop(struct element *e)
{
	trace_source_stop(e);
	text_fini(&self(e)->reader.scratch);
}

static const struct arg args[] = {
	REPLAY_FILENAME(0),
	REPLAY_ARGS,
	TRACE_SOURCE_ZERO,
	REPLAY_TIMING(0),
	ARG_OR("CHECKSUM", base.checksum, 0, "false", "full length and right checksums"),
	REPLAY_SAMPLE,
	ARG_OR("PROTO", proto, 0, "6", "IP protocol where nothing else tells it"),
	ARG_OR("MULTIPACKET", base.multipacket, 0, "false", "as many packets as `count' says"),
	ARG("FIELDS", fields, 0, "the fields of files without a `!data' line"),
	ARG("CONTENTS", contents, 0, "another name of FIELDS"),
	ARG("DEFAULT_CONTENTS", default_contents, 0, "another name of FIELDS"),
	ARG("DEFAULT_FIELDS", default_fields, 0, "another name of FIELDS"),
	ARG("FLOWID", flow, 0, "SRC SPORT DST DPORT [PROTO] where fields do not tell"),
	ARG("DEFAULT_FLOWID", default_flow, 0, "another name of FLOWID"),
	ARG_OR("ALLOW_NONEXISTENT", allow_nonexistent, 0, "false", "no file is an empty file"),
	ARG("DATA", data, 0, "the file's content, instead of a file"),
};

static const struct handler handlers[] = {
	REPLAY_SAMPLE_HANDLER,
	TRACE_SOURCE_HANDLERS(replay_write_active),
};

const struct element_class fromipsummarydump_class = {
	.name = "FromIPSummaryDump",
	.stop = stop,
	TRACE_SOURCE_CLASS,
};
