/* SPDX-License-Identifier: MIT */
/* choose.c - variables, arguments, and which alternative of a class fits them. */
#include "engine/lang/expand.h"

enum { VALUE_DEPTH = 10 }; /* values whose values have variables */

struct lookup {
	struct expander *x;
	const struct env *env;
	unsigned depth;
};

static bool get(void *arg, struct str name, bool call, struct text *value);

/* A definition is expanded where it stands: all of one scope act at once. */
static bool get_define(const struct lookup *l, const struct env *env, struct str text,
		       struct text *value)
{
	struct lookup inner = { .x = l->x, .env = env, .depth = l->depth + 1 };
	struct conf_scope scope = { .get = get, .arg = &inner };
	struct str expanded = conf_expand(l->x->pool, text, &scope, false);

	text_str(value, expanded);
	return true;
}

static bool get_global(const struct lookup *l, struct str name, struct str *text)
{
	const struct parser *p = l->x->p;
	const struct lang_var *set = parse_setting(p, name);
	const struct body *file = p->file;
	size_t i;

	if (set)
		*text = set->value;
	else if (!p->source->keep_globals && index_get(&file->vars, name, &i))
		*text = file->define[i].value;
	else
		return false;
	return true;
}

/* An argument is inserted as it is: it was expanded where the instance stands. */
static bool get(void *arg, struct str name, bool call, struct text *value)
{
	const struct lookup *l = arg;
	const struct env *env = l->env;
	struct str text;
	size_t i = 0;

	(void)call;
	if (l->depth >= VALUE_DEPTH || !expand_charge(l->x, 16))
		return false;
	while (env->outer && !index_get(&env->body->vars, name, &i))
		env = env->outer;
	if (!env->outer) {
		if (!get_global(l, name, &text) || !get_define(l, env, text, value))
			return false;
	} else if (i < env->body->nformals) {
		text_str(value, env->value[i]);
	} else {
		text = env->body->define[i - env->body->nformals].value;
		get_define(l, env, text, value);
	}
	return expand_charge(l->x, value->n);
}

struct str expand_config(struct expander *x, const struct env *env, struct str config)
{
	struct lookup l = { .x = x, .env = env };
	struct conf_scope scope = { .get = get, .arg = &l };
	struct str expanded = conf_expand(x->g->pool, config, &scope, false);

	if (expanded.p != config.p)
		expand_charge(x, expanded.n);
	return expanded;
}

/* Arguments behind the positional ones: by keyword, or to the rest. */
static bool bind_keywords(struct expander *x, const struct body *b, const struct str_list *args,
			  struct str *value)
{
	struct str_list rest = { NULL, 0, 0 };
	size_t formal;

	for (size_t i = b->npositional; i < args->n; i++) {
		struct str text = args->v[i], word = conf_word(&text);

		if (index_get(&b->keywords, word, &formal) && !str_is(word, REST_KEYWORD)) {
			value[formal] = text;
		} else if (b->rest) {
			rest.v = pool_grow(x->pool, rest.v, rest.n, &rest.cap, sizeof(*rest.v));
			rest.v[rest.n++] = args->v[i];
		} else {
			return false;
		}
	}
	for (size_t i = b->npositional; i < b->nformals; i++) {
		if (str_is(b->formal[i].keyword, REST_KEYWORD))
			value[i] = conf_join(x->pool, rest.v, rest.n);
		else if (!value[i].p)
			return false;
	}
	return true;
}

/* The values of an alternative's formals in *value. False when the arguments do not fit. */
static bool bind(struct expander *x, const struct body *b, const struct str_list *args,
		 const struct str **value)
{
	struct str *v;

	if (!expand_charge(x, 64 + b->nformals * sizeof(*v)))
		return false;
	if (args->n < b->npositional || (args->n > b->nformals && !b->keywords.n))
		return false;
	v = pool_alloc(x->pool, b->nformals * sizeof(*v));
	for (size_t i = 0; i < b->npositional; i++)
		v[i] = args->v[i];
	*value = v;
	return bind_keywords(x, b, args, v);
}

static void add_count(struct text *t, size_t n, const char *what)
{
	text_add(t, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

/* NAME(<arg>, KEY, ...)[1 input, 2 outputs] */
static void note_candidate(struct expander *x, const struct body *b)
{
	struct text t = { NULL, 0, 0 };

	for (size_t i = 0; i < b->nformals; i++) {
		struct str keyword = b->formal[i].keyword;

		text_str(&t, str_of(i ? ", " : "("));
		if (!keyword.n)
			text_str(&t, str_of("<arg>"));
		else
			text_str(&t, str_is(keyword, REST_KEYWORD) ? str_of("...") : keyword);
	}
	text_add(&t, "%s[", b->nformals ? ")" : "");
	add_count(&t, b->ninputs, "input");
	text_str(&t, str_of(", "));
	add_count(&t, b->noutputs, "output");
	note_at(x->p->err, b->at, "  %.*s%.*s]", STR(b->name), STR(text_as_str(&t)));
	text_fini(&t);
}

static void report_no_match(struct expander *x, const struct item *item, size_t nargs)
{
	struct text t = { NULL, 0, 0 };

	text_add(&t, "%.*s[", STR(item->class->first->name));
	if (nargs) {
		add_count(&t, nargs, "argument");
		text_str(&t, str_of(", "));
	}
	add_count(&t, item->nin, "input");
	text_str(&t, str_of(", "));
	add_count(&t, item->nout, "output");
	fail_at(x->p->err, x->p->end, "no match for '%.*s]'", STR(text_as_str(&t)));
	note_at(x->p->err, x->p->end, "candidates are:");
	for (const struct class *c = item->class; c; c = c->extends) {
		for (const struct body *b = c->first; b; b = b->next)
			note_candidate(x, b);
	}
	text_fini(&t);
}

/* No alternative fits: the last one whose arguments do. When it is the only one of all, the wrong
 * ports are better reported one by one. */
static struct choice choose_badly(struct expander *x, const struct item *item,
				  const struct str_list *args)
{
	struct choice found = { .body = NULL };
	const struct str *value;
	size_t alternatives = 0;

	for (const struct class *c = item->class; c; c = c->extends) {
		for (const struct body *b = c->first; b; b = b->next) {
			if (bind(x, b, args, &value)) {
				found.body = b;
				found.value = value;
			}
			alternatives++;
		}
	}
	if ((!found.body || alternatives > 1) && !x->too_large)
		report_no_match(x, item, args->n);
	return found;
}

struct choice expand_choose(struct expander *x, const struct item *item, struct str config)
{
	struct choice found = { .body = NULL };
	struct str_list args;

	if (item->class->first)
		conf_args(x->pool, config, &args);
	for (const struct class *c = item->class; c; c = c->extends) {
		if (!c->first) {
			found.primitive = c->primitive;
			return found;
		}
		for (const struct body *b = c->first; b; b = b->next) {
			if (b->ninputs != item->nin || b->noutputs != item->nout)
				continue;
			if (bind(x, b, &args, &found.value)) {
				found.body = b;
				return found;
			}
		}
	}
	return choose_badly(x, item, &args);
}
