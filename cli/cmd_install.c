/* SPDX-License-Identifier: MIT */
/* cmd_install.c - clickos install, clickos swap: a configuration for a machine that runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/file.h"
#include "cli/say.h"

enum { INSTANCE, FILES };

static const struct cli_option install_options[] = {
	{ "instance", 'i', "NAME", "its name (default: the file's, without .click)" },
	{ "file", 0, "[PATH=]FILE", "a file that the configuration reads" },
	{ 0 },
};

static const struct cli_option swap_options[] = {
	{ "instance", 'i', "NAME", "which (default: the file's name, or the only one)" },
	{ "file", 0, "[PATH=]FILE", "a file that the configuration reads" },
	{ 0 },
};

static bool put(struct client *c, const char *path, struct str data)
{
	const char *inside = inner_path(c->vm->pool, path);

	if (!inside)
		return complain("%s: `..' is not a place in a VM", path);
	if (strpbrk(inside, "\"\n"))
		return complain("%s: a file in a VM cannot be called so", inside);
	return client_send(c, pool_printf(c->vm->pool, "putting %s", inside), data,
			   "PUT \"%s\" %zu", inside, data.n);
}

static bool put_file(struct client *c, const char *word)
{
	const char *equals = strchr(word, '='), *from = equals ? equals + 1 : word;
	const char *to = equals ? pool_cstr(c->vm->pool, str_range(word, equals)) : word;
	struct text t = { 0 };
	int r = file_read_at(AT_FDCWD, from, &t);
	bool ok = r == 0 ? put(c, to, text_as_str(&t))
			 : complain("--file %s: %s", from, strerror(-r));

	text_fini(&t);
	return ok;
}

/* The interfaces it names are those of the machine. */
static void check_interfaces(const struct vm *vm, const struct config_facts *f)
{
	for (size_t i = 0; i < f->ninterfaces; i++) {
		struct str s = str_of(f->interface[i]);
		uint32_t number;
		bool known = str_decimal(&s, &number) && s.n == 0 && number < vm->nnets;

		for (size_t k = 0; !known && k < vm->nnets; k++)
			known = strcmp(vm->net[k].name, f->interface[i]) == 0;
		if (!known)
			say("%s: no interface %s: a VM gets its interfaces when it is made",
			    vm->name, f->interface[i]);
	}
}

/* Errors that can be known are known here already; libraries go along. */
static bool prepare(struct client *c, struct call *call, const char *path, struct str text)
{
	struct config_facts facts = { 0 };
	struct error err = { 0 };
	const char *word;
	bool ok;

	error_to_stderr(&err);
	ok = config_read(call->pool, text, path, c->vm->var, c->vm->nvars, &facts, &err);
	error_fini(&err);
	for (size_t i = 0; ok && i < facts.nlibraries; i++)
		ok = put(c, config_library_path(call->pool, &path, 1, facts.library[i].path),
			 facts.library[i].text);
	for (size_t i = 0; ok && (word = call_nth(call, FILES, i)); i++)
		ok = put_file(c, word);
	if (ok && c->vm->dir)
		check_interfaces(c->vm, &facts);
	return ok;
}

static const char *new_name(struct call *call, const char *path)
{
	const char *name = call_option(call, INSTANCE);

	if (!name)
		return config_name(call->pool, path);
	if (config_name_ok(name))
		return name;
	complain("--instance %s: not a name", name);
	advise("a name begins with a letter or _ and goes on with letters, digits, _, . and -");
	return NULL;
}

/* The one asked for, else the one called like the file, else the only one. */
static const char *old_name(struct client *c, struct call *call, const char *path)
{
	const char *name = call_option(call, INSTANCE), *like = config_name(call->pool, path);
	struct instance *v;
	size_t n;

	if (!name && client_instances(c, &v, &n))
		for (size_t i = 0; i < n; i++)
			if (strcmp(v[i].name, like) == 0)
				return like;
	return client_instance(c, name);
}

static int act(struct call *call, bool swap)
{
	const char *path = call->word[1], *name;
	struct text t = { 0 };
	struct client c;
	bool ok = false;
	int r;

	if (!client_open(&c, call->pool, call->word[0]))
		return STATUS_FAILED;
	name = swap ? old_name(&c, call, path) : new_name(call, path);
	r = name ? file_read_at(AT_FDCWD, path, &t) : 0;
	if (r < 0)
		complain("%s: %s", path, strerror(-r));
	else if (name)
		ok = prepare(&c, call, path, text_as_str(&t)) &&
		     client_install(&c, swap ? "SWAP" : "INSTALL", name, path, text_as_str(&t));
	client_close(&c);
	text_fini(&t);
	return ok ? STATUS_OK : STATUS_FAILED;
}

static int install(struct call *call)
{
	return act(call, false);
}

static int swap(struct call *call)
{
	return act(call, true);
}

const struct command command_install = {
	.name = "install",
	.usage = "[OPTION]... VM FILE.click",
	.purpose = "Gives a running VM another instance, and starts it.",
	.details = "It ends with the VM: one that is started again has what it was made with.\n",
	.options = install_options,
	.min_words = 2,
	.max_words = 2,
	.run = install,
};

const struct command command_swap = {
	.name = "swap",
	.usage = "[OPTION]... VM FILE.click",
	.purpose = "Replaces a running instance's configuration; its state stays.",
	.details = "When the new one is in error, the old one runs on untouched.\n",
	.options = swap_options,
	.min_words = 2,
	.max_words = 2,
	.run = swap,
};
