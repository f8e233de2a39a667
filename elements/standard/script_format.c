/* SPDX-License-Identifier: MIT */
/* script_format.c - the handler sprintf of scripts. */
#include <stdio.h>

#include "elements/standard/script_func.h"

#define WIDTH_MAX 4096

/* %[flags][width][.precision][size]conversion */
struct directive {
	char flags[8];
	uint32_t width, precision;
	bool has_precision, is_short;
	char conversion;
};

static bool take_number(struct str *s, uint32_t *n)
{
	*n = 0;
	if (!s->n || s->p[0] < '0' || s->p[0] > '9')
		return true;
	return str_decimal(s, n) && *n <= WIDTH_MAX;
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool take_flags(struct str *s, struct directive *d)
{
	size_t n = 0;

	for (; s->n && is_one_of(s->p[0], "0#- +"); *s = str_from(*s, 1)) {
		if (n + 1 == sizeof(d->flags))
			return false;
		d->flags[n++] = s->p[0];
	}
	return true;
}

static bool take_directive(struct str *s, struct directive *d)
{
	*d = (struct directive){ .width = 0 };
	if (!take_flags(s, d) || !take_number(s, &d->width))
		return false;
	d->has_precision = str_char(s, '.');
	if (d->has_precision && !take_number(s, &d->precision))
		return false;
	d->is_short = str_char(s, 'h');
	if (!d->is_short && !str_prefix(s, "ll") && !str_char(s, 'l') && !str_char(s, 'L'))
		str_char(s, 'q');
	if (!s->n || !is_one_of(s->p[0], "oxXudis%"))
		return false;
	d->conversion = s->p[0];
	*s = str_from(*s, 1);
	return true;
}

/* The directive for printf, with the flags that mean something for the conversion. */
static void make_format(const struct directive *d, const char *allowed, const char *conversion,
			char format[48])
{
	char flags[8];
	size_t n = 0;

	for (size_t i = 0; d->flags[i]; i++)
		if (is_one_of(d->flags[i], allowed))
			flags[n++] = d->flags[i];
	flags[n] = '\0';
	if (d->has_precision)
		snprintf(format, 48, "%%%s%u.%u%s", flags, d->width, d->precision, conversion);
	else if (d->width)
		snprintf(format, 48, "%%%s%u%s", flags, d->width, conversion);
	else
		snprintf(format, 48, "%%%s%s", flags, conversion);
}

static bool add_signed(const struct directive *d, struct str word, struct text *out)
{
	char format[48];
	int64_t v;

	if (!parse_int(word, INT64_MIN, INT64_MAX, &v, NULL))
		return false;
	make_format(d, "0- +", "lld", format);
	text_add(out, format, (long long)(d->is_short ? (int16_t)v : v));
	return true;
}

static bool add_unsigned(const struct directive *d, struct str word, struct text *out)
{
	const char conversion[] = { 'l', 'l', d->conversion, '\0' };
	char format[48];
	uint64_t v;

	if (!parse_u64(word, UINT64_MAX, &v, NULL))
		return false;
	make_format(d, d->conversion == 'u' ? "0-" : "0-#", conversion, format);
	text_add(out, format, (unsigned long long)(d->is_short ? (uint16_t)v : v));
	return true;
}

static void add_string(const struct directive *d, struct str word, struct text *out)
{
	size_t n = d->has_precision && d->precision < word.n ? d->precision : word.n;
	size_t pad = d->width > n ? d->width - n : 0;
	bool left = strchr(d->flags, '-') != NULL;

	if (!left)
		text_add(out, "%*s", (int)pad, "");
	text_bytes(out, word.p, n);
	if (left)
		text_add(out, "%*s", (int)pad, "");
}

static bool add_directive(const struct directive *d, struct str word, struct text *out)
{
	switch (d->conversion) {
	case 'd':
	case 'i':
		return add_signed(d, word, out);
	case 's':
		add_string(d, word, out);
		return true;
	default:
		return add_unsigned(d, word, out);
	}
}

static bool format_all(struct str format, struct str rest, struct pool *pool, struct text *out)
{
	struct directive d;
	struct str word;

	while (format.n) {
		size_t n = str_find(format, '%');

		text_str(out, str_first(format, n));
		format = str_from(format, n);
		if (!str_char(&format, '%'))
			break;
		if (!take_directive(&format, &d))
			return false;
		if (d.conversion == '%')
			text_char(out, '%');
		else if (!script_word(&rest, pool, &word) || !add_directive(&d, word, out))
			return false;
	}
	return !script_word(&rest, pool, &word);
}

bool script_sprintf(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();
	struct str rest = c->value, format;
	size_t before = c->out->n;
	bool ok;

	(void)e;
	ok = script_word(&rest, pool, &format) && format_all(format, rest, pool, c->out);
	pool_free(pool);
	if (ok)
		return true;
	c->out->n = before;
	return fail(c->err, "syntax error");
}
