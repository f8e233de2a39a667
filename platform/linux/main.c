/* SPDX-License-Identifier: MIT */
/* main.c - the `click' program: one configuration, from the command line to the exit status. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "engine/run/router.h"
#include "platform/linux/describe.h"
#include "platform/linux/linux.h"
#include "platform/linux/machine.h"
#include "platform/linux/options.h"
#include "platform/linux/package.h"
#include "platform/linux/report.h"
#include "platform/linux/tools/tool.h"

struct driver {
	struct options o;
	struct pool *pool;
	struct engine *engine;
	struct router *router; /* as configured first */
	struct error err;
	struct str file; /* landmark of the configuration */
};

static bool say(const char *what, const char *why)
{
	struct text t = { 0 };

	text_add(&t, "%s: %s", what, why);
	platform_message(text_as_str(&t));
	text_fini(&t);
	return false;
}

static void print_line(void *arg, struct str line)
{
	(void)arg;
	platform_message(line);
}

/* --- the engine --- */

static struct str quoted(struct driver *d, struct str s)
{
	return strcspn(s.p, " \t\n\",'\\$()/*;#<>") < s.n ? conf_quote(d->pool, s) : s;
}

static struct engine_extra control_socket(struct driver *d, int type, const char *at, size_t i)
{
	static const char *const names[] = { "TCP", "UNIX", "SOCKET" };
	static const char name[] = "click_driver@@ControlSocket";
	struct str where = quoted(d, str_of(at));
	char *config = pool_printf(d->pool, "%s, %.*s", names[type], STR(where));

	return (struct engine_extra){
		.name = str_of(i ? pool_printf(d->pool, "%s@%zu", name, i) : name),
		.class = str_of("ControlSocket"),
		.config = str_of(config),
		.hotswap_config =
			str_of(pool_printf(d->pool, "%s, RETRIES 1, RETRY_WARNINGS false", config)),
	};
}

/* The driver's own elements. */
static void add_control_sockets(struct driver *d, struct engine_options *e)
{
	const struct words *socket = d->o.socket;
	size_t total = socket[0].n + socket[1].n + socket[2].n;
	struct engine_extra *v = pool_alloc(d->pool, (total + 1) * sizeof(*v));

	for (int type = 0; type < SOCKET_TYPES; type++)
		for (size_t i = 0; i < socket[type].n; i++, e->nextra++)
			v[e->nextra] = control_socket(d, type, socket[type].v[i], e->nextra);
	e->extra = v;
}

static bool load_package(struct driver *d, const char *path)
{
	bool ok;

	error_prefix(&d->err, "click: ");
	ok = package_load(d->engine, path, &d->err);
	error_leave(&d->err);
	return ok;
}

static struct engine_options engine_options(const struct driver *d)
{
	const struct options *o = &d->o;

	return (struct engine_options){
		.threads = (unsigned)o->threads,
		.packets = o->packets,
		.simulated = o->simulated,
		.simulated_start = (int64_t)llround(o->simulated_start * 1e9),
		.reconfigurable = o->reconfigurable,
		.vars = o->vars,
		.nvars = o->nvars,
		.clickpath = o->clickpath ? o->clickpath : platform_env("CLICKPATH"),
		.require = package_require,
	};
}

static bool make_engine(struct driver *d)
{
	const struct options *o = &d->o;
	struct engine_options e = engine_options(d);

	d->err.sink = print_line;
	add_control_sockets(d, &e);
	thread_affinity(o->pinned ? o->first_cpu : -1);
	d->engine = engine_new(&e);
	thread_main(d->engine->thread[0]);
	for (size_t i = 0; i < o->loads.n; i++)
		if (!load_package(d, o->loads.v[i]))
			return false;
	return true;
}

/* --- a machine of instances --- */

static int run_machine(struct driver *d)
{
	const struct options *o = &d->o;
	const struct element_class *const **loaded =
		pool_alloc(d->pool, (o->loads.n + 1) * sizeof(*loaded));
	struct engine_options e = engine_options(d);

	d->err.sink = print_line;
	for (size_t k = 0; k < o->loads.n; k++) {
		loaded[k] = package_open(o->loads.v[k], &d->err);
		if (!loaded[k])
			return 1;
	}
	return machine_run(o, &e, loaded, o->loads.n);
}

/* --- the configuration --- */

static bool read_configuration(struct driver *d, struct str *text)
{
	const char *path = d->o.file ? d->o.file : "-";
	int r;

	if (d->o.expression) {
		d->file = str_of("config");
		*text = str_of(d->o.expression);
		return true;
	}
	d->file = str_of(strcmp(path, "-") == 0 ? "<stdin>" : path);
	r = file_load(d->pool, path, text);
	return r == 0 || say(d->file.p, strerror(-r));
}

static bool configure(struct driver *d)
{
	struct str text;

	if (!read_configuration(d, &text))
		return false;
	d->router = engine_configure(d->engine, text, d->file, false, &d->err);
	return d->router != NULL;
}

static bool write_flat(struct driver *d)
{
	struct text flat = { 0 };
	struct file *f;
	int r = file_open(d->o.output, FILE_WRITE, &f);

	if (r < 0)
		return say(d->o.output, strerror(-r));
	router_flat(d->router, &flat);
	file_write(f, flat.p, flat.n);
	text_fini(&flat);
	r = file_close(f);
	return r == 0 || say(d->o.output, strerror(-r));
}

/* --- running --- */

static void print_time(int64_t start)
{
	struct text t = { 0 };
	struct rusage use;
	int64_t ms = (platform_steady() - start) / 1000000;

	getrusage(RUSAGE_SELF, &use);
	text_add(&t, "%ld.%03ldu %ld.%03lds %lld:%02lld.%02lld\n", use.ru_utime.tv_sec,
		 use.ru_utime.tv_usec / 1000, use.ru_stime.tv_sec, use.ru_stime.tv_usec / 1000,
		 (long long)(ms / 60000), (long long)(ms / 1000 % 60), (long long)(ms / 10 % 100));
	platform_print(text_as_str(&t));
	text_fini(&t);
}

static void run(struct driver *d)
{
	int64_t start = platform_steady();

	if (d->o.quit || router_nelements(d->router) == 0) {
		if (!d->o.quit && !d->o.quiet)
			warn_at(&d->err, (struct landmark){ d->file, 0 },
				"configuration has no elements, exiting");
	} else {
		platform_signal(SIGINT, true);
		platform_signal(SIGTERM, true);
		engine_activate(d->engine, d->router);
		engine_run(d->engine);
		d->router = d->engine->router ? d->engine->router : d->router;
		platform_signal(SIGINT, false);
		platform_signal(SIGTERM, false);
	}
	if (d->o.time)
		print_time(start);
}

static int drive(struct driver *d)
{
	int status = 0;

	if (!make_engine(d) || !configure(d))
		return 1;
	if (d->o.output && !write_flat(d))
		status = 1;
	run(d);
	if (!report_handlers(d->router, &d->o.handlers, &d->err))
		status = 1;
	if (d->o.exit_handler)
		status = report_exit_status(d->router, str_of(d->o.exit_handler), &d->err);
	return status;
}

/* --- --help, --version, --list, --describe, --tables --- */

static bool inform(struct driver *d, int *status)
{
	struct text t = { 0 };

	*status = 0;
	if (d->o.help)
		options_help(&t);
	else if (d->o.version)
		text_add(&t,
			 "click (Click) 2.1\n"
			 "ClickOS, an independent implementation of the Click modular router.\n"
			 "Copyright (c) the ClickOS authors. Free software under the MIT license;\n"
			 "there is NO WARRANTY.\n");
	else if (d->o.describe)
		*status = describe_class(d->engine, d->o.describe, &t) ? 0 : 1;
	else if (d->o.tables)
		describe_tables(d->engine, &t);
	else if (d->o.list)
		*status = describe_list(d->engine, d->o.group, &t) ? 0 : 1;
	else
		return false;
	platform_print(text_as_str(&t));
	text_fini(&t);
	return true;
}

static bool is_true(const char *v)
{
	bool yes;

	return v && parse_bool(str_of(v), &yes) && yes;
}

int main(int argc, char **argv)
{
	const struct tool *tool = tool_find(argv[0]);
	struct driver d = { 0 };
	int status;

	if (tool)
		return tool_main(tool, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	if (is_true(platform_env("CLICK_BACKTRACE")))
		backtrace_on_crash();
	d.pool = pool_new();
	if (!options_parse(&d.o, d.pool, argv))
		status = 1;
	else if ((d.o.describe || d.o.list || d.o.tables) && !make_engine(&d))
		status = 1;
	else if (!inform(&d, &status))
		status = d.o.control ? run_machine(&d) : drive(&d);
	if (d.engine) {
		if (d.router != d.engine->router)
			router_free(d.router);
		engine_free(d.engine);
	}
	thread_main(NULL);
	console_flush();
	error_fini(&d.err);
	pool_free(d.pool);
	return status;
}
