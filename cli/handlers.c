/* SPDX-License-Identifier: MIT */
/* handlers.c - which elements and handlers an instance has. */
#include "cli/handlers.h"

#include "abi/control.h"
#include "cli/say.h"

#define NAMES_MAX 20 /* more in a line help nobody */

static struct str next_line(struct str *s)
{
	struct str line = str_first(*s, str_find(*s, '\n'));

	*s = str_from(*s, line.n + 1);
	return line;
}

static void add_name(struct pool *pool, struct str_list *l, struct str name)
{
	l->v = pool_grow(pool, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = pool_str(pool, name);
}

/* The handler `list' says how many elements there are, and then their names. */
bool handlers_elements(struct client *c, const char *instance, struct str_list *names)
{
	struct str rest;

	*names = (struct str_list){ 0 };
	if (!client_call(c, "asking for elements", "READ %s list", instance))
		return false;
	rest = text_as_str(&c->answer.data);
	for (next_line(&rest); rest.n;)
		add_name(c->vm->pool, names, next_line(&rest));
	return true;
}

bool handlers_ask(struct client *c, const char *instance, struct str element)
{
	return client_call(c, "asking for handlers", "READ %s %.*s%shandlers", instance,
			   STR(element), element.n ? "." : "");
}

struct str handlers_next(struct str *rest, struct str *how)
{
	struct str line = next_line(rest), name = str_word(&line);

	*how = str_trim(line);
	return name;
}

/* --- advice --- */

static bool has(const struct str_list *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->v[i], name))
			return true;
	return false;
}

static void advise_list(const char *what, const struct str_list *names)
{
	struct text t = { 0 };
	size_t n = names->n < NAMES_MAX ? names->n : NAMES_MAX;

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%.*s", i ? ", " : "", STR(names->v[i]));
	advise("%s: %.*s%s", what, STR(text_as_str(&t)), n < names->n ? ", ..." : "");
	text_fini(&t);
}

/* The one that is near, or else all. */
static void advise_names(struct pool *pool, const char *what, const char *word,
			 const struct str_list *names)
{
	const char **v = pool_alloc(pool, (names->n + 1) * sizeof(*v));

	for (size_t i = 0; i < names->n; i++)
		v[i] = names->v[i].p;
	if (!suggest(word, v, names->n) && names->n > 0)
		advise_list(what, names);
}

static void advise_handler(struct client *c, const char *instance, struct str element,
			   const char *word, char wanted)
{
	struct pool *pool = c->vm->pool;
	struct str_list names = { 0 };
	struct str rest, how;

	if (!handlers_ask(c, instance, element))
		return;
	for (rest = text_as_str(&c->answer.data); rest.n;) {
		struct str name = handlers_next(&rest, &how);

		if (str_find(how, wanted) < how.n)
			add_name(pool, &names, name);
	}
	advise_names(pool, wanted == 'r' ? "handlers to read" : "handlers to write", word, &names);
}

void handlers_advise_element(struct client *c, const char *instance, const char *element)
{
	struct str_list names;

	if (handlers_elements(c, instance, &names))
		advise_names(c->vm->pool, "its elements", element, &names);
}

/* One word: a handler of the instance, or an element of which the handler was forgotten. */
static void advise_word(struct client *c, const char *instance, const char *word, char how)
{
	struct str_list names;

	if (!handlers_elements(c, instance, &names))
		return;
	if (!has(&names, str_of(word))) {
		advise_handler(c, instance, str_of(""), word, how);
	} else {
		advise("`%s' is an element", word);
		advise_handler(c, instance, str_of(word), "", how);
	}
}

void handlers_advise(struct client *c, const char *instance, const char *handler, char how)
{
	struct str element = str_first(str_of(handler), str_find(str_of(handler), '.'));
	unsigned code = c->answer.code;

	if (code == CONTROL_NO_ELEMENT)
		handlers_advise_element(c, instance, pool_cstr(c->vm->pool, element));
	else if (code == CONTROL_NO_HANDLER && handler[element.n] == '.')
		advise_handler(c, instance, element, handler + element.n + 1, how);
	else if (code == CONTROL_NO_HANDLER)
		advise_word(c, instance, handler, how);
}
