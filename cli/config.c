/* SPDX-License-Identifier: MIT */
/* config.c - what a configuration asks of a machine. */
#include "cli/config.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>

#include "abi/control.h"
#include "cli/file.h"

#define PACKET_KIB 3 /* a packet with its metadata, rounded up */

struct reading {
	struct pool *pool;
	struct config_facts *facts;
};

/* --- what the language asks --- */

/* What is declared nowhere counts as a class, with any_class; so none need be known. */
static bool no_class(void *arg, struct str name)
{
	(void)arg, (void)name;
	return false;
}

static bool any_package(void *arg, struct str package, struct error *err)
{
	(void)arg, (void)package, (void)err;
	return true;
}

static bool read_library(void *arg, struct pool *pool, const char *path, struct str *data)
{
	struct reading *r = arg;
	struct config_facts *f = r->facts;
	struct text t = { 0 };
	bool found = file_read_at(AT_FDCWD, path, &t) == 0;

	if (found) {
		*data = pool_str(pool, text_as_str(&t));
		f->library = pool_grow(r->pool, f->library, f->nlibraries, &f->library_cap,
				       sizeof(*f->library));
		f->library[f->nlibraries++] =
			(struct config_library){ pool_cstr(r->pool, str_of(path)),
						 pool_str(r->pool, text_as_str(&t)) };
	}
	text_fini(&t);
	return found;
}

/* --- elements --- */

static bool is_device(struct str class)
{
	static const char *const classes[] = { "FromDevice", "ToDevice", "FromClickOS", "ToClickOS",
					       "PollDevice" };

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (str_is(class, classes[i]))
			return true;
	return false;
}

static void add_interface(struct reading *r, struct str name)
{
	struct config_facts *f = r->facts;

	for (size_t i = 0; i < f->ninterfaces; i++)
		if (str_is(name, f->interface[i]))
			return;
	f->interface =
		pool_grow(r->pool, f->interface, f->ninterfaces, &f->cap, sizeof(*f->interface));
	f->interface[f->ninterfaces++] = pool_cstr(r->pool, name);
}

/* The first argument, or the one with the keyword. */
static void add_device(struct reading *r, struct str config)
{
	struct str_list args;

	conf_args(r->pool, config, &args);
	for (size_t i = 0; i < args.n; i++) {
		struct str rest = args.v[i], word = conf_word(&rest);

		if (str_is(word, "DEVNAME") && str_trim(rest).n)
			add_interface(r, conf_unquote(r->pool, str_trim(rest)));
		else if (i == 0 && word.n && str_trim(rest).n == 0)
			add_interface(r, conf_unquote(r->pool, word));
	}
}

static uint64_t queue_length(struct reading *r, struct str class, struct str config)
{
	struct str_list args;
	uint32_t n;

	if (!str_ends(class, "Queue"))
		return 0;
	conf_args(r->pool, config, &args);
	return args.n && str_decimal(&args.v[0], &n) && args.v[0].n == 0 ? n : 1000;
}

bool config_read(struct pool *pool, struct str text, const char *file, const struct lang_var *vars,
		 size_t nvars, struct config_facts *facts, struct error *err)
{
	struct reading r = { pool, facts };
	struct lang_host host = { .is_class = no_class,
				  .require = any_package,
				  .read_file = read_library,
				  .clickpath = getenv("CLICKPATH"),
				  .arg = &r };
	struct lang_source source = {
		.text = text, .file = str_of(file), .vars = vars, .nvars = nvars, .any_class = true
	};
	struct graph *g = lang_parse(&source, &host, err);

	if (!g)
		return false;
	for (size_t i = 0; i < g->nelements; i++) {
		const struct graph_element *e = &g->element[i];

		if (is_device(e->class))
			add_device(&r, e->config);
		facts->queued += queue_length(&r, e->class, e->config);
	}
	facts->elements += (unsigned)g->nelements;
	graph_free(g);
	return true;
}

/* --- names, memory --- */

static bool name_char(char c, bool first)
{
	return isalpha((unsigned char)c) || c == '_' ||
	       (!first && (isdigit((unsigned char)c) || c == '.' || c == '-'));
}

bool config_name_ok(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (!name_char(name[i], i == 0))
			return false;
	return n > 0 && n <= CONTROL_NAME_MAX;
}

const char *config_name(struct pool *pool, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str base = str_of(slash ? slash + 1 : path);
	char *name;

	if (str_is(base, "-") || base.n == 0)
		return "config";
	if (str_ends(base, ".click"))
		base.n -= strlen(".click");
	name = pool_printf(pool, "%s%.*s", base.n && name_char(base.p[0], true) ? "" : "_",
			   (int)(base.n > CONTROL_NAME_MAX - 1 ? CONTROL_NAME_MAX - 1 : base.n),
			   base.p);
	for (char *c = name; *c; c++)
		if (!name_char(*c, false))
			*c = '_';
	return name;
}

/* The rest of path below the directory of n bytes at dir; NULL: it is not below it. */
static const char *below(const char *path, const char *dir, size_t n)
{
	if (strncmp(path, dir, n) != 0 || (n && path[n] != '/'))
		return NULL;
	path += n;
	while (*path == '/')
		path++;
	return path;
}

const char *config_library_path(struct pool *pool, const char *const files[], size_t n,
				const char *library)
{
	static const char *const places[] = { "/conf/click", "/conf", "" };
	const char *set = getenv("CLICKPATH"), *rest;
	struct str path = str_of(set ? set : "");

	while (path.n) {
		struct str dir = str_first(path, str_find(path, ':'));

		path = str_from(path, dir.n + 1);
		for (size_t i = 0; dir.n && i < 3; i++) {
			const char *place = pool_printf(pool, "%.*s%s", STR(dir), places[i]);

			rest = below(library, place, strlen(place));
			if (rest)
				return rest;
		}
	}
	for (size_t i = 0; i < n; i++) {
		const char *slash = strrchr(files[i], '/');

		rest = below(library, files[i], slash ? (size_t)(slash - files[i]) : 0);
		if (slash && rest)
			return rest;
	}
	return library;
}

uint64_t config_memory(const struct config_facts *f, uint64_t file_bytes)
{
	uint64_t queues = f->queued * PACKET_KIB, kib = 8192;

	/* Half would do to run, but not for bursts; and what is not touched costs nothing. Queues
	 * of the default length are seldom full; the machine drops packets if they are. */
	kib += queues > 16384 ? (queues < 262144 ? queues : 262144) - 16384 : 0;
	kib += f->ninterfaces > 2 ? (f->ninterfaces - 2) * 1024 : 0;
	kib += f->elements / 64 * 512;
	kib += file_bytes > 65536 ? file_bytes / 512 : 0;
	return (kib + 1023) / 1024 * 1024;
}
