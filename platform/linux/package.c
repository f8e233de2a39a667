/* SPDX-License-Identifier: MIT */
/* package.c - element classes from shared objects, loaded by name or by path. */
#include "platform/linux/package.h"

#include <dlfcn.h>
#include <unistd.h>

#ifndef LIBDIR
#define LIBDIR "/usr/local/lib/click"
#endif

static struct str name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);

	if (str_ends(name, ".so") || str_ends(name, ".uo"))
		name.n -= 3;
	return name;
}

const struct element_class *const *package_open(const char *path, struct error *err)
{
	struct text with_dot = { 0 };
	const struct element_class *const *classes;
	void *object;

	text_add(&with_dot, "%s%s", strchr(path, '/') ? "" : "./", path);
	object = dlopen(with_dot.p, RTLD_NOW | RTLD_GLOBAL);
	text_fini(&with_dot);
	classes = object ? dlsym(object, "click_elements") : NULL;
	if (!classes)
		fail(err, "%s", dlerror());
	return classes;
}

bool package_load(struct engine *g, const char *path, struct error *err)
{
	const struct element_class *const *classes = package_open(path, err);

	if (!classes)
		return false;
	engine_add_classes(g, classes);
	engine_add_package(g, name_of(path));
	return true;
}

/* The path of a package in a directory; NULL: it is not there. */
static const char *find_in(struct engine *g, struct str directory, struct str name)
{
	static const char *const suffix[] = { "uo", "so" };

	for (size_t i = 0; i < ARRAY_LEN(suffix); i++) {
		char *path =
			pool_printf(g->pool, "%.*s/%.*s.%s", STR(directory), STR(name), suffix[i]);

		if (access(path, R_OK) == 0)
			return path;
		pool_release(path);
	}
	return NULL;
}

static const char *find_below(struct engine *g, struct str entry, struct str name)
{
	static const char *const place[] = { "/lib/click", "/lib", "" };
	const char *path = NULL;

	for (size_t i = 0; i < ARRAY_LEN(place) && !path; i++) {
		char *directory = pool_printf(g->pool, "%.*s%s", STR(entry), place[i]);

		path = find_in(g, str_of(directory), name);
		pool_release(directory);
	}
	return path;
}

static const char *find(struct engine *g, struct str name)
{
	struct str rest = str_of(g->options.clickpath ? g->options.clickpath : "");
	const char *path = NULL;

	while (rest.n && !path) {
		struct str entry = str_first(rest, str_find(rest, ':'));

		if (entry.n)
			path = find_below(g, entry, name);
		rest = str_from(rest, entry.n + 1);
	}
	return path ? path : find_in(g, str_of(LIBDIR), name);
}

bool package_require(struct engine *g, struct str name, struct error *err)
{
	const char *path = NULL;
	bool ok;

	error_enter(err, (struct landmark){ .line = 0 },
		    "While loading package '%.*s':", STR(name));
	/* A name is no way to other directories. */
	if (str_find(name, '/') == name.n)
		path = find(g, name);
	ok = path ? package_load(g, path, err)
		  : fail(err, "can't find required package '%.*s.uo'\nin CLICKPATH or '%s'",
			 STR(name), LIBDIR);
	error_leave(err);
	return ok;
}
