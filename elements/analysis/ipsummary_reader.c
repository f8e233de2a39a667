/* SPDX-License-Identifier: MIT */
/* ipsummary_reader.c - reading summary dumps: their metadata, and packets of their lines. */
#include "elements/analysis/ipsummary_reader.h"

#define MINOR_MAX 3

/* --- columns --- */

/* Keeps order[] by rank: a packet is made layer by layer. */
static void add_ordered(struct summary_reader *r, unsigned column)
{
	unsigned rank = summary_rank(r->field[column]), i = r->n++;

	for (; i > 0 && summary_rank(r->field[r->order[i - 1]]) > rank; i--)
		r->order[i] = r->order[i - 1];
	r->order[i] = (uint8_t)column;
}

static void add_column(struct summary_reader *r, struct str name, struct landmark at,
		       struct error *err)
{
	const struct summary_field *f = summary_find(name);

	r->field[r->columns] = f;
	if (!f)
		warn_at(err, at, "unknown content type '%.*s'", STR(name));
	else if (!f->set)
		warn_at(err, at, "content type '%.*s' ignored on input", STR(name));
	else
		add_ordered(r, r->columns);
	r->columns++;
}

void summary_reader_fields(struct summary_reader *r, struct str list, struct landmark at,
			   struct error *err)
{
	struct str word;

	r->n = r->columns = 0;
	while (r->columns < SUMMARY_COLUMNS && summary_word(&list, &word))
		add_column(r, summary_unquoted(word), at, err);
	if (r->columns == 0)
		(void)fail_at(err, at, "no contents specified");
}

/* --- metadata --- */

static bool take_address(const struct summary_reader *r, struct str *words, uint32_t *addr)
{
	struct str word;
	struct ip_addr a;

	if (!summary_word(words, &word))
		return false;
	if (str_is(word, "-"))
		return true;
	if (!parse_ip(word, r->source.e, &a))
		return false;
	*addr = a.v;
	return true;
}

static bool take_port(struct str *words, uint16_t *port)
{
	struct summary_value v;
	struct str word;

	if (!summary_word(words, &word))
		return false;
	if (str_is(word, "-"))
		return true;
	if (!summary_parse_number(word, UINT16_MAX, &v))
		return false;
	*port = (uint16_t)v.v;
	return true;
}

bool summary_reader_flow(struct summary_reader *r, struct str words)
{
	struct summary_flow f = { .proto = -1, .given = true };
	struct str word;
	uint8_t proto;

	if (!take_address(r, &words, &f.saddr) || !take_port(&words, &f.sport) ||
	    !take_address(r, &words, &f.daddr) || !take_port(&words, &f.dport))
		return false;
	if (summary_word(&words, &word) && !str_is(word, "-")) {
		if (!summary_parse_proto(word, &proto))
			return false;
		f.proto = proto;
	}
	r->source.flow = f;
	return !summary_word(&words, &word);
}

static void set_version(struct summary_reader *r, struct str words, struct landmark at,
			struct error *err)
{
	uint32_t major = 0, minor = 0;
	struct str rest = words;

	str_space(&rest);
	if (!str_decimal(&rest, &major) || !str_char(&rest, '.') || !str_decimal(&rest, &minor))
		return;
	if (major != 1 || minor > MINOR_MAX)
		warn_at(err, at, "unexpected IPSummaryDump version %u.%u", major, minor);
	r->source.minor = major == 1 ? minor : MINOR_MAX;
}

static void set_proto(struct summary_reader *r, struct str words, struct landmark at,
		      struct error *err)
{
	struct str word, more;

	if (!summary_word(&words, &word) || summary_word(&words, &more))
		(void)fail_at(err, at, "bad !proto");
	else if (!summary_parse_proto(word, &r->source.proto))
		(void)fail_at(err, at, "bad protocol in !proto");
}

static void set_aggregate(struct summary_reader *r, struct str words, struct landmark at,
			  struct error *err)
{
	struct summary_value v;
	struct str word, more;

	if (!summary_word(&words, &word) || summary_word(&words, &more) ||
	    !summary_parse_number(word, UINT32_MAX, &v))
		(void)fail_at(err, at, "bad !aggregate specification");
	else
		r->source.aggregate = (uint32_t)v.v;
}

void summary_reader_metadata(struct summary_reader *r, struct str line, struct landmark at,
			     struct error *err)
{
	struct str word, more;

	if (!summary_word(&line, &word))
		return;
	if (str_is(word, "!IPSummaryDump")) {
		set_version(r, line, at, err);
	} else if (str_is(word, "!data") || str_is(word, "!contents")) {
		summary_reader_fields(r, line, at, err);
	} else if (str_is(word, "!flowid")) {
		if (!summary_reader_flow(r, line))
			(void)fail_at(err, at, "bad !flowid specification");
	} else if (str_is(word, "!proto")) {
		set_proto(r, line, at, err);
	} else if (str_is(word, "!aggregate")) {
		set_aggregate(r, line, at, err);
	} else if (str_is(word, "!binary")) {
		r->binary = !summary_word(&line, &more);
		if (!r->binary)
			(void)fail_at(err, at, "bad !binary specification");
	}
}

/* --- packets --- */

static const char *complaint(const struct summary_reader *r)
{
	return r->columns == 0 ? "no '!data' provided" : "packet parse error";
}

static unsigned split(struct summary_reader *r, struct str line)
{
	unsigned n = 0;

	while (n < r->columns && summary_word(&line, &r->column[n]))
		n++;
	return n;
}

/* Sets the field from its column; false: it is missing or means nothing. */
static bool apply(struct summary_draft *d, const struct summary_field *f, struct str s)
{
	struct summary_value v;

	if (str_is(s, "-") || !f->type->parse(d, s, &v))
		return false;
	f->set(d, &v);
	return true;
}

struct packet *summary_reader_line(struct summary_reader *r, struct str line, const char **why)
{
	struct summary_draft d;
	unsigned n = split(r, line), good = 0;

	r->source.scratch = &r->scratch;
	summary_draft_init(&d, &r->source);
	for (unsigned i = 0; i < r->n; i++)
		if (r->order[i] < n)
			good += apply(&d, r->field[r->order[i]], r->column[r->order[i]]);
	*why = good ? NULL : complaint(r);
	return good ? summary_draft_finish(&d) : NULL;
}

/* Where each column's value lies in the record; how many are there. */
static unsigned split_record(struct summary_reader *r, struct str record)
{
	struct summary_value v;
	unsigned n = 0;

	for (; n < r->columns && r->field[n]; n++) {
		r->column[n] = record;
		if (!summary_unpack(r->field[n], &record, &v))
			break;
	}
	return n;
}

struct packet *summary_reader_record(struct summary_reader *r, struct str record, const char **why)
{
	unsigned n = split_record(r, record), good = 0;
	struct summary_draft d;
	struct summary_value v;

	summary_draft_init(&d, &r->source);
	for (unsigned i = 0; i < r->n; i++) {
		const struct summary_field *f = r->field[r->order[i]];

		if (r->order[i] >= n || f->type->packing == PACK_NONE ||
		    !summary_unpack(f, &r->column[r->order[i]], &v))
			continue;
		f->set(&d, &v);
		good++;
	}
	*why = good ? NULL : complaint(r);
	return good ? summary_draft_finish(&d) : NULL;
}
