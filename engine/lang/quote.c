/* SPDX-License-Identifier: MIT */
/* quote.c - quoting of configuration strings, and its removal. */
#include "engine/lang/conf.h"

static unsigned hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

/* Adds the bytes of \<...> at i; returns its length. What is no digit is ignored. */
static size_t add_hex(struct text *t, struct str s, size_t i)
{
	size_t n = conf_hex_length(s, i), end = i + n, skip;
	unsigned high = 16;

	for (i += 2; i < end; i += skip ? skip : 1) {
		unsigned digit = hex_value(s.p[i]);

		skip = conf_comment_length(s, i);
		if (skip || digit > 15)
			continue;
		if (high < 16)
			text_char(t, (char)(high << 4 | digit));
		high = high < 16 ? 16 : digit;
	}
	return n;
}

/* Adds the byte of up to max digits behind the escape's first `skip' bytes; returns the length. */
static size_t add_number(struct text *t, struct str s, size_t i, size_t skip, unsigned base,
			 size_t max)
{
	unsigned value = 0;
	size_t n = skip;

	while (i + n < s.n && n - skip < max && hex_value(s.p[i + n]) < base) {
		value = (value * base + hex_value(s.p[i + n])) & 0xff;
		n++;
	}
	text_char(t, (char)value);
	return n;
}

/* Adds what the backslash at i stands for inside double quotes; returns the escape's length. */
static size_t add_escape(struct text *t, struct str s, size_t i)
{
	static const char name[] = "abfnrtv", value[] = "\a\b\f\n\r\t\v";
	const char *known;
	char c;

	if (i + 1 >= s.n) {
		text_char(t, '\\');
		return 1;
	}
	c = s.p[i + 1];
	known = c ? strchr(name, c) : NULL;
	if (known) {
		text_char(t, value[known - name]);
		return 2;
	}
	if (c >= '0' && c <= '7')
		return add_number(t, s, i, 1, 8, 3);
	if (c == 'x' && i + 2 < s.n && hex_value(s.p[i + 2]) < 16)
		return add_number(t, s, i, 2, 16, SIZE_MAX);
	if (c == '<')
		return add_hex(t, s, i);
	if (c == '\r' && i + 2 < s.n && s.p[i + 2] == '\n')
		return 3;
	if (c != '\r' && c != '\n')
		text_char(t, c);
	return 2;
}

/* Adds the content of the double-quoted string whose first byte is at i; returns its length,
 * closing quote included. */
static size_t add_double(struct text *t, struct str s, size_t i)
{
	size_t from = i;

	while (i < s.n && s.p[i] != '"') {
		if (s.p[i] == '\\') {
			i += add_escape(t, s, i);
		} else {
			text_char(t, s.p[i]);
			i++;
		}
	}
	return (i < s.n ? i + 1 : s.n) - from;
}

static bool has_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\'')
			return true;
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '<')
			return true;
	}
	return false;
}

struct str conf_unquote(struct pool *pool, struct str s)
{
	struct text t = { NULL, 0, 0 };
	struct str plain;
	size_t i = 0;

	if (!has_quotes(s))
		return s;
	while (i < s.n) {
		if (s.p[i] == '"') {
			i += 1 + add_double(&t, s, i + 1);
		} else if (s.p[i] == '\'') {
			struct str rest = str_from(s, i + 1);
			size_t n = str_find(rest, '\'');

			text_bytes(&t, rest.p, n);
			i += n + 2;
		} else if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '<') {
			i += add_hex(&t, s, i);
		} else {
			text_char(&t, s.p[i++]);
		}
	}
	plain = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	return plain;
}

static bool is_plain(unsigned char c)
{
	return c >= 32 && c < 127 && c != '\\' && c != '"' && c != '$';
}

void conf_escape(struct text *t, struct str s)
{
	size_t plain = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_plain(c))
			continue;
		text_bytes(t, s.p + plain, i - plain);
		plain = i + 1;
		if (c == '\\' || c == '"' || c == '$')
			text_bytes(t, (char[]){ '\\', (char)c }, 2);
		else if (c == '\t')
			text_bytes(t, "\\t", 2);
		else if (c == '\r')
			text_bytes(t, "\\r", 2);
		else if (c == '\n')
			text_bytes(t, "\\n", 2);
		else
			text_add(t, "\\%03o", c);
	}
	text_bytes(t, s.p + plain, s.n - plain);
}

struct str conf_quote(struct pool *pool, struct str s)
{
	struct text t = { NULL, 0, 0 };
	struct str quoted;

	text_char(&t, '"');
	conf_escape(&t, s);
	text_char(&t, '"');
	quoted = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	return quoted;
}
