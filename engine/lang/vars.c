/* SPDX-License-Identifier: MIT */
/* vars.c - expansion of $variables in configuration strings. */
#include "engine/lang/conf.h"

enum { REFERENCE_DEPTH = 10 }; /* references inside references */

struct expansion {
	const struct conf_scope *scope;
	bool quote;
};

enum where { PLAIN, DOUBLE, HEX, HEX_IN_DOUBLE };

static bool starts_inner(const struct expansion *x, struct str s, size_t i)
{
	if (s.p[i] != '$' || i + 1 >= s.n)
		return false;
	return s.p[i + 1] == '{' || (x->scope->script && s.p[i + 1] == '(');
}

/* Where the reference that opens at i closes: the index of its `}' or `)', or s.n. Quotes hide
 * parentheses, except where the reference itself stands in quotes. Gives up on what is nested too
 * deep, so that a text full of unclosed references takes no quadratic time. */
static size_t reference_end(const struct expansion *x, struct str s, size_t i, enum where where)
{
	char close[REFERENCE_DEPTH + 1] = { s.p[i + 1] == '{' ? '}' : ')' };
	unsigned inside = 0;
	enum conf_unit what;

	for (i += 2; i < s.n;) {
		bool inner = starts_inner(x, s, i);

		if (s.p[i] == close[inside]) {
			if (inside-- == 0)
				return i;
			i++;
		} else if (inner || (s.p[i] == '(' && close[inside] == ')')) {
			if (++inside > REFERENCE_DEPTH)
				return s.n;
			close[inside] = inner && s.p[i + 1] == '{' ? '}' : ')';
			i += inner ? 2 : 1;
		} else {
			i += where == PLAIN && close[inside] == ')' ? conf_unit(s, i, &what) : 1;
		}
	}
	return s.n;
}

/* Adds a value in the way that its place wants. */
static void add_value(const struct expansion *x, struct text *t, struct str value, enum where where)
{
	if (where == DOUBLE || where == HEX_IN_DOUBLE) {
		conf_escape(t, value);
	} else if (x->quote && where == PLAIN) {
		text_char(t, '"');
		conf_escape(t, value);
		text_char(t, '"');
	} else {
		text_str(t, value);
	}
}

/* The K-th word of value when index is a number, else all of it. */
static struct str pick_word(struct str value, struct str index)
{
	struct str word = { "", 0 };
	uint32_t k;

	index = str_trim(index);
	if (!str_decimal(&index, &k) || index.n)
		return value;
	for (word = conf_word(&value); word.n && k; k--)
		word = conf_word(&value);
	return word;
}

static size_t name_length(const struct expansion *x, struct str s)
{
	size_t n = 0;

	if (x->scope->script && s.n && (s.p[0] == '?' || s.p[0] == '#' || s.p[0] == '$'))
		return 1;
	while (n < s.n && conf_is_var(s.p[n]))
		n++;
	return n;
}

/* The value of what stood between braces: NAME, NAME-DEFAULT or NAME[K]. */
static bool braced_value(const struct expansion *x, struct str inner, struct text *found,
			 struct str *value)
{
	size_t n = name_length(x, inner);
	struct str name = str_first(inner, n), rest = str_from(inner, n);
	bool index = rest.n >= 2 && rest.p[0] == '[' && rest.p[rest.n - 1] == ']';
	bool fallback = rest.n && rest.p[0] == '-';

	if (!n || (rest.n && !index && !fallback))
		return false;
	if (x->scope->get(x->scope->arg, name, false, found))
		*value = text_as_str(found);
	else if (fallback)
		*value = str_from(rest, 1);
	else
		return false;
	if (index)
		*value = pick_word(*value, str_first(str_from(rest, 1), rest.n - 2));
	return true;
}

static void expand_to(const struct expansion *x, struct text *t, struct str s, unsigned depth);

/* ${...} or $(...) at i, closed at end: expands what is inside first. */
static bool add_inner(const struct expansion *x, struct text *t, struct str s, size_t i, size_t end,
		      enum where where, unsigned depth)
{
	struct expansion raw = { .scope = x->scope };
	struct text inner = { NULL, 0, 0 }, found = { NULL, 0, 0 };
	struct str value = { "", 0 };
	bool ok;

	if (depth >= REFERENCE_DEPTH)
		return false;
	expand_to(&raw, &inner, str_range(s.p + i + 2, s.p + end), depth + 1);
	if (s.p[i + 1] == '{') {
		ok = braced_value(x, text_as_str(&inner), &found, &value);
	} else {
		ok = x->scope->get(x->scope->arg, text_as_str(&inner), true, &found);
		value = text_as_str(&found);
	}
	if (ok)
		add_value(x, t, value, where);
	text_fini(&inner);
	text_fini(&found);
	return ok;
}

/* Handles the `$' at i; returns how much of s that took. */
static size_t add_reference(const struct expansion *x, struct text *t, struct str s, size_t i,
			    enum where where, unsigned depth)
{
	struct text found = { NULL, 0, 0 };
	struct str rest = str_from(s, i + 1);
	size_t n = name_length(x, rest), end;

	if (starts_inner(x, s, i)) {
		end = reference_end(x, s, i, where);
		if (end < s.n && add_inner(x, t, s, i, end, where, depth))
			return end + 1 - i;
		n = end < s.n ? end - i : 1; /* stays as it is */
	} else if (n && x->scope->get(x->scope->arg, str_first(rest, n), false, &found)) {
		add_value(x, t, text_as_str(&found), where);
		text_fini(&found);
		return n + 1;
	} else if (!n && rest.n && (rest.p[0] == '$' || rest.p[0] == '?' || rest.p[0] == '#')) {
		n = 1; /* Script's own */
	}
	text_fini(&found);
	text_bytes(t, s.p + i, n + 1);
	return n + 1;
}

/* What changes with the unit at i, which is copied as it is; returns its length. */
static size_t step(struct str s, size_t i, enum where *where)
{
	char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : '\0';
	size_t comment = *where == DOUBLE ? 0 : conf_comment_length(s, i);
	enum conf_unit what;

	if (comment)
		return comment;
	if (c == '>' && (*where == HEX || *where == HEX_IN_DOUBLE)) {
		*where = *where == HEX ? PLAIN : DOUBLE;
	} else if (c == '\\' && next == '<' && (*where == PLAIN || *where == DOUBLE)) {
		*where = *where == PLAIN ? HEX : HEX_IN_DOUBLE;
		return 2;
	} else if (c == '"' && (*where == PLAIN || *where == DOUBLE)) {
		*where = *where == PLAIN ? DOUBLE : PLAIN;
	} else if (c == '\'' && *where == PLAIN) {
		return conf_unit(s, i, &what);
	} else if (c == '\\' && *where == DOUBLE && i + 1 < s.n) {
		return 2;
	}
	return 1;
}

static void expand_to(const struct expansion *x, struct text *t, struct str s, unsigned depth)
{
	enum where where = PLAIN;
	size_t done = 0, i = 0;

	while (i < s.n) {
		if (s.p[i] != '$') {
			i += step(s, i, &where);
			continue;
		}
		text_bytes(t, s.p + done, i - done);
		i += add_reference(x, t, s, i, where, depth);
		done = i;
	}
	text_bytes(t, s.p + done, i - done);
}

struct str conf_expand(struct pool *pool, struct str s, const struct conf_scope *scope, bool quote)
{
	struct expansion x = { .scope = scope, .quote = quote };
	struct text t = { NULL, 0, 0 };
	struct str expanded;

	if (str_find(s, '$') == s.n)
		return s;
	expand_to(&x, &t, s, 0);
	expanded = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	return expanded;
}
