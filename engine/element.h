/* SPDX-License-Identifier: MIT */
/*
 * element.h - what an element file needs, and all it may include of the engine.
 *
 * An element is one .c file: a state struct, its functions, and one
 * `const struct element_class NAME_class' that ties them together.
 */
#ifndef ENGINE_ELEMENT_H
#define ENGINE_ELEMENT_H

#include "base/bits.h"
#include "base/list.h"
#include "engine/packet.h"
#include "engine/task.h"
#include "engine/value.h"

struct router;

/* The other end of a port, resolved when the router was set up. */
struct port {
	union {
		void (*push)(struct element *, unsigned port, struct batch *);
		void (*pull)(struct element *, unsigned port, struct batch *, unsigned max);
	};
	struct element *e; /* whose push or pull it is */
	uint32_t port;     /* its port number */
	bool is_push;
};

struct element { /* first member of every element's state */
	const struct element_class *class;
	struct port *out; /* [nout]: where a push output pushes to */
	struct port *in;  /* [nin]: where a pull input pulls from */
	uint32_t nin, nout;
	struct router *router;
	const char *name; /* full name */
	struct pool *conf; /* lives as long as this configuration of the element */
	struct str config; /* its text */
	struct landmark at;
	uint32_t index;   /* element number, from 0 */
	int32_t home;     /* thread for its tasks and timers; -1: none */
	uint64_t given;   /* bit i: argument i of the table was in the configuration */
};

/* One argument of the configuration string, stored into a field of the state. */
struct arg {
	const char *name, *help;
	size_t offset;
	enum kind kind;
	unsigned flags;
	const char *preset; /* value when it is not given, in the field's grammar; NULL: untouched */
	int64_t min, max;   /* of integers; both 0: the type's limits */
	bool (*parse)(struct element *, struct str, struct error *);
};

enum {
	ARG_POSITIONAL = 1,
	ARG_REQUIRED = 2,
	ARG_REST = 4,       /* takes each argument that is left, in order */
	ARG_DEPRECATED = 8,
	ARG_EVERY = 16,     /* .parse is called for every occurrence of the keyword */
	ARG_NEGATIVE = 32,  /* times and fixed points may be negative */
};

/* A handler call with all that the plain hooks leave out. */
struct handler_call {
	const char *name;
	unsigned index;    /* which of a family: 3 in active3 */
	bool write;
	struct str value;  /* written value, or read parameters */
	struct text *out;  /* of a read */
	struct error *err;
	int status;        /* what `$?' becomes; set to -EINVAL on failure unless changed */
};

struct handler {
	const char *name, *help;
	size_t offset;
	enum kind kind;
	unsigned flags;
	void (*read)(struct element *, struct text *);
	bool (*write)(struct element *, struct str, struct error *);
	bool (*call)(struct element *, struct handler_call *); /* instead of both */
	const char *keyword; /* H_RECONF: the argument it stands for */
	unsigned position;
};

enum {
	H_READ = 1, H_WRITE = 2, H_PARAM = 4, /* r w + */
	H_RAW = 8, H_CALM = 16, H_EXPENSIVE = 32, H_UNCOMMON = 64, H_DEPRECATED = 128, /* % . $ U D */
	H_BUTTON = 256, H_CHECKBOX = 512, /* b c */
	H_PRIVATE = 1024,                 /* from inside the configuration only */
	H_PULL = 2048,      /* exists only when input 0 is pull */
	H_PUSH = 4096,      /* exists only when output 0 is push */
	H_EACH_INPUT = 8192, H_EACH_OUTPUT = 16384, /* name has a %u: one for each port */
	H_RECONF = 32768,   /* keyword-reconfigure: reads and writes one argument */
	H_TASK = 65536,     /* offset is a struct task: by name scheduled, tickets, home_thread */
};

/*
 * A batch handed to push, action or classify belongs to the callee, which leaves it empty or
 * passes it on. An element supplies exactly one of: action; classify; push, pull or both. An
 * element without any only has tasks, timers, handlers.
 */
struct element_class {
	const char *name;    /* as configurations write it */
	const char *aliases; /* other names, space-separated; they read back as name */
	const char *ports;   /* "inputs/outputs": 1/1, 1/1-2, 1/-, ... */
	/* Processing code; NULL: a for action and for nothing, h/h for classify and push, l/l for
	 * pull. Say "a/ah" for a classifier that also works between pulls. */
	const char *processing;
	const char *flow;    /* flow code; NULL: x/x */
	size_t size;         /* sizeof(self_t) */
	unsigned flags;      /* CLASS_ */
	int phase;           /* PHASE_; 0 is PHASE_DEFAULT */
	struct { const struct arg *v; size_t n; } args;
	struct { const struct handler *v; size_t n; } handlers;

	/* Once, before anything else; the state is zero. */
	void (*init)(struct element *);
	/* After the arguments were stored: check first, commit last. Runs again when a live
	 * reconfiguration succeeds in parsing. On failure the whole state goes back to what it
	 * was; allocate from e->conf, which then goes too. */
	bool (*configure)(struct element *, struct error *);
	/* After all elements were configured: open things, start tasks and timers. */
	bool (*start)(struct element *, struct error *);
	/* Before the memory goes, exactly once for each init, whatever failed. */
	void (*stop)(struct element *);
	/* Hot-swap: old is the stopped element of the same name and the same class, or one that
	 * can_take accepts. */
	bool (*take_state)(struct element *, struct element *old, struct error *);
	bool (*can_take)(const struct element *, const struct element *old);

	void (*action)(struct element *, struct batch *); /* 1/1, in place */
	void (*classify)(struct element *, const struct batch *, uint16_t port[]);
	void (*push)(struct element *, unsigned port, struct batch *);
	/* Appends at most max packets to b, which has the room. */
	void (*pull)(struct element *, unsigned port, struct batch *b, unsigned max);

	/* The `config' handler's text when it is not what was written. */
	void (*config)(struct element *, struct text *);
	/* What messages show in parentheses behind the class, once it is configured. */
	void (*declare)(const struct element *, struct text *);
	/* What this element is besides its class ("Storage", "IPRouteTable"): the interface's
	 * struct, or NULL. */
	const void *(*cast)(struct element *, const char *interface);
	/* Its notifier for that port, or NULL. EMPTY is asked of outputs, FULL of inputs. */
	struct notifier *(*notifier)(struct element *, enum notify, unsigned port);
	/* Adds handlers that the table cannot know, by handler_add. */
	void (*add_handlers)(struct element *);
	/* Serves any handler name that is not in the tables (proxies); NULL: no such handlers. */
	bool (*any_handler)(struct element *, struct handler_call *);
};

enum { CLASS_LIVE = 1,    /* its configuration may be written while it runs */
       CLASS_S0 = 2,      /* never makes packets by itself: a notifier search may go through */
       CLASS_SOURCE = 4,  /* makes packets by itself */
       CLASS_DRIVER = 8,  /* takes driver stop events (write handler `step' with "router") */
       CLASS_ONE_THREAD = 16 }; /* not for pushes, or pulls, of two threads at the same time */

enum { PHASE_DEFAULT = 0, PHASE_FIRST = -100, PHASE_INFO = -80, PHASE_BEFORE_PRIVILEGED = -11,
       PHASE_PRIVILEGED = -10, PHASE_BEFORE_DEFAULT = -1, PHASE_AFTER_DEFAULT = 1,
       PHASE_LAST = 1900 };

/* Names the state type: afterwards self_t is the type and self(e) the state. */
#define ELEMENT_SELF(T)                                                                    \
	typedef T self_t;                                                                  \
	_Static_assert(offsetof(T, base) == 0, "struct element comes first");              \
	__attribute__((unused)) static inline T *self(const struct element *e)             \
	{                                                                                  \
		return (T *)(uintptr_t)e;                                                  \
	}

#define KIND(field) KIND_OF(((self_t *)0)->field)
#define TABLE(a) { (a), sizeof(a) / sizeof((a)[0]) }

#ifdef CLICK_NO_HELP /* the unikernel carries no help text */
#define HELP(h) NULL
#else
#define HELP(h) (h)
#endif

/* Tables: the field's own C type picks parser and printer; no other type compiles. */
#define FIELD(n, f, h) .name = n, .help = HELP(h), .offset = offsetof(self_t, f), .kind = KIND(f)
#define ARG(n, f, fl, h)         { FIELD(n, f, h), .flags = fl }
#define ARG_OR(n, f, fl, dflt, h) { FIELD(n, f, h), .flags = fl, .preset = dflt }
#define ARG_RANGE(n, f, fl, dflt, lo, hi, h) \
	{ FIELD(n, f, h), .flags = fl, .preset = dflt, .min = lo, .max = hi }
#define ARG_EACH(n, fn, h)       { .name = n, .help = HELP(h), .flags = ARG_REST, .parse = fn }
#define ARG_FN(n, fn, fl, h)     { .name = n, .help = HELP(h), .flags = fl, .parse = fn }
#define READ_FIELD(n, f, h)      { FIELD(n, f, h), .flags = H_READ }
#define WRITE_FIELD(n, f, h)     { FIELD(n, f, h), .flags = H_WRITE }
#define RW_FIELD(n, f, h)        { FIELD(n, f, h), .flags = H_READ | H_WRITE }
#define READ(n, fn, h)           { .name = n, .help = HELP(h), .flags = H_READ, .read = fn }
#define WRITE(n, fn, h)          { .name = n, .help = HELP(h), .flags = H_WRITE, .write = fn }
#define BUTTON(n, fn, h) \
	{ .name = n, .help = HELP(h), .flags = H_WRITE | H_BUTTON, .write = fn }
/* Reads and writes by functions; reads a field and writes by a function; with more flags. */
#define RW(n, rfn, wfn, fl, h) \
	{ .name = n, .help = HELP(h), .flags = H_READ | H_WRITE | (fl), .read = rfn, .write = wfn }
#define FIELD_WRITE(n, f, wfn, fl, h) \
	{ FIELD(n, f, h), .flags = H_READ | H_WRITE | (fl), .write = wfn }
#define FIELD_FLAGS(n, f, fl, h) { FIELD(n, f, h), .flags = fl }
#define CALL(n, fn, fl, h)       { .name = n, .help = HELP(h), .flags = fl, .call = fn }
/* Keyword-reconfigure: argument `key', or positional `pos', of the configuration; rfn may be
 * NULL (reads the argument's text). */
#define RECONF(n, key, pos, rfn, h) \
	{ .name = n, .help = HELP(h), .flags = H_READ | H_WRITE | H_RECONF, .read = rfn, \
	  .keyword = key, .position = pos }
/* The three handlers of a task; fl: H_PULL or H_PUSH when it exists only then, or 0. */
#define TASK_HANDLERS(f, fl) \
	{ .name = "scheduled", .help = HELP("is the task scheduled?"), \
	  .offset = offsetof(self_t, f), .flags = H_READ | H_TASK | (fl) }, \
	{ .name = "tickets", .help = HELP("scheduling tickets, 1 to 32768"), \
	  .offset = offsetof(self_t, f), .flags = H_READ | H_WRITE | H_TASK | (fl) }, \
	{ .name = "home_thread", .help = HELP("thread that runs the task"), \
	  .offset = offsetof(self_t, f), .flags = H_READ | H_WRITE | H_TASK | (fl) }

/* --- packets between elements --- */

#define PORT_DROP UINT16_MAX /* classify: no output */

/* Passes b on through push output i (< nout); b is empty afterwards. */
static inline void output_push(struct element *e, unsigned i, struct batch *b)
{
	const struct port *p = &e->out[i];

	p->push(p->e, p->port, b);
}

/* The same, or drops b when there is no output i: Click's checked push. */
static inline void output_push_or_drop(struct element *e, unsigned i, struct batch *b)
{
	if (i < e->nout)
		output_push(e, i, b);
	else
		batch_drop(b);
}

/* One packet; dropped when there is no output i. */
void output_push_packet(struct element *e, unsigned i, struct packet *p);

/* Appends up to max packets from pull input i to b, which has the room. */
static inline void input_pull(struct element *e, unsigned i, struct batch *b, unsigned max)
{
	const struct port *p = &e->in[i];

	p->pull(p->e, p->port, b, max);
}

struct packet *input_pull_packet(struct element *e, unsigned i); /* NULL: none */

/* Sends each packet of b to the output that port[] names, in order within each; drops those
 * with no such output. What the engine does after classify. */
void output_split(struct element *e, struct batch *b, const uint16_t port[]);

static inline bool input_is_push(const struct element *e, unsigned i)
{
	return e->in[i].is_push;
}

static inline bool output_is_push(const struct element *e, unsigned i)
{
	return e->out[i].is_push;
}

/* --- the element and its router --- */

/* Was this argument in the configuration? By the table's name. */
bool arg_given(const struct element *e, const char *name);

/* Parses arguments by a table into *into (field offsets are of that struct), for elements whose
 * argument list is not theirs alone; what the table takes is removed from args. */
struct str_list;
bool args_parse(struct element *e, void *into, const struct arg *v, size_t n,
		struct str_list *args, bool allow_rest, struct error *err) MUST_CHECK;

/* Runs the configure step again, as a write to `config' does. */
bool element_reconfigure(struct element *e, struct str config, struct error *err);

/* Relative to e: for x/y/z tries x/y/NAME, x/NAME, NAME. NULL: none. e may be NULL. */
struct element *element_find(const struct element *e, struct str name);
struct element *element_find_in(const struct router *r, const struct element *e, struct str name);
unsigned router_nelements(const struct router *);
struct element *router_element(const struct router *, unsigned i);

/* What e is besides its class, NULL if not that. A class's own name casts to the element. */
const void *element_cast(struct element *e, const char *interface);

/* What queues offer to those that watch them: cast "Storage". */
struct storage {
	uint32_t (*length)(const struct element *);
	uint32_t (*capacity)(const struct element *);
};

/* The nearest elements with that interface behind port (of all ports when port < 0), along
 * packet flow or against it, not past any found; pooled in e->router. Returns how many. */
unsigned elements_downstream(struct element *e, int port, const char *interface,
			     struct element ***found);
unsigned elements_upstream(struct element *e, int port, const char *interface,
			   struct element ***found);

struct pool *router_pool(const struct router *); /* lives as long as the router */

/* Takes n from the run count: when it is 0 or less the driver stops. */
void router_stop(struct router *, int n);
int router_runcount(const struct router *);
bool router_running(const struct router *); /* all elements have started */
/* Was it made to take the place of one that runs? That one may still have the same files open. */
bool router_replaces(const struct router *);

/* A message to the operator, with newline. Not for packets' payloads unless the user asked. */
void chatter(const struct element *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void chatter_str(const struct element *e, struct str line);
void chatter_error(const struct element *e, struct error *err); /* prints and empties it */
void chatter_channel(const struct element *e, struct str channel, struct str line);

/* Gets each chatter line of a channel ("default": all that has none) until removed. */
struct chatter_sink {
	struct list node;
	struct str channel;
	bool quiet; /* lines of a named channel are not printed */
	struct element *e;
	void (*line)(struct element *, struct str line);
};
void chatter_sink_add(struct element *e, struct chatter_sink *);
void chatter_sink_remove(struct chatter_sink *);

/* "NAME :: CLASS" */
void element_declaration(const struct element *e, struct text *out);

uint32_t random_u32(const struct element *e);
uint32_t random_below(const struct element *e, uint32_t n); /* 0 .. n-1, n > 0 */

/* --- handlers --- */

/* Finds a handler: e NULL or NULL result: global. The family index goes to *index. */
const struct handler *handler_find(const struct element *e, struct str name, unsigned *index);
const struct handler *handler_find_global(const struct router *, struct str name);
/* H_ flags for this element: `config' can be written for some. e NULL: global. */
unsigned handler_flags(const struct element *e, const struct handler *h);

/* From add_handlers: h and what it points to live as long as the router; index goes to calls. A
 * handler of the same name is replaced. */
void handler_add(struct element *e, const struct handler *h, unsigned index);

/* Calls any handler, checking that it may be read (written). e NULL: global of r. On failure
 * the reason is reported and c->status negative. */
bool handler_read(struct router *r, struct element *e, struct str name, struct str param,
		  struct text *out, struct error *err, int *status);
bool handler_write(struct router *r, struct element *e, struct str name, struct str value,
		   struct error *err, int *status);

/* Splits "[ELEMENT.]HANDLER" for element context e; *found is the element or NULL for global.
 * False after `no element named ...' or `syntax error'. */
bool handler_resolve(struct element *e, struct str text, struct element **found, struct str *name,
		     struct error *err);

bool hcall_parse(struct element *e, struct str text, struct hcall *, struct error *);
bool hcall_resolve(struct element *e, struct hcall *, bool write, struct error *);
bool hcall_read(struct element *e, struct hcall *, struct text *out, struct error *);
bool hcall_write(struct element *e, struct hcall *, struct error *); /* reports to err */
void hcall_run(struct element *e, struct hcall *); /* write; errors are chatter; none: nothing */

/* Calls the trigger once when count has reached it. trigger_left: how many more until it does;
 * UINT64_MAX when it never will. */
void trigger_check(struct element *e, struct trigger *, uint64_t count);

static inline uint64_t trigger_left(const struct trigger *t, uint64_t count)
{
	return t->armed && t->at > count ? t->at - count : UINT64_MAX;
}

#endif
