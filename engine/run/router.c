/* SPDX-License-Identifier: MIT */
/* router.c - from a flat graph to elements that are configured and started. */
#include "engine/run/router.h"

#include <stdlib.h>

#include "engine/args.h"
#include "engine/names.h"
#include "engine/platform.h"

/* --- making elements --- */

static void element_new(struct router *r, unsigned i, const struct element_class *c)
{
	const struct graph_element *ge = &r->graph->element[i];
	struct element *e = pool_alloc(r->pool, c->size ? c->size : sizeof(*e));

	e->class = c;
	e->router = r;
	e->name = pool_cstr(r->pool, ge->name);
	e->config = ge->config;
	e->at = ge->at;
	e->index = i;
	r->element[i] = e;
	r->slot[i].flow = c->flow ? c->flow : "x/x";
	map_set(&r->by_name, str_of(e->name), e);
}

/* Tools' texts may name classes that the language let pass; everything else it has reported. */
static bool make_elements(struct router *r, struct error *err)
{
	bool ok = true;

	r->n = (unsigned)r->graph->nelements;
	r->element = pool_alloc(r->pool, (r->n + 1) * sizeof(struct element *));
	r->slot = pool_alloc(r->pool, (r->n + 1) * sizeof(*r->slot));
	for (unsigned i = 0; i < r->n; i++) {
		const struct graph_element *ge = &r->graph->element[i];
		const struct element_class *c = engine_class(r->engine, ge->class);

		if (c)
			element_new(r, i, c);
		else
			ok = fail_at(err, ge->at, "unknown element class '%.*s'", STR(ge->class));
	}
	return ok;
}

static void init_elements(struct router *r)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->element[i]->class->init)
			r->element[i]->class->init(r->element[i]);
}

/* --- configuring and starting, by phase --- */

static int by_phase(const void *a, const void *b)
{
	const struct element *const *x = a, *const *y = b;
	int d = (*x)->class->phase - (*y)->class->phase;

	return d ? d : (int)(*x)->index - (int)(*y)->index;
}

static struct element **phase_order(struct router *r)
{
	struct element **v = pool_alloc(r->pool, (r->n + 1) * sizeof(struct element *));

	if (r->n)
		memcpy(v, r->element, r->n * sizeof(struct element *));
	qsort(v, r->n, sizeof(struct element *), by_phase);
	return v;
}

static bool configure_all(struct router *r, struct element *const *order, struct error *err)
{
	bool ok = true;

	for (unsigned i = 0; i < r->n; i++) {
		struct element *e = order[i];
		unsigned before = err->errors;

		error_enter(err, e->at, "While configuring '%s :: %s':", e->name, e->class->name);
		if (!args_configure(e, e->config, err)) {
			ok = false;
			if (err->errors == before)
				fail(err, "unspecified error");
		}
		error_leave(err);
	}
	return ok;
}

/* The handler calls among e's arguments, which can be looked up only now. */
static bool resolve_calls(struct element *e, struct error *err)
{
	const struct element_class *c = e->class;
	bool ok = true;

	for (size_t i = 0; i < c->args.n; i++) {
		const struct arg *a = &c->args.v[i];
		char *field = (char *)e + a->offset;

		if (a->parse)
			continue;
		if (a->kind == KIND_READ_CALL)
			ok = hcall_resolve(e, &((struct read_call *)(void *)field)->c, false,
					   err) &&
			     ok;
		else if (a->kind == KIND_WRITE_CALL)
			ok = hcall_resolve(e, (struct hcall *)(void *)field, true, err) && ok;
		else if (a->kind == KIND_TRIGGER)
			ok = hcall_resolve(e, &((struct trigger *)(void *)field)->call, true,
					   err) &&
			     ok;
	}
	return ok;
}

static void enter_start(const struct element *e, struct error *err)
{
	struct text t = { 0 };

	element_declaration(e, &t);
	error_enter(err, e->at, "While initializing '%s':", t.p);
	text_fini(&t);
}

static bool start_all(struct router *r, struct element *const *order, struct error *err)
{
	bool ok = true;

	for (unsigned i = 0; i < r->n && ok; i++) {
		struct element *e = order[i];

		enter_start(e, err);
		ok = resolve_calls(e, err) && (!e->class->start || e->class->start(e, err));
		error_leave(err);
	}
	return ok;
}

static bool router_start(struct router *r, struct error *err)
{
	struct element **order;

	if (!router_connect(r, err))
		return false;
	ports_bind(r);
	order = phase_order(r);
	if (!configure_all(r, order, err))
		return false;
	handlers_bind(r);
	router_add_globals(r);
	if (!start_all(r, order, err))
		return false;
	if (r->engine->nthreads > 1)
		router_check_sharing(r, err);
	r->running = true;
	return true;
}

/* --- from text to router --- */

static struct router *router_new(struct engine *g, struct graph *graph, bool hotswap)
{
	struct pool *pool = pool_new();
	struct router *r = pool_alloc(pool, sizeof(*r));

	r->engine = g;
	r->pool = pool;
	r->graph = graph;
	r->runcount = 1;
	r->hotswap = hotswap;
	r->names = names_new(pool);
	list_init(&r->tasks);
	list_init(&r->timers);
	list_init(&r->watches);
	list_init(&r->sinks);
	list_init(&r->signals);
	return r;
}

static void add_extra(struct engine *g, struct graph *graph, bool hotswap)
{
	for (size_t i = 0; i < g->options.nextra; i++) {
		const struct engine_extra *x = &g->options.extra[i];

		graph_add(graph, (struct graph_element){
					 .name = x->name,
					 .class = x->class,
					 .config = hotswap ? x->hotswap_config : x->config,
					 .at = { .file = STR_LIT("click") },
				 });
	}
}

struct router *engine_configure(struct engine *g, struct str text, struct str file, bool hotswap,
				struct error *err)
{
	struct lang_source source = {
		.text = text, .file = file, .vars = g->options.vars, .nvars = g->options.nvars
	};
	struct lang_host host;
	struct graph *graph;
	struct router *r;

	engine_lang_host(g, &host);
	graph = lang_parse(&source, &host, err);
	if (!graph)
		return NULL;
	if (graph->nelements != 0)
		add_extra(g, graph, hotswap);
	r = router_new(g, graph, hotswap);
	g->passing = r;
	if (make_elements(r, err)) {
		init_elements(r);
		if (router_start(r, err)) {
			g->passing = NULL;
			return r;
		}
	}
	fail(err, "Router could not be initialized!");
	router_free(r);
	g->passing = NULL;
	return NULL;
}

bool engine_check(struct engine *g, struct graph *graph, struct error *err)
{
	struct router *r = router_new(g, graph, false);
	bool ok;

	r->check_only = true;
	ok = make_elements(r, err) && router_connect(r, err);
	map_fini(&r->by_name);
	pool_free(r->pool);
	return ok;
}

/* --- the end --- */

static void end_element(struct element *e)
{
	if (e->class->stop)
		e->class->stop(e);
}

static void end_tasks(struct router *r)
{
	while (!list_empty(&r->tasks))
		task_fini(container_of(r->tasks.next, struct task, all));
	while (!list_empty(&r->timers))
		timer_fini(container_of(r->timers.next, struct timer, all));
	while (!list_empty(&r->watches)) {
		struct watch *w = container_of(r->watches.next, struct watch, all);

		watch_set(w, w->fd, 0);
		list_remove(&w->all);
	}
}

void router_free(struct router *r)
{
	if (!r)
		return;
	r->running = false;
	if (r->live)
		router_deactivate(r);
	for (unsigned i = r->n; i-- > 0;)
		if (r->element[i])
			end_element(r->element[i]);
	end_tasks(r);
	signals_release_all(r);
	for (unsigned i = 0; i < r->n; i++)
		if (r->element[i])
			pool_free(r->element[i]->conf);
	map_fini(&r->by_name);
	graph_free(r->graph);
	pool_free(r->pool);
}

/* --- looking at it --- */

struct element *router_find(const struct router *r, struct str name)
{
	return map_get(&r->by_name, name);
}

struct element *element_find_in(const struct router *r, const struct element *e, struct str name)
{
	struct element *found = NULL;
	const char *end = e ? e->name + strlen(e->name) : NULL;
	struct text full = { 0 };

	while (end && !found) {
		while (end > e->name && end[-1] != '/')
			end--;
		text_clear(&full);
		text_str(&full, str_range(e->name, end));
		text_str(&full, name);
		found = router_find(r, text_as_str(&full));
		if (end == e->name)
			break;
		end--;
	}
	text_fini(&full);
	return found ? found : router_find(r, name);
}

struct element *element_find(const struct element *e, struct str name)
{
	return element_find_in(e->router, e, name);
}

unsigned router_nelements(const struct router *r)
{
	return r->n;
}

struct element *router_element(const struct router *r, unsigned i)
{
	return r->element[i];
}

struct pool *router_pool(const struct router *r)
{
	return r->pool;
}

const void *element_cast(struct element *e, const char *interface)
{
	if (strcmp(e->class->name, interface) == 0)
		return e;
	return e->class->cast ? e->class->cast(e, interface) : NULL;
}

void element_declaration(const struct element *e, struct text *out)
{
	text_add(out, "%s :: %s", e->name, e->class->name);
	if (!e->class->declare)
		return;
	text_char(out, '(');
	e->class->declare(e, out);
	text_char(out, ')');
}

void element_set_flow(struct element *e, const char *code)
{
	e->router->slot[e->index].flow = code;
}

int router_runcount(const struct router *r)
{
	return __atomic_load_n(&r->runcount, __ATOMIC_ACQUIRE);
}

bool router_running(const struct router *r)
{
	return r->running;
}

bool router_replaces(const struct router *r)
{
	return r->hotswap;
}

bool router_instance(const struct element *e, unsigned *number, const char **name)
{
	const struct engine_owner *o = e->router->engine->options.owner;

	if (o) {
		*number = o->number;
		*name = o->name;
	}
	return o != NULL;
}

bool router_set_driver(struct element *e, struct error *err)
{
	if (e->router->driver && e->router->driver != e)
		return fail(err, "router has more than one driver script");
	e->router->driver = e;
	return true;
}

void router_set_moving(struct element *e)
{
	e->router->moves_tasks = true;
}

/* --- its text --- */

struct str router_config(struct router *r, struct pool *pool, unsigned i)
{
	struct element *e = r->element[i];
	struct text t = { 0 };
	struct str s;

	if (!e->class->config)
		return e->config;
	e->class->config(e, &t);
	s = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	return s;
}

struct flat_arg {
	struct router *r;
	struct pool *pool;
};

static struct str flat_config(void *arg, unsigned i)
{
	struct flat_arg *a = arg;

	return router_config(a->r, a->pool, i);
}

void router_flat(struct router *r, struct text *out)
{
	struct flat_arg arg = { r, pool_new() };
	struct graph_text_options o = { .config = flat_config, .arg = &arg };

	graph_unparse(r->graph, out, &o);
	pool_free(arg.pool);
}
