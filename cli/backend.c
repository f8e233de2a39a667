/* SPDX-License-Identifier: MIT */
/* backend.c - choosing a back end, and what those share that boot the image. */
#include "cli/backend.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "cli/archive.h"
#include "cli/command.h"
#include "cli/file.h"
#include "cli/say.h"

#define UID_FIRST 1879048192U /* free by the lists of systemd and of Debian */
#define UID_BITS 24

const struct backend *const backends[] = { &backend_xen, &backend_kvm, &backend_process, NULL };

const struct backend *backend_find(const char *name)
{
	for (size_t i = 0; backends[i]; i++)
		if (strcmp(backends[i]->name, name) == 0)
			return backends[i];
	return NULL;
}

static const struct backend *unknown(const char *name)
{
	const char *names[COUNT_OF(backends)] = { "auto" };
	size_t n = 1;

	for (size_t i = 0; backends[i]; i++)
		names[n++] = backends[i]->name;
	complain("--backend %s: there are auto, xen, kvm and process", name);
	suggest(name, names, n);
	return NULL;
}

/* why: what is missing, and on the next line what helps. */
static void refuse(const char *name, struct str why)
{
	struct str first = str_first(why, str_find(why, '\n'));
	struct str remedy = str_from(why, first.n + 1);

	complain("the %s back end cannot work here: %.*s", name, STR(first));
	if (remedy.n)
		advise("%.*s", STR(remedy));
}

static const struct backend *by_name(struct pool *pool, const char *name, const char *image,
				     const char **why)
{
	const struct backend *b = backend_find(name);
	struct text t = { 0 };
	bool ok;

	if (!b)
		return unknown(name);
	ok = b->usable(pool, image, &t);
	*why = "as asked for";
	if (!ok)
		refuse(name, text_as_str(&t));
	text_fini(&t);
	return ok ? b : NULL;
}

const struct backend *backend_choose(struct pool *pool, const char *name, const char *image,
				     const char **why)
{
	const char *lack = NULL;

	if (name && strcmp(name, "auto") != 0)
		return by_name(pool, name, image, why);
	for (size_t i = 0; backends[i]; i++) {
		struct text t = { 0 };
		bool ok = backends[i]->usable(pool, image, &t);

		*why = pool_cstr(pool, text_as_str(&t));
		text_fini(&t);
		if (ok) {
			/* That it is no virtual machine should not come as a surprise. */
			if (lack && !backends[i + 1])
				*why = pool_printf(pool, "%s (%s)", *why, lack);
			return backends[i];
		}
		lack = pool_printf(pool, "%s: %.*s", backends[i]->name, (int)strcspn(*why, "\n"),
				   *why);
	}
	complain("no back end can work here");
	advise("`clickos doctor' says what is missing");
	return NULL;
}

const char *image_find(struct pool *pool, const char *given)
{
	if (given)
		return access(given, R_OK) == 0 ? given : NULL;
	return program_find(pool, "clickos.elf", "CLICKOS_IMAGE");
}

bool image_is_here(struct pool *pool, const char *given, struct text *why)
{
	if (image_find(pool, given))
		return true;
	text_add(why, "the image %s is not here\nmake install, or --image FILE",
		 given ? given : "clickos.elf");
	return false;
}

unsigned backend_uid(const struct vm *vm)
{
	return UID_FIRST + (unsigned)(hash_bytes(vm->name, strlen(vm->name)) >> (64 - UID_BITS));
}

/* --- what the image is given --- */

/* A word with a value that may hold blanks. */
static void word(struct text *t, struct str key, struct str value)
{
	bool quote = value.n == 0;

	for (size_t i = 0; i < value.n; i++)
		quote |= value.p[i] == ' ' || value.p[i] == '\t';
	text_add(t, "%s%.*s=%s%.*s%s", t->n ? " " : "", STR(key), quote ? "\"" : "", STR(value),
		 quote ? "\"" : "");
}

static void list(struct text *t, const char *key, const struct vm *vm, bool nets)
{
	size_t n = nets ? vm->nnets : vm->nconfigs;

	for (size_t i = 0; i < n; i++)
		text_add(t, "%s%s%s%s", i ? "," : " ", i ? "" : key,
			 nets ? vm->net[i].name : vm->config[i], nets ? "" : ".click");
}

void backend_command_line(const struct vm *vm, struct text *t)
{
	word(t, str_of("name"), str_of(vm->name));
	list(t, "run=", vm, false);
	list(t, "net=", vm, true);
	for (size_t i = 0; i < vm->nvars; i++)
		word(t, str_of(pool_printf(vm->pool, "env.%.*s", STR(vm->var[i].name))),
		     vm->var[i].value);
}

static bool add(const struct vm *vm, struct text *t, const char *at, const char *path)
{
	struct text data = { 0 };
	int r = file_read_at(vm->fd, at, &data);
	bool ok = r == 0 && archive_add(t, path, text_as_str(&data));

	text_fini(&data);
	return ok || complain("%s/%s: %s", vm->dir, at, r < 0 ? strerror(-r) : "too long");
}

bool backend_archive(const struct vm *vm, struct text *t)
{
	for (size_t i = 0; i < vm->nconfigs; i++) {
		const char *name = pool_printf(vm->pool, "%s.click", vm->config[i]);

		if (!add(vm, t, pool_printf(vm->pool, "config/%s", name), name))
			return false;
	}
	for (size_t i = 0; i < vm->nfiles; i++)
		if (!add(vm, t, pool_printf(vm->pool, "files/%s", vm->file[i]), vm->file[i]))
			return false;
	archive_end(t);
	return true;
}
