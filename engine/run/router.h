/* SPDX-License-Identifier: MIT */
/* router.h - a configuration at work, and the engine that runs one after the other. */
#ifndef ENGINE_RUN_ROUTER_H
#define ENGINE_RUN_ROUTER_H

#include "engine/element.h"
#include "engine/graph/graph.h"
#include "engine/lang/lang.h"
#include "engine/manage.h"
#include "engine/run/thread.h"

struct engine;
struct names;

/* All classes of the program, NULL-terminated; generated from the tree. */
extern const struct element_class *const element_classes[];
extern const size_t element_nclasses;

/* Their names and aliases, sorted: all engines share it, and a search is in few pages. */
struct class_name {
	char name[32];
	const struct element_class *class;
};
extern const struct class_name element_names[];
extern const size_t element_nnames;

/* --- the engine: what outlives routers --- */

struct engine_options {
	unsigned threads;            /* 1 or more */
	uint32_t packets;            /* packet memory, in packets of PACKET_ROOM bytes; 0: default */
	bool simulated;              /* time */
	int64_t simulated_start;     /* ns */
	bool reconfigurable;         /* `hotconfig' handler */
	const struct lang_var *vars; /* NAME=VALUE */
	size_t nvars;
	const char *clickpath;
	/* Makes a package available for `require'; false after an error. NULL: all are. */
	bool (*require)(struct engine *, struct str package, struct error *);
	const struct engine_extra *extra; /* the driver's own elements, after all others */
	size_t nextra;
	struct engine_owner *owner; /* NULL: nobody */
};

struct engine_extra {
	struct str name, class, config;
	struct str hotswap_config; /* when the router is to replace another */
};

/* Whom an engine runs for, when it is one of several in a program. */
struct engine_owner {
	unsigned number;
	const char *name;
	/* On thread 0, between two tasks, after engine_call. */
	void (*called)(struct engine_owner *, struct engine *);
	/* Gets what would be platform_message. From any of the engine's threads. */
	void (*message)(struct engine_owner *, struct str line);
};

enum warp { WARP_NONE, WARP_NOWAIT, WARP_FACTOR };

struct engine {
	struct engine_options options;
	struct thread **thread;
	unsigned nthreads;
	struct depot depot;
	struct map added;     /* besides element_classes: name or alias -> const struct element_class */
	const struct element_class **class;
	size_t nadded, class_cap;
	struct str *package; /* that were loaded */
	size_t npackages, package_cap;
	struct pool *pool;
	struct router *router;  /* the one that runs */
	struct router *pending; /* takes its place at the next safe point */
	struct router *passing; /* is being set up or ended: for reports of faults */
	int64_t now;            /* simulated time */
	enum warp warp;
	double warp_factor;
	int64_t warp_wall, warp_steady, warp_real_wall, warp_real_steady, nowait;
	bool stop;              /* a signal asked for it */
	bool done;              /* other threads are to end */
	int park;               /* other threads are to park */
	int drain;              /* the same, those inside of elements when they are out */
	uint64_t signals;       /* arrived, not yet handled */
	int called;             /* engine_call, not yet handled */
};

/* Threads are to leave their tasks and look what it is; set by other threads. */
static inline bool engine_interrupts(const struct engine *g)
{
	return __atomic_load_n(&g->stop, __ATOMIC_RELAXED) ||
	       __atomic_load_n(&g->park, __ATOMIC_RELAXED) ||
	       __atomic_load_n(&g->drain, __ATOMIC_RELAXED);
}

/* A thread that runs for no engine yet becomes thread 0 of this one. */
struct engine *engine_new(const struct engine_options *);
/* Frees its routers, on thread 0: what goes with them is that thread's. */
void engine_clear(struct engine *);
/* On thread 0, or anywhere when that has ended after engine_clear. */
void engine_free(struct engine *);
/* Adds classes; a class of that name is replaced. */
void engine_add_classes(struct engine *, const struct element_class *const *);
void engine_add_package(struct engine *, struct str name); /* loaded by now */
const struct element_class *engine_class(const struct engine *, struct str name);
/* All of them, from 0 on; NULL behind the last. */
const struct element_class *engine_class_at(const struct engine *, size_t i);
/* The class of nearest name, NULL when none is near. */
const struct element_class *engine_class_near(const struct engine *, struct str name);

/* Parses, builds, configures and starts a router beside any that runs; NULL after errors. */
struct router *engine_configure(struct engine *, struct str text, struct str file, bool hotswap,
				struct error *);
/* Would a router of this graph have its ports right? Nothing is configured or started. */
bool engine_check(struct engine *, struct graph *, struct error *) MUST_CHECK;
/* Makes r the router that runs, at the next safe point when one runs already. */
void engine_activate(struct engine *, struct router *r);
/* Runs until no router is active. */
void engine_run(struct engine *);
/* A signal came, in any thread or handler context: only notes it. Wakes thread 0. */
void engine_signal(struct engine *, int signo);

/* Has the owner's called() run on thread 0 between two tasks. From any thread. */
void engine_call(struct engine *);

/* All other threads outside of elements, while handlers are called or routers change. */
void engine_park_others(struct engine *);
void engine_unpark_others(struct engine *);

/* Time goes on from here at another speed. */
void engine_set_warp(struct engine *, enum warp, double factor, int64_t wall, int64_t steady);
int64_t engine_wall(struct engine *);
int64_t engine_steady(struct engine *);

/* What the language asks: classes, files. */
void engine_lang_host(struct engine *, struct lang_host *);

/* --- the router --- */

struct bound_handler {
	const struct handler *h;
	const char *name;
	unsigned index;
};

/* What the engine keeps of an element besides what elements see. */
struct slot {
	const char *flow;       /* flow code in force */
	struct bound_handler *handler;
	size_t nhandlers, handler_cap;
};

struct router {
	struct engine *engine;
	struct pool *pool;
	struct graph *graph;
	struct element **element;
	struct slot *slot;
	unsigned n;
	struct map by_name;
	struct names *names;
	uint32_t *in_start, *out_start; /* [n + 1]: number of the first port of each element */
	struct port_info *in, *out;     /* by port number */
	int runcount;
	bool running;   /* every element has started */
	bool live;      /* it is the active one: tasks and timers run */
	struct element *driver; /* takes driver stop events */
	struct list tasks, timers, watches, sinks;
	struct bound_handler *global;
	size_t nglobals, global_cap;
	struct list signals; /* struct signal_use: who catches which */
	struct schedule_info *schedule; /* schedule_info.c */
	bool hotswap; /* made to replace another */
	bool moves_tasks; /* some element does, from thread to thread */
	bool check_only; /* by engine_check: never to run, reports are those of click-check */
};

/* A port while the router is set up, and for `ports' and searches afterwards. */
struct port_info {
	char code;              /* as the class declares: h l a */
	char how;               /* as resolved: h l */
	struct graph_end *peer; /* pooled */
	uint32_t npeers;
};

static inline struct port_info *router_in(const struct router *r, unsigned e, unsigned port)
{
	return &r->in[r->in_start[e] + port];
}

static inline struct port_info *router_out(const struct router *r, unsigned e, unsigned port)
{
	return &r->out[r->out_start[e] + port];
}

/* router.c */
void router_free(struct router *);
/* The element of that full name. */
struct element *router_find(const struct router *, struct str name);
/* Current configuration text of element i: its config handler's. */
struct str router_config(struct router *, struct pool *, unsigned i);
void router_flat(struct router *, struct text *out);

/* ports.c: port counts and processing */
bool router_connect(struct router *, struct error *);
const char *class_processing(const struct element_class *); /* the code in force */
bool ports_reach(const char *flow, unsigned in, unsigned out);
void ports_bind(struct router *);

/* sharing.c: warns of elements that two threads would use at once. Once all have started. */
void router_check_sharing(struct router *, struct error *);

/* handler.c */
void handlers_bind(struct router *);
void router_add_globals(struct router *);

/* driver.c */
void router_activate(struct router *);
void router_deactivate(struct router *);

void signals_release_all(struct router *);

/* chatter.c */
void router_chatter(struct router *, struct str channel, struct str line);

#endif
