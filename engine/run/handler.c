/* SPDX-License-Identifier: MIT */
/* handler.c - finding and calling handlers; those that every element has. */
#include "engine/run/router.h"

#include <errno.h>

#include "engine/args.h"
#include "engine/platform.h"
#include "engine/run/handlers.h"

/* --- the lists --- */

static void bind(struct pool *pool, struct bound_handler **v, size_t *n, size_t *cap,
		 const struct handler *h, const char *name, unsigned index)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*v)[i].name, name) == 0) {
			(*v)[i].h = h;
			(*v)[i].index = index;
			return;
		}
	*v = pool_grow(pool, *v, *n, cap, sizeof(**v));
	(*v)[(*n)++] = (struct bound_handler){ h, name, index };
}

static const char *family_name(struct pool *pool, const char *pattern, unsigned i)
{
	struct str s = str_of(pattern);
	size_t at = str_find(s, '%');

	return pool_printf(pool, "%.*s%u%s", (int)at, pattern, i, pattern + at + 2);
}

void handler_add(struct element *e, const struct handler *h, unsigned index)
{
	struct slot *s = &e->router->slot[e->index];
	struct pool *pool = e->router->pool;
	unsigned n = h->flags & H_EACH_INPUT ? e->nin : e->nout;

	if ((h->flags & H_PULL) && (e->nin == 0 || input_is_push(e, 0)))
		return;
	if ((h->flags & H_PUSH) && (e->nout == 0 || !output_is_push(e, 0)))
		return;
	if (!(h->flags & (H_EACH_INPUT | H_EACH_OUTPUT))) {
		bind(pool, &s->handler, &s->nhandlers, &s->handler_cap, h, h->name, index);
		return;
	}
	for (unsigned i = 0; i < n; i++)
		bind(pool, &s->handler, &s->nhandlers, &s->handler_cap, h,
		     family_name(pool, h->name, i), i);
}

void handlers_bind(struct router *r)
{
	size_t nplain;
	const struct handler *plain = element_handlers(&nplain);

	for (unsigned i = 0; i < r->n; i++) {
		struct element *e = r->element[i];

		for (size_t k = 0; k < nplain; k++)
			handler_add(e, &plain[k], 0);
		for (size_t k = 0; k < e->class->handlers.n; k++)
			handler_add(e, &e->class->handlers.v[k], 0);
		if (e->class->add_handlers)
			e->class->add_handlers(e);
	}
}

/* Simulated time has no speed to be set. */
static bool wanted_global(const struct engine_options *o, const struct handler *h)
{
	if (strcmp(h->name, "hotconfig") == 0)
		return o->reconfigurable;
	return !(strcmp(h->name, "timewarp") == 0 && (h->flags & H_WRITE) && o->simulated);
}

static void add_global(struct router *r, const struct handler *h)
{
	if (!wanted_global(&r->engine->options, h))
		return;
	bind(r->pool, &r->global, &r->nglobals, &r->global_cap, h, h->name, 0);
}

void router_add_globals(struct router *r)
{
	size_t n;
	const struct handler *v = global_handlers(&n);

	for (size_t i = 0; i < n; i++)
		add_global(r, &v[i]);
}

static const struct bound_handler *find(const struct bound_handler *v, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, v[i].name))
			return &v[i];
	return NULL;
}

static const struct handler any_name = {
	.name = "*",
	.flags = H_READ | H_WRITE | H_PARAM,
};

const struct handler *handler_find(const struct element *e, struct str name, unsigned *index)
{
	const struct slot *s = &e->router->slot[e->index];
	const struct bound_handler *b = find(s->handler, s->nhandlers, name);

	*index = b ? b->index : 0;
	return b ? b->h : e->class->any_handler ? &any_name : NULL;
}

const struct handler *handler_find_global(const struct router *r, struct str name)
{
	const struct bound_handler *b = find(r->global, r->nglobals, name);

	return b ? b->h : NULL;
}

/* --- flags --- */

/* May its `config' be written? */
static bool live(const struct element *e)
{
	return e->class->flags & CLASS_LIVE;
}

unsigned handler_flags(const struct element *e, const struct handler *h)
{
	unsigned flags = h->flags;

	if (e && h->read == read_config) {
		flags |= live(e) ? H_WRITE : 0;
		flags &= e->class->config ? ~(unsigned)H_CALM : ~0U;
	}
	return flags;
}

static void flag_letters(unsigned flags, struct text *out)
{
	static const struct {
		unsigned flag;
		char letter;
	} letters[] = {
		{ H_READ, 'r' },   { H_WRITE, 'w' },     { H_PARAM, '+' },    { H_RAW, '%' },
		{ H_CALM, '.' },   { H_EXPENSIVE, '$' }, { H_UNCOMMON, 'U' }, { H_DEPRECATED, 'D' },
		{ H_BUTTON, 'b' }, { H_CHECKBOX, 'c' },
	};

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (flags & letters[i].flag)
			text_char(out, letters[i].letter);
}

void handlers_print(const struct element *e, const struct bound_handler *v, size_t n, bool reverse,
		    struct text *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct bound_handler *b = &v[reverse ? n - 1 - i : i];

		if (b->h->flags & H_PRIVATE)
			continue;
		text_add(out, "%s\t", b->name);
		flag_letters(handler_flags(e, b->h), out);
		text_char(out, '\n');
	}
	if (e && e->class->any_handler)
		text_add(out, "*\tw\n");
}

/* --- calling --- */

static void read_ewma(struct element *e, const struct handler *h, struct text *out)
{
	struct ewma *r = (void *)((char *)e + h->offset);

	ewma_add(r, time_tick(e), 0);
	print_fixed(out, r->avg * 1000, r->scale);
}

static bool call_read(struct element *e, const struct handler *h, struct handler_call *c)
{
	if (h == &any_name)
		return e->class->any_handler(e, c);
	if (h->call)
		return h->call(e, c);
	if (h->read)
		h->read(e, c->out);
	else if (h->flags & H_TASK)
		task_read(e, h, c->out);
	else if (h->flags & H_RECONF)
		args_read_keyword(e, h->keyword, h->position, c->out);
	else if (h->kind == KIND_EWMA)
		read_ewma(e, h, c->out);
	else
		value_print(h->kind, (const char *)e + h->offset, c->out);
	return true;
}

static bool call_write(struct element *e, const struct handler *h, struct handler_call *c)
{
	if (h == &any_name)
		return e->class->any_handler(e, c);
	if (h->call)
		return h->call(e, c);
	if (h->read == read_config)
		return element_reconfigure(e, c->value, c->err);
	if (h->write)
		return h->write(e, c->value, c->err);
	if (h->flags & H_TASK)
		return task_write(e, h, c->value, c->err);
	if (h->flags & H_RECONF) {
		c->status = -1;
		return args_write_keyword(e, h->keyword, h->position, c->value, c->err);
	}
	return args_write_field(e, h, c->value, c->err);
}

/* Handlers see a router that stands still. */
bool handler_invoke(struct router *r, struct element *e, const struct handler *h, unsigned index,
		    struct handler_call *c)
{
	int failed = c->write && (h->flags & H_RECONF || h->read == read_config) ? -1 : -EINVAL;
	/* Global handlers are given their router as an element without a class. */
	struct element global = { .router = r };
	struct error unheard = { 0 };
	unsigned errors;
	bool ok;

	if (!c->err)
		c->err = &unheard;
	errors = c->err->errors;
	c->index = index;
	c->status = 0;
	engine_park_others(r->engine);
	ok = c->write ? call_write(e ? e : &global, h, c) : call_read(e ? e : &global, h, c);
	engine_unpark_others(r->engine);
	if (c->err->errors != errors)
		ok = false;
	if (ok && c->status < 0)
		c->status = 0;
	else if (!ok && c->status >= 0)
		c->status = failed;
	if (c->err == &unheard)
		c->err = NULL;
	error_fini(&unheard);
	return ok;
}

static const struct handler *find_for(struct router *r, struct element *e, struct str name,
				      unsigned *index)
{
	*index = 0;
	return e ? handler_find(e, name, index) : handler_find_global(r, name);
}

/* 'E.H' or 'H', for messages. */
static const char *full_name(const struct element *e, struct str name, struct text *t)
{
	text_add(t, e ? "%s.%.*s" : "%s%.*s", e ? e->name : "", STR(name));
	return t->p;
}

/* Handlers that sound alike, for "did you mean". */
static void suggest(struct router *r, struct element *e, struct str name, struct error *err)
{
	const struct bound_handler *v = e ? r->slot[e->index].handler : r->global;
	size_t n = e ? r->slot[e->index].nhandlers : r->nglobals;
	unsigned best = 3;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned d = str_distance(name, str_of(v[i].name));

		if (d < best && !(v[i].h->flags & H_PRIVATE)) {
			best = d;
			found = v[i].name;
		}
	}
	if (found)
		note(err, "  did you mean '%s'?", found);
}

static bool invoke(struct router *r, struct element *e, struct handler_call *c, struct str name)
{
	const char *what = c->write ? "write" : "read";
	struct text full = { 0 };
	unsigned index, flags;
	const struct handler *h = find_for(r, e, name, &index);
	bool ok = false;

	flags = h ? handler_flags(e, h) : 0;
	c->status = -ENOENT;
	if (!h || !(flags & (c->write ? H_WRITE : H_READ))) {
		fail(c->err, "no '%s' %s handler", full_name(e, name, &full), what);
		if (!h)
			suggest(r, e, name, c->err);
	} else if (!c->write && c->value.n != 0 && !(flags & H_PARAM)) {
		fail(c->err, "read handler '%s' does not take parameters",
		     full_name(e, name, &full));
	} else {
		text_str(&full, name);
		c->name = full.p;
		ok = handler_invoke(r, e, h, index, c);
	}
	text_fini(&full);
	return ok;
}

bool handler_read(struct router *r, struct element *e, struct str name, struct str param,
		  struct text *out, struct error *err, int *status)
{
	struct error own = { 0 };
	struct handler_call c = { .value = param, .out = out, .err = err ? err : &own };
	bool ok = invoke(r, e, &c, name);

	if (status)
		*status = c.status;
	error_fini(&own);
	return ok;
}

bool handler_write(struct router *r, struct element *e, struct str name, struct str value,
		   struct error *err, int *status)
{
	struct error own = { 0 };
	struct handler_call c = { .write = true, .value = value, .err = err ? err : &own };
	bool ok = invoke(r, e, &c, name);

	if (status)
		*status = c.status;
	error_fini(&own);
	return ok;
}
