/* SPDX-License-Identifier: MIT */
/* engine.c - what outlives routers: classes, threads, packet memory, time. */
#include "engine/platform.h"
#include "engine/run/router.h"

#include <stdlib.h>

#define DEFAULT_PACKETS (1U << 17)

/* --- classes --- */

static void class_name_set(struct engine *g, struct str name, const struct element_class *c)
{
	map_set(&g->added, name, (void *)(uintptr_t)c);
}

void engine_add_classes(struct engine *g, const struct element_class *const *v)
{
	for (; *v; v++) {
		struct str aliases = str_of((*v)->aliases ? (*v)->aliases : "");

		g->class =
			pool_grow(g->pool, g->class, g->nadded, &g->class_cap, sizeof(*g->class));
		g->class[g->nadded++] = *v;
		class_name_set(g, str_of((*v)->name), *v);
		for (str_space(&aliases); aliases.n != 0;)
			class_name_set(g, str_word(&aliases), *v);
	}
}

void engine_add_package(struct engine *g, struct str name)
{
	g->package =
		pool_grow(g->pool, g->package, g->npackages, &g->package_cap, sizeof(*g->package));
	g->package[g->npackages++] = pool_str(g->pool, name);
}

static const struct element_class *find_class(struct str name)
{
	size_t from = 0, to = element_nnames;

	while (from < to) {
		size_t i = from + (to - from) / 2;
		int order = str_cmp(name, str_of(element_names[i].name));

		if (order == 0)
			return element_names[i].class;
		if (order < 0)
			to = i;
		else
			from = i + 1;
	}
	return NULL;
}

const struct element_class *engine_class(const struct engine *g, struct str name)
{
	const struct element_class *c = map_get(&g->added, name);

	return c ? c : find_class(name);
}

const struct element_class *engine_class_at(const struct engine *g, size_t i)
{
	if (i < element_nclasses)
		return element_classes[i];
	i -= element_nclasses;
	return i < g->nadded ? g->class[i] : NULL;
}

const struct element_class *engine_class_near(const struct engine *g, struct str name)
{
	unsigned best = name.n < 4 ? 2 : (unsigned)(name.n / 3 + 1);
	const struct element_class *found = NULL, *c;

	for (size_t i = 0; (c = engine_class_at(g, i)); i++) {
		unsigned d = str_is_nocase(name, c->name) ? 0 : str_distance(name, str_of(c->name));

		if (d < best) {
			best = d;
			found = c;
		}
	}
	return found;
}

static bool host_is_class(void *arg, struct str name)
{
	return engine_class(arg, name) != NULL;
}

static struct str host_suggest(void *arg, struct str name)
{
	const struct element_class *c = engine_class_near(arg, name);

	return str_of(c ? c->name : "");
}

static bool host_read_file(void *arg, struct pool *pool, const char *path, struct str *data)
{
	(void)arg;
	return file_load(pool, path, data) == 0;
}

static bool host_require(void *arg, struct str package, struct error *err)
{
	struct engine *g = arg;

	for (size_t i = 0; i < g->npackages; i++)
		if (str_eq(g->package[i], package))
			return true;
	return g->options.require(g, package, err);
}

void engine_lang_host(struct engine *g, struct lang_host *host)
{
	*host = (struct lang_host){
		.is_class = host_is_class,
		.suggest = host_suggest,
		.require = g->options.require ? host_require : NULL,
		.read_file = host_read_file,
		.clickpath = g->options.clickpath,
		.arg = g,
	};
}

/* --- life --- */

static void add_thread(struct engine *g)
{
	struct thread *t = pool_alloc(g->pool, sizeof(*t));

	thread_init(t, g, (int)g->nthreads);
	g->thread[g->nthreads++] = t;
}

struct engine *engine_new(const struct engine_options *o)
{
	struct pool *pool = pool_new();
	struct engine *g = pool_alloc(pool, sizeof(*g));
	unsigned n = o->threads ? o->threads : 1;

	g->pool = pool;
	g->options = *o;
	g->depot.limit = o->packets ? o->packets : DEFAULT_PACKETS;
	g->now = o->simulated_start;
	g->thread = pool_alloc(pool, n * sizeof(struct thread *));
	while (g->nthreads < n)
		add_thread(g);
	if (!thread_current)
		thread_current = g->thread[0];
	platform_thread_init(g->thread[0]);
	return g;
}

void engine_clear(struct engine *g)
{
	router_free(g->pending);
	router_free(g->router);
	g->pending = g->router = NULL;
}

void engine_free(struct engine *g)
{
	engine_clear(g);
	platform_thread_fini(g->thread[0]);
	for (unsigned i = 0; i < g->nthreads; i++)
		thread_fini(g->thread[i]);
	depot_fini(&g->depot);
	map_fini(&g->added);
	if (thread_current == g->thread[0])
		thread_current = NULL;
	pool_free(g->pool);
}

/* --- time --- */

/* Simulated: each look at the clock takes 1 ns. */
static int64_t simulated_now(struct engine *g)
{
	return __atomic_add_fetch(&g->now, 1, __ATOMIC_RELAXED);
}

static int64_t warped(const struct engine *g, int64_t real, int64_t base, int64_t real_base)
{
	return base + (int64_t)((double)(real - real_base) * g->warp_factor);
}

int64_t engine_wall(struct engine *g)
{
	if (g->options.simulated)
		return simulated_now(g);
	if (LIKELY(g->warp == WARP_NONE))
		return platform_wall();
	if (g->warp == WARP_NOWAIT)
		return platform_wall() + g->nowait;
	return warped(g, platform_wall(), g->warp_wall, g->warp_real_wall);
}

int64_t engine_steady(struct engine *g)
{
	if (g->options.simulated)
		return simulated_now(g);
	if (LIKELY(g->warp == WARP_NONE))
		return platform_steady();
	if (g->warp == WARP_NOWAIT)
		return platform_steady() + g->nowait;
	return warped(g, platform_steady(), g->warp_steady, g->warp_real_steady);
}

int64_t time_now(const struct element *e)
{
	return engine_wall(e->router->engine);
}

int64_t time_steady(const struct element *e)
{
	return engine_steady(e->router->engine);
}

uint32_t time_tick(const struct element *e)
{
	struct thread *t = thread_current;

	if (!t->tick_known) {
		t->tick = (uint32_t)(engine_steady(e->router->engine) / NS_PER_MSEC);
		t->tick_known = true;
	}
	return t->tick;
}

/* --- chance --- */

uint32_t random_u32(const struct element *e)
{
	struct thread *t = thread_current;

	(void)e;
	t->random += 0x9e3779b97f4a7c15ULL;
	return (uint32_t)(hash_u64(t->random) >> 32);
}

uint32_t random_below(const struct element *e, uint32_t n)
{
	return (uint32_t)(((uint64_t)random_u32(e) * n) >> 32);
}
