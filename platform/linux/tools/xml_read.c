/* SPDX-License-Identifier: MIT */
/* xml_read.c - the part of XML that documents about configurations are made of. */
#include "platform/linux/tools/xml.h"

void xml_init(struct xml *x, struct pool *pool, struct str text, struct str file, struct error *err)
{
	memset(x, 0, sizeof(*x));
	x->pool = pool;
	x->err = err;
	x->rest = text;
	x->at = (struct landmark){ file, 1 };
}

/* Moves on by n bytes. */
static void skip(struct xml *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x->at.line += x->rest.p[i] == '\n';
	x->rest = str_from(x->rest, n);
}

static void skip_space(struct xml *x)
{
	size_t n = 0;

	while (n < x->rest.n && strchr(" \t\r\n", x->rest.p[n]) && x->rest.p[n] != '\0')
		n++;
	skip(x, n);
}

static bool at(const struct xml *x, const char *what)
{
	return str_starts(x->rest, what);
}

/* Past the next `what'. */
static bool skip_past(struct xml *x, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= x->rest.n; i++)
		if (memcmp(x->rest.p + i, what, n) == 0) {
			skip(x, i + n);
			return true;
		}
	return fail_at(x->err, x->at, "XML: no '%s' behind this", what);
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == ':';
}

/* A name without its prefix; empty when there is none. */
static struct str name(struct xml *x)
{
	size_t n = 0, colon;
	struct str s;

	while (n < x->rest.n && is_name(x->rest.p[n]))
		n++;
	s = str_first(x->rest, n);
	skip(x, n);
	colon = str_find(s, ':');
	return colon < s.n ? str_from(s, colon + 1) : s;
}

/* --- entities --- */

static bool number(struct str s, struct text *out)
{
	uint32_t v = 0;
	bool hex = str_char(&s, 'x');

	if (s.n == 0 || s.n > 6)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *digits = "0123456789abcdef", *d = strchr(digits, s.p[i] | 0x20);

		if (!d || *d == '\0' || d - digits >= (hex ? 16 : 10))
			return false;
		v = v * (hex ? 16 : 10) + (uint32_t)(d - digits);
	}
	/* Configurations are bytes; what is not one byte becomes UTF-8. */
	if (v < 0x100)
		text_char(out, (char)v);
	else if (v < 0x800)
		text_add(out, "%c%c", 0xc0 | v >> 6, 0x80 | (v & 0x3f));
	else
		text_add(out, "%c%c%c", 0xe0 | (v >> 12 & 0xf), 0x80 | (v >> 6 & 0x3f),
			 0x80 | (v & 0x3f));
	return v != 0 && v < 0x10000;
}

static bool entity(struct str s, struct text *out)
{
	static const char *const known[] = { "lt<", "gt>", "amp&", "quot\"", "apos'" };

	if (str_char(&s, '#'))
		return number(s, out);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t n = strlen(known[i]) - 1;

		if (str_eq(s, (struct str){ known[i], n })) {
			text_char(out, known[i][n]);
			return true;
		}
	}
	return false;
}

static bool resolve(struct xml *x, struct str s, struct str *value)
{
	struct text out = { 0 };
	bool ok = true;

	while (s.n && ok) {
		size_t n = str_find(s, '&'), end;

		text_str(&out, str_first(s, n));
		s = str_from(s, n);
		if (!str_char(&s, '&'))
			continue;
		end = str_find(s, ';');
		ok = end < s.n && entity(str_first(s, end), &out);
		if (!ok)
			fail_at(x->err, x->at, "XML: unknown entity '&%.*s'",
				STR(str_first(s, end < 12 ? end + 1 : 12)));
		s = str_from(s, end + 1);
	}
	*value = pool_str(x->pool, text_as_str(&out));
	text_fini(&out);
	return ok;
}

/* --- tags --- */

static bool attribute(struct xml *x, struct xml_tag *t)
{
	struct xml_attribute *a = &t->attribute[t->n];
	size_t end;
	char quote;

	if (t->n == XML_ATTRIBUTES)
		return fail_at(x->err, x->at, "XML: too many attributes");
	a->name = name(x);
	skip_space(x);
	if (a->name.n == 0 || !str_char(&x->rest, '='))
		return fail_at(x->err, x->at, "XML: expected NAME=\"VALUE\"");
	skip_space(x);
	quote = x->rest.n ? x->rest.p[0] : '\0';
	if (quote != '"' && quote != '\'')
		return fail_at(x->err, x->at, "XML: expected a quoted value");
	skip(x, 1);
	end = str_find(x->rest, quote);
	if (end == x->rest.n)
		return fail_at(x->err, x->at, "XML: value without its last quote");
	if (!resolve(x, str_first(x->rest, end), &a->value))
		return false;
	skip(x, end + 1);
	t->n++;
	return true;
}

static bool end_tag(struct xml *x, struct xml_tag *t)
{
	t->end = true;
	if (x->depth == 0 || !str_eq(x->open[x->depth - 1], t->name))
		return fail_at(x->err, t->at, "XML: '</%.*s>' ends nothing", STR(t->name));
	x->depth--;
	return true;
}

static bool tag(struct xml *x, struct xml_tag *t)
{
	bool end = str_char(&x->rest, '/');

	t->name = name(x);
	if (t->name.n == 0)
		return fail_at(x->err, t->at, "XML: expected a tag's name");
	for (;;) {
		skip_space(x);
		if (x->rest.n == 0)
			return fail_at(x->err, t->at, "XML: tag without '>'");
		if (end && at(x, ">")) {
			skip(x, 1);
			return end_tag(x, t);
		}
		if (at(x, "/>") || at(x, ">"))
			break;
		if (!attribute(x, t))
			return false;
	}
	if (x->depth == XML_DEPTH)
		return fail_at(x->err, t->at, "XML: tags nested too deep");
	x->open[x->depth++] = t->name;
	x->empty = at(x, "/>");
	skip(x, x->empty ? 2 : 1);
	return true;
}

/* Comments, declarations and the like. */
static bool skip_other(struct xml *x)
{
	if (at(x, "<!--"))
		return skip_past(x, "-->");
	if (at(x, "<?"))
		return skip_past(x, "?>");
	if (at(x, "<![CDATA["))
		return skip_past(x, "]]>");
	return skip_past(x, ">");
}

bool xml_next(struct xml *x, struct xml_tag *t)
{
	if (x->empty) {
		x->empty = false;
		t->end = true;
		t->n = 0;
		x->depth--;
		return true;
	}
	for (;;) {
		skip(x, str_find(x->rest, '<'));
		if (x->rest.n == 0 && x->depth != 0)
			fail_at(x->err, x->at, "XML: '<%.*s>' is not ended",
				STR(x->open[x->depth - 1]));
		if (x->rest.n == 0)
			return false;
		if (!at(x, "<!") && !at(x, "<?"))
			break;
		if (!skip_other(x))
			return false;
	}
	*t = (struct xml_tag){ .at = x->at };
	skip(x, 1);
	return tag(x, t);
}

struct str xml_get(const struct xml_tag *t, const char *attribute_name)
{
	for (unsigned i = 0; i < t->n; i++)
		if (str_is(t->attribute[i].name, attribute_name))
			return t->attribute[i].value;
	return str_of("");
}
