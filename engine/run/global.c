/* SPDX-License-Identifier: MIT */
/* global.c - the handlers of the router as a whole. */
#include <math.h>

#include "engine/run/handlers.h"

static void read_version(struct element *e, struct text *out)
{
	(void)e;
	text_add(out, "2.1");
}

static void read_driver(struct element *e, struct text *out)
{
	(void)e;
	text_add(out, "userlevel");
}

static void read_flatconfig(struct element *e, struct text *out)
{
	router_flat(e->router, out);
}

static void read_whole_config(struct element *e, struct text *out)
{
	if (e->router->graph->compact)
		router_flat(e->router, out);
	else
		text_str(out, e->router->graph->text);
}

static void read_requirements(struct element *e, struct text *out)
{
	const struct graph *g = e->router->graph;

	for (size_t i = 0; i < g->nrequirements; i++)
		text_add(out, "%.*s\n%.*s\n", STR(g->requirement[i].type),
			 STR(g->requirement[i].value));
}

static void read_global_handlers(struct element *e, struct text *out)
{
	handlers_print(NULL, e->router->global, e->router->nglobals, false, out);
}

static void read_list(struct element *e, struct text *out)
{
	const struct router *r = e->router;

	text_add(out, "%u\n", r->n);
	for (unsigned i = 0; i < r->n; i++)
		text_add(out, "%s\n", r->element[i]->name);
}

static bool write_stop(struct element *e, struct str value, struct error *err)
{
	int32_t n = 1;

	value = str_trim(value);
	if (value.n != 0 && !parse_i32(value, &n, NULL))
		return fail(err, "expected integer");
	router_stop(e->router, n);
	return true;
}

static void read_classes(struct element *e, struct text *out)
{
	const struct engine *g = e->router->engine;
	const struct element_class *c;

	for (size_t i = 0; (c = engine_class_at(g, i)); i++)
		text_add(out, "%s\n", c->name);
}

static void read_packages(struct element *e, struct text *out)
{
	const struct engine *g = e->router->engine;

	for (size_t i = 0; i < g->npackages; i++)
		text_add(out, "%.*s\n", STR(g->package[i]));
}

static bool write_hotconfig(struct element *e, struct str value, struct error *err)
{
	static const struct str file = STR_LIT("config");
	struct engine *g = e->router->engine;
	struct router *r = engine_configure(g, value, file, true, err);

	if (!r)
		return false;
	engine_activate(g, r);
	return true;
}

/* --- the speed of time --- */

static void read_timewarp(struct element *e, struct text *out)
{
	const struct engine *g = e->router->engine;

	if (g->options.simulated)
		text_add(out, "simulation");
	else if (g->warp == WARP_NOWAIT)
		text_add(out, "nowait");
	else
		print_double(out, g->warp == WARP_FACTOR ? g->warp_factor : 1);
}

static bool write_timewarp(struct element *e, struct str value, struct error *err)
{
	struct engine *g = e->router->engine;
	int64_t wall, steady;
	double factor = 1;

	value = str_trim(value);
	if (!str_is(value, "nowait")) {
		if (!parse_double(value, &factor, NULL))
			return fail(err, "expected double");
		if (!(factor > 0) || isinf(factor))
			return fail(err, "timefactor must be > 0");
	}
	wall = engine_wall(g);
	steady = engine_steady(g);
	engine_set_warp(g, str_is(value, "nowait") ? WARP_NOWAIT : WARP_FACTOR, factor, wall,
			steady);
	return true;
}

/* --- packet memory --- */

static uint32_t packets_in_use(const struct engine *g)
{
	uint32_t idle = g->depot.nfree;

	for (unsigned i = 0; i < g->nthreads; i++)
		idle += g->thread[i]->ncached;
	return g->depot.made - idle;
}

static void read_packets(struct element *e, struct text *out)
{
	const struct engine *g = e->router->engine;

	text_add(out, "in_use %u\nlimit %u\nbytes %llu\nfailures %llu\n", packets_in_use(g),
		 g->depot.limit,
		 (unsigned long long)g->depot.made * (sizeof(struct packet) + PACKET_ROOM),
		 (unsigned long long)g->depot.failures);
}

const struct handler *global_handlers(size_t *n)
{
	static const struct handler table[] = {
		READ("version", read_version, "version of the language and handlers"),
		READ("driver", read_driver, "kind of driver"),
		READ("config", read_whole_config, "the configuration as it was given"),
		READ("flatconfig", read_flatconfig, "the configuration, compounds expanded"),
		READ("requirements", read_requirements, "what `require' asked for"),
		READ("handlers", read_global_handlers, "names and flags of the global handlers"),
		READ("list", read_list, "number of elements and their names"),
		WRITE("stop", write_stop, "take N, by default 1, from the run count"),
		READ("classes", read_classes, "all element classes"),
		READ("packages", read_packages, "packages loaded"),
		{ .name = "hotconfig",
		  .flags = H_WRITE | H_RAW,
		  .write = write_hotconfig,
		  .help = HELP("replace the configuration by this one") },
		READ("timewarp", read_timewarp, "`simulation'"),
		RW("timewarp", read_timewarp, write_timewarp, 0, "speed of time, or `nowait'"),
		READ("packets", read_packets,
		     "packet memory: packets in use, limit, bytes made, "
		     "allocations refused"),
	};

	*n = ARRAY_LEN(table);
	return table;
}
