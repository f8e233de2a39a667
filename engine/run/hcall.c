/* SPDX-License-Identifier: MIT */
/* hcall.c - handler calls named in configurations: "[ELEMENT.]HANDLER [VALUE]". */
#include <errno.h>

#include "engine/run/handlers.h"

static bool exists(const struct router *r, const struct element *e, struct str name)
{
	unsigned index;

	return e ? handler_find(e, name, &index) != NULL : handler_find_global(r, name) != NULL;
}

/* Of the element itself when it has a handler of that whole name, else global. */
static bool resolve_plain(struct element *e, struct str text, struct element **found,
			  struct str *name)
{
	*name = text;
	*found = e->class && exists(e->router, e, text) ? e : NULL;
	return true;
}

bool handler_resolve(struct element *e, struct str text, struct element **found, struct str *name,
		     struct error *err)
{
	size_t dot = str_find(text, '.');
	struct str element = str_first(text, dot);

	*found = NULL;
	if (text.n == 0 || text.p[text.n - 1] == '.')
		return fail(err, "syntax error");
	if (dot == 0) {
		*name = str_from(text, 1);
		return true;
	}
	if (dot == text.n)
		return resolve_plain(e, text, found, name);
	*found = element_find_in(e->router, e->name ? e : NULL, element);
	*name = str_from(text, dot + 1);
	if (*found)
		return true;
	if ((e->class && exists(e->router, e, text)) || handler_find_global(e->router, text))
		return resolve_plain(e, text, found, name);
	return fail(err, "no element named '%.*s'", STR(element));
}

/* Before handlers exist only the element's name can be checked. */
bool hcall_parse(struct element *e, struct str text, struct hcall *c, struct error *err)
{
	struct str rest = str_trim(text), word = conf_word(&rest), name;
	struct element *found;

	memset(c, 0, sizeof(*c));
	if (!parse_string(word, e->conf, &word) || !handler_resolve(e, word, &found, &name, err))
		return word.n == 0 ? fail(err, "syntax error") : false;
	c->text = word;
	c->value = pool_str(e->conf, str_trim(rest));
	return true;
}

static bool missing(const struct element *e, struct str name, const char *what, struct error *err)
{
	return fail(err, "no '%s%s%.*s' %s handler", e ? e->name : "", e ? "." : "", STR(name),
		    what);
}

bool hcall_resolve(struct element *e, struct hcall *c, bool write, struct error *err)
{
	unsigned want = write ? H_WRITE : H_READ, flags;
	struct str name;

	if (c->text.n == 0 || c->h)
		return true;
	if (!handler_resolve(e, c->text, &c->e, &name, err))
		return false;
	c->h = c->e ? handler_find(c->e, name, &c->index) : handler_find_global(e->router, name);
	flags = c->h ? handler_flags(c->e, c->h) : 0;
	if (!(flags & want)) {
		c->h = NULL;
		return missing(c->e, name, write ? "write" : "read", err);
	}
	if (!write && c->value.n != 0 && !(flags & H_PARAM)) {
		c->h = NULL;
		return fail(err, "read handler '%.*s' does not take parameters", STR(c->text));
	}
	return true;
}

/* The handler's own name: without its element. */
static bool call(struct element *e, struct hcall *c, bool write, struct text *out,
		 struct error *err)
{
	struct handler_call hc = { .write = write, .value = c->value, .out = out, .err = err };
	struct str name = c->text;
	char *z;
	bool ok;

	if (c->text.n == 0)
		return true;
	if (!c->h && !e->router->running)
		return fail(err, "handlers not yet defined");
	if (!hcall_resolve(e, c, write, err))
		return false;
	if (c->e && str_find(name, '.') < name.n && !str_is(name, c->h->name))
		name = str_from(name, str_find(name, '.') + 1);
	z = pool_cstr(e->router->pool, name);
	hc.name = z;
	ok = handler_invoke(e->router, c->e, c->h, c->index, &hc);
	pool_release(z);
	return ok;
}

bool hcall_read(struct element *e, struct hcall *c, struct text *out, struct error *err)
{
	return call(e, c, false, out, err);
}

bool hcall_write(struct element *e, struct hcall *c, struct error *err)
{
	return call(e, c, true, NULL, err);
}

void hcall_run(struct element *e, struct hcall *c)
{
	struct error err = { 0 };

	if (c->text.n == 0)
		return;
	error_enter(&err, (struct landmark){ 0 },
		    "While calling '%.*s%s%.*s' from %s :: %s:", STR(c->text),
		    c->value.n ? " " : "", STR(c->value), e->name, e->class->name);
	(void)hcall_write(e, c, &err);
	error_leave(&err);
	chatter_error(e, &err);
	error_fini(&err);
}

void trigger_check(struct element *e, struct trigger *t, uint64_t count)
{
	if (!t->armed || count < t->at)
		return;
	t->armed = false;
	hcall_run(e, &t->call);
}
