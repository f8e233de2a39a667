/* SPDX-License-Identifier: MIT */
/* args.c - matching configuration arguments to an element's parameters. */
#include "engine/args.h"

#include <stdlib.h>

#include "engine/element.h"
#include "engine/lang/lang.h"

enum { FREE, BY_POSITION, BY_KEYWORD };

/* Arguments, and which of them parameters have taken. */
struct matching {
	struct element *e;
	void *into;
	const struct str *arg;
	uint8_t *taken;
	size_t n;
	size_t next;    /* those before it were taken by position */
	uint64_t given; /* parameters that were supplied */
	bool again;     /* not the first configuration */
	struct error *err;
};

static unsigned errors_of(const struct error *err)
{
	return err ? err->errors : 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

struct str args_keyword(struct str arg, struct str *value)
{
	struct str key = str_word(&arg);

	*value = arg;
	if (!arg.n || !key.n || !is_letter(key.p[0]) || !parse_keyword(key))
		return str_first(key, 0);
	return key;
}

/* --- storing one value --- */

static bool store(struct matching *m, const struct arg *a, struct str text)
{
	void *dst = (char *)m->into + a->offset;
	struct value_range range = { a->min, a->max, (a->flags & ARG_NEGATIVE) != 0 };

	if (range.min == 0 && range.max == 0)
		range.min = 1;
	if (a->parse)
		return a->parse(m->e, text, m->err);
	if (a->kind == KIND_TRIGGER)
		return trigger_parse(m->e, a->name, text, dst, m->err);
	return value_parse(a->kind, text, dst, &range, m->e, m->e->conf, m->err);
}

/* A trigger's messages are not in the usual form: it names the parameter itself. */
static bool store_named(struct matching *m, const struct arg *a, struct str text)
{
	unsigned before = errors_of(m->err);
	bool ok;

	if (!text.n)
		return true;
	if (a->kind == KIND_TRIGGER)
		return store(m, a, text);
	error_prefix(m->err, "%s: ", a->name);
	ok = store(m, a, text);
	if (!ok && errors_of(m->err) == before)
		fail(m->err, "parse error");
	error_leave(m->err);
	return ok;
}

/* Kinds whose values lie in the pool of the configuration that is about to go. */
static bool is_pooled(const struct arg *a)
{
	switch (a->kind) {
	case KIND_STR:
	case KIND_WORD:
	case KIND_RAW:
	case KIND_FILENAME:
	case KIND_IP_LIST:
	case KIND_READ_CALL:
	case KIND_WRITE_CALL:
	case KIND_TRIGGER:
		return !a->parse;
	default:
		return false;
	}
}

static bool store_default(struct matching *m, const struct arg *a)
{
	if (a->preset)
		return store_named(m, a, str_of(a->preset));
	if (m->again && is_pooled(a))
		memset((char *)m->into + a->offset, 0, kind_size(a->kind));
	return true;
}

/* --- matching --- */

/* The value of the last argument with this keyword; all of them are taken. */
static bool take_keyword(struct matching *m, const char *name, struct str *value)
{
	bool found = false;
	struct str rest;

	for (size_t i = 0; i < m->n; i++)
		if (m->taken[i] == FREE && str_is(args_keyword(m->arg[i], &rest), name)) {
			m->taken[i] = BY_KEYWORD;
			*value = rest;
			found = true;
		}
	return found;
}

/* The next argument by position. One that looks like a keyword's is only taken for a required
 * parameter that has nothing else. */
static bool take_position(struct matching *m, bool whatever, struct str *value)
{
	struct str rest;

	if (m->next == m->n || m->taken[m->next] == BY_KEYWORD)
		return false;
	if (args_keyword(m->arg[m->next], &rest).n && !whatever)
		return false;
	m->taken[m->next] = BY_POSITION;
	*value = m->arg[m->next++];
	return true;
}

static bool missing(struct matching *m, const struct arg *a)
{
	return fail(m->err, "%s: required argument missing", a->name);
}

static void warn_deprecated(struct matching *m, const struct arg *a)
{
	error_prefix(m->err, "%s: ", a->name);
	warn(m->err, "argument deprecated");
	error_leave(m->err);
}

static bool match_one(struct matching *m, const struct arg *a, unsigned i)
{
	struct str value, by_position;
	bool keyword = take_keyword(m, a->name, &value), found = keyword;

	if ((a->flags & ARG_POSITIONAL) &&
	    take_position(m, (a->flags & ARG_REQUIRED) && !keyword, &by_position)) {
		if (!keyword)
			value = by_position;
		found = true;
	}
	if (!found) {
		if (a->flags & ARG_REQUIRED)
			return missing(m, a);
		return store_default(m, a);
	}
	if (a->flags & ARG_DEPRECATED)
		warn_deprecated(m, a);
	if (!value.n)
		return store_default(m, a);
	m->given |= i < 64 ? 1ULL << i : 0;
	return store_named(m, a, value);
}

static bool match_every(struct matching *m, const struct arg *a, unsigned i)
{
	struct str value;
	unsigned n = 0;
	bool ok = true;

	for (size_t k = 0; k < m->n; k++)
		if (m->taken[k] == FREE && str_is(args_keyword(m->arg[k], &value), a->name)) {
			m->taken[k] = BY_KEYWORD;
			ok &= store_named(m, a, value);
			n++;
		}
	for (; (a->flags & ARG_POSITIONAL) && take_position(m, false, &value); n++)
		ok &= store_named(m, a, value);
	if (n && i < 64)
		m->given |= 1ULL << i;
	if (n && (a->flags & ARG_DEPRECATED))
		warn_deprecated(m, a);
	if (n)
		return ok;
	return a->flags & ARG_REQUIRED ? missing(m, a) : store_default(m, a);
}

static bool match_rest(struct matching *m, const struct arg *a, unsigned i)
{
	bool ok = true, any = false;

	for (size_t k = 0; k < m->n; k++) {
		if (m->taken[k] != FREE)
			continue;
		m->taken[k] = BY_POSITION;
		any = true;
		ok &= store(m, a, m->arg[k]);
	}
	if (any && i < 64)
		m->given |= 1ULL << i;
	return any || !(a->flags & ARG_REQUIRED) ? ok : missing(m, a);
}

/* What is left over; the keywords that nobody knows are named. */
static bool refuse_rest(struct matching *m)
{
	bool ok = true, surplus = false;
	struct str key, value;

	for (size_t i = 0; i < m->n; i++) {
		if (m->taken[i] != FREE)
			continue;
		ok = false;
		key = args_keyword(m->arg[i], &value);
		if (key.n)
			fail(m->err, "%.*s: unknown argument", STR(key));
		else
			surplus = true;
	}
	return surplus ? fail(m->err, "too many arguments") : ok;
}

/* In declaration order, except that lists get what the others leave. */
static bool match_all(struct matching *m, const struct arg *v, size_t n)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++)
		if (v[i].flags & ARG_EVERY)
			ok &= match_every(m, &v[i], (unsigned)i);
		else if (!(v[i].flags & ARG_REST))
			ok &= match_one(m, &v[i], (unsigned)i);
	for (size_t i = 0; i < n; i++)
		if (v[i].flags & ARG_REST)
			ok &= match_rest(m, &v[i], (unsigned)i);
	return ok;
}

bool args_parse(struct element *e, void *into, const struct arg *v, size_t n, struct str_list *args,
		bool allow_rest, struct error *err)
{
	struct matching m = { .e = e, .into = into, .arg = args->v, .n = args->n, .err = err };
	size_t left = 0;
	bool ok;

	m.taken = pool_alloc(e->conf, args->n + 1);
	ok = match_all(&m, v, n);
	if (!allow_rest)
		ok &= refuse_rest(&m);
	for (size_t i = 0; i < args->n; i++)
		if (m.taken[i] == FREE)
			args->v[left++] = args->v[i];
	args->n = left;
	pool_release(m.taken);
	return ok;
}

/* --- configuring --- */

static bool parse_config(struct element *e, bool again, struct error *err)
{
	struct matching m = { .e = e, .into = e, .again = again, .err = err };
	struct str_list args = { NULL, 0, 0 };
	bool ok;

	conf_args(e->conf, e->config, &args);
	m.arg = args.v;
	m.n = args.n;
	m.taken = pool_alloc(e->conf, args.n + 1);
	ok = match_all(&m, e->class->args.v, e->class->args.n);
	ok &= refuse_rest(&m);
	e->given = m.given;
	pool_release(m.taken);
	return ok;
}

bool args_configure(struct element *e, struct str config, struct error *err)
{
	struct pool *old = e->conf;
	size_t size = e->class->size;
	void *before = malloc(size);

	if (!before)
		return fail(err, "out of memory");
	memcpy(before, e, size);
	e->conf = pool_new();
	e->config = pool_str(e->conf, config);
	if (!parse_config(e, old != NULL, err) ||
	    (e->class->configure && !e->class->configure(e, err))) {
		pool_free(e->conf);
		memcpy(e, before, size);
		free(before);
		return false;
	}
	free(before);
	pool_free(old);
	return true;
}

bool element_reconfigure(struct element *e, struct str config, struct error *err)
{
	return args_configure(e, config, err);
}

bool arg_given(const struct element *e, const char *name)
{
	for (size_t i = 0; i < e->class->args.n && i < 64; i++)
		if (strcmp(e->class->args.v[i].name, name) == 0)
			return e->given >> i & 1;
	return false;
}
