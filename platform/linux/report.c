/* SPDX-License-Identifier: MIT */
/* report.c - handlers printed after the run, and the exit status taken from one. */
#include <stdio.h>

#include "engine/platform.h"
#include "engine/run/router.h"
#include "platform/linux/options.h"
#include "platform/linux/report.h"

static bool is_pattern(struct str s)
{
	return str_find(s, '?') < s.n || str_find(s, '*') < s.n || str_find(s, '[') < s.n;
}

static bool failed(struct error *err, const char *before, struct str what, const char *behind)
{
	return fail(err, "%s'%.*s'%s", before, STR(what), behind);
}

/* What can be done with it from outside; 0: there is none. */
static unsigned flags_of(const struct element *e, const struct handler *h)
{
	return h && !(h->flags & H_PRIVATE) ? handler_flags(e, h) : 0;
}

static bool readable(const struct element *e, const struct handler *h)
{
	return flags_of(e, h) & H_READ;
}

static const struct handler *find(const struct router *r, const struct element *e, struct str name)
{
	unsigned index;

	return e ? handler_find(e, name, &index) : handler_find_global(r, name);
}

/* With a heading, as one of several, or the bare value. */
static bool print(struct router *r, struct element *e, struct str full, struct str name,
		  bool heading, struct error *err)
{
	const struct handler *h = find(r, e, name);
	struct text value = { 0 };
	struct str none = { "", 0 };
	int status;
	bool ok;

	if (!readable(e, h))
		return flags_of(e, h) & H_WRITE ? failed(err, "", full, " is a write handler")
						: failed(err, "no ", full, " handler");
	ok = handler_read(r, e, name, none, &value, err, &status);
	if (ok && value.n > 0 && value.p[value.n - 1] != '\n' && !(h->flags & H_RAW))
		text_char(&value, '\n');
	if (ok && heading)
		text_char(&value, '\n');
	if (ok && heading)
		platform_print(str_of(pool_printf(r->pool, "%.*s:\n", STR(full))));
	if (ok)
		platform_print(text_as_str(&value));
	text_fini(&value);
	return ok;
}

static bool print_one(struct router *r, struct element *e, struct str name, bool heading,
		      struct error *err)
{
	const char *full =
		pool_printf(r->pool, "%s%s%.*s", e ? e->name : "", e ? "." : "", STR(name));

	return print(r, e, str_of(full), name, heading, err);
}

/* All elements that match the pattern, or are of that class or interface. */
static bool print_several(struct router *r, struct str which, struct str name, struct error *err)
{
	bool pattern = is_pattern(which), any = false, ok = true;
	const char *interface = pool_cstr(r->pool, which);

	for (unsigned i = 0; i < router_nelements(r); i++) {
		struct element *e = router_element(r, i);

		if (pattern ? !str_glob(which, str_of(e->name)) : !element_cast(e, interface))
			continue;
		any = true;
		if (readable(e, find(r, e, name)) && !print_one(r, e, name, true, err))
			ok = false;
	}
	if (any)
		return ok;
	return failed(err, pattern ? "no element matching " : "no element ", which, "");
}

static bool report(struct router *r, struct str handler, bool heading, struct error *err)
{
	size_t dot = str_find(handler, '.');
	struct element *e;

	if (dot == handler.n)
		return print_one(r, NULL, handler, heading, err);
	e = router_find(r, str_first(handler, dot));
	if (e)
		return print_one(r, e, str_from(handler, dot + 1), heading, err);
	return print_several(r, str_first(handler, dot), str_from(handler, dot + 1), err);
}

bool report_handlers(struct router *r, const struct words *handlers, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < handlers->n; i++)
		ok &= report(r, str_of(handlers->v[i]), handlers->n > 1, err);
	return ok;
}

static bool exit_value(struct router *r, struct str handler, struct text *out, struct error *err)
{
	struct str which = str_word(&handler), name;
	struct element *e;
	size_t dot = str_find(which, '.');
	const struct handler *h;
	int status;

	e = dot > 0 && dot < which.n ? router_find(r, str_first(which, dot)) : NULL;
	if (dot > 0 && dot < which.n && !e)
		return failed(err, "no element named ", str_first(which, dot), "");
	name = dot < which.n ? str_from(which, dot + 1) : which;
	h = find(r, e, name);
	if (!readable(e, h))
		return failed(err, "no ", which, " read handler");
	return handler_read(r, e, name, handler, out, err, &status);
}

int report_exit_status(struct router *r, struct str handler, struct error *err)
{
	struct text value = { 0 };
	int status = 255;
	struct str s;
	int32_t n;
	bool b;

	if (exit_value(r, handler, &value, err)) {
		s = conf_strip(r->pool, text_as_str(&value));
		if (parse_i32(s, &n, NULL))
			status = n;
		else if (parse_bool(s, &b))
			status = b ? 0 : 1;
		else
			fail(err, "exit handler value should be integer");
	}
	text_fini(&value);
	return status;
}
