/* SPDX-License-Identifier: MIT */
/* script_vars.c - variables, expansion, and the handler calls in it. */
#include "elements/standard/script.h"
#include "engine/lang/lang.h"
#include "engine/platform.h"

/* --- variables --- */

struct text *script_find_var(const struct script *s, struct str name)
{
	for (size_t i = 0; i < s->nvars; i++)
		if (str_eq(s->var[i].name, name))
			return &s->var[i].value;
	return NULL;
}

struct text *script_var(struct script *s, struct str name)
{
	struct text *found = script_find_var(s, name);
	struct pool *pool = s->base.conf;

	if (found)
		return found;
	s->var = pool_grow(pool, s->var, s->nvars, &s->var_cap, sizeof(*s->var));
	s->var[s->nvars] = (struct script_var){ .name = pool_str(pool, name) };
	return &s->var[s->nvars++].value;
}

/* The value may be a part of the old one. */
void script_set(struct script *s, struct str name, struct str value)
{
	struct text *t = script_var(s, name), old = *t;

	*t = (struct text){ NULL, 0, 0 };
	text_str(t, value);
	text_fini(&old);
}

static unsigned count_words(struct str text)
{
	unsigned n = 0;

	while (conf_word(&text).n)
		n++;
	return n;
}

/* The k-th word of the arguments, from 1. */
static struct str argument(const struct script *s, uint32_t k)
{
	struct str rest = text_as_str(&s->args), word = { "", 0 };

	do
		word = conf_word(&rest);
	while (word.n && --k);
	return word;
}

/* Names that are no variables of the program. */
static bool special_value(const struct script *s, struct str name, struct text *value)
{
	struct str rest = name;
	uint32_t k;

	if (str_is(name, "?"))
		text_add(value, "%d", s->status);
	else if (str_is(name, "#"))
		text_add(value, "%u", count_words(text_as_str(&s->args)));
	else if (str_is(name, "$"))
		text_add(value, "%d", platform_pid());
	else if (str_is(name, "args"))
		text_str(value, text_as_str(&s->args));
	else if (str_is(name, "write"))
		text_add(value, s->entry_write ? "true" : "false");
	else if (str_is(name, "0"))
		text_str(value, text_as_str(&s->entry));
	else if (str_decimal(&rest, &k) && !rest.n)
		text_str(value, argument(s, k));
	else
		return false;
	return true;
}

/* --- calls --- */

static const struct handler *find_handler(const struct script *s, const struct element *e,
					  struct str name)
{
	unsigned index;

	return e ? handler_find(e, name, &index) : handler_find_global(s->base.router, name);
}

/* A context for the messages of a call, when there is a handler to be called. */
static bool enter_call(struct script *s, const struct element *e, struct str name, struct str value,
		       bool write, struct error *err)
{
	static const struct landmark nowhere = { .line = 0 };
	const struct handler *h = find_handler(s, e, name);

	if (!h || !(handler_flags(e, h) & (write ? H_WRITE : H_READ)))
		return false;
	error_enter(err, nowhere, "While calling '%s%s%.*s%s%.*s':", e ? e->name : "", e ? "." : "",
		    STR(name), value.n ? " " : "", STR(value));
	return true;
}

bool script_call(struct script *s, bool write, struct str text, bool unquote, struct text *out,
		 struct error *err, int *status)
{
	struct pool *pool = pool_new();
	struct router *r = s->base.router;
	struct str rest = text, word = conf_unquote(pool, conf_word(&rest)), name;
	struct element *e;
	bool found = handler_resolve(&s->base, word, &e, &name, err);

	if (found) {
		rest = str_trim(rest);
		if (unquote)
			rest = conf_unquote(pool, rest);
		found = enter_call(s, e, name, rest, write, err);
		if (write)
			(void)handler_write(r, e, name, rest, err, found ? status : NULL);
		else
			(void)handler_read(r, e, name, rest, out, err, found ? status : NULL);
		if (found)
			error_leave(err);
	}
	pool_free(pool);
	return found;
}

/* --- expansion --- */

struct expansion {
	struct script *s;
	struct error *err;
};

static bool get(void *arg, struct str name, bool call, struct text *value)
{
	const struct expansion *x = arg;
	const struct text *var;
	int status;

	if (call)
		return script_call(x->s, false, name, false, value, x->err, &status);
	var = script_find_var(x->s, name);
	if (!var)
		return special_value(x->s, name, value);
	text_str(value, text_as_str(var));
	return true;
}

struct str script_expand(struct script *s, struct pool *pool, struct str text, bool quote,
			 struct error *err)
{
	struct expansion x = { s, err };
	struct conf_scope scope = { .get = get, .arg = &x, .script = true };

	return conf_expand(pool, text, &scope, quote);
}
