/* SPDX-License-Identifier: MIT */
/* conf.c - configuration strings: units, arguments, words. */
#include "engine/lang/conf.h"

static bool at(struct str s, size_t i, char c)
{
	return i < s.n && s.p[i] == c;
}

size_t conf_comment_length(struct str s, size_t i)
{
	size_t from = i;

	if (!at(s, i, '/') || !(at(s, i + 1, '/') || at(s, i + 1, '*')))
		return 0;
	if (s.p[i + 1] == '/') {
		while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
			i++;
		return i - from;
	}
	for (i += 2; i < s.n; i++) {
		if (s.p[i] == '*' && at(s, i + 1, '/'))
			return i + 2 - from;
	}
	return s.n - from;
}

size_t conf_hex_length(struct str s, size_t i)
{
	size_t from = i, comment;

	for (i += 2; i < s.n; i += comment ? comment : 1) {
		if (s.p[i] == '>')
			return i + 1 - from;
		comment = conf_comment_length(s, i);
	}
	return s.n - from;
}

static size_t double_length(struct str s, size_t i)
{
	size_t from = i;

	for (i++; i < s.n && s.p[i] != '"';) {
		if (s.p[i] != '\\')
			i++;
		else if (at(s, i + 1, '<'))
			i += conf_hex_length(s, i);
		else
			i += 2;
	}
	return (i < s.n ? i + 1 : s.n) - from;
}

size_t conf_unit(struct str s, size_t i, enum conf_unit *what)
{
	struct str rest = str_from(s, i + 1);
	size_t n = conf_comment_length(s, i);

	*what = n ? UNIT_COMMENT : UNIT_QUOTED;
	if (n)
		return n;
	if (s.p[i] == '"')
		return double_length(s, i);
	if (s.p[i] == '\'')
		return 1 + str_first(rest, str_find(rest, '\'') + 1).n;
	if (s.p[i] == '\\' && at(s, i + 1, '<'))
		return conf_hex_length(s, i);
	*what = conf_is_space(s.p[i]) ? UNIT_SPACE : UNIT_CHAR;
	return 1;
}

/* The length of the space and comments at i; *comment when there is a comment among them. */
static size_t gap_length(struct str s, size_t i, bool *comment)
{
	enum conf_unit what;
	size_t from = i, n;

	*comment = false;
	for (; i < s.n; i += n) {
		n = conf_unit(s, i, &what);
		if (what != UNIT_SPACE && what != UNIT_COMMENT)
			break;
		*comment |= what == UNIT_COMMENT;
	}
	return i - from;
}

/* Adds s without outer space; gaps with a comment become a space. */
static void strip_to(struct text *t, struct str s)
{
	enum conf_unit what;
	size_t i = 0, n;
	bool comment;

	i = gap_length(s, 0, &comment);
	while (i < s.n) {
		n = gap_length(s, i, &comment);
		if (i + n == s.n)
			break;
		if (comment)
			text_char(t, ' ');
		else
			text_bytes(t, s.p + i, n);
		i += n;
		n = conf_unit(s, i, &what);
		text_bytes(t, s.p + i, n);
		i += n;
	}
}

struct str conf_strip(struct pool *pool, struct str s)
{
	struct text t = { NULL, 0, 0 };
	struct str stripped;
	bool comment = false;

	for (size_t i = 0; i + 1 < s.n && !comment; i++)
		comment = s.p[i] == '/' && (s.p[i + 1] == '/' || s.p[i + 1] == '*');
	if (!comment)
		return str_trim(s);
	strip_to(&t, s);
	stripped = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	return stripped;
}

static void list_add(struct pool *pool, struct str_list *l, struct str s)
{
	l->v = pool_grow(pool, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = s;
}

void conf_args(struct pool *pool, struct str conf, struct str_list *out)
{
	enum conf_unit what;
	size_t from = 0, n;
	struct str last;

	*out = (struct str_list){ NULL, 0, 0 };
	for (size_t i = 0; i < conf.n; i += n) {
		n = conf_unit(conf, i, &what);
		if (what == UNIT_CHAR && conf.p[i] == ',') {
			list_add(pool, out, conf_strip(pool, str_range(conf.p + from, conf.p + i)));
			from = i + 1;
		}
	}
	last = conf_strip(pool, str_from(conf, from));
	if (last.n)
		list_add(pool, out, last);
}

struct str conf_word(struct str *s)
{
	enum conf_unit what;
	struct str word;
	bool comment;
	size_t i = 0, n;

	*s = str_from(*s, gap_length(*s, 0, &comment));
	for (; i < s->n; i += n) {
		n = conf_unit(*s, i, &what);
		if (what == UNIT_SPACE || what == UNIT_COMMENT)
			break;
	}
	word = str_first(*s, i);
	*s = str_from(*s, i + gap_length(*s, i, &comment));
	return word;
}

void conf_words(struct pool *pool, struct str s, struct str_list *out)
{
	*out = (struct str_list){ NULL, 0, 0 };
	for (struct str word = conf_word(&s); word.n; word = conf_word(&s))
		list_add(pool, out, word);
}

/* A last empty argument needs a comma of its own, since splitting drops one. */
struct str conf_join(struct pool *pool, const struct str *v, size_t n)
{
	struct text t = { NULL, 0, 0 };
	struct str joined;

	for (size_t i = 0; i < n; i++) {
		if (i)
			text_bytes(&t, ", ", 2);
		text_str(&t, v[i]);
	}
	if (n && !v[n - 1].n)
		text_char(&t, ',');
	joined = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	return joined;
}

bool conf_is_whole(struct str s)
{
	struct text t = { NULL, 0, 0 };
	struct str all;
	enum conf_unit what;
	unsigned depth = 0;
	bool ends = false;
	size_t i = 0;

	text_str(&t, s);
	text_char(&t, ')');
	all = text_as_str(&t);
	while (i < all.n && !ends) {
		bool line_start = i && (all.p[i - 1] == '\n' || all.p[i - 1] == '\r');
		size_t n = conf_unit(all, i, &what);

		if (what == UNIT_CHAR && all.p[i] == '#' && line_start)
			break;
		depth += what == UNIT_CHAR && all.p[i] == '(';
		if (what == UNIT_CHAR && all.p[i] == ')')
			ends = depth-- == 0;
		i += n;
	}
	text_fini(&t);
	return ends && i == all.n;
}
